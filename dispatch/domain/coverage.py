"""Coverage hours: when the clocks of a contract run."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dispatch.domain.local_time import elapsed, instant_at, to_utc, zone_named
from dispatch.domain.working_days import WorkingDays
from dispatch.errors import InputError

__all__ = ["CoverageHours"]

LONGEST_WALK = timedelta(days=3660)


@dataclass(frozen=True, slots=True)
class CoverageHours:
    """When the clocks of a contract run: around the clock, or in office hours.

    Office hours are read off the wall clock of `zone`; what is counted inside them is real
    time. A day on which the clocks change inside office hours is an hour shorter or longer.

    Parameters
    ----------
    zone
        IANA name of the zone whose wall clock counts.
    opens, closes
        Office hours of a working day; ``closes`` of 00:00 means the end of that day. Both are
        None for 24x7.
    working_days
        Which days count; ignored for 24x7.

    Notes
    -----
    When the clock shows the opening time twice the first counts, of two closing times the
    last; when it skips one, the instant of the skip counts.
    """

    zone: str = "Asia/Shanghai"
    opens: time | None = None
    closes: time | None = None
    working_days: WorkingDays = field(default_factory=WorkingDays)

    def __post_init__(self) -> None:
        zone_named(self.zone)
        if (self.opens is None) != (self.closes is None):
            raise InputError.at("/coverage", [self.opens, self.closes], "both hours or neither")
        if self.opens is not None and self.closes not in (None, time(0)):
            assert self.closes is not None
            if self.opens >= self.closes:
                raise InputError.at(
                    "/coverage/closes", str(self.closes), f"a time after {self.opens}"
                )

    @classmethod
    def always(cls, zone: str = "Asia/Shanghai") -> CoverageHours:
        """Around the clock, every day."""
        return cls(zone=zone)

    @classmethod
    def office(
        cls,
        zone: str = "Asia/Shanghai",
        country: str | None = "CN",
        opens: time = time(9),
        closes: time = time(18),
    ) -> CoverageHours:
        """Office hours (09:00 to 18:00) on the working days of a country."""
        return cls(zone, opens, closes, WorkingDays(country))

    @property
    def is_always(self) -> bool:
        """Whether this is 24x7."""
        return self.opens is None

    def intervals(self, start: datetime) -> Iterator[tuple[datetime, datetime]]:
        """Yield the covered stretches from `start` on, in UTC, in order, without end.

        Raises
        ------
        InputError
            When ten years pass without a covered second.
        """
        at = to_utc(start, "start")
        if self.opens is None or self.closes is None:
            yield at, datetime.max.replace(tzinfo=UTC)
            return
        zone = zone_named(self.zone)
        day = at.astimezone(zone).date()
        last_found = at
        while at - last_found < LONGEST_WALK:
            hours, midnight = _day_of(self.opens, self.closes, self.working_days, zone, day)
            if hours is not None and max(hours[0], at) < hours[1]:
                yield max(hours[0], at), hours[1]
                last_found = at = hours[1]
            day += timedelta(days=1)
            at = max(at, midnight)
        raise InputError.at("/coverage", self.zone, "hours that cover a second within ten years")

    def covers(self, at: datetime) -> bool:
        """Whether the clocks run at that instant (opening included, closing excluded)."""
        start, _ = next(self.intervals(at))
        return start == at.astimezone(UTC)

    def elapsed(self, start: datetime, end: datetime) -> timedelta:
        """Covered time between two instants; nothing when `end` is not after `start`."""
        total = timedelta()
        finish = to_utc(end, "end")
        if finish <= to_utc(start, "start"):
            return total
        for opening, closing in self.intervals(start):
            if opening >= finish:
                break
            total += elapsed(opening, min(closing, finish))
            if closing >= finish:
                break
        return total

    def after(self, start: datetime, limit: timedelta) -> datetime:
        """Find the instant at which `limit` of covered time has passed since `start`.

        Parameters
        ----------
        start
            When the clock was started, covered or not.
        limit
            Covered time to pass, zero or more.

        Returns
        -------
        datetime
            In UTC: the earliest such instant. One hour from Friday 17:00 in office hours is
            Friday 18:00, not Monday 09:00; nothing at all is `start` itself.
        """
        if limit < timedelta():
            raise InputError.at("/limit", str(limit), "a duration of zero or more")
        if not limit:
            return to_utc(start, "start")
        left = limit
        for opening, closing in self.intervals(start):
            if elapsed(opening, closing) >= left:
                return opening + left
            left -= elapsed(opening, closing)
        raise AssertionError("intervals() never ends")


@lru_cache(maxsize=4096)
def _day_of(
    opens: time, closes: time, working_days: WorkingDays, zone: ZoneInfo, day: date
) -> tuple[tuple[datetime, datetime] | None, datetime]:
    """Opening and closing of a day (None: neither), and when it ends; every clock asks for them."""
    after = day + timedelta(days=1)
    midnight = instant_at(after, time(0), zone)
    if not working_days.is_working_day(day):
        return None, midnight
    ends_at_midnight = closes == time(0)
    closing = instant_at(
        after if ends_at_midnight else day, closes, zone, last=not ends_at_midnight
    )
    return (instant_at(day, opens, zone), closing), midnight
