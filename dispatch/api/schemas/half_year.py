"""The levelled half-year as an answer, and what is asked for."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.records.base import Day, Identifier, Record
from dispatch.store.tables import HalfYearRow

__all__ = ["HalfYearIn", "HalfYearOut", "half_year_out"]


class HalfYearIn(Record):
    """What is to be levelled."""

    start: Day | None = Field(default=None, description="A day of the first week.")
    weeks: int = Field(default=26, ge=1, le=60)
    territory: Identifier | None = None
    growth: float = Field(default=0.2, ge=0, le=10, description="For the question what slips.")
    corrective_share: float | None = Field(
        default=None, ge=0, le=1, description="Of the hours; as the past has it when left out."
    )
    time_limit_s: float = Field(default=10, gt=0, le=60)
    seed: int = Field(default=1, ge=0, lt=2**31)


class HalfYearOut(Out):
    """A stored calendar: weeks, rounds, figures, comparison, slips."""

    id: str
    made_at: datetime
    made_by: str
    calendar: dict[str, Any] = Field(description="See docs/half-year.md.")


def half_year_out(row: HalfYearRow) -> HalfYearOut:
    """Write a stored calendar as an answer."""
    return HalfYearOut(id=row.id, made_at=row.made_at, made_by=row.made_by, calendar=row.calendar)
