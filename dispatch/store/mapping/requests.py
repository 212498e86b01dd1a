"""Requests between rows and domain objects."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from dispatch.domain.clock import Pause, PauseReason
from dispatch.domain.request import Request, RequestState, Stage
from dispatch.domain.severity import Severity
from dispatch.store.tables import RequestRow

__all__ = ["request_of", "request_values"]


def request_of(row: RequestRow) -> Request:
    """Make the domain's request."""
    return Request(
        id=row.id,
        site=row.site_id,
        severity=Severity(row.severity),
        reported_at=row.reported_at,
        equipment=row.equipment_id,
        fault=row.fault,
        summary=row.summary,
        summary_en=row.summary_en,
        stages=tuple(
            Stage(RequestState(one["state"]), _read(one["at"]), one["inferred"])
            for one in row.stages
        ),
        pauses=tuple(
            Pause(
                PauseReason(one["reason"]),
                _read(one["start"]),
                None if one["end"] is None else _read(one["end"]),
            )
            for one in row.pauses
        ),
        replace_since=row.replace_since,
        loaner_at=row.loaner_at,
        repeat_of=row.repeat_of,
    )


def request_values(request: Request) -> dict[str, Any]:
    """Write a request as column values, its state among them for queries."""
    return {
        "id": request.id,
        "site_id": request.site,
        "equipment_id": request.equipment,
        "fault": request.fault,
        "severity": request.severity.value,
        "summary": request.summary,
        "summary_en": request.summary_en,
        "state": request.state.value,
        "reported_at": request.reported_at,
        "stages": [
            {"state": one.state.value, "at": _write(one.at), "inferred": one.inferred}
            for one in request.stages
        ],
        "pauses": [
            {
                "reason": one.reason.value,
                "start": _write(one.start),
                "end": None if one.end is None else _write(one.end),
            }
            for one in request.pauses
        ],
        "replace_since": request.replace_since,
        "loaner_at": request.loaner_at,
        "repeat_of": request.repeat_of,
    }


def _write(instant: datetime) -> str:
    return instant.astimezone(UTC).isoformat()


def _read(text: str) -> datetime:
    return datetime.fromisoformat(text)
