"""One engineer's working block on one day, with its breaks."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from dispatch.domain.checks import require, require_aware, require_duration, require_id

__all__ = ["Break", "Shift"]


@dataclass(frozen=True, slots=True)
class Break:
    """A rest inside a shift; ``earliest`` and ``latest`` bound its start (contract 4a)."""

    earliest: datetime
    latest: datetime
    duration: timedelta

    def __post_init__(self) -> None:
        require_aware("earliest", self.earliest)
        require_aware("latest", self.latest)
        require(self.earliest <= self.latest, "latest", self.latest, "not before earliest")
        require_duration("duration", self.duration)


@dataclass(frozen=True, slots=True)
class Shift:
    """A working block (contract section 3, ``engineers[].shifts``).

    Parameters
    ----------
    id
        Unique over all engineers.
    start, end
        Regular hours; work after ``end`` is overtime.
    start_location
        Place it leaves from.
    end_location
        Place it returns to; left empty it becomes the start location.
    overtime_end
        Last instant at which the route may reach its end; None: ``end`` is the limit.
    max_travel
        Most travel of the whole route, the way home included; None: no bound.
    fixed_start
        Leave at ``start`` and count working time from there.
    breaks
        Rests of a used shift.
    """

    id: str
    start: datetime
    end: datetime
    start_location: str
    end_location: str = ""
    overtime_end: datetime | None = None
    max_travel: timedelta | None = None
    fixed_start: bool = False
    breaks: tuple[Break, ...] = ()

    def __post_init__(self) -> None:
        require_id("id", self.id)
        require_id("start_location", self.start_location)
        if not self.end_location:
            object.__setattr__(self, "end_location", self.start_location)
        require_aware("start", self.start)
        require_aware("end", self.end)
        require(self.start < self.end, "end", self.end, f"after start {self.start.isoformat()}")
        require_aware("overtime_end", self.overtime_end)
        require(self.limit >= self.end, "overtime_end", self.overtime_end, "not before end")
        require_duration("max_travel", self.max_travel)

    @property
    def limit(self) -> datetime:
        """Last instant at which a route of this shift may end."""
        return self.end if self.overtime_end is None else self.overtime_end
