"""From a plan back to the orders an engine would have decided on."""

from __future__ import annotations

from dispatch.domain import Plan, PlanStop, StopKind
from dispatch.errors import InputError
from dispatch.planning.legend import Legend, Names
from dispatch.solver import solution
from dispatch.solver.problem import FOREVER, Problem
from dispatch.solver.solution import Solution

__all__ = ["to_solution"]


def to_solution(plan: Plan, problem: Problem, legend: Legend) -> Solution:
    """Read the orders out of a plan.

    Starts that an engine may have chosen later than the clock would (crews, linked visits,
    pickups, promises, due dates) become bounds; all other starts are left to the clock.

    Parameters
    ----------
    plan
        Made by whomever.
    problem
        What it is a plan for.
    legend
        The numbering of the case.

    Raises
    ------
    InputError
        The plan names a shift, visit, depot or part that the case does not have.
    """
    linked = problem.linked_visits()
    routes: list[tuple[solution.Stop, ...]] = [() for _ in problem.shifts]
    for r, route in enumerate(plan.routes):
        shift = _find(legend.shifts, "shift", route.shift, f"/routes/{r}/shift")
        routes[shift] = tuple(
            _stop(stop, f"/routes/{r}/stops/{s}", problem, legend, linked)
            for s, stop in enumerate(route.stops)
            if stop.kind is not StopKind.BREAK
        )
    return Solution(tuple(routes))


def _stop(
    stop: PlanStop, pointer: str, problem: Problem, legend: Legend, linked: frozenset[int]
) -> solution.Stop:
    start = legend.seconds(stop.start)
    taken = stop.loaded if stop.kind is StopKind.PICKUP else stop.parts
    parts = tuple(
        sorted((_find(legend.parts, "part", part, pointer), n) for part, n in taken.items() if n)
    )
    if stop.kind is StopKind.PICKUP:
        depot = _find(legend.depots, "depot", stop.depot, f"{pointer}/depot")
        return solution.Stop(solution.StopKind.PICKUP, depot, not_before=start, parts=parts)
    index = _find(legend.visits, "visit", stop.visit, f"{pointer}/visit")
    visit = problem.visits[index]
    chosen = index in linked or visit.promise is not None or visit.due is not None
    return solution.Stop(
        solution.StopKind.VISIT,
        index,
        not_before=start if chosen else -FOREVER,
        not_after=start if index in linked else FOREVER,
        parts=parts,
    )


def _find(names: Names, kind: str, id: str | None, pointer: str) -> int:
    if id is None or id not in names:
        raise InputError.at(pointer, id, f"the id of a {kind} of the case")
    return names.index(id)
