"""The base at the moment of a decision, asked whether it would have liked a change of routes too.

What pays in the base as well as in the scenario is no effect of the scenario: the base could have
had it and its search did not find it. A scenario that took it would be better by luck, and always
to its own side, because it sees both plans and the base only one.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from dispatch.domain import Case, CurrentPlan, CurrentRoute, CurrentStop, PlanRoute, StopKind
from dispatch.simulation.departures import Gain, gain_of
from dispatch.simulation.plan_search import insert_what_waits
from dispatch.travel import TravelSource

__all__ = ["Twin"]


@dataclass(frozen=True, slots=True)
class Twin:
    """The base at one second.

    Parameters
    ----------
    case
        What the base planned, with the routes that it decided on.
    travel
        Its ways.
    """

    case: Case
    travel: TravelSource

    def gain(self, routes: Sequence[PlanRoute]) -> Gain:
        """What these routes, in place of its own, would be worth to the base.

        Parameters
        ----------
        routes
            Of shifts that exchange visits among themselves only.
        """
        plan = self.case.current_plan
        shifts = {one.shift for one in routes}
        if plan is None or not shifts <= {shift.id for _, shift in self.case.shifts()}:
            return Gain()
        visits = {one.id for one in self.case.visits}
        depots = {one.id for one in self.case.depots}
        put = tuple(_as_current(one, visits, depots) for one in routes)
        taken = {stop.visit for one in put for stop in one.stops if stop.visit}
        kept = tuple(
            replace(one, stops=tuple(stop for stop in one.stops if stop.visit not in taken))
            for one in plan.routes
            if one.shift not in shifts
        )
        before = insert_what_waits(self.case, self.travel)
        after = insert_what_waits(
            replace(self.case, current_plan=CurrentPlan((*kept, *put))), self.travel
        )
        return Gain() if before is None or after is None else gain_of(before, after)


def _as_current(route: PlanRoute, visits: set[str], depots: set[str]) -> CurrentRoute:
    """A route as far as its stops are something that can be done."""
    return CurrentRoute(
        route.shift,
        tuple(
            CurrentStop.of(stop)
            for stop in route.stops
            if (stop.kind is not StopKind.VISIT or stop.visit in visits)
            and (stop.kind is not StopKind.PICKUP or stop.depot in depots)
        ),
    )
