"""The figures of the SLA and quality report: what is counted, and which share is made of what.

Only counts and sums are kept, so the figures of a quarter are the sum of those of its weeks and
no share is ever averaged. `docs/reports.md` defines every word in the same order.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field, fields

__all__ = ["CLOCKS", "SATISFACTION_TARGET", "Figures", "Standing", "share"]

CLOCKS = ("acknowledge", "arrive", "replace", "fix")
SATISFACTION_TARGET = 0.9
MAINTENANCE_TARGET = 0.95


def share(part: float, whole: float) -> float | None:
    """A share from 0 on; None when there is nothing to be a share of."""
    return part / whole if whole else None


@dataclass(slots=True)
class Standing:
    """How one kind of clock was kept.

    Parameters
    ----------
    met, breached
        Clocks that were decided, one way or the other; one that runs past its deadline is.
    open
        Clocks that still run or are paused.
    waived
        Promises that fell away.
    """

    met: int = 0
    breached: int = 0
    open: int = 0
    waived: int = 0

    @property
    def on_time(self) -> float | None:
        """Share of the decided clocks that were met."""
        return share(self.met, self.met + self.breached)

    def add(self, other: Standing) -> None:
        """Count another one in."""
        self.met += other.met
        self.breached += other.breached
        self.open += other.open
        self.waived += other.waived


@dataclass(slots=True)
class Figures:
    """Counts and sums of one group.

    Parameters
    ----------
    requests, cancelled, remote
        Requests reported; of these, cancelled ones, and ones solved without a visit.
    repaired, first_time
        Of those reported, the ones repaired on site, and repaired at the first attempt.
    repeats
        Of those reported and not cancelled, the ones whose fault had been repaired before.
    visits, repeat_visits
        Corrective visits that arrived; of these, ones that had to come again.
    scores, score_sum, satisfied
        Scores given, their sum, and those of 4 and 5.
    shift_s, on_site_s, travel_s
        Seconds of shifts on days that are over, of work on site and of travel on those days.
    legs_travel_s, legs_on_site_s
        The same sums over visits whose setting out was reported, which alone have a travel.
    rounds, rounds_in_time
        Maintenance rounds decided, and those done within their tolerance.
    arrivals, arrive_s, fixes, fix_s
        Number and sum of the times from report to arrival, and from report to repair.
    clocks
        How the promises of the requests reported were kept, by kind of clock.
    """

    requests: int = 0
    cancelled: int = 0
    remote: int = 0
    repaired: int = 0
    first_time: int = 0
    repeats: int = 0
    visits: int = 0
    repeat_visits: int = 0
    scores: int = 0
    score_sum: int = 0
    satisfied: int = 0
    shift_s: int = 0
    on_site_s: int = 0
    travel_s: int = 0
    legs_travel_s: int = 0
    legs_on_site_s: int = 0
    rounds: int = 0
    rounds_in_time: int = 0
    arrivals: int = 0
    arrive_s: int = 0
    fixes: int = 0
    fix_s: int = 0
    clocks: dict[str, Standing] = field(
        default_factory=lambda: {name: Standing() for name in CLOCKS}
    )

    def add(self, other: Figures) -> None:
        """Count another group in."""
        for one in fields(self):
            if one.name != "clocks":
                setattr(self, one.name, getattr(self, one.name) + getattr(other, one.name))
        for name, standing in other.clocks.items():
            self.clocks[name].add(standing)

    @classmethod
    def sum(cls, groups: Iterable[Figures]) -> Figures:
        """All groups together."""
        total = cls()
        for one in groups:
            total.add(one)
        return total

    @property
    def first_time_fix(self) -> float | None:
        """Share of the repaired requests that were repaired at the first attempt."""
        return share(self.first_time, self.repaired)

    @property
    def repeat_share(self) -> float | None:
        """Share of the requests, cancelled ones left out, that report a fault again."""
        return share(self.repeats, self.requests - self.cancelled)

    @property
    def repeat_visit_share(self) -> float | None:
        """Share of the corrective visits that had to come again."""
        return share(self.repeat_visits, self.visits)

    @property
    def score_mean(self) -> float | None:
        """Mean score from 1 to 5."""
        return share(self.score_sum, self.scores)

    @property
    def satisfaction(self) -> float | None:
        """Share of the scores that are 4 or 5."""
        return share(self.satisfied, self.scores)

    @property
    def utilisation(self) -> float | None:
        """Share of the shift time spent on the road to customers and at work there."""
        return share(self.on_site_s + self.travel_s, self.shift_s)

    @property
    def travel_share(self) -> float | None:
        """Share of travel in travel and work, over visits whose setting out was reported."""
        return share(self.legs_travel_s, self.legs_travel_s + self.legs_on_site_s)

    @property
    def maintenance_in_time(self) -> float | None:
        """Share of the rounds that were done within their tolerance."""
        return share(self.rounds_in_time, self.rounds)

    @property
    def mean_arrive_s(self) -> float | None:
        """Mean seconds from report to arrival, by the calendar."""
        return share(self.arrive_s, self.arrivals)

    @property
    def mean_fix_s(self) -> float | None:
        """Mean seconds from report to repair, by the calendar."""
        return share(self.fix_s, self.fixes)
