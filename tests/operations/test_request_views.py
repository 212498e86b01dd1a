"""Many requests are seen with as many queries as one."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from dispatch.operations.intake import RequestRecord, report
from dispatch.operations.request_views import RequestView, view_of, views_of
from dispatch.store import Database
from tests.operations.query_count import queries
from tests.operations.small_company import fault, found_company


def seen(
    database: Database, many: int, look: Callable[[Any, list[Any]], list[RequestView]]
) -> tuple[list[RequestView], int]:
    """Views of the first requests, and how many queries they took."""
    with queries() as asked, database.reading() as work:
        rows = work.work.requests(after="", limit=many, state=None, site=None)
        return look(work, list(rows)), len(asked)


def test_ten_requests_take_as_many_queries_as_one(database: Database) -> None:
    """And each looks as it does alone, the repeated ones included."""
    database.write(lambda work: found_company(work, requests=6))
    for number in range(1, 5):
        again = RequestRecord(**{**fault(number), "id": f"s{number}", "repeat_of": f"r{number}"})
        database.write(lambda work, again=again: report(work, again))
    one, few = seen(database, 1, views_of)
    all_of_them, many = seen(database, 10, views_of)
    assert (len(one), len(all_of_them)) == (1, 10)
    assert many == few
    alone, _ = seen(database, 10, lambda work, rows: [view_of(work, row) for row in rows])
    assert [(v.request, v.visit, v.repeats, v.repeat_number) for v in all_of_them] == [
        (v.request, v.visit, v.repeats, v.repeat_number) for v in alone
    ]
    (first,) = (view for view in all_of_them if view.request.id == "r1")
    assert (first.repeats, first.repeat_number) == (("s1",), 0)
    assert all_of_them[-1].repeat_number == 1
