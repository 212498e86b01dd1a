"""Complaints and service reports as answers."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.api.schemas.requests import ClockOut, clock_out
from dispatch.operations.complaints import ComplaintView
from dispatch.operations.records.base import Instant
from dispatch.operations.service_reports import ServiceReportView

__all__ = ["ComplaintOut", "ServiceReportOut", "complaint_out", "service_report_out"]


class ComplaintOut(Out):
    """A complaint with its promises."""

    id: str
    version: int
    contract: str
    site: str | None
    request: str | None
    text: str
    state: str = Field(description="raised, contacted, proposed, done or closed.")
    raised_at: Instant
    contacted_at: Instant | None
    proposed_at: Instant | None
    done_at: Instant | None
    closed_at: Instant | None
    notes: list[dict[str, Any]] = Field(description="Each step with its time, author and note.")
    clocks: list[ClockOut]


class ServiceReportOut(Out):
    """What was done at a visit."""

    visit: str
    request: str | None
    text: str
    photos: list[str]
    signed_by: str
    written_by: str
    written_at: Instant
    engineers: list[str]
    arrived_at: Instant | None
    finished_at: Instant | None
    outcome: str = Field(description="State of the visit.")
    parts_used: dict[str, int] = Field(description="Summed over all reports from the field.")
    parts_returned: dict[str, int]


def complaint_out(view: ComplaintView) -> ComplaintOut:
    """Write a complaint as an answer."""
    row = view.row
    return ComplaintOut(
        id=row.id,
        version=row.version,
        contract=row.contract_id,
        site=row.site_id,
        request=row.request_id,
        text=row.text,
        state=view.state,
        raised_at=row.raised_at,
        contacted_at=row.contacted_at,
        proposed_at=row.proposed_at,
        done_at=row.done_at,
        closed_at=row.closed_at,
        notes=row.notes,
        clocks=[clock_out(one) for one in view.clocks],
    )


def service_report_out(view: ServiceReportView) -> ServiceReportOut:
    """Write a service report as an answer."""
    row = view.row
    return ServiceReportOut(
        visit=row.visit_id,
        request=row.request_id,
        text=row.text,
        photos=row.photos,
        signed_by=row.signed_by,
        written_by=row.written_by,
        written_at=row.written_at,
        engineers=list(view.engineers),
        arrived_at=view.arrived_at,
        finished_at=view.finished_at,
        outcome=view.outcome,
        parts_used=view.parts_used,
        parts_returned=view.parts_returned,
    )
