"""Deliveries that come, pieces that are counted, shortages that are foreseen."""

from __future__ import annotations

import csv
import io
import threading
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.errors import Conflict, DispatchError
from dispatch.operations import master_data
from dispatch.operations.part_forecast import PartNeed, forecast_shortages, short_parts
from dispatch.operations.picking_csv import COLUMNS, picking_csv
from dispatch.operations.progress import VisitReport, record_report
from dispatch.operations.replenishment import replenish
from dispatch.operations.reservations import collect, find_shortages, picking_list
from dispatch.operations.snapshot import build_case
from dispatch.operations.supplies import receive, van_levels
from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import EngineerRow, StockRow
from tests.operations.small_company import at, found_company, tomorrow
from tests.operations.test_reservations import SPAN, put_in_force

NOON = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture
def company(database: Database) -> Database:
    """Ten pieces of P-1 lie in the depot, two more come tomorrow at eleven; two requests."""
    database.write(lambda work: found_company(work, requests=2))
    body = {"id": "i1", "depot": "d1", "part": "P-1", "quantity": 2, "available_from": at(11)}
    database.write(lambda work: add(work, "inbound", body))
    return database


def add(work: UnitOfWork, kind: str, body: dict[str, Any]) -> None:
    """Write one record of master data."""
    resource = master_data.RESOURCES[kind]
    master_data.add(work, resource, resource.record.model_validate(body))


def on_shelf(database: Database) -> int | None:
    """Pieces of P-1 in the depot."""
    return database.read(lambda work: work.catalogue.get(StockRow, "d1:P-1").quantity)


def race(actions: list[Callable[[], object]]) -> list[str]:
    """Do all at once; names of what was refused."""
    barrier = threading.Barrier(len(actions))
    lost: list[str] = []

    def one(action: Callable[[], object]) -> None:
        barrier.wait()
        try:
            action()
        except DispatchError as error:
            lost.append(type(error).__name__)

    threads = [threading.Thread(target=one, args=(action,)) for action in actions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return lost


def test_a_delivery_is_received_once(company: Database) -> None:
    """Two pieces come; told three times they lie there once, and nobody waits for them."""
    for _ in range(3):
        company.write(lambda work: receive(work, "i1"))
    assert on_shelf(company) == 12
    with company.reading() as work:
        assert work.supplies.awaited() == []
        (depot,) = build_case(work, SPAN).depots
        assert (depot.stock, depot.inbound) == ({"P-1": 12}, ())
    with pytest.raises(Conflict, match="2 received already"):
        company.write(lambda work: receive(work, "i1", 5))


def test_of_a_short_delivery_the_rest_is_not_awaited(company: Database) -> None:
    """One of two comes: eleven are there, and twelve cannot be promised any more."""
    company.write(lambda work: receive(work, "i1", 1))
    assert on_shelf(company) == 11
    with pytest.raises(Conflict, match="1 more promised"):
        company.write(lambda work: put_in_force(work, 12, hour=15))


def test_a_delivery_told_by_eight_at_once_comes_once(company: Database) -> None:
    """Eight clerks book it at the same moment, on either database."""
    lost = race([lambda: company.write(lambda work: receive(work, "i1"))] * 8)
    assert (on_shelf(company), lost) == (12, [])


def test_pieces_are_conserved_whatever_happens_at_once(company: Database) -> None:
    """Collected, received, used and returned by many at once: opening + inbound - used + returned."""
    company.write(lambda work: put_in_force(work, 6))
    (row,) = company.read(lambda work: picking_list(work, "d1", tomorrow()))

    def report(number: int, used: int, returned: int) -> Callable[[], object]:
        body = {"type": "started", "occurred_at": at(9, number), "engineer": "e1"}
        body |= {"parts_used": {"P-1": used}} if used else {}
        body |= {"parts_returned": {"P-1": returned}} if returned else {}
        told = VisitReport.model_validate(body)
        return lambda: company.write(
            lambda work: record_report(
                work, "r1-v1", told, engineer=None, event_id=f"told-{number}"
            )
        )

    actions: list[Callable[[], object]] = [
        lambda: company.write(lambda work: collect(work, row.id)),
        lambda: company.write(lambda work: collect(work, row.id)),
        lambda: company.write(lambda work: receive(work, "i1")),
        lambda: company.write(lambda work: receive(work, "i1")),
        *(report(number, used, number % 2) for number, used in enumerate((7, 0, 9, 1))),
    ]
    assert race(actions) == []
    assert on_shelf(company) == 10 + 2 - 6
    (van,) = [one for one in company.read(van_levels) if one.engineer == "e1"]
    assert van.quantity - van.owed == 50 + 6 - 17 + 2


def test_two_plans_and_a_delivery_never_promise_a_piece_twice(company: Database) -> None:
    """Six regions want four pieces each while two more come: three get theirs, never four."""
    actions: list[Callable[[], object]] = [
        lambda number=n: company.write(  # type: ignore[misc]
            lambda work: put_in_force(work, 4, region=f"region-{number}", hour=15)
        )
        for n in range(6)
    ]
    lost = race([*actions, lambda: company.write(lambda work: receive(work, "i1"))])
    assert lost == ["Conflict"] * 3
    waiting = company.read(lambda work: work.day.waiting_reservations())
    assert sum(one.quantity for one in waiting) == 12
    assert company.read(find_shortages) == ()


def test_a_picking_list_can_be_printed(company: Database) -> None:
    """Names stand beside ids, times are local, and no cell is a formula."""

    def rename(work: UnitOfWork) -> None:
        work.catalogue.change(work.catalogue.get(EngineerRow, "e1"), {"name": "=cmd()"})
        put_in_force(work, 6)

    company.write(rename)
    with company.reading() as work:
        text = picking_csv(work, picking_list(work, "d1", tomorrow()))
    (row,) = csv.DictReader(io.StringIO(text))
    assert tuple(row) == COLUMNS
    assert (row["engineer_name"], row["part_name"], row["quantity"]) == ("'=cmd()", "蓄电池", "6")
    assert (row["needed_at"], row["purpose"]) == (at(9), "visits")


def test_what_a_van_owes_and_should_hold_is_told(company: Database) -> None:
    """A norm of sixty beside fifty pieces; after sixty were used ten are owed."""
    norm = {"id": "n1", "engineer": "e2", "part": "P-1", "quantity": 60}
    company.write(lambda work: add(work, "van-norms", norm))
    body = {"type": "started", "occurred_at": at(9), "engineer": "e2", "parts_used": {"P-1": 60}}
    told = VisitReport.model_validate(body)
    company.write(lambda work: record_report(work, "r1-v1", told, engineer=None, event_id="told"))
    (van,) = company.read(lambda work: van_levels(work, engineer="e2"))
    assert (van.part, van.quantity, van.owed, van.norm) == ("P-1", 0, 10, 60)


def need(visit: str, hours: int, quantity: int = 1, *, planned: bool = False) -> PartNeed:
    """What one visit needs some hours after noon."""
    return PartNeed(visit, "P", quantity, NOON + timedelta(hours=hours), planned)


def test_a_forecast_counts_by_time() -> None:
    """Two lie there, one comes after three hours: the third piece at two o'clock is missing."""
    needs = [need("late", 5), need("first", 1, planned=True), need("second", 1), need("third", 2)]
    (short,) = short_parts(needs, {"P": 2}, [(NOON + timedelta(hours=3), "P", 1)])
    assert [one.visit for one in short.needs] == ["third", "late"]
    assert (short.at, short.missing) == (NOON + timedelta(hours=2), 1)
    assert (short.available, short.coming, short.needed) == (2, 1, 4)
    assert short_parts(needs, {"P": None}, []) == ()
    assert short_parts(needs, {"P": 4}, []) == ()


def test_open_visits_are_in_the_forecast(company: Database) -> None:
    """Two open requests need one battery each; with one piece left anywhere one goes short."""
    assert company.read(forecast_shortages) == ()

    def use_up(work: UnitOfWork) -> None:
        work.catalogue.change(work.catalogue.get(StockRow, "d1:P-1"), {"quantity": 1})
        for id in ("e1", "e2"):
            work.catalogue.change(work.catalogue.get(EngineerRow, id), {"van_stock": {}})
        receive(work, "i1", 0)

    company.write(use_up)
    (short,) = company.read(forecast_shortages)
    assert (short.part, short.missing, short.available, short.needed) == ("P-1", 1, 1, 2)
    assert [one.planned for one in short.needs] == [False]


def test_vans_are_filled_up_from_what_nobody_was_promised(company: Database) -> None:
    """Norms of 55 and 60 beside 50 each, ten on the shelf, three promised: five and two."""

    def prepare(work: UnitOfWork) -> None:
        for engineer, pieces in (("e1", 55), ("e2", 60)):
            norm = {"id": engineer, "engineer": engineer, "part": "P-1", "quantity": pieces}
            add(work, "van-norms", norm)
        put_in_force(work, 3)

    company.write(prepare)
    for _ in range(2):
        laid = company.write(lambda work: replenish(work, "d1", tomorrow()))
        assert [(row.engineer_id, row.quantity) for row in laid] == [("e1", 5), ("e2", 2)]
    with company.reading() as work:
        listed = [(row.purpose, row.quantity) for row in picking_list(work, "d1", tomorrow())]
        assert sorted(listed) == [("van", 2), ("van", 5), ("visits", 3)]
        assert build_case(work, SPAN).depots[0].stock == {"P-1": 3}
    with pytest.raises(Conflict, match="1 more promised"):
        company.write(lambda work: put_in_force(work, 4))
    company.write(lambda work: collect(work, laid[0].id, engineer="e1"))
    (rest,) = company.write(lambda work: replenish(work, "d1", tomorrow()))
    assert (rest.engineer_id, rest.quantity) == ("e2", 2)
    assert on_shelf(company) == 5
