"""Somebody falls ill, a van breaks down: one call, one event, and the day is repaired."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from typing import Annotated, Literal

from pydantic import Field

from dispatch.domain.disruption import DisruptionKind
from dispatch.errors import Conflict, InputError, Issue
from dispatch.operations.records.base import Identifier, Instant, LongText, Pieces, Record
from dispatch.operations.replanning import replan_after
from dispatch.operations.runs import DEFAULT_REGION
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

__all__ = ["DisruptionRecord", "Repair", "lift_disruption", "report_disruption"]

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
    row = DisruptionRow(
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
    work.catalogue.add(row)
    run = replan_after(work, f"{record.kind} {record.subject}", region=record.region)
    work.tell(
        record.kind,
        record.subject,
        {
            "disruption": row.id,
            "start": row.start.isoformat(),
            "until": None if row.until is None else row.until.isoformat(),
            "minutes": record.minutes,
            "parts": dict(record.parts),
            "run": None if run is None else run.id,
        },
    )
    return Repair(row, run)


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
