"""Shifts with one break have a clock of their own: it says what the clock of any breaks says."""

from __future__ import annotations

from dataclasses import replace

import pytest
from small_problems import Mix, small_problem

from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.problem import Break, Problem
from dispatch.solver.search import Search
from dispatch.solver.solution import Solution
from dispatch.solver.timetable import schedule


def with_a_break_after_hours(problem: Problem) -> Problem:
    """The same days, each shift with a break more that begins when everybody has gone home."""
    shifts = []
    for shift in problem.shifts:
        night = shift.latest_end + 3600
        late = Break(night, night + 3600, 600)
        shifts.append(replace(shift, breaks=(*shift.breaks, late)))
    return replace(problem, shifts=tuple(shifts))


def timed(problem: Problem, solution: Solution) -> tuple[object, object] | None:
    """Routes and cost, or nothing where a route breaks a rule."""
    try:
        plan = schedule(problem, solution)
    except InfeasibleSolution:
        return None
    return plan.routes, plan.cost


@pytest.mark.parametrize("first", range(0, 120, 20))
def test_a_break_after_hours_changes_no_minute_and_no_money(first: int) -> None:
    """Routes of random days and the same backwards, by the clock of one break and that of two."""
    alone = 0
    for seed in range(first, first + 20):
        problem = small_problem(seed, Mix(history=0.0))
        search = Search(problem, seed)
        search.construct()
        search.improve(30, 0.5)
        found = search.solution()
        backwards = Solution(tuple(tuple(reversed(route)) for route in found.routes))
        for solution in (found, backwards):
            assert timed(problem, solution) == timed(with_a_break_after_hours(problem), solution)
        alone += sum(
            len(shift.breaks) == 1 and len(route) > 0
            for shift, route in zip(problem.shifts, found.routes, strict=True)
        )
    assert alone > 3
