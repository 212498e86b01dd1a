"""Expected times of a shift are put in the place of those before, all at once."""

from __future__ import annotations

from datetime import datetime, timedelta

from dispatch.store import Database
from dispatch.store.tables import EtaRow
from tests.operations.query_count import queries
from tests.operations.small_company import at


def expected(shift: str, visit: str, member: int = 0) -> EtaRow:
    """Somebody of a crew is expected at nine."""
    nine = datetime.fromisoformat(at(9))
    return EtaRow(
        visit_id=visit,
        member=member,
        engineer_id=shift.removesuffix("-day"),
        shift_id=shift,
        plan_version=1,
        arrive=nine,
        start=nine,
        finish=nine + timedelta(hours=1),
        delay_s=0,
        reason={},
        arrive_by=None,
        late_s=0,
    )


def kept(database: Database) -> list[tuple[str, int, str]]:
    """Visit, member and shift of every expected time."""
    with database.reading() as work:
        return sorted((one.visit_id, one.member, one.shift_id) for one in work.service.all_etas())


def test_a_visit_that_moved_is_expected_once_and_its_partner_still(database: Database) -> None:
    """Of the pair at v1 the first one is now e2; v2 is over; the second of the pair stays."""
    database.write(
        lambda work: work.service.keep_etas(
            "e1-day", [expected("e1-day", "v1"), expected("e1-day", "v2")]
        )
    )
    database.write(lambda work: work.service.keep_etas("e3-day", [expected("e3-day", "v1", 1)]))
    database.write(lambda work: work.service.keep_etas("e2-day", [expected("e2-day", "v1")]))
    assert kept(database) == [
        ("v1", 0, "e2-day"),
        ("v1", 1, "e3-day"),
        ("v2", 0, "e1-day"),
    ]
    database.write(lambda work: work.service.keep_etas("e1-day", []))
    assert kept(database) == [("v1", 0, "e2-day"), ("v1", 1, "e3-day")]


def test_ten_visits_take_as_many_queries_as_one(database: Database) -> None:
    """However long the route is."""
    asked = []
    for many in (1, 10):
        rows = [expected("e1-day", f"v{number}") for number in range(many)]
        with queries() as statements:
            database.write(lambda work, rows=rows: work.service.keep_etas("e1-day", rows))
        asked.append(len(statements))
    assert asked[0] == asked[1]
