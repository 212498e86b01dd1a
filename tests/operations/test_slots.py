"""Appointments in the database: offered, held with time and parts, confirmed, released."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest

from dispatch.errors import Conflict, HoldExpired
from dispatch.operations.auto_publish import publish_by_policy
from dispatch.operations.disruptions import DisruptionRecord, report_disruption
from dispatch.operations.executor import RunExecutor
from dispatch.operations.holds import confirm_slot, expire_slots, hold_slot, release_slot
from dispatch.operations.publish import publish
from dispatch.operations.reservations import find_shortages
from dispatch.operations.runs import RunParameters, start_run
from dispatch.operations.slots import SlotQuery, expected_demand, offer_slots
from dispatch.operations.snapshot import PlanningSpan, build_case
from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import (
    ContractRow,
    EngineerRow,
    RequestRow,
    SlotRow,
    StockRow,
    VisitRow,
)
from tests.databases import migrated
from tests.operations.small_company import fault, found_company, tomorrow

SPAN = PlanningSpan("all", tomorrow(), tomorrow() + timedelta(days=1))


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the small company, two published visits of tomorrow, and no part in any van."""
    path = tmp_path_factory.mktemp("slots") / "x.db"
    database = migrated(f"sqlite:///{path}")
    database.write(lambda work: found_company(work, requests=2))
    database.write(lose_parts)
    parameters = RunParameters(day=tomorrow(), iterations=50, engine="lns")
    id = database.write(lambda work: start_run(work, parameters).id)
    RunExecutor(database).see_to_end(id)
    publish(database, 1, actor="user:1")
    database.close()
    return path


def lose_parts(work: UnitOfWork) -> None:
    """Both vans turn out to be empty."""
    for engineer in ("e1", "e2"):
        body = {"kind": "part_missing", "subject": engineer, "parts": {"P-1": 50}}
        report_disruption(work, DisruptionRecord.model_validate(body))


@pytest.fixture
def company(planned: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy of it."""
    path = tmp_path / "x.db"
    path.write_bytes(planned.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def test_offers_are_held_once_on_either_database(database: Database) -> None:
    """Without any plan in force: offers leave no request behind, and parts are held once."""
    database.write(found_company)
    database.write(lose_parts)
    rows = offered(database)
    assert rows
    assert database.read(lambda work: work.catalogue.all(RequestRow)) == []
    database.write(lambda work: hold_slot(work, rows[0].id))
    again = offered(database)
    assert all(one.id not in {row.id for row in rows} for one in again)
    with pytest.raises(Conflict):
        database.write(lambda work: hold_slot(work, rows[0].id))
    assert database.write(lambda work: confirm_slot(work, rows[0].id)).request_id is not None


def offered(database: Database, **changes: object) -> list[SlotRow]:
    """Ask for an appointment about the battery of q1."""
    body = {**fault(9), **changes}
    body.pop("id")
    query = SlotQuery.model_validate({**body, "days": 2, "most": 3})
    return database.write(lambda work: offer_slots(work, query))


def test_offers_leave_no_request_behind(company: Database) -> None:
    """The best windows of tomorrow, cheapest first; the request they were priced for is gone."""
    rows = offered(company)
    assert 1 <= len(rows) <= 3
    assert [row.price for row in rows] == sorted(row.price for row in rows)
    assert all(0 <= row.details["kept_probability"] <= 1 for row in rows)
    with company.reading() as work:
        assert len(work.catalogue.all(RequestRow)) == 2
        assert len(work.catalogue.all(VisitRow)) == 2
        assert [one.type for one in work.log.after(0, 500)][-1] == "slots_offered"


def test_a_hold_keeps_time_and_parts(company: Database) -> None:
    """While it lasts a case has a break there and one piece fewer; then it has them again."""
    row = offered(company)[0]
    free = stock(company)
    company.write(lambda work: hold_slot(work, row.id))
    assert stock(company) == free - 1
    with company.reading() as work:
        case = build_case(work, SPAN)
    shift = next(shift for _, shift in case.shifts() if shift.id == row.shift_id)
    assert [rest.earliest <= row.work_start for rest in shift.breaks] == [True]
    company.write(lambda work: release_slot(work, row.id))
    company.write(lambda work: release_slot(work, row.id))
    assert stock(company) == free
    with pytest.raises(Conflict, match="released"):
        company.write(lambda work: hold_slot(work, row.id))


def stock(database: Database) -> int | None:
    """Pieces that a case of tomorrow may use."""
    with database.reading() as work:
        return build_case(work, SPAN).depots[0].stock_of("P-1")


def test_a_hold_that_ran_out_promises_nothing(company: Database) -> None:
    """Neither is it confirmed any more, nor do its parts stay on the shelf."""
    row = offered(company)[0]
    free = stock(company)
    company.write(lambda work: hold_slot(work, row.id))

    def age(work: UnitOfWork) -> None:
        held = work.catalogue.get(SlotRow, row.id)
        work.catalogue.change(held, {"expires_at": work.now - timedelta(seconds=1)})

    company.write(age)
    assert stock(company) == free
    with pytest.raises(HoldExpired):
        company.write(lambda work: confirm_slot(work, row.id))
    assert expire_slots(company) == 1
    assert expire_slots(company) == 0
    with company.reading() as work:
        assert work.catalogue.get(SlotRow, row.id).state == "expired"
        assert work.day.reservations_of_slot(row.id) == []
        assert len(work.log.of_subject("slot_expired", row.id)) == 1
    with pytest.raises(HoldExpired):
        company.write(lambda work: confirm_slot(work, row.id))


def test_the_same_time_is_held_once(company: Database) -> None:
    """Two customers are offered the same window; the second one to hold hears so."""
    first, second = offered(company)[0], offered(company)[0]
    assert first.engineer_id == second.engineer_id
    company.write(lambda work: hold_slot(work, first.id))
    with pytest.raises(Conflict, match="held by another slot"):
        company.write(lambda work: hold_slot(work, second.id))


def test_parts_are_held_once(company: Database) -> None:
    """When only the planned pieces are on the shelf, a hold that needs another one is refused."""
    row = offered(company)[0]

    def sell(work: UnitOfWork) -> None:
        waiting = sum(one.quantity for one in work.day.waiting_reservations())
        work.catalogue.change(work.catalogue.get(StockRow, "d1:P-1"), {"quantity": waiting})

    company.write(sell)
    with pytest.raises(Conflict, match="P-1"):
        company.write(lambda work: hold_slot(work, row.id))
    assert company.read(find_shortages) == ()


def test_a_confirmed_slot_is_planned_in_its_window(company: Database) -> None:
    """The request exists, its visit is promised the window, and the next plan keeps it."""
    row = offered(company)[0]
    company.write(lambda work: hold_slot(work, row.id))
    done = company.write(lambda work: confirm_slot(work, row.id))
    visit = f"{done.request_id}-v1"
    with company.reading() as work:
        stored = work.catalogue.get(VisitRow, visit)
        assert (stored.promise_start, stored.promise_stage) == (row.start, "notified")
    parameters = RunParameters(day=tomorrow(), iterations=50, engine="lns")
    id = company.write(lambda work: start_run(work, parameters).id)
    RunExecutor(company).see_to_end(id)
    version = company.read(lambda work: work.runs.get(id).plan_version) or 0
    publish(company, version, actor="user:1")
    with company.reading() as work:
        (assigned,) = work.plans.assignments_of(visit)
        assert row.start <= assigned.start <= row.end
        assert work.day.reservations_of_slot(row.id) == []
    with pytest.raises(Conflict, match="confirmed"):
        company.write(lambda work: release_slot(work, row.id))


def confirmed(database: Database) -> SlotRow:
    """Take the best offer up to its confirmation."""
    row = offered(database)[0]
    database.write(lambda work: hold_slot(work, row.id))
    return database.write(lambda work: confirm_slot(work, row.id))


def test_a_confirmed_slot_is_planned_by_itself(company: Database) -> None:
    """Its run puts the visit into the plan in force and publishes it; nobody else is moved."""
    with company.reading() as work:
        before = {(one.visit_id, one.start) for one in work.plans.assignments()}
    row = confirmed(company)
    RunExecutor(company).see_to_end(row.details["run"])
    with company.reading() as work:
        (assigned,) = work.plans.assignments_of(f"{row.request_id}-v1")
        assert row.start <= assigned.start <= row.end
        assert assigned.engineer_id == row.engineer_id
        after = {(one.visit_id, one.start) for one in work.plans.assignments()}
        assert before < after
        # Whoever has waited for the end of the run finds the plan in force.
        told = [one.type for one in work.log.after(0, 900)]
        assert told[-2:] == ["replan_applied", "run_ended"]
        assert work.runs.get(row.details["run"]).state == "done"


def test_a_confirmed_slot_is_planned_although_somebody_published_meanwhile(
    company: Database,
) -> None:
    """Its draft is overtaken by a plan without the visit: it is tried again on that plan."""
    parameters = RunParameters(day=tomorrow(), iterations=10, engine="lns")
    rival = company.write(lambda work: start_run(work, parameters).id)
    RunExecutor(company).see_to_end(rival)
    row = confirmed(company)
    id = row.details["run"]
    wanted = company.read(lambda work: dict(work.runs.get(id).parameters))
    tell(company, id, {**wanted, "by_itself": False})
    RunExecutor(company).see_to_end(id)
    tell(company, id, wanted)
    ended = company.read(lambda work: work.runs.get(id))
    version = company.read(lambda work: work.runs.get(rival).plan_version) or 0
    publish(company, version, actor="user:1")
    publish_by_policy(company, ended)
    (again,) = company.read(
        lambda work: [one.id for one in work.runs.page() if one.state == "queued"]
    )
    RunExecutor(company).see_to_end(again)
    with company.reading() as work:
        (assigned,) = work.plans.assignments_of(f"{row.request_id}-v1")
        assert row.start <= assigned.start <= row.end


def tell(database: Database, run: str, parameters: dict[str, object]) -> None:
    """Give a run other parameters."""

    def change(work: UnitOfWork) -> None:
        row = work.runs.get(run)
        row.parameters = parameters
        work.runs.save(row)

    database.write(change)


def test_an_offer_that_the_plan_has_overtaken_is_refused(company: Database) -> None:
    """Somebody published meanwhile: the time may be taken, so the customer is asked again."""
    row = offered(company)[0]
    parameters = RunParameters(day=tomorrow(), iterations=10, engine="lns")
    id = company.write(lambda work: start_run(work, parameters).id)
    RunExecutor(company).see_to_end(id)
    version = company.read(lambda work: work.runs.get(id).plan_version) or 0
    publish(company, version, actor="user:1")
    with pytest.raises(Conflict, match="another plan"):
        company.write(lambda work: hold_slot(work, row.id))


def test_a_representative_who_is_off_duty_is_no_hindrance(company: Database) -> None:
    """The contract names somebody who does not work there any more; others are offered."""

    def name_somebody_else(work: UnitOfWork) -> None:
        place = {"lat": 21.3, "lon": 110.4}
        gone = EngineerRow(id="e9", name="former", active=False, **place)
        work.catalogue.plant([gone])
        contract = work.catalogue.get(ContractRow, "c1")
        work.catalogue.change(contract, {"representatives": ["e9"]})

    company.write(name_somebody_else)
    assert offered(company)


def test_nobody_drives_for_a_consultation(company: Database) -> None:
    """There is nothing to offer, and nothing is left behind."""
    with pytest.raises(Conflict, match="consultation"):
        offered(company, severity="consultation")


def test_demand_is_counted_from_urgent_requests(company: Database) -> None:
    """Two minor requests are no urgent demand."""
    demand = company.read(lambda work: expected_demand(work, 5))
    assert (sum(demand.per_hour), demand.displaced_price) == (0, 5)
