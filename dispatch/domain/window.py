"""A stretch of time; both of its ends belong to it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.domain.checks import require, require_aware

__all__ = ["TimeWindow"]


@dataclass(frozen=True, slots=True)
class TimeWindow:
    """From ``start`` to ``end``, both included; a single instant is allowed."""

    start: datetime
    end: datetime

    def __post_init__(self) -> None:
        require_aware("start", self.start)
        require_aware("end", self.end)
        require(
            self.start <= self.end, "end", self.end, f"not before start {self.start.isoformat()}"
        )

    def __contains__(self, instant: datetime) -> bool:
        return self.start <= instant <= self.end

    @property
    def length(self) -> timedelta:
        """Time from start to end."""
        return self.end - self.start

    def overlaps(self, other: TimeWindow) -> bool:
        """Tell whether both windows share more than one instant."""
        return self.start < other.end and other.start < self.end
