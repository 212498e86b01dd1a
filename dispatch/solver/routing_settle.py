"""Choose when the visits with a price on their start begin, by the timetable's exact money."""

from __future__ import annotations

from dataclasses import replace

from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.problem import FOREVER, Objective, Problem
from dispatch.solver.routing_extract import tied_visits
from dispatch.solver.solution import Schedule, Solution, StopKind
from dispatch.solver.timetable import Timetable

ROUNDS = 2
MOST = 60
"""Visits looked at in one settlement; a longer list is settled from its front."""


def settle(timetable: Timetable, solution: Solution, timed: Schedule) -> tuple[Solution, Schedule]:
    """Try for each visit in turn to start at once, at its ideal or when its promise begins.

    The finalizer of the routing model takes the earliest end first, which is not always the
    cheapest time for a due moment or a promise. Visits that other routes depend on stay put.
    """
    problem = timetable.problem
    if problem.objective is Objective.WORKING_TIME:
        return solution, timed
    for _ in range(ROUNDS):
        before = timed.cost.money
        for s, i, moments in _choices(problem, solution):
            for moment in moments:
                if moment == solution.routes[s][i].not_before:
                    continue
                moved = _start_from(solution, s, i, moment)
                try:
                    found = timetable.schedule(moved)
                except InfeasibleSolution:
                    continue
                if found.cost.money < timed.cost.money:
                    solution, timed = moved, found
        if timed.cost.money == before:
            break
    return solution, timed


def _choices(problem: Problem, solution: Solution) -> list[tuple[int, int, tuple[int, ...]]]:
    tied = tied_visits(problem)
    choices = []
    for s, route in enumerate(solution.routes):
        for i, stop in enumerate(route):
            if stop.kind is not StopKind.VISIT or stop.index in tied:
                continue
            visit = problem.visits[stop.index]
            moments = [-FOREVER]
            if visit.due is not None and visit.due.ideal is not None:
                moments.append(visit.due.ideal)
            if visit.promise is not None:
                moments.append(visit.promise.earliest)
            if len(moments) > 1:
                choices.append((s, i, tuple(moments)))
    return choices[:MOST]


def _start_from(solution: Solution, s: int, i: int, moment: int) -> Solution:
    route = solution.routes[s]
    stop = replace(route[i], not_before=moment)
    changed = (*route[:i], stop, *route[i + 1 :])
    return Solution((*solution.routes[:s], changed, *solution.routes[s + 1 :]))
