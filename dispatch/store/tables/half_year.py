"""Calendars of maintenance levelled over a half-year."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Field

from dispatch.store.tables.base import Versioned, document, instant

__all__ = ["HalfYearRow"]


class HalfYearRow(Versioned, table=True):
    """One levelled calendar; the newest is the one that days are planned by."""

    __tablename__ = "half_year"

    made_at: datetime = instant()
    made_by: str = Field(max_length=200)
    starts_on: date
    weeks: int
    calendar: dict[str, Any] = document(dict)
