"""Depots of a simulation: pieces are fetched, and come again after a while."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dispatch.domain import Depot, Inbound, TimeWindow
from dispatch.simulation.calendar_days import CalendarDays

__all__ = ["Shelves"]

DAY = 86_400


class Shelves:
    """What lies in the depots, and what is on its way to them.

    Parameters
    ----------
    depots
        As in the case.
    calendar
        For the times of deliveries.
    lead
        Seconds until a piece that was taken lies there again; None: it never does.
    """

    def __init__(self, depots: Sequence[Depot], calendar: CalendarDays, lead: int | None) -> None:
        self.depots, self.calendar, self.lead = tuple(depots), calendar, lead
        self.stock: dict[str, dict[str, int | None] | None] = {
            one.id: None if one.stock is None else dict(one.stock) for one in depots
        }
        self.coming: list[tuple[int, str, str, int]] = sorted(
            (calendar.seconds(came.available_from), one.id, came.part, came.quantity)
            for one in depots
            for came in one.inbound
        )
        self.by_id = {one.id: one for one in depots}
        self.opening = {
            one.id: tuple((calendar.seconds(w.start), calendar.seconds(w.end)) for w in one.opening)
            for one in depots
        }

    def receive(self, now: int) -> None:
        """Put on the shelves what has come by now."""
        while self.coming and self.coming[0][0] <= now:
            _, depot, part, many = self.coming.pop(0)
            shelf = self.stock[depot]
            if shelf is not None:
                have = shelf.get(part, 0)
                shelf[part] = None if have is None else have + many

    def has(self, depot: str, parts: Mapping[str, int]) -> bool:
        """Whether all of it lies there now."""
        return all(self.left(depot, part) >= many for part, many in parts.items())

    def left(self, depot: str, part: str) -> float:
        """Pieces of a part; infinite without limit."""
        shelf = self.stock[depot]
        have = None if shelf is None else shelf.get(part, 0)
        return float("inf") if have is None else have

    def take(self, depot: str, part: str, wanted: int, now: int) -> int:
        """Take as many pieces as there are, up to those wanted; their successors are ordered."""
        taken = int(min(wanted, self.left(depot, part)))
        shelf = self.stock[depot]
        if taken and shelf is not None and shelf.get(part, 0) is not None:
            shelf[part] = int(self.left(depot, part)) - taken
            if self.lead is not None:
                self.coming.append((now + self.lead, depot, part, taken))
                self.coming.sort()
        return taken

    def opens(self, depot: str, at: int) -> int | None:
        """First second from an instant on at which a pickup fits into the opening; None: never.

        The opening of the days in the case repeats every day where the case tells no later ones.
        """
        if not self.opening[depot]:
            return at
        length = int(self.by_id[depot].pickup_duration.total_seconds())
        spans = self._spans(depot, at, at + 8 * DAY)
        return min(
            (max(at, low) for low, high in spans if max(at, low) + length <= high), default=None
        )

    def _spans(self, depot: str, now: int, until: int) -> list[tuple[int, int]]:
        """Opening windows that touch a stretch of time, the days of the case repeated."""
        windows = self.opening[depot]
        first, last = min(low for low, _ in windows), max(high for _, high in windows)
        cycle = max(1, -(-(last - first) // DAY)) * DAY
        found = []
        for low, high in windows:
            again = max(0, (now - high) // cycle * cycle)
            while low + again < until:
                if high + again > now:
                    found.append((low + again, high + again))
                again += cycle
        return sorted(found)

    def as_depots(self, now: int, until: int) -> tuple[Depot, ...]:
        """The depots as the planner may know them now."""
        coming: dict[str, list[Inbound]] = {}
        for at, depot, part, many in self.coming:
            if at < until:
                came = Inbound(part, many, self.calendar.instant(max(at, now)))
                coming.setdefault(depot, []).append(came)
        return tuple(
            replace(
                one,
                stock=self.stock[one.id],
                inbound=tuple(coming.get(one.id, ())),
                opening=self._opening(one, now, until),
            )
            for one in self.depots
        )

    def _opening(self, depot: Depot, now: int, until: int) -> tuple[TimeWindow, ...]:
        if not self.opening[depot.id]:
            return ()
        spans = self._spans(depot.id, now, until)
        # No window at all would mean that the depot is always open.
        spans = spans or self._spans(depot.id, until, until + 8 * DAY)[:1]
        return tuple(
            TimeWindow(self.calendar.instant(low), self.calendar.instant(high))
            for low, high in spans
        )
