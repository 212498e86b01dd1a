"""Reports from the field: en route, arrived, started, finished, could not finish.

Every report is kept with both clocks; what it means for the visit and its request follows from
the state machines, never from the order of arrival alone. A report that comes twice is answered
as the first time; one that comes late and fits nowhere any more is kept as a conflict for a
person to look at, because work done is never thrown away.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Annotated, Any, Literal

from pydantic import Field

from dispatch.domain.request import RequestState, Step
from dispatch.errors import Conflict, NotFound, TransitionRefused
from dispatch.operations.company import company_settings
from dispatch.operations.intake import ensure_request_visit
from dispatch.operations.records.base import (
    Coordinates,
    Identifier,
    Instant,
    LongText,
    Pieces,
    Record,
)
from dispatch.operations.request_steps import change_request
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import EngineerRow, EquipmentRow, RequestRow, VisitEventRow, VisitRow

__all__ = ["VisitReport", "VisitReportOutcome", "record_report"]

RANK = {"open": 0, "en_route": 1, "arrived": 2, "started": 3, "finished": 4, "could_not_finish": 4}
REACHED = {
    "en_route": RequestState.EN_ROUTE,
    "arrived": RequestState.ARRIVED,
    "started": RequestState.ARRIVED,
    "finished": RequestState.FIXED,
    "could_not_finish": RequestState.ARRIVED,
}
TOLD = {
    "en_route": "engineer_set_out",
    "arrived": "engineer_arrived",
    "started": "work_started",
    "finished": "work_finished",
    "could_not_finish": "work_not_finished",
}
SKEW_FLAGGED = timedelta(minutes=2)


class VisitReport(Record):
    """What an engineer's device reports about one visit."""

    event_id: Identifier | None = Field(
        default=None, description="Made by the device; the same report always has the same id."
    )
    type: Literal["en_route", "arrived", "started", "finished", "could_not_finish"]
    occurred_at: Instant = Field(description="By the clock of the device.")
    engineer: Identifier | None = Field(
        default=None, description="Who reports; engineers may leave it out."
    )
    device_id: Annotated[Identifier, Field(max_length=100)] | None = None
    device_epoch: Annotated[int, Field(strict=True, ge=0, le=10**9)] = 0
    seq: Annotated[int, Field(strict=True, ge=0, le=10**9)] | None = Field(
        default=None, description="Grows by one with every report of the device."
    )
    note: LongText = ""
    reason: LongText = ""
    parts_used: dict[Identifier, Annotated[Pieces, Field(ge=1)]] = Field(
        default={}, max_length=100, description="Taken from the van."
    )
    position: Coordinates | None = None


@dataclass(frozen=True, slots=True)
class VisitReportOutcome:
    """What became of a report.

    Parameters
    ----------
    event_id
        Under which it is kept.
    outcome
        ``applied``, ``duplicate``, ``conflict`` (kept for a person) or ``noted`` (late, but
        nothing to change).
    visit_state
        State of the visit now.
    message
        Why it was not applied; empty otherwise.
    """

    event_id: str
    outcome: str
    visit_state: str
    message: str = ""


def record_report(
    work: UnitOfWork, visit: str, report: VisitReport, *, engineer: str | None, event_id: str
) -> VisitReportOutcome:
    """Keep a report and let it have its effects.

    Parameters
    ----------
    work
        The transaction.
    visit
        Id of the visit.
    report
        As it came in.
    engineer
        Who is signed in as an engineer; None: somebody in the office reports for one.
    event_id
        The report's own id, or the idempotency key it came under.

    Raises
    ------
    NotFound
        When there is no such visit, or it is none of this engineer's.
    """
    row = work.catalogue.get(VisitRow, visit)
    sent = {one.engineer_id for one in work.plans.assignments_of(visit)}
    earlier = {one.engineer_id for one in work.work.reports(visit)}
    if engineer is not None and engineer not in sent | earlier:
        raise NotFound("visit", visit)
    known = work.work.report(event_id)
    if known is not None:
        if known.visit_id != visit or known.type != report.type:
            raise Conflict(f"report {event_id!r}: known with another visit or type")
        return VisitReportOutcome(event_id, "duplicate", row.state)
    who = engineer or report.engineer or next(iter(sorted(sent)), None)
    outcome, message = _apply(work, row, report, who)
    skew = abs(report.occurred_at - work.now)
    work.work.add_report(
        VisitEventRow(
            event_id=event_id,
            visit_id=visit,
            engineer_id=who,
            device_id=report.device_id or "",
            device_epoch=report.device_epoch,
            device_seq=report.seq,
            type=report.type,
            occurred_at=report.occurred_at,
            received_at=work.now,
            outcome=outcome,
            details=_details(report) | ({"skewed": True} if skew > SKEW_FLAGGED else {}),
        )
    )
    settings = company_settings(work)
    work.tell(
        TOLD[report.type],
        visit,
        {
            "engineer": who,
            "occurred_at": settings.local(report.occurred_at).isoformat(),
            "outcome": outcome,
            "request": row.request_id,
        },
    )
    return VisitReportOutcome(event_id, outcome, row.state, message)


def _details(report: VisitReport) -> dict[str, Any]:
    return {
        "note": report.note,
        "reason": report.reason,
        "parts_used": dict(report.parts_used),
    }


def _apply(
    work: UnitOfWork, row: VisitRow, report: VisitReport, who: str | None
) -> tuple[str, str]:
    if row.state == "cancelled":
        return "conflict", "the visit was cancelled"
    if RANK[report.type] < RANK[row.state]:
        # An earlier step that arrives after a later one is history, not news.
        return "noted", f"the visit is {row.state} already"
    if RANK[report.type] == RANK[row.state]:
        same = report.type == row.state
        return ("noted", "known already") if same else ("conflict", f"the visit is {row.state}")
    at = min(report.occurred_at, work.now)
    try:
        _move_request(work, row, report.type, at)
    except TransitionRefused as error:
        return "conflict", error.message
    values: dict[str, Any] = {"state": report.type}
    if row.started_at is None and report.type in ("started", "finished", "could_not_finish"):
        values["started_at"] = at
    if report.type in ("finished", "could_not_finish"):
        values["finished_at"] = at
    if report.type == "en_route":
        values["promise_stage"] = "en_route" if row.promise_start is not None else None
    work.catalogue.change(row, values)
    if report.type == "finished":
        _complete(work, row, at)
    if who is not None and report.parts_used:
        _use_parts(work, who, report)
    return "applied", ""


def _move_request(work: UnitOfWork, row: VisitRow, type_: str, at: datetime) -> None:
    if row.request_id is None or row.kind != "corrective":
        if row.request_id is not None and row.kind == "delivery" and type_ == "finished":
            request = work.catalogue.get(RequestRow, row.request_id)
            work.catalogue.change(request, {"loaner_at": at})
        return
    target = REACHED[type_]
    changed = change_request(work, row.request_id, lambda one, now: one.advance(target, now), at=at)
    if type_ == "could_not_finish":
        changed = change_request(
            work, row.request_id, lambda one, now: one.take(Step.LEAVE_UNFIXED, now), at=at
        )
        ensure_request_visit(work, rows.request_of(changed))


def _complete(work: UnitOfWork, row: VisitRow, at: datetime) -> None:
    """A finished round starts the count of the next one."""
    if row.kind != "maintenance" or row.equipment_id is None:
        return
    piece = work.catalogue.get(EquipmentRow, row.equipment_id)
    day = company_settings(work).local_day(at)
    if piece.last_maintenance is None or piece.last_maintenance < day:
        work.catalogue.change(piece, {"last_maintenance": max(day, piece.installed)})
        work.tell("maintenance_completed", row.id, {"equipment": piece.id, "day": day.isoformat()})


def _use_parts(work: UnitOfWork, engineer: str, report: VisitReport) -> None:
    row = work.catalogue.find(EngineerRow, engineer)
    if row is None:
        return
    van = dict(row.van_stock)
    for part, quantity in report.parts_used.items():
        # What the van should not have had was in it all the same; the count never goes below 0.
        van[part] = max(0, van.get(part, 0) - quantity)
        work.tell("part_used", part, {"engineer": engineer, "quantity": quantity})
    work.catalogue.change(row, {"van_stock": {part: n for part, n in van.items() if n}})
