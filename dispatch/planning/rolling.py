"""The plan in force as far as it binds at an instant: what has begun, and what was left for.

Engineers set out as late as the next start allows and wait where they are, at home or where they
worked last, because whoever waits there can still be sent elsewhere. Until then nothing of a
route ahead is settled; from then on its next stop is.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.domain import Case, CurrentPlan, CurrentRoute, Plan, PlanRoute, StopKind

__all__ = ["leaves_for", "world_at"]

SECOND = timedelta(seconds=1)


def leaves_for(route: PlanRoute, place: int) -> datetime:
    """When the engineer sets out for a stop at the latest without starting later there.

    Parameters
    ----------
    route
        Of a plan.
    place
        Of the stop among the stops of the route, from 0.
    """
    if place == 0:
        return route.start
    stop = route.stops[place]
    # A break on the road belongs to the way to the stop behind it.
    return max(route.stops[place - 1].finish, stop.start - stop.travel_s * SECOND)


def world_at(case: Case, plan: Plan, now: datetime) -> Case:
    """Say what the running of a plan binds at an instant.

    Parameters
    ----------
    case
        The world; its own plan in force, instant and freeze are replaced.
    plan
        The plan that runs, exactly to its times.
    now
        The instant.

    Returns
    -------
    Case
        Stops that began before `now`, and of each route the next one where its engineer has set
        out, are the plan in force and frozen; all others are free to be planned anew.
    """
    last = now
    routes = []
    for route, current in zip(plan.routes, CurrentPlan.of(plan).routes, strict=True):
        bound = _bound(route, now)
        if bound:
            last = max(last, route.stops[bound - 1].start + SECOND)
            routes.append(_begun(current, bound))
    return replace(case, now=now, freeze_until=last, current_plan=CurrentPlan(tuple(routes)))


def _bound(route: PlanRoute, now: datetime) -> int:
    """How many stops of a route are settled."""
    for place, stop in enumerate(route.stops):
        if stop.start >= now:
            under_way = stop.kind is not StopKind.BREAK and leaves_for(route, place) < now
            return place + under_way
    return len(route.stops)


def _begun(route: CurrentRoute, bound: int) -> CurrentRoute:
    return replace(route, stops=route.stops[:bound], end=None)
