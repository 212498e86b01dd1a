"""Routes, visits, reports and positions as answers."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.records.base import Coordinates, Day, Instant

__all__ = ["PositionKeptOut", "PositionOut", "ReportOut", "ReportsOut", "RouteOut", "VisitOut"]


class RouteOut(Out):
    """What one engineer does on one day."""

    engineer: str
    date: Day
    plan_version: int | None = Field(description="null when nothing is planned.")
    routes: list[dict[str, Any]] = Field(
        description="Routes of the plan file; each visit and pickup with its place, title, state."
    )


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
    en_route_at: Instant | None
    arrived_at: Instant | None
    started_at: Instant | None
    finished_at: Instant | None
    engineers: list[str] = Field(description="Who is sent by the current plan.")


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
