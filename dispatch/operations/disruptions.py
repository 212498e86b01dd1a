"""Somebody falls ill, a van breaks down: one call, one event, and the day is repaired."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import Field

from dispatch.domain.disruption import DisruptionKind
from dispatch.errors import Conflict, InputError, Issue
from dispatch.operations.company import company_settings
from dispatch.operations.records.base import Identifier, Instant, LongText, Pieces, Record
from dispatch.operations.replanning import ReplanOrder, replan_after, start_replan
from dispatch.operations.runs import DEFAULT_REGION, parameters_of
from dispatch.store import UnitOfWork
from dispatch.store.tables import (
    DepotRow,
    DisruptionRow,
    EngineerRow,
    PartRow,
    RunRow,
    SiteRow,
    VisitRow,
)

__all__ = [
    "DisruptionRecord",
    "Repair",
    "lift_disruption",
    "report_disruption",
    "suppose_disruption",
    "supposed_row",
    "tell_supposed",
]

LONGEST_OVERRUN_MIN = 24 * 60


class DisruptionRecord(Record):
    """What went wrong."""

    kind: Literal[
        "engineer_absent", "van_broken_down", "part_missing", "visit_overrun", "site_closed"
    ]
    subject: Identifier = Field(
        description="Id of the engineer (absent, van), of the depot or engineer that lacks the"
        " part, of the visit that overruns, or of the site that is closed."
    )
    start: Instant | None = Field(default=None, description="Now when left out.")
    until: Instant | None = Field(
        default=None, description="Of people, vans and sites; null: until it is lifted."
    )
    minutes: Annotated[int, Field(strict=True, ge=1, le=LONGEST_OVERRUN_MIN)] | None = Field(
        default=None, description="How much longer the visit takes."
    )
    parts: dict[Identifier, Annotated[Pieces, Field(ge=1)]] = Field(
        default={}, max_length=100, description="Pieces that are missing."
    )
    note: LongText = ""
    region: Identifier = Field(default=DEFAULT_REGION, description="Whose day is planned anew.")


@dataclass(frozen=True, slots=True)
class Repair:
    """A disruption that was told, and the run that repairs the day (None: the policy has none)."""

    row: DisruptionRow
    run: RunRow | None


def report_disruption(work: UnitOfWork, record: DisruptionRecord) -> Repair:
    """Keep a disruption and start the repair that the policy wants.

    Raises
    ------
    InputError
        When its subject is unknown, or it lacks what its kind needs.
    """
    _require_sense(work, record)
    row = _row(work, record)
    work.catalogue.add(row)
    run = replan_after(work, f"{record.kind} {record.subject}", region=record.region)
    _tell(work, row, record, None if run is None else run.id)
    return Repair(row, run)


def suppose_disruption(work: UnitOfWork, record: DisruptionRecord, order: ReplanOrder) -> RunRow:
    """Find out how the day would be repaired; nothing is kept but the draft.

    Parameters
    ----------
    work
        The transaction.
    record
        What might go wrong.
    order
        How to plan.

    Raises
    ------
    InputError
        As in `report_disruption`.
    """
    _require_sense(work, record)
    start = record.start or company_settings(work).local(work.now)
    supposed = record.model_copy(update={"start": start}).model_dump(mode="json")
    cause = f"{record.kind} {record.subject} is supposed"
    return start_replan(work, order, cause=cause, supposed=(supposed,))


def supposed_row(work: UnitOfWork, supposed: Mapping[str, Any]) -> DisruptionRow:
    """The row of a supposed disruption, which is not in the database."""
    return _row(work, DisruptionRecord.model_validate(supposed))


def tell_supposed(work: UnitOfWork, run: RunRow) -> list[DisruptionRow]:
    """Keep what a run supposed, because it has happened; the run is its repair.

    Raises
    ------
    InputError
        Its subject is no longer known.
    """
    told = []
    for one in parameters_of(run).supposed:
        record = DisruptionRecord.model_validate(one)
        _require_sense(work, record)
        row = _row(work, record)
        work.catalogue.add(row)
        _tell(work, row, record, run.id)
        told.append(row)
    return told


def _row(work: UnitOfWork, record: DisruptionRecord) -> DisruptionRow:
    return DisruptionRow(
        id=str(uuid.uuid4()),
        kind=record.kind,
        subject=record.subject,
        start=record.start or work.now,
        until=record.until,
        details={"minutes": record.minutes or 0, "parts": dict(record.parts)},
        note=record.note,
        created_by=work.actor,
        created_at=work.now,
    )


def _tell(work: UnitOfWork, row: DisruptionRow, record: DisruptionRecord, run: str | None) -> None:
    payload = {
        "disruption": row.id,
        "start": row.start.isoformat(),
        "until": None if row.until is None else row.until.isoformat(),
        "minutes": record.minutes,
        "parts": dict(record.parts),
        "run": run,
    }
    work.tell(record.kind, record.subject, payload)


def _require_sense(work: UnitOfWork, record: DisruptionRecord) -> None:
    kind = DisruptionKind(record.kind)
    find, issues = work.catalogue.find, []
    known: object = find(EngineerRow, record.subject)
    expected = "id of a known engineer"
    if kind is DisruptionKind.PART_MISSING:
        known = known or find(DepotRow, record.subject)
        expected = "id of a known depot or engineer"
    elif kind is DisruptionKind.VISIT_OVERRUN:
        known, expected = find(VisitRow, record.subject), "id of a known visit"
    elif kind is DisruptionKind.SITE_CLOSED:
        known, expected = find(SiteRow, record.subject), "id of a known site"
    if known is None:
        issues.append(Issue("/subject", record.subject, expected))
    start = record.start or work.now
    if record.until is not None and record.until <= start:
        issues.append(Issue("/until", record.until.isoformat(), "a time after the start"))
    if (kind is DisruptionKind.VISIT_OVERRUN) != (record.minutes is not None):
        issues.append(Issue("/minutes", record.minutes, "minutes exactly for an overrun"))
    if (kind is DisruptionKind.PART_MISSING) != bool(record.parts):
        issues.append(Issue("/parts", dict(record.parts), "parts exactly for missing parts"))
    issues += [
        Issue(f"/parts/{part}", part, "id of a known part")
        for part in record.parts
        if find(PartRow, part) is None
    ]
    if issues:
        raise InputError(issues)


def lift_disruption(work: UnitOfWork, id: str, *, region: str = DEFAULT_REGION) -> Repair:
    """Note that it is over, and plan anew as the policy wants.

    Raises
    ------
    Conflict
        When it was lifted before.
    """
    row = work.catalogue.get(DisruptionRow, id)
    if row.lifted_at is not None:
        raise Conflict(f"disruption {id!r}: lifted already")
    work.catalogue.change(row, {"lifted_at": work.now})
    run = replan_after(work, f"{row.kind} {row.subject} is over", region=region)
    work.tell("disruption_lifted", row.subject, {"disruption": id, "kind": row.kind})
    return Repair(row, run)
