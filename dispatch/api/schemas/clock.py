"""The clock as question and answer."""

from __future__ import annotations

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.records.base import Instant, Record

__all__ = ["ClockIn", "ClockOut"]


class ClockIn(Record):
    """Where the clock of a rehearsal is to stand."""

    now: Instant = Field(description="Not before the present one, and at most a day ahead.")


class ClockOut(Out):
    """What the service calls the present."""

    now: Instant
    rehearsal: bool = Field(description="Whether the clock stands still until it is moved.")
