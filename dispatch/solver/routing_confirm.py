"""Ask the routing model about a finished plan: whether it holds these orders, times and costs."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from dispatch.solver.ortools_engine import Budget, search_parameters
from dispatch.solver.problem import Problem
from dispatch.solver.routing_draft import Draft
from dispatch.solver.routing_extract import routes_of
from dispatch.solver.routing_model import write_model
from dispatch.solver.solution import Schedule, Solution, StopKind


@dataclass(frozen=True, slots=True)
class Verdict:
    """What the routing model says of a plan.

    Parameters
    ----------
    accepted
        Whether all hard rules of the model hold.
    money
        Its cost in minor units (seconds for the working time objective), None if refused; the
        visits left out cost nothing here.
    starts
        Starts of the stops in each shift, breaks left out, as the model times them.
    """

    accepted: bool
    money: float | None
    starts: tuple[tuple[int, ...], ...]


REFUSED = Verdict(False, None, ())


def confirm(problem: Problem, solution: Solution, schedule: Schedule | None = None) -> Verdict:
    """Check a plan with the routing model, which shares no arithmetic with the timetable.

    Parameters
    ----------
    schedule
        The timed plan; if given, its departures, starts, ends and breaks are imposed, so an
        accepted verdict means that model and timetable agree to the second.
    """
    draft = write_model(problem, pickups=_pickups(solution), exact=True)
    routes = routes_of(draft, solution)
    if [len(r) for r in routes] != [len(r) for r in solution.routes]:
        return REFUSED
    _impose_stops(draft, solution, routes)
    if schedule is not None:
        _impose_times(draft, schedule, routes)
    draft.model.CloseModelWithParameters(search_parameters(Budget(0.0, None, 1)))
    assignment = draft.model.ReadAssignmentFromRoutes(routes, True)
    if assignment is None:
        return REFUSED
    starts = tuple(
        tuple(int(assignment.Value(draft.start(n))) - draft.base for n in route) for route in routes
    )
    return Verdict(True, _money(draft, assignment, routes), starts)


def _pickups(solution: Solution) -> int:
    """Return the most pickups that any shift makes at one depot."""
    counts = [
        Counter(stop.index for stop in route if stop.kind is StopKind.PICKUP)
        for route in solution.routes
    ]
    return max((n for count in counts for n in count.values()), default=1)


def _impose_stops(draft: Draft, solution: Solution, routes: list[list[int]]) -> None:
    for stops, route in zip(solution.routes, routes, strict=True):
        for stop, n in zip(stops, route, strict=True):
            given, start = dict(stop.parts), draft.start(n)
            draft.solver.Add(start >= max(stop.not_before + draft.base, 0))
            draft.solver.Add(start <= min(stop.not_after + draft.base, draft.roof))
            for part, load in draft.loads.get(n, ()):
                draft.solver.Add(load == given.get(part, 0))
            for part, take in draft.takes.get(n, ()):
                draft.solver.Add(take == given.get(part, 0))


def _impose_times(draft: Draft, schedule: Schedule, routes: list[list[int]]) -> None:
    solver, model = draft.solver, draft.model
    intervals = {interval.Name(): interval for interval in draft.breaks}
    for route in schedule.routes:
        s = route.shift
        solver.Add(draft.start(model.Start(s)) == route.start + draft.base)
        solver.Add(draft.start(model.End(s)) == route.end + draft.base)
        stops = [stop for stop in route.stops if stop.kind is not StopKind.BREAK]
        for stop, n in zip(stops, routes[s], strict=True):
            solver.Add(draft.start(n) == stop.start + draft.base)
            if draft.door is not None and not draft.plan.nodes[n].started:
                solver.Add(draft.door.CumulVar(n) <= stop.arrive + draft.base)
        for stop in route.stops:
            interval = intervals.get(f"break {s} {stop.index}")
            if stop.kind is StopKind.BREAK and interval is not None:
                solver.Add(interval.StartExpr() == stop.start + draft.base)


def _money(draft: Draft, assignment: Any, routes: list[list[int]]) -> float:
    planned = {n for route in routes for n in route}
    cost = int(assignment.ObjectiveValue())
    for n in draft.indices:
        if n not in planned:
            cost -= draft.model.UnperformedPenalty(n)
    return cost / draft.scale.unit
