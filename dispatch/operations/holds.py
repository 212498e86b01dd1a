"""Holding an offered appointment: engineer time and parts, until it is confirmed or runs out."""

from __future__ import annotations

import uuid
from datetime import datetime, timedelta

from dispatch.errors import Conflict, HoldExpired
from dispatch.operations.company import company_settings
from dispatch.operations.insertion import start_insertion
from dispatch.operations.intake import RequestRecord, report
from dispatch.operations.reservations import require_stock
from dispatch.operations.snapshot import PlanningSpan
from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import ReservationRow, RunRow, SlotRow, VisitRow

__all__ = ["confirm_slot", "expire_slots", "hold_slot", "release_slot"]


def hold_slot(work: UnitOfWork, id: str, *, minutes: int = 15) -> SlotRow:
    """Keep the engineer's time and the parts of an offer for a while.

    Raises
    ------
    HoldExpired
        When the offer has run out.
    Conflict
        When it is held already, the plan has overtaken it, somebody holds the same time, or its
        parts were promised meanwhile.
    """
    row = _live(work, id, "offered")
    current = work.plans.current(row.region, row.day)
    version = None if current is None else current.version
    if version != row.details["base_plan"]:
        raise Conflict(f"slot {id!r}: offered against another plan than the one in force now")
    begin = datetime.fromisoformat(row.details["leave"])
    for other in work.day.live_slots(work.now):
        starts = datetime.fromisoformat(other.details["leave"])
        overlap = starts < row.work_finish and begin < other.work_finish
        if other.request_id is None and other.engineer_id == row.engineer_id and overlap:
            raise Conflict(f"slot {id!r}: the time of {row.engineer_id} is held by another slot")
    work.catalogue.change(
        row, {"state": "held", "expires_at": work.now + timedelta(minutes=minutes)}
    )
    loads = row.details["loads"]
    work.day.lock_depots({load["depot"] for load in loads})
    reserved = [
        ReservationRow(
            id=str(uuid.uuid4()),
            depot_id=load["depot"],
            part_id=load["part"],
            quantity=load["quantity"],
            needed_at=datetime.fromisoformat(load["at"]),
            slot_id=row.id,
        )
        for load in loads
    ]
    work.day.replace_reservations([], reserved)
    require_stock(work, {load["depot"] for load in loads}, f"slot {id}")
    work.tell("slot_held", id, {"engineer": row.engineer_id, "minutes": minutes})
    return row


def confirm_slot(work: UnitOfWork, id: str) -> SlotRow:
    """Make the request, promise it the window, and start the run that plans it there.

    The parts stay reserved until it is planned. Without a plan in force for that day there is
    nothing to put it into; the first plan of the day then takes it up, bound to its window.

    Raises
    ------
    HoldExpired
        When the hold has run out.
    Conflict
        When the slot is not held.
    """
    row = _live(work, id, "held")
    request = report(work, RequestRecord.model_validate(row.draft))
    visit = work.work.visit_of_request(request.id)
    assert visit is not None, "an offer is only made for a request that needs a visit"
    settings = company_settings(work)
    promise = {
        "promise_start": settings.local(row.start),
        "promise_end": settings.local(row.end),
        "promise_stage": "notified",
    }
    work.catalogue.change(work.catalogue.get(VisitRow, visit.id), promise)
    work.catalogue.change(row, {"state": "confirmed", "request_id": request.id, "expires_at": None})
    run = _plan_it(work, row, visit.id)
    told = {"request": request.id, "visit": visit.id, "run": None if run is None else run.id}
    work.tell("slot_confirmed", id, told)
    return row


def _plan_it(work: UnitOfWork, row: SlotRow, visit: str) -> RunRow | None:
    """Put the visit into the plan in force; the customer and the office have agreed already."""
    current = work.plans.current(row.region, row.day)
    if current is None:
        return None
    span = PlanningSpan(current.region, current.day, current.until)
    run = start_insertion(work, visit, span, cause=f"slot {row.id} was confirmed", settled=True)
    work.catalogue.change(row, {"details": {**row.details, "run": run.id}})
    return run


def release_slot(work: UnitOfWork, id: str) -> SlotRow:
    """Give an offer or a hold up; a second time changes nothing.

    Raises
    ------
    Conflict
        When it was confirmed: then the request is to be cancelled.
    """
    row = work.catalogue.get(SlotRow, id)
    if row.state == "confirmed":
        raise Conflict(f"slot {id!r}: confirmed already, expected an offer or a hold")
    if row.state != "released":
        work.day.replace_reservations(work.day.reservations_of_slot(id), [])
        work.catalogue.change(row, {"state": "released"})
        work.tell("slot_released", id)
    return row


def expire_slots(database: Database) -> int:
    """Give back what held appointments kept whose time has gone by; how many offers ran out.

    They promise nothing from the instant they run out; this tells so, once, and tidies up.
    """

    def act(work: UnitOfWork) -> int:
        gone = work.day.expired_slots(work.now)
        for row in gone:
            was_held = row.state == "held"
            work.day.replace_reservations(work.day.reservations_of_slot(row.id), [])
            work.catalogue.change(row, {"state": "expired"})
            if was_held:
                work.tell("slot_expired", row.id, {"engineer": row.engineer_id})
        return len(gone)

    with database.reading() as work:
        if not work.day.expired_slots(work.now):
            return 0
    return database.write(act, actor="watch")


def _live(work: UnitOfWork, id: str, wanted: str) -> SlotRow:
    row = work.catalogue.get(SlotRow, id)
    if row.expires_at is not None and row.expires_at <= work.now:
        raise HoldExpired(f"slot {id!r}: ran out at {row.expires_at.isoformat()}")
    if row.state != wanted:
        raise Conflict(f"slot {id!r}: {row.state}, expected {wanted}")
    return row
