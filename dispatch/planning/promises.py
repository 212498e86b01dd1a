"""A churn budget: promises that a re-plan must keep are hard windows, the others have their price."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import replace
from datetime import datetime

from dispatch.domain import Case, CurrentPlan, Plan, TimeWindow, Visit

__all__ = ["bind_promises", "moved_promises"]


def bind_promises(case: Case, free: Collection[str] = ()) -> Case:
    """Make promises hard.

    Parameters
    ----------
    case
        The world with its promises.
    free
        Visits whose promise may move at its price.

    Returns
    -------
    Case
        Every other promised visit starts inside its promise or not at all. A promise that lies
        wholly outside the windows of its visit binds nothing: nobody can keep it.
    """
    visits = tuple(_bound(visit) if visit.id not in free else visit for visit in case.visits)
    return replace(case, visits=visits)


def _bound(visit: Visit) -> Visit:
    promise = visit.promise
    if promise is None:
        return visit
    windows = visit.time_windows or (TimeWindow(promise.start, promise.end),)
    kept = tuple(
        TimeWindow(max(one.start, promise.start), min(one.end, promise.end))
        for one in windows
        if max(one.start, promise.start) <= min(one.end, promise.end)
    )
    return replace(visit, time_windows=kept) if kept else visit


def moved_promises(case: Case, after: Plan) -> tuple[str, ...]:
    """Visits whose promise a plan breaks and the plan in force does not, in the order of the case.

    A visit left out breaks its promise too; one that has lost its shift had kept it until now.
    """
    before = _starts(case.current_plan) if case.current_plan else {}
    new = _starts(after)
    return tuple(
        visit.id
        for visit in case.visits
        if visit.promise is not None
        and (visit.id not in before or visit.promise.kept_by(before[visit.id]))
        and not (visit.id in new and visit.promise.kept_by(new[visit.id]))
    )


def _starts(plan: Plan | CurrentPlan) -> Mapping[str, datetime]:
    starts: dict[str, datetime] = {}
    for route in plan.routes:
        for stop in route.stops:
            if stop.visit is not None:
                starts[stop.visit] = min(stop.start, starts.get(stop.visit, stop.start))
    return starts
