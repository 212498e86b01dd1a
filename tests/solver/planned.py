"""A plan of a small problem: everything inserted where it fits, nothing searched."""

from __future__ import annotations

from dispatch.solver.claim import Verdict
from dispatch.solver.explain import Explanation, explain, insertable
from dispatch.solver.problem import Problem
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind
from dispatch.solver.timetable import InfeasibleSolution, Timetable


def history_of(problem: Problem) -> Solution:
    """What the freeze keeps: visits that have begun and kept pickups."""
    routes = []
    for number, shift in enumerate(problem.shifts):
        stops = [
            (pin.start or 0, Stop(StopKind.VISIT, v, pin.start or 0, pin.start or 0, visit.parts))
            for v, visit in enumerate(problem.visits)
            for pin in visit.pins
            if pin.started and pin.shift == number
        ]
        stops += [
            (p.start, Stop(StopKind.PICKUP, p.depot, p.start, p.start, p.loads))
            for p in shift.fixed_pickups
        ]
        routes.append(tuple(stop for _, stop in sorted(stops, key=lambda entry: entry[0])))
    return Solution(tuple(routes))


def plan_by_insertion(problem: Problem) -> Schedule | None:
    """Insert pinned visits first, then the others; None if history itself is refused."""
    timetable = Timetable(problem)
    try:
        schedule = timetable.schedule(history_of(problem))
    except InfeasibleSolution:
        return None
    order = sorted(range(len(problem.visits)), key=lambda v: (not problem.visits[v].pins, v))
    for visit in [*order, *order]:
        if visit in schedule.unassigned:
            solution = insertable(problem, schedule, visit)
            if solution is not None:
                schedule = timetable.schedule(solution)
    return schedule


def explained_plan(problem: Problem) -> tuple[Schedule, tuple[Explanation, ...]] | None:
    """A plan by insertion into which every missed visit was put, with its explanations."""
    schedule = plan_by_insertion(problem)
    if schedule is None:
        return None
    while True:
        explanations = explain(problem, schedule)
        missed = next((e for e in explanations if e.verdict is Verdict.MISSED), None)
        if missed is None or missed.place is None:
            return schedule, explanations
        schedule = Timetable(problem).schedule(missed.place)
