"""Routes that were bettered elsewhere come back into the plan at hand of a search."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from small_problems import Mix, small_problem

from dispatch.solver.annealing import Stretch, anneal
from dispatch.solver.explain_orders import solution_of
from dispatch.solver.problem import Engineer, Problem, Shift, Visit
from dispatch.solver.search import Search, rank_of
from dispatch.solver.solution import Solution, Stop, StopKind
from dispatch.solver.take_over import adopt, take_over
from dispatch.solver.timetable import Timetable

HOUR = 3600
MIX = replace(Mix(), most_visits=16, most_engineers=4)


def two_homes(*visits: Visit) -> Problem:
    """Homes 0 and 1; places 2 to 5 an hour from home 0, two hours from home 1."""
    seconds = np.full((6, 6), HOUR, dtype=np.int64)
    seconds[1, :] = seconds[:, 1] = 2 * HOUR
    np.fill_diagonal(seconds, 0)
    return Problem(
        horizon=24 * HOUR,
        num_skills=0,
        num_tools=0,
        num_parts=0,
        travel_seconds=seconds[None],
        travel_metres=seconds * 10,
        engineers=(Engineer(), Engineer()),
        shifts=tuple(Shift(e, 8 * HOUR, 17 * HOUR, 17 * HOUR, e, e) for e in range(2)),
        depots=(),
        visits=visits,
    )


def stop(visit: int) -> Stop:
    """A visit as an order."""
    return Stop(StopKind.VISIT, visit)


def routes_of(search: Search, *, best: bool) -> list[list[int]]:
    """Visits of each shift."""
    solution = search.solution(best=best)
    return [[s.index for s in route if s.kind is StopKind.VISIT] for route in solution.routes]


def test_visits_change_their_shift_and_the_bank_when_routes_are_adopted() -> None:
    """Engineer 1 gets visit 0 from engineer 0 and visit 2 from nowhere; visit 1 stands."""
    problem = two_homes(Visit(2, HOUR), Visit(3, HOUR), Visit(4, HOUR))
    search = Search(problem)
    take_over(search, Solution(((stop(0), stop(1)), ())))
    assert adopt(search, {0: (stop(1),), 1: (stop(2), stop(0))})
    assert routes_of(search, best=False) == [[1], [2, 0]]
    assert Timetable(problem).schedule(search.solution(best=False)).unassigned == ()


def test_routes_that_break_a_rule_change_nothing() -> None:
    """Three visits of three hours take longer than a shift of nine with the ways between."""
    problem = two_homes(*(Visit(place, 3 * HOUR) for place in (2, 3, 4)))
    search = Search(problem)
    take_over(search, Solution(((stop(0),), (stop(1),))))
    before = search.state.copy()
    assert not adopt(search, {0: (stop(0), stop(1), stop(2)), 1: ()})
    assert routes_of(search, best=False) == [[0], [1]]
    assert rank_of(search.state) == rank_of(before)


def test_the_plan_at_hand_leads_only_when_it_is_better() -> None:
    """Without visit 2 the plan at hand is worse than the best; with all three on route 0 better."""
    problem = two_homes(*(Visit(place, HOUR) for place in (2, 3, 4)))
    search = Search(problem)
    search.construct()
    best = routes_of(search, best=True)
    assert adopt(search, {0: (stop(0),), 1: (stop(1),)})
    assert not search.lead()
    assert routes_of(search, best=True) == best


@pytest.mark.parametrize("seed", range(12))
def test_what_a_search_has_at_hand_may_be_adopted_again(seed: int) -> None:
    """Its timed routes are taken out and put back: the same visits are in, at the same money."""
    problem = small_problem(seed, MIX)
    search = Search(problem, seed)
    search.construct()
    anneal(search, Stretch(0.0, 1.0, steps=300))
    clock = Timetable(problem)
    schedule = clock.schedule(search.solution(best=False))
    routes = solution_of(problem, schedule).routes
    assert adopt(search, dict(enumerate(routes)))
    again = clock.schedule(search.solution(best=False))
    assert again.unassigned == schedule.unassigned
    assert again.cost.money <= schedule.cost.money


def test_a_stretch_by_steps_has_one_end() -> None:
    """The same seed and steps leave the same plan at hand."""
    problem = small_problem(3, MIX)
    ends = []
    for _ in range(2):
        search = Search(problem, 7)
        search.construct()
        assert anneal(search, Stretch(0.2, 0.6, steps=700)) == 700
        ends.append(search.solution(best=False))
    assert ends[0] == ends[1]


def test_a_cancelled_stretch_ends_where_it_is() -> None:
    """Cancelled before the first piece: no step is done."""
    search = Search(two_homes(Visit(2, HOUR)))
    search.construct()
    assert anneal(search, Stretch(0.0, 1.0, seconds=60.0), cancelled=lambda: True) == 0
    assert replace(search.solution()).routes == search.solution(best=False).routes
