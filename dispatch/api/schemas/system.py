"""Health and key figures as answers."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dispatch.api.schemas.base import Out

__all__ = ["HealthOut", "KpisOut"]


class HealthOut(Out):
    """How the service is."""

    status: str = Field(description="ok, starting or failed.")
    demo: bool
    detail: str


class KpisOut(Out):
    """How the company stands."""

    plan_version: int | None
    plan: dict[str, Any] | None = Field(
        description="status, kpis and cost of the plan published last."
    )
    requests: dict[str, int] = Field(description="Requests by state.")
    open_clocks: dict[str, int] = Field(description="Clocks of open requests by state.")
    runs: dict[str, int] = Field(description="Runs by state.")
    quality: dict[str, float | None] = Field(
        description="arrive_on_time, first_time_fix, repeat_share, repeat_visit_share,"
        " satisfaction, utilisation, travel_share and maintenance_in_time of the last 28 local"
        " days, as in the report; null where there is nothing to be a share of."
    )
