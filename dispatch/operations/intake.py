"""A request comes in: its row, its clocks, its visit and the fact, in one transaction."""

from __future__ import annotations

from datetime import timedelta
from typing import Annotated, Literal

from pydantic import Field

from dispatch.domain.request import Request
from dispatch.domain.request_visits import visit_id
from dispatch.domain.severity import Severity
from dispatch.errors import Conflict, InputError
from dispatch.operations.records.base import Identifier, LongText, Moment, Name, Record
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import (
    EquipmentRow,
    RequestRow,
    SiteRow,
    VisitRow,
)

__all__ = [
    "RequestRecord",
    "ensure_request_visit",
    "report",
]

REPEAT_WITHIN = timedelta(days=30)
SOLVED = ("fixed", "confirmed", "resolved_remotely")
CLOCK_SKEW = timedelta(minutes=5)


class RequestRecord(Record):
    """What a customer reports."""

    id: Identifier | None = Field(default=None, description="Given when left out.")
    site: Identifier
    equipment: Identifier | None = None
    fault: Identifier | None = Field(
        default=None, description="Code of the fault in the catalogue of the equipment's type."
    )
    severity: Literal["critical", "major", "minor", "consultation"]
    summary: Annotated[LongText, Field(min_length=1)]
    summary_en: LongText = ""
    reported_at: Moment | None = Field(default=None, description="Now when left out.")
    repeat_of: Identifier | None = Field(
        default=None,
        description="Request whose repair did not hold; when left out, the last one about the"
        " same fault of the same equipment that was solved in the 30 days before.",
    )
    external_id: Annotated[Name, Field(max_length=200)] | None = Field(
        default=None, description="The reporter's own number; each only once."
    )


def report(work: UnitOfWork, record: RequestRecord) -> RequestRow:
    """Take a request in.

    Raises
    ------
    InputError
        When it refers to something unknown, or was reported in the future.
    Conflict
        When its id or its external id is known already.
    """
    _require_known(work, record)
    if record.external_id is not None and work.work.request_called(record.external_id):
        raise Conflict(f"request: external_id {record.external_id!r} is known already")
    number = 0 if record.id else work.log.take_numbers(1, counter="request")
    request = Request(
        id=record.id or f"R-{number:06d}",
        site=record.site,
        severity=Severity(record.severity),
        reported_at=record.reported_at or work.now,
        equipment=record.equipment,
        fault=record.fault,
        summary=record.summary,
        summary_en=record.summary_en,
        repeat_of=record.repeat_of or _earlier(work, record),
    )
    values = rows.request_values(request)
    row = work.catalogue.add(RequestRow(**values, external_id=record.external_id))
    ensure_request_visit(work, request)
    told = {"severity": row.severity, "site": row.site_id, "repeat_of": row.repeat_of}
    work.tell("request_reported", row.id, told)
    return row


def _earlier(work: UnitOfWork, record: RequestRecord) -> str | None:
    """Find the request whose repair did not hold."""
    if record.equipment is None or record.fault is None:
        return None
    since = (record.reported_at or work.now) - REPEAT_WITHIN
    found = work.service.candidates_for_repeat(record.equipment, record.fault, since)
    return next((row.id for row in found if row.state in SOLVED and row.id != record.id), None)


def _require_known(work: UnitOfWork, record: RequestRecord) -> None:
    reported = record.reported_at
    if reported is not None and reported > work.now + CLOCK_SKEW:
        raise InputError.at("/reported_at", reported.isoformat(), "a time that is not to come")
    site = work.catalogue.find(SiteRow, record.site)
    if site is None:
        raise InputError.at("/site", record.site, "id of a known site")
    if record.equipment is not None:
        piece = work.catalogue.find(EquipmentRow, record.equipment)
        if piece is None or piece.site_id != site.id:
            raise InputError.at(
                "/equipment", record.equipment, f"id of equipment at site {site.id}"
            )
    if record.repeat_of is not None and work.catalogue.find(RequestRow, record.repeat_of) is None:
        raise InputError.at("/repeat_of", record.repeat_of, "id of a known request")


def ensure_request_visit(work: UnitOfWork, request: Request) -> VisitRow | None:
    """Find or write the visit a request needs now; None when nobody drives for it."""
    if request.severity is Severity.CONSULTATION or not request.state.is_open:
        return None
    id = visit_id(request)
    row = work.catalogue.find(VisitRow, id)
    if row is not None:
        return row
    return work.catalogue.add(
        VisitRow(
            id=id,
            kind="corrective",
            request_id=request.id,
            equipment_id=request.equipment,
            site_id=request.site,
            title=request.summary[:200],
            state="open",
        )
    )
