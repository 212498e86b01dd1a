"""The engine as a whole: warm starts, limits, cancellation, agreement with checker and clock."""

from __future__ import annotations

import time
from dataclasses import replace

import numpy as np
import pytest
from claims import claim_of
from named_worlds import day_shift, overloaded_day, two_engineers, visit, world
from routing_plans import plan, starts
from small_problems import PLAIN, Mix, small_problem

from dispatch.solver.check import check
from dispatch.solver.claim import ClaimedUnassigned
from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.ortools_engine import solve_ortools
from dispatch.solver.problem import Engineer, Problem
from dispatch.solver.routing_confirm import confirm
from dispatch.solver.routing_draft import ModelTooLarge
from dispatch.solver.routing_repair import idle
from dispatch.solver.solution import Solution, Stop, StopKind
from dispatch.solver.timetable import schedule


def at(index: int) -> Stop:
    """Serve this visit next."""
    return Stop(StopKind.VISIT, index)


def test_nothing_to_plan() -> None:
    """No visits, or no shifts, is a plan without routes."""
    assert solve_ortools(world(()), time_limit_s=1.0) == Solution(((),))
    assert solve_ortools(world((visit(1),), ()), time_limit_s=1.0) == Solution(())


def test_warm_start_is_never_made_worse() -> None:
    """With no time left the warm start comes back."""
    warm = Solution(((at(0), at(1), at(2)), ()))
    assert solve_ortools(two_engineers(), time_limit_s=0.0, warm_start=warm) == warm


def test_warm_start_does_not_lift_the_limits_of_a_shift() -> None:
    """The warm start sends one engineer everywhere, home too late and without the skill."""
    long = visit(1, duration=3 * 3600, skills=((0, 1),))
    problem = world(
        (long, long, long), (day_shift(0), day_shift(1)), (Engineer({0: 1}), Engineer())
    )
    warm = Solution(((at(0), at(1), at(2)), ()))
    timed = plan(problem, warm)
    assert timed.cost.unassigned == (0, 1, 0, 0)
    assert timed.routes[0].end <= problem.shifts[0].latest_end
    wrong = Solution(((), (at(0),)))
    assert [route.shift for route in plan(problem, wrong).routes] == [0]


def test_better_plans_are_told_as_they_come() -> None:
    """The last plan told is the plan returned."""
    told: list[Solution] = []
    best = solve_ortools(
        overloaded_day(), time_limit_s=30.0, branch_limit=500, on_solution=told.append
    )
    assert told[-1] == best


def test_cancelled_search_returns_what_it_has() -> None:
    """A search of an hour that is cancelled at once is over, and its plan is a plan."""
    problem = small_problem(3, replace(PLAIN, most_visits=8))
    begun = time.monotonic()
    best = solve_ortools(
        problem, time_limit_s=3600.0, cancelled=lambda: time.monotonic() - begun > 0.3
    )
    schedule(problem, best)


def test_error_in_the_listener_is_not_swallowed() -> None:
    """The search runs in C++, and the exception still arrives."""

    def refuse(_: Solution) -> None:
        raise RuntimeError("full disk")

    with pytest.raises(RuntimeError, match="full disk"):
        solve_ortools(overloaded_day(), time_limit_s=5.0, branch_limit=500, on_solution=refuse)


@pytest.mark.parametrize("seed", [5, 23])
def test_same_seed_and_limit_give_the_same_plan(seed: int) -> None:
    """Bounded by branches and not by the clock, two runs agree."""
    problem = small_problem(seed)
    first, second = (
        solve_ortools(problem, time_limit_s=60.0, seed=7, branch_limit=3000) for _ in range(2)
    )
    assert first == second


def test_solution_limit_ends_the_search() -> None:
    """One accepted solution per phase is soon found."""
    best = solve_ortools(overloaded_day(), time_limit_s=600.0, solution_limit=1)
    assert best.assigned()


def test_too_large_a_problem_is_refused_before_any_work() -> None:
    """Seven thousand visits make a matrix of fifty million cells."""
    many = tuple(visit(1) for _ in range(7000))
    with pytest.raises(ModelTooLarge, match="7002 nodes"):
        solve_ortools(world(many), time_limit_s=1.0)


def test_confirm_refuses_what_the_timetable_refuses() -> None:
    """A visit too many for the shift, and a visit to the wrong engineer."""
    problem = two_engineers()
    assert confirm(problem, Solution(((at(0), at(1), at(2)), ()))).accepted
    late = Solution(((at(2), at(1), at(0)), ()))
    with pytest.raises(InfeasibleSolution):
        schedule(problem, late)
    assert not confirm(problem, late).accepted


def test_confirm_tells_the_starts() -> None:
    """The model times a route like the timetable: to the second."""
    problem = two_engineers()
    verdict = confirm(problem, Solution(((at(0), at(1), at(2)), ())))
    assert verdict.starts == ((32400, 36600, 40800), ())
    assert verdict.money == 21000 + 2880


@pytest.mark.parametrize("seed", range(60))
def test_random_problems_agree_with_timetable_and_checker(seed: int) -> None:
    """Every rule at once: the plan stands, the model confirms it, the checker finds nothing."""
    problem = small_problem(seed)
    if not _base_stands(problem):
        # The drawn history contradicts itself, so no plan at all is feasible.
        return
    best = solve_ortools(problem, time_limit_s=60.0, branch_limit=1200)
    timed = schedule(problem, best)
    assert confirm(problem, best, timed).accepted
    # Reasons are not the engine's part, so the claim gives none and is not judged by them.
    left_out = tuple(ClaimedUnassigned(v, "displaced") for v in timed.unassigned)
    violations = check(problem, claim_of(problem, timed, left_out))
    assert [v for v in violations if v.visit not in timed.unassigned] == []


def _base_stands(problem: Problem) -> bool:
    try:
        schedule(problem, idle(problem))
    except InfeasibleSolution:
        return False
    return True


def test_big_plain_problem_uses_every_engineer() -> None:
    """Forty visits of an hour and six engineers: eight hours less travel hold seven each."""
    people = tuple(Engineer() for _ in range(6))
    shifts = tuple(day_shift(e) for e in range(6))
    problem = world(tuple(visit(1) for _ in range(42)), shifts, people)
    best = solve_ortools(problem, time_limit_s=60.0, branch_limit=4000)
    assert len(starts(schedule(problem, best))) == 42


def test_model_is_not_lost_on_unreachable_everything() -> None:
    """No road anywhere: nothing is planned and nothing breaks."""
    none = np.full((4, 4), -1, dtype=np.int64)
    np.fill_diagonal(none, 0)
    problem = world((visit(1), visit(0)), travel_seconds=none[None], travel_metres=none)
    assert set(starts(plan(problem))) == {1}


def test_mix_without_rules_is_planned_whole() -> None:
    """Places and durations only: what fits alone is planned in twenty draws."""
    for seed in range(20):
        problem = small_problem(seed, replace(PLAIN, most_visits=3))
        best = solve_ortools(problem, time_limit_s=60.0, branch_limit=600)
        assert best.assigned() == set(range(len(problem.visits))), seed


def test_crews_and_pickups_survive_a_warm_start() -> None:
    """The plan of one run is the warm start of the next, and nothing of it is lost."""
    mix = replace(Mix(), crews=0.5, parts=0.8, depots=1.0, history=0.0)
    for seed in range(8):
        problem = small_problem(seed, mix)
        first = solve_ortools(problem, time_limit_s=60.0, branch_limit=1500)
        again = solve_ortools(problem, time_limit_s=60.0, branch_limit=50, warm_start=first)
        assert first.assigned() <= again.assigned() or (
            schedule(problem, again).cost.unassigned[::-1]
            < schedule(problem, first).cost.unassigned[::-1]
        )
