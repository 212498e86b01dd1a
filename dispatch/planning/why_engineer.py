"""Why this engineer: what a planned visit would cost with everybody else, or what is in the way.

Each alternative is proved by doing it: the visit is taken out and put into every place of the
other route, with a pickup on the way where its tools or parts need one, and timed by the one
clock. What no place admits is explained by the blockers of the explainer.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from dispatch.domain import Case, Reason
from dispatch.planning.legend import Legend
from dispatch.planning.why_unassigned import tell_reason
from dispatch.solver.claim import BlockerCode
from dispatch.solver.explain_blockers import blockers_of
from dispatch.solver.explain_facts import Blocker
from dispatch.solver.explain_world import AbsentWorld, read_plan
from dispatch.solver.problem import FOREVER, UNLIMITED, Problem
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind
from dispatch.solver.timetable import InfeasibleSolution, Timetable

__all__ = ["Alternative", "WhyEngineer", "why_engineer"]

Route = tuple[Stop, ...]


@dataclass(frozen=True, slots=True)
class Alternative:
    """A shift that does not serve the visit now.

    Parameters
    ----------
    engineer, shift
        Whose it is.
    difference
        What the whole plan would cost more (negative: less) with the visit there and all else in
        its order, minor units; None when there is no place.
    reasons
        Why there is no place; empty when there is one.
    """

    engineer: str
    shift: str
    difference: int | None
    reasons: tuple[Reason, ...] = ()


@dataclass(frozen=True, slots=True)
class WhyEngineer:
    """Who serves a visit, and everybody who does not, the cheapest first."""

    visit: str
    engineers: tuple[str, ...]
    shifts: tuple[str, ...]
    start: datetime
    alternatives: tuple[Alternative, ...]


def why_engineer(
    problem: Problem, solution: Solution, visit: int, case: Case, legend: Legend
) -> WhyEngineer:
    """Try a planned visit on every other shift.

    Parameters
    ----------
    problem, solution
        The plan in the solver's language; the visit stands in it.
    visit
        Index of the visit.
    case, legend
        Names and numbering.

    Raises
    ------
    InfeasibleSolution
        The plan itself breaks a rule, so that nothing can be compared with it.
    """
    timetable = Timetable(problem)
    planned = timetable.schedule(solution)
    members = [s for s, route in enumerate(solution.routes) if _place(route, visit) is not None]
    world = AbsentWorld(problem, read_plan(problem, planned))
    found = [
        _alternative(timetable, world, planned, solution, visit, members, shift, case, legend)
        for shift in range(len(problem.shifts))
        if shift not in members
    ]
    start = next(
        stop.start
        for route in planned.routes
        for stop in route.stops
        if stop.kind is StopKind.VISIT and stop.index == visit
    )
    return WhyEngineer(
        visit=legend.visits[visit],
        engineers=tuple(legend.engineers[problem.shifts[s].engineer] for s in members),
        shifts=tuple(legend.shifts[s] for s in members),
        start=legend.instant(start),
        alternatives=tuple(sorted(found, key=_cheapest_first)),
    )


def _cheapest_first(one: Alternative) -> tuple[bool, int]:
    return one.difference is None, one.difference or 0


def _alternative(
    timetable: Timetable,
    world: AbsentWorld,
    planned: Schedule,
    solution: Solution,
    visit: int,
    members: list[int],
    shift: int,
    case: Case,
    legend: Legend,
) -> Alternative:
    problem = timetable.problem
    engineer = legend.engineers[problem.shifts[shift].engineer]
    best = min(
        (
            clock.cost.money
            for left in members
            for clock in _attempts(timetable, solution, visit, left, shift)
        ),
        default=None,
    )
    if best is not None:
        return Alternative(engineer, legend.shifts[shift], best - planned.cost.money)
    # Whoever could take the visit alone has no place for it among the others.
    blockers = blockers_of(world, visit, shift) or (Blocker(BlockerCode.NO_CAPACITY, shift),)
    reasons = tuple(tell_reason(one, problem, case, legend) for one in blockers)
    return Alternative(engineer, legend.shifts[shift], None, reasons)


def _attempts(
    timetable: Timetable, solution: Solution, visit: int, left: int, shift: int
) -> Iterator[Schedule]:
    """Time the plan with the visit moved from one shift to another, for each feasible place."""
    problem = timetable.problem
    place = _place(solution.routes[left], visit)
    if place is None or not problem.may_serve(visit, problem.shifts[shift].engineer):
        return
    stop = solution.routes[left][place]
    if problem.visits[visit].crew_size == 1:
        # Alone it may start at any other time; members of a crew start together.
        stop = replace(stop, not_before=-FOREVER, not_after=FOREVER)
    routes = list(solution.routes)
    routes[left] = (*routes[left][:place], *routes[left][place + 1 :])
    for longer in _insertions(problem, solution.routes[shift], shift, stop):
        routes[shift] = longer
        try:
            yield timetable.schedule(Solution(tuple(routes)))
        except InfeasibleSolution:
            continue


def _insertions(problem: Problem, route: Route, shift: int, stop: Stop) -> Iterator[Route]:
    """Put a stop into every place of a route, as it is and with what it lacks picked up before."""
    engineer = problem.engineers[problem.shifts[shift].engineer]
    lacking_tools = set(problem.visits[stop.index].tools) - engineer.tools
    for place in range(len(route) + 1):
        before, after = route[:place], route[place:]
        yield (*before, stop, *after)
        if not stop.parts and not lacking_tools:
            continue
        for loads in _loads(problem, shift, stop):
            for at, earlier in enumerate(before):
                if loads and earlier.kind is StopKind.PICKUP:
                    more = replace(earlier, parts=_added(earlier.parts, loads))
                    yield (*before[:at], more, *before[at + 1 :], stop, *after)
            for depot in range(len(problem.depots)):
                for at in {0, place}:
                    pickup = Stop(StopKind.PICKUP, depot, parts=loads)
                    yield (*before[:at], pickup, *before[at:], stop, *after)


def _loads(problem: Problem, shift: int, stop: Stop) -> Iterator[tuple[tuple[int, int], ...]]:
    """What a pickup might load for a stop: all its parts, or what the van lacks from the start."""
    stock = problem.engineers[problem.shifts[shift].engineer].stock
    yield stop.parts
    missing = tuple(
        (part, many - stock.get(part, 0))
        for part, many in stop.parts
        if stock.get(part, 0) != UNLIMITED and many > stock.get(part, 0)
    )
    if missing != stop.parts:
        yield missing


def _added(
    parts: tuple[tuple[int, int], ...], more: tuple[tuple[int, int], ...]
) -> tuple[tuple[int, int], ...]:
    total = dict(parts)
    for part, many in more:
        total[part] = total.get(part, 0) + many
    return tuple(sorted(total.items()))


def _place(route: Route, visit: int) -> int | None:
    for place, stop in enumerate(route):
        if stop.kind is StopKind.VISIT and stop.index == visit:
            return place
    return None
