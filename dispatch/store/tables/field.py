"""What engineers confirm: the route they were shown, once for each one they have looked at."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Field, SQLModel

from dispatch.store.tables.base import LONGEST_ID, document, instant

__all__ = ["RouteConfirmationRow"]


class RouteConfirmationRow(SQLModel, table=True):
    """That an engineer has seen a route; ``stops`` is what was on it, for telling what changed."""

    __tablename__ = "route_confirmation"

    engineer_id: str = Field(primary_key=True, foreign_key="engineer.id", max_length=LONGEST_ID)
    day: date = Field(primary_key=True)
    fingerprint: str = Field(primary_key=True, max_length=64)
    plan_version: int | None = None
    stops: list[dict[str, Any]] = document()
    confirmed_by: str = Field(max_length=200)
    occurred_at: datetime = instant()
    received_at: datetime = instant()
