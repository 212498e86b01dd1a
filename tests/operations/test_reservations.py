"""Reserved pieces: never promised twice, listed for the morning, collected once."""

from __future__ import annotations

import json
import threading
import uuid
from datetime import date, timedelta

import pytest

from dispatch.domain import PlanStatus
from dispatch.errors import Conflict, DispatchError, NotFound
from dispatch.formats import parse_plan
from dispatch.operations.reservations import (
    collect,
    find_shortages,
    picking_list,
    reserve_parts,
)
from dispatch.operations.snapshot import PlanningSpan, build_case
from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import EngineerRow, PlanRow, StockRow
from tests.operations.small_company import at, found_company, tomorrow

SPAN = PlanningSpan("all", tomorrow(), tomorrow() + timedelta(days=1))


def plan_text(quantity: int, hour: int = 9, engineer: str = "e1") -> str:
    """A plan in which one engineer fetches pieces of P-1 from the depot."""
    stop = {"kind": "pickup", "visit": None, "depot": "d1", "location": "depot-d1"}
    stop |= {"arrive": at(hour), "start": at(hour), "finish": at(hour, 10)}
    stop |= {"travel_s": 0, "travel_m": 0, "wait_s": 0, "late_s": 0, "sla_headroom_s": None}
    stop |= {"parts": {}, "loaded": {"P-1": quantity}, "tools_loaded": []}
    route = {"shift": f"{engineer}-day", "engineer": engineer, "start": at(8), "end": at(10)}
    route |= {"stops": [stop], "travel_back_s": 0, "travel_back_m": 0}
    route |= {"working_time_s": 7200, "overtime_s": 0}
    document = {"status": PlanStatus.FEASIBLE.value, "routes": [route], "unassigned": []}
    return json.dumps({**document, "travel": {"source": "haversine"}})


def draft(work: UnitOfWork, quantity: int, *, region: str = "all", hour: int = 9) -> PlanRow:
    """Write a plan row whose only business is a pickup."""
    row = PlanRow(
        version=work.log.take_numbers(1, counter="plan"),
        region=region,
        day=tomorrow(),
        until=tomorrow() + timedelta(days=1),
        state="draft",
        plan_text=plan_text(quantity, hour),
        case_text="{}",
        created_by="test",
        created_at=work.now,
    )
    work.plans.add(row)
    return row


def put_in_force(work: UnitOfWork, quantity: int, *, region: str = "all", hour: int = 9) -> PlanRow:
    """Publish as far as parts are concerned."""
    before = work.plans.current(region, tomorrow())
    row = draft(work, quantity, region=region, hour=hour)
    row.publication = row.version
    work.plans.make_current(row, before)
    reserve_parts(work, row, parse_plan(row.plan_text), before=before)
    return row


@pytest.fixture
def company(database: Database) -> Database:
    """Ten pieces of P-1 lie in the one depot."""
    database.write(found_company)
    return database


def test_a_published_pickup_is_reserved_and_released_by_the_next_plan(company: Database) -> None:
    """Six pieces, then two: the shelf is promised what the plan in force needs and no more."""
    company.write(lambda work: put_in_force(work, 6))
    assert promised(company) == [6]
    company.write(lambda work: put_in_force(work, 2))
    assert promised(company) == [2]
    told = company.read(lambda work: work.log.after(0, 500))
    last = [one.payload for one in told if one.type == "parts_reserved"][-1]
    assert (last["reserved"], last["released"]) == (2, 6)


def promised(database: Database) -> list[int]:
    """Quantities that wait on the shelf."""
    return [one.quantity for one in database.read(lambda w: w.day.waiting_reservations())]


def test_two_plans_cannot_promise_the_same_piece(company: Database) -> None:
    """Six for one region leave four for the other: four fit, five do not."""
    company.write(lambda work: put_in_force(work, 6))
    with pytest.raises(Conflict, match="P-1"):
        company.write(lambda work: put_in_force(work, 5, region="north"))
    assert promised(company) == [6]
    company.write(lambda work: put_in_force(work, 4, region="north"))
    assert sum(promised(company)) == 10


def test_of_many_regions_at_once_only_as_many_as_there_are_pieces_for_win(
    company: Database,
) -> None:
    """Eight threads want three pieces each of ten: three of them get theirs, on either database."""
    barrier = threading.Barrier(8)
    won: list[int] = []
    lost: list[str] = []

    def race(number: int) -> None:
        barrier.wait()
        try:
            row = company.write(lambda work: put_in_force(work, 3, region=f"region-{number}"))
            won.append(row.version)
        except DispatchError as error:
            lost.append(type(error).__name__)

    threads = [threading.Thread(target=race, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert (len(won), set(lost)) == (3, {"Conflict"})
    assert sum(promised(company)) == 9
    assert company.read(find_shortages) == ()


def test_a_delivery_counts_from_when_it_comes(company: Database) -> None:
    """Twelve pieces are there at eleven, when two more have come, and not at nine."""
    from dispatch.operations import master_data

    resource = master_data.RESOURCES["inbound"]
    body = {"id": "i1", "depot": "d1", "part": "P-1", "quantity": 2, "available_from": at(11)}
    record = resource.record.model_validate(body)
    company.write(lambda work: master_data.add(work, resource, record))
    with pytest.raises(Conflict):
        company.write(lambda work: put_in_force(work, 12, hour=9))
    company.write(lambda work: put_in_force(work, 12, hour=11))


def test_what_another_plan_was_promised_is_not_in_the_case(company: Database) -> None:
    """The case of a region sees four of ten pieces; its own promise it sees as its own."""
    company.write(lambda work: put_in_force(work, 6, region="north"))
    with company.reading() as work:
        assert build_case(work, SPAN).depots[0].stock == {"P-1": 4}
        own = PlanningSpan("north", SPAN.day, SPAN.until)
        assert build_case(work, own).depots[0].stock == {"P-1": 10}


def test_collected_pieces_move_once(company: Database) -> None:
    """Off the shelf into the van, once; the next plan keeps them collected."""
    company.write(lambda work: put_in_force(work, 6))
    (row,) = company.read(lambda work: picking_list(work, "d1", tomorrow()))
    for _ in range(2):
        company.write(lambda work: collect(work, row.id, engineer="e1"))
    with company.reading() as work:
        assert work.catalogue.get(StockRow, "d1:P-1").quantity == 4
        assert work.catalogue.get(EngineerRow, "e1").van_stock == {"P-1": 56}
        assert work.day.waiting_reservations() == []
        case = build_case(work, SPAN)
        assert case.current_plan is not None
        assert [s.loaded for r in case.current_plan.routes for s in r.stops] == [{}]
    company.write(lambda work: put_in_force(work, 6))
    assert promised(company) == []


def test_a_colleague_collects_nothing(company: Database) -> None:
    """Another engineer's pieces are as good as missing; an empty shelf gives nothing."""
    company.write(lambda work: put_in_force(work, 6))
    (row,) = company.read(lambda work: picking_list(work, "d1", tomorrow()))
    with pytest.raises(NotFound):
        company.write(lambda work: collect(work, row.id, engineer="e2"))

    def lose(work: UnitOfWork) -> None:
        work.catalogue.change(work.catalogue.get(StockRow, "d1:P-1"), {"quantity": 5})

    company.write(lose)
    with pytest.raises(Conflict, match="5 on the shelf"):
        company.write(lambda work: collect(work, row.id))
    (short,) = company.read(find_shortages)
    assert (short.depot, short.part, short.missing) == ("d1", "P-1", 1)


def test_the_picking_list_is_of_one_depot_and_day(company: Database) -> None:
    """Other days and other depots are empty."""
    company.write(lambda work: put_in_force(work, 6))
    other = date.fromordinal(tomorrow().toordinal() + 1)
    assert company.read(lambda work: picking_list(work, "d1", other)) == []
    unknown = str(uuid.uuid4())
    assert company.read(lambda work: picking_list(work, unknown, tomorrow())) == []
