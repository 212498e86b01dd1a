"""How a policy with something at stake tells the planner about deadlines.

A plan is made for expected times, and real days are longer and shorter. So deadlines are planned
for with time to spare, at the last moment at which anybody works, and waiting has its price.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from dispatch.domain import DueWindow, Priority, Visit
from dispatch.simulation.calendar_days import CalendarDays

__all__ = ["Deadlines"]

DAY = 86_400
SPARED, MOST_SPARE_S = 6, 5400
"""One part in so many of the time until a deadline is kept to spare, an hour and a half at most."""
LEAST_LEFT_S = 3600
"""What has less time left waits no dearer than this."""


@dataclass(frozen=True, slots=True)
class Deadlines:
    """Deadlines as a plan should see them.

    Parameters
    ----------
    calendar
        The days.
    now, until
        What is planned, in seconds since the origin.
    spans
        Begin and end of the shifts that are planned.
    stake
        Times its price that a breach weighs.
    """

    calendar: CalendarDays
    now: int
    until: int
    spans: Sequence[tuple[int, int]]
    stake: int

    def told(self, visit: Visit, arrive_by: int) -> dict[str, object]:
        """Fields of a visit with a promise that ends at a second, as the planner should see them.

        What is due while the plan lasts goes before what can wait: a plan leaves out the fewest
        visits, and would else leave out one that is due for two that are not.
        """
        sla = visit.sla
        assert sla is not None, "who asks has a promise"
        by = self._last_chance(visit, arrive_by)
        left = max(LEAST_LEFT_S, by - self.now)
        spare = min(MOST_SPARE_S, left // SPARED)
        changes: dict[str, object] = {
            "sla": replace(
                sla,
                arrive_by=self.calendar.instant(by - spare),
                breach_fee=self.stake * sla.breach_fee,
                lateness_per_hour=self.stake * sla.lateness_per_hour,
            )
        }
        if arrive_by < self.until and visit.priority is Priority.NORMAL:
            changes["priority"] = Priority.HIGH
        if visit.due is None:
            # Waiting uses up what a delay would need: all of the fee by the deadline.
            risk = self.stake * sla.breach_fee * DAY // left
            changes["due"] = DueWindow(ideal=self.calendar.instant(self.now), lateness_per_day=risk)
        return changes

    def _last_chance(self, visit: Visit, arrive_by: int) -> int:
        """Latest second at which somebody who works can begin, so that a deadline is kept."""
        if not self.now < arrive_by < self.until:
            return arrive_by
        length = visit.duration // timedelta(seconds=1)
        chances = (min(arrive_by, end - length) for start, end in self.spans if start <= arrive_by)
        found = max(chances, default=arrive_by)
        return found if found > self.now else arrive_by
