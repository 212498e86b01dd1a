"""Days of a simulation: local midnights, and seconds since the first of them."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, timezone, tzinfo
from zoneinfo import ZoneInfo

from dispatch.domain import Case
from dispatch.domain.local_time import instant_at, zone_named

__all__ = ["CalendarDays"]

SECOND = timedelta(seconds=1)


class CalendarDays:
    """Turns instants into whole seconds since the origin and back.

    Parameters
    ----------
    case
        Its planning window starts at the origin.
    zone
        IANA name; empty: the offset of the planning window.
    """

    def __init__(self, case: Case, zone: str) -> None:
        start = case.planning_window.start
        offset = start.utcoffset()
        assert offset is not None, "instants of the domain have an offset"
        self.zone: tzinfo = zone_named(zone) if zone else timezone(offset)
        self.origin = start.astimezone(self.zone)
        self._utc = start.astimezone(UTC)
        self.first: date = self.origin.date()

    def seconds(self, instant: datetime) -> int:
        """Seconds since the origin; negative before it."""
        return (instant.astimezone(UTC) - self._utc) // SECOND

    def instant(self, seconds: int) -> datetime:
        """The instant so many seconds after the origin, in local time."""
        return (self._utc + timedelta(seconds=seconds)).astimezone(self.zone)

    def date(self, day: int) -> date:
        """Local date of a day of the simulation, the first being 0."""
        return self.first + timedelta(days=day)

    def at(self, day: int, seconds_of_day: float) -> int:
        """Seconds since the origin at which the wall clock shows a time of a day."""
        # A day on which the clocks change is stretched or squeezed to its length.
        begin, end = self.midnight(day), self.midnight(day + 1)
        return begin + int(seconds_of_day * (end - begin) / 86_400)

    def midnight(self, day: int) -> int:
        """Seconds since the origin at which a local day begins; day 0 begins at the origin."""
        if day <= 0:
            return 0
        wall = self.date(day)
        if isinstance(self.zone, ZoneInfo):
            return self.seconds(instant_at(wall, time(0), self.zone))
        return self.seconds(datetime.combine(wall, time(0), tzinfo=self.zone))

    def moved(self, instant: datetime, days: int) -> datetime:
        """The same wall clock so many days later."""
        local = instant.astimezone(self.zone)
        return (local + timedelta(days=days)).astimezone(UTC).astimezone(self.zone)
