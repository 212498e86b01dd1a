"""Where a customer's equipment stands, and when one may come in."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime, time, timedelta

from dispatch.domain.checks import require, require_id
from dispatch.domain.local_time import instant_at, to_utc, zone_named
from dispatch.domain.location import Location
from dispatch.domain.window import TimeWindow
from dispatch.domain.working_days import WorkingDays

__all__ = ["Access", "Site"]

LOOK_AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Access:
    """When an engineer may start work at a site.

    Parameters
    ----------
    opens, closes
        First and last local time at which work may start; both None: at any time.
    every_day
        Whether the hours hold on weekends and holidays too, or on working days only.
    """

    opens: time | None = None
    closes: time | None = None
    every_day: bool = False

    def __post_init__(self) -> None:
        require((self.opens is None) == (self.closes is None), "closes", self.closes, "both hours")
        if self.opens is not None and self.closes is not None:
            ordered = self.opens < self.closes
            require(ordered, "closes", self.closes.isoformat(), f"a time after {self.opens}")


@dataclass(frozen=True, slots=True)
class Site:
    """A customer's premises.

    Parameters
    ----------
    id, contract
        Its id, and that of the contract that covers it.
    location
        Where it is; the location has an id of its own.
    name, name_en, address
        As written, and the name in Latin letters.
    territory
        Region for reports.
    access
        When work may start there.
    zone, working_days
        Whose wall clock and which working days the access hours mean.
    """

    id: str
    contract: str
    location: Location
    name: str = ""
    name_en: str = ""
    address: str = ""
    territory: str | None = None
    access: Access = Access()
    zone: str = "Asia/Shanghai"
    working_days: WorkingDays = field(default_factory=WorkingDays)

    def __post_init__(self) -> None:
        require_id("id", self.id)
        require_id("contract", self.contract)
        zone_named(self.zone)

    def access_windows(self, start: datetime, end: datetime) -> tuple[TimeWindow, ...]:
        """List when work may start between two instants.

        Returns
        -------
        tuple of TimeWindow
            Clipped to the two instants and in order; empty when nobody comes in. A site that
            is always open has one window, the whole stretch.
        """
        return tuple(self._windows(to_utc(start, "start"), to_utc(end, "end")))

    def access_or_next(self, window: TimeWindow) -> tuple[TimeWindow, ...]:
        """List when work may start within a window, or else when it may start next.

        No window at all would mean "at any time", so a site that stays closed all along gets
        its next window afterwards; a planner then tells the true reason why nobody goes there.
        """
        inside = self.access_windows(window.start, window.end)
        return inside or self.access_windows(window.end, window.end + LOOK_AHEAD)[:1]

    def _windows(self, start: datetime, end: datetime) -> Iterator[TimeWindow]:
        if self.access.opens is None or self.access.closes is None:
            yield TimeWindow(start, end)
            return
        zone = zone_named(self.zone)
        day = start.astimezone(zone).date()
        while instant_at(day, time(0), zone) <= end:
            if self.access.every_day or self.working_days.is_working_day(day):
                opening = max(start, instant_at(day, self.access.opens, zone))
                closing = min(end, instant_at(day, self.access.closes, zone, last=True))
                if opening <= closing:
                    yield TimeWindow(opening, closing)
            day += timedelta(days=1)
