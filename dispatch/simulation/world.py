"""A world made ready for simulation, once for all replications: days, roster, rates, travel."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import numpy as np

from dispatch.domain import Location, SlaTerms, Visit
from dispatch.domain.demand_of_case import demand_of, type_of
from dispatch.simulation.calendar_days import SECOND, CalendarDays
from dispatch.simulation.futures import Arrivals
from dispatch.simulation.people import Wanted
from dispatch.simulation.roster import roster_of
from dispatch.simulation.study import StudyWorld
from dispatch.travel import TravelMatrix, TravelSource, source_for

__all__ = ["PreparedWorld"]


class PreparedWorld:
    """Everything about a world that no replication changes.

    Parameters
    ----------
    world
        Case, policy, price of the change.
    days
        How long a replication lasts.
    """

    def __init__(self, world: StudyWorld, days: int) -> None:
        self.world, self.case, self.days = world, world.case, days
        self.demand = demand_of(world.case)
        self.calendar = CalendarDays(world.case, self.demand.zone)
        self.roster = roster_of(world.case, self.calendar, days + 1)
        self.arrivals = Arrivals(self.demand, self.calendar)
        self.travel = KnownTravel(source_for(world.case.travel), world.case.locations)
        self.begin = 0 if world.case.now is None else self.calendar.seconds(world.case.now)
        self.end = self.calendar.midnight(days)
        self.horizon = self.calendar.midnight(days + 2)
        self.engineers = {one.id: one for one in world.case.engineers}
        reported = {one.visit: one.reported_at for one in self.demand.open_requests}
        self.backlog = tuple(
            self.wanted(visit, self._reported(visit, reported), fresh=False)
            for visit in world.case.visits
        )

    def _reported(self, visit: Visit, known: dict[str, datetime]) -> int:
        at = known.get(visit.id)
        return self.begin if at is None else min(self.begin, self.calendar.seconds(at))

    def wanted(self, visit: Visit, reported: int, *, fresh: bool, type: str = "") -> Wanted:  # noqa: A002
        """Say a visit in seconds since the origin."""
        seconds = self.calendar.seconds
        windows = sorted((seconds(one.start), seconds(one.end)) for one in visit.time_windows)
        due = visit.due
        if due is not None and (due.earliest is not None or due.latest is not None):
            low = 0 if due.earliest is None else seconds(due.earliest)
            high = self.horizon if due.latest is None else seconds(due.latest)
            given = windows or [(low, high)]
            windows = [(max(a, low), min(b, high)) for a, b in given if max(a, low) <= min(b, high)]
            # A due window that no opening touches is over: nobody may start any more.
            windows = windows or [(-1, -1)]
        sla: SlaTerms | None = visit.sla
        return Wanted(
            visit=visit,
            reported=reported,
            arrive_by=None if sla is None else seconds(sla.arrive_by),
            windows=tuple(windows),
            fresh=fresh,
            type=type or type_of(visit),
        )

    def work(self, engineer: str, visit: Visit) -> int:
        """Seconds that an engineer is expected to need for a visit."""
        return self.engineers[engineer].duration_of(visit.duration, visit.required_skills) // SECOND


class KnownTravel:
    """Travel between all places of a case, asked for once and cut to size for every plan.

    Parameters
    ----------
    source
        Whoever knows.
    places
        All of the case.
    """

    def __init__(self, source: TravelSource, places: Sequence[Location]) -> None:
        self.source, self.places = source, tuple(places)
        self.index = {place.id: i for i, place in enumerate(places)}
        self._known: dict[int, TravelMatrix] = {}

    def matrix(self, places: Sequence[Location], depart: datetime) -> TravelMatrix:
        """Give the ways between places; see `dispatch.travel.TravelSource`."""
        whole = self._whole(depart)
        rows = np.array([self.index[place.id] for place in places], dtype=np.intp)
        cut = np.ix_(rows, rows)
        return TravelMatrix(whole.seconds[cut], whole.metres[cut], whole.source)

    def seconds(self, origin: str, target: str, depart: datetime) -> int:
        """Seconds of one way; -1 where there is none."""
        return int(self._whole(depart).seconds[self.index[origin], self.index[target]])

    def metres(self, origin: str, target: str, depart: datetime) -> int:
        """Metres of one way; -1 where there is none."""
        return int(self._whole(depart).metres[self.index[origin], self.index[target]])

    def _whole(self, depart: datetime) -> TravelMatrix:
        if depart.hour not in self._known:
            self._known[depart.hour] = self.source.matrix(self.places, depart)
        return self._known[depart.hour]
