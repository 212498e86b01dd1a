"""Routes, visits, reports and positions as answers."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.records.base import Coordinates, Day, Instant
from dispatch.store.tables import EtaRow

__all__ = [
    "ExpectedOut",
    "ExpectedTimesOut",
    "PositionKeptOut",
    "PositionOut",
    "ReportOut",
    "ReportsOut",
    "RouteOut",
    "VisitOut",
    "expected_out",
]


class RouteOut(Out):
    """What one engineer does on one day."""

    engineer: str
    date: Day
    plan_version: int | None = Field(description="null when nothing is planned.")
    routes: list[dict[str, Any]] = Field(
        description="Routes of the plan file; each visit and pickup with its place, title, state."
    )


class DelayOut(Out):
    """What delays a route most."""

    code: str = Field(description="overrun, travel, late_departure or no_report.")
    visit: str | None
    seconds: int


class ExpectedOut(Out):
    """When a visit is expected to be reached."""

    visit: str
    engineer: str
    shift: str
    plan_version: int
    arrive: Instant
    start: Instant
    finish: Instant
    delay_s: int = Field(description="Later than planned; negative when earlier.")
    reason: DelayOut | None
    arrive_by: Instant | None = Field(description="Promised arrival; null without one.")
    late_s: int = Field(description="By how much the promise will be missed; 0 when kept.")


class ExpectedTimesOut(Out):
    """Expected times, by time."""

    items: list[ExpectedOut]


class VisitOut(Out):
    """A visit as it stands."""

    id: str
    kind: str
    state: str
    request: str | None
    equipment: str | None
    site: str
    title: str
    promise_start: Instant | None
    promise_end: Instant | None
    promise_stage: str | None = Field(
        default=None, description="published, notified, dispatched or en_route; moving it costs so."
    )
    en_route_at: Instant | None
    arrived_at: Instant | None
    started_at: Instant | None
    finished_at: Instant | None
    engineers: list[str] = Field(description="Who is sent by the current plan.")
    expected: list[ExpectedOut]


def expected_out(row: EtaRow) -> ExpectedOut:
    """Write an expected time as an answer."""
    return ExpectedOut(
        visit=row.visit_id,
        engineer=row.engineer_id,
        shift=row.shift_id,
        plan_version=row.plan_version,
        arrive=row.arrive,
        start=row.start,
        finish=row.finish,
        delay_s=row.delay_s,
        reason=DelayOut(**row.reason) if row.reason else None,
        arrive_by=row.arrive_by,
        late_s=row.late_s,
    )


class ReportOut(Out):
    """What became of a report."""

    event_id: str
    outcome: str = Field(description="applied, duplicate, noted or conflict.")
    visit_state: str
    message: str


class KeptReport(Out):
    """A report as it was kept."""

    event_id: str
    type: str
    engineer: str | None
    occurred_at: Instant
    received_at: Instant
    outcome: str
    details: dict[str, Any]


class ReportsOut(Out):
    """All reports on a visit."""

    items: list[KeptReport]


class PositionKeptOut(Out):
    """Whether a ping was kept."""

    kept: bool = Field(description="False when a newer one was known.")


class PositionOut(Out):
    """Where an engineer was last."""

    engineer: str
    position: Coordinates
    accuracy_m: float | None
    at: Instant
