"""Reports from the field: en route, arrived, started, finished, could not finish.

Every report is kept with both clocks. What it means for the visit and its request is a fold
over all reports on the visit in an order of their own (`dispatch.domain.field_report`), so
reports that come late, twice or in the wrong order leave the same state. A decision of the
office is not undone by a late report: what comes for a cancelled visit is kept as a conflict
for a person to look at, because work done is never thrown away.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Annotated, Any, Literal, Self

from pydantic import Field, model_validator

from dispatch.domain.field_report import ReportKind, VisitCourse
from dispatch.errors import Conflict, InputError, Issue, NotFound
from dispatch.operations.company import company_settings
from dispatch.operations.expected_times import refresh_shifts
from dispatch.operations.notify.giving import tell_on_the_way
from dispatch.operations.records.base import (
    Coordinates,
    Identifier,
    LongText,
    Moment,
    Name,
    Pieces,
    Record,
)
from dispatch.operations.request_retelling import course_of_visit, retell_request
from dispatch.operations.reservations import collect, collect_used
from dispatch.operations.van_stock import move_parts
from dispatch.operations.van_visits import collected_at_once, is_van_visit
from dispatch.store import UnitOfWork
from dispatch.store.tables import (
    EngineerRow,
    EquipmentRow,
    PartRow,
    RequestRow,
    VisitEventRow,
    VisitRow,
)

__all__ = [
    "VisitReport",
    "VisitReportOutcome",
    "examine_report",
    "keep_report",
    "record_report",
]

TOLD = {
    "en_route": "engineer_set_out",
    "arrived": "engineer_arrived",
    "started": "work_started",
    "finished": "work_finished",
    "could_not_finish": "work_not_finished",
}
SKEW_FLAGGED = timedelta(minutes=2)


PartsCount = Annotated[dict[Identifier, Annotated[Pieces, Field(ge=1)]], Field(max_length=100)]


class VisitReport(Record):
    """What an engineer's device reports about one visit."""

    event_id: Identifier | None = Field(
        default=None, description="Made by the device; the same report always has the same id."
    )
    type: Literal["en_route", "arrived", "started", "finished", "could_not_finish"]
    occurred_at: Moment = Field(description="By the clock of the device.")
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
    parts_used: PartsCount = Field(default={}, description="Built in, out of the van.")
    parts_returned: PartsCount = Field(default={}, description="Come back to the van.")
    parts_needed: PartsCount = Field(
        default={}, description="Missing to finish; with could_not_finish only."
    )
    minutes_needed: Annotated[int, Field(strict=True, ge=1, le=6000)] | None = Field(
        default=None, description="Time on site still needed; with could_not_finish only."
    )
    checklist: dict[Name, Literal["ok", "defect", "skipped"]] = Field(
        default={}, max_length=200, description="What was found at each point of the checklist."
    )
    position: Coordinates | None = None

    @model_validator(mode="after")
    def _asks_only_when_unfinished(self) -> Self:
        if self.type != "could_not_finish":
            for name in ("parts_needed", "minutes_needed"):
                if getattr(self, name):
                    raise ValueError(f"{name}: only with could_not_finish")
        return self


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


@dataclass(frozen=True, slots=True)
class ExaminedReport:
    """A report that nothing speaks against.

    Parameters
    ----------
    visit, report
        The visit, and what is said about it.
    row
        Under which it will be kept.
    is_known
        Whether it was kept before.
    """

    visit: VisitRow
    report: VisitReport
    row: VisitEventRow
    is_known: bool


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
    NotFound, Conflict, InputError
        As `examine_report`.
    """
    examined = examine_report(work, visit, report, engineer=engineer, event_id=event_id)
    return keep_report(work, examined)


def examine_report(
    work: UnitOfWork, visit: str, report: VisitReport, *, engineer: str | None, event_id: str
) -> ExaminedReport:
    """Look at a report before anything is written; parameters as in `record_report`.

    Raises
    ------
    NotFound
        When there is no such visit, or it is none of this engineer's.
    Conflict
        When another report is known by this id.
    InputError
        When it names an engineer or a part that nobody knows.
    """
    row = work.catalogue.get(VisitRow, visit)
    sent = {one.engineer_id for one in work.plans.assignments_of(visit)}
    earlier = {one.engineer_id for one in work.work.reports(visit)} | set(row.sent)
    if engineer is not None and engineer not in sent | earlier:
        raise NotFound("visit", visit)
    who = engineer or report.engineer or next(iter(sorted(sent)), None)
    kept = _kept(work, visit, report, who, event_id)
    known = work.work.report(event_id)
    if known is None:
        _require_known(work, report)
    elif _said(known) != _said(kept):
        raise Conflict(f"report {event_id!r}: known with other contents, expected an id of its own")
    return ExaminedReport(row, report, kept, known is not None)


def keep_report(work: UnitOfWork, examined: ExaminedReport) -> VisitReportOutcome:
    """Keep a report that was examined in the same transaction, once."""
    row, report, kept = examined.visit, examined.report, examined.row
    if examined.is_known:
        return VisitReportOutcome(kept.event_id, "duplicate", row.state)
    who = kept.engineer_id
    work.work.add_report(kept)
    outcome, message = _settle(work, row, report)
    kept.outcome = outcome
    if who is not None:
        if report.parts_used:
            collect_used(work, who, row.id, report.parts_used.keys())
        move_parts(work, who, row.id, used=report.parts_used, returned=report.parts_returned)
    _tell(work, row, report, who, outcome)
    if outcome == "applied":
        refresh_shifts(work, (one.shift_id for one in work.plans.assignments_of(row.id)))
        etas = [one for one in work.service.etas(visit=row.id) if one.engineer_id == who]
        if not is_van_visit(row):
            tell_on_the_way(work, row, who, etas[0] if etas else None)
    return VisitReportOutcome(kept.event_id, outcome, row.state, message)


def _kept(
    work: UnitOfWork, visit: str, report: VisitReport, who: str | None, event_id: str
) -> VisitEventRow:
    skew = abs(report.occurred_at - work.now)
    details: dict[str, Any] = {
        name: value
        for name in (
            "note",
            "reason",
            "parts_used",
            "parts_returned",
            "parts_needed",
            "minutes_needed",
            "checklist",
        )
        if (value := getattr(report, name)) or name in ("note", "reason", "parts_used")
    }
    return VisitEventRow(
        event_id=event_id,
        visit_id=visit,
        engineer_id=who,
        device_id=report.device_id or "",
        device_epoch=report.device_epoch,
        device_seq=report.seq,
        type=report.type,
        occurred_at=report.occurred_at,
        received_at=work.now,
        outcome="noted",
        details=details | ({"skewed": True} if skew > SKEW_FLAGGED else {}),
    )


def _said(row: VisitEventRow) -> tuple[object, ...]:
    """What a report says, whoever hands it in and whenever it comes."""
    details = {name: value for name, value in row.details.items() if name != "skewed"}
    device = row.device_id, row.device_epoch, row.device_seq
    return row.visit_id, row.type, row.occurred_at, device, details


def _require_known(work: UnitOfWork, report: VisitReport) -> None:
    """A slip in an id would be stock that never balances, or a visit that nobody can serve."""
    find, issues = work.catalogue.find, []
    if report.engineer is not None and find(EngineerRow, report.engineer) is None:
        issues.append(Issue("/engineer", report.engineer, "id of a known engineer"))
    for name in ("parts_used", "parts_returned", "parts_needed"):
        issues += [
            Issue(f"/{name}/{part}", part, "id of a known part")
            for part in getattr(report, name)
            if find(PartRow, part) is None
        ]
    if issues:
        raise InputError(issues)


def _tell(
    work: UnitOfWork, row: VisitRow, report: VisitReport, who: str | None, outcome: str
) -> None:
    told: dict[str, Any] = {
        "engineer": who,
        "occurred_at": company_settings(work).local(report.occurred_at).isoformat(),
        "outcome": outcome,
        "request": row.request_id,
        "visit_state": row.state,
    }
    if report.type == "could_not_finish":
        told |= {
            "reason": report.reason,
            "parts_needed": dict(report.parts_needed),
            "minutes_needed": report.minutes_needed,
        }
    work.tell(TOLD[report.type], row.id, told)


def _settle(work: UnitOfWork, row: VisitRow, report: VisitReport) -> tuple[str, str]:
    """Let the visit and its request be what all reports together say."""
    if row.state == "cancelled":
        return "conflict", "the visit was cancelled"
    course = course_of_visit(work, row.id)
    values = {
        "state": course.state,
        "en_route_at": course.en_route_at,
        "arrived_at": course.arrived_at,
        "started_at": course.started_at,
        "finished_at": course.ended_at,
    }
    if row.promise_start is not None:
        values["promise_stage"] = "en_route"
    moved = any(getattr(row, name) != value for name, value in values.items())
    if moved:
        work.catalogue.change(row, values)
        _let_follow(work, row, course)
    unfitting: frozenset[str] = frozenset()
    if row.request_id is not None and row.kind == "corrective":
        unfitting = retell_request(work, row.request_id)
    if row.id in unfitting:
        state = work.catalogue.get(RequestRow, row.request_id or "").state
        return "conflict", f"the request is {state}"
    if moved:
        return "applied", ""
    if course.is_contradicted and ReportKind(report.type).ends and report.type != row.state:
        return "conflict", f"the visit is {row.state}, as reported for a later time"
    return "noted", f"the visit is {row.state} already"


def _let_follow(work: UnitOfWork, row: VisitRow, course: VisitCourse) -> None:
    """Equipment and loans follow the visit, also back when it turns out not to be finished."""
    done = course.state == "finished" and course.ended_at is not None
    if done and is_van_visit(row):
        for laid in collected_at_once(work, row.id):
            with suppress(Conflict):
                collect(work, laid.id)
    if row.kind == "delivery" and row.request_id is not None:
        request = work.catalogue.get(RequestRow, row.request_id)
        work.catalogue.change(request, {"loaner_at": course.ended_at if done else None})
    if row.kind != "maintenance" or row.equipment_id is None:
        return
    piece = work.catalogue.get(EquipmentRow, row.equipment_id)
    if row.undo:
        before = row.undo["last_maintenance"]
        last = None if before is None else date.fromisoformat(before)
        work.catalogue.change(piece, {"last_maintenance": last})
        work.catalogue.change(row, {"undo": {}})
    if done and course.ended_at is not None:
        _complete(work, row, piece, course.ended_at)


def _complete(work: UnitOfWork, row: VisitRow, piece: EquipmentRow, at: datetime) -> None:
    """A finished round starts the count of the next one."""
    day = company_settings(work).local_day(at)
    if piece.last_maintenance is not None and piece.last_maintenance >= day:
        return
    before = piece.last_maintenance
    undo = {"last_maintenance": None if before is None else before.isoformat()}
    work.catalogue.change(row, {"undo": undo})
    work.catalogue.change(piece, {"last_maintenance": max(day, piece.installed)})
    work.tell("maintenance_completed", row.id, {"equipment": piece.id, "day": day.isoformat()})
