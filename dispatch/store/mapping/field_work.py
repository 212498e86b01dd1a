"""Reports from the field between rows and domain objects."""

from __future__ import annotations

from datetime import timedelta

from dispatch.domain.field_report import FieldReport, ReportKind
from dispatch.store.tables import VisitEventRow

__all__ = ["field_report_of"]


def field_report_of(row: VisitEventRow) -> FieldReport:
    """Make the domain's report."""
    minutes = row.details.get("minutes_needed")
    return FieldReport(
        event_id=row.event_id,
        kind=ReportKind(row.type),
        occurred_at=row.occurred_at,
        received_at=row.received_at,
        device=row.device_id,
        epoch=row.device_epoch,
        seq=row.device_seq,
        parts_needed=dict(row.details.get("parts_needed", {})),
        needed=None if minutes is None else timedelta(minutes=minutes),
    )
