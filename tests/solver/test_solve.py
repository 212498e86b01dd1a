"""The recipe: budgets, progress, cancelling, warm starts, engines."""

from __future__ import annotations

import numpy as np
import pytest
from hand_made import go
from named_worlds import EIGHT, day_shift, overloaded_day, two_engineers, visit, world
from small_problems import Mix, small_problem

from dispatch.solver.islands import PIECE_ITERATIONS
from dispatch.solver.problem import Engineer, Window
from dispatch.solver.recipe import Recipe
from dispatch.solver.solution import Solution
from dispatch.solver.solve import Outcome, Progress, solve
from dispatch.solver.stages_compare import plan_value
from dispatch.solver.timetable import schedule

BUSY = small_problem(11, Mix(most_visits=8, history=0.0))


_POINTS = np.random.default_rng(7).integers(0, 3000, (51, 2))
_WAYS = np.hypot(*(_POINTS[:, None] - _POINTS[None]).transpose(2, 0, 1)).round().astype(np.int64)
SCATTERED = world(
    tuple(visit(place, duration=900) for place in range(1, 51)),
    tuple(day_shift(engineer) for engineer in range(5)),
    tuple(Engineer() for _ in range(5)),
    travel_seconds=_WAYS[None],
    travel_metres=10 * _WAYS,
)
"""Fifty short visits in a square and five engineers: no short search finds the best plan."""


def judged(note: Progress) -> tuple[tuple[int, ...], int]:
    """What makes one incumbent better than another: tiers from the top, then money."""
    return note.unassigned[::-1], note.cost


def figures(outcome: Outcome) -> tuple[tuple[int, ...], int]:
    """Visits left out by tier and money of an outcome."""
    return outcome.schedule.cost.unassigned, outcome.schedule.cost.money


def test_the_same_seed_and_iterations_give_the_same_plan() -> None:
    """Twice the same, whatever the clock on the wall says."""
    first, second = (solve(BUSY, iterations=600, seed=3) for _ in range(2))
    assert first.solution == second.solution
    assert [judged(n) for n in first.trace] == [judged(n) for n in second.trace]
    assert (first.iterations, first.engine) == (second.iterations, "auto")


def test_the_schedule_is_that_of_the_solution() -> None:
    """The timetable has the last word."""
    outcome = solve(BUSY, iterations=200)
    assert outcome.schedule == schedule(BUSY, outcome.solution)
    assert outcome.elapsed_s >= 0.0


def test_progress_gets_better_and_never_worse() -> None:
    """Notes come in order; a better incumbent brings its solution."""
    told: list[Progress] = []
    outcome = solve(BUSY, iterations=1500, on_progress=told.append)
    for notes in (told, outcome.trace):
        assert [judged(n) for n in notes] == sorted((judged(n) for n in notes), reverse=True)
        assert [n.iterations for n in notes] == sorted(n.iterations for n in notes)
    assert told[-1].best is not None
    assert schedule(BUSY, told[-1].best).cost == outcome.schedule.cost


def test_a_cancelled_run_gives_its_best_plan() -> None:
    """The listener cancels at the third question; the note says so."""
    asked = []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) >= 3

    outcome = solve(BUSY, iterations=10**9, cancelled=cancelled)
    assert outcome.iterations < 10**9
    assert outcome.notes == ("cancelled: the best plan found so far",)
    assert outcome.schedule == schedule(BUSY, outcome.solution)


@pytest.mark.parametrize("questions", range(1, 40, 3))
def test_a_run_cancelled_while_it_makes_another_plan_gives_the_best(questions: int) -> None:
    """Whatever cycle is under way, hot ones with a plan of their own too, the best comes out."""
    problem = SCATTERED
    asked, told = [], []

    def cancelled() -> bool:
        asked.append(True)
        return len(asked) >= questions

    outcome = solve(
        problem,
        iterations=24 * PIECE_ITERATIONS,
        recipe=Recipe(cycle_iterations=4 * PIECE_ITERATIONS, recombine=False),
        on_progress=told.append,
        cancelled=cancelled,
    )
    best = min(judged(note) for note in told)
    timed = outcome.schedule
    assert (timed.cost.unassigned[::-1], plan_value(problem, timed)) <= best


@pytest.mark.parametrize("budget", [{"time_limit_s": 0.0}, {"iterations": 0}])
@pytest.mark.parametrize("engine", ["auto", "lns"])
def test_no_budget_is_enough_for_a_first_plan(engine: str, budget: dict[str, float]) -> None:
    """Nothing is searched, yet everything that fits is planned."""
    outcome = solve(two_engineers(), engine=engine, **budget)  # type: ignore[arg-type]
    assert (outcome.iterations, outcome.schedule.unassigned) == (0, ())


@pytest.mark.parametrize(
    "wrong",
    [
        {"time_limit_s": -1.0},
        {"time_limit_s": None},
        {"time_limit_s": float("nan")},
        {"iterations": -1},
        {"engine": "magic"},
    ],
)
def test_a_senseless_budget_or_engine_is_refused(wrong: dict[str, object]) -> None:
    """The message names the argument and its value."""
    (name, value), *_ = wrong.items()
    with pytest.raises(ValueError, match=rf"{name}: {value!r}, expected"):
        solve(two_engineers(), **wrong)  # type: ignore[arg-type]


def test_a_warm_start_is_kept_or_bettered() -> None:
    """With no budget the routes given come out; with some they may only get better."""
    problem = two_engineers()
    given = Solution((go(1), go(0, 2)))
    same = solve(problem, iterations=0, warm_start=given)
    assert [[s.index for s in r] for r in same.solution.routes] == [[1], [0, 2]]
    better = solve(problem, iterations=500, warm_start=given)
    assert figures(better) <= figures(same)


@pytest.mark.parametrize("engine", ["auto", "lns", "ortools"])
def test_every_engine_plans_what_fits(engine: str) -> None:
    """Three hours of work in eight hours; of four long visits two stay out."""
    outcome = solve(world((visit(3), visit(1), visit(2))), engine=engine, iterations=50)
    assert (outcome.engine, outcome.schedule.unassigned) == (engine, ())
    assert len(solve(overloaded_day(), engine=engine, iterations=50).schedule.unassigned) == 2


@pytest.mark.parametrize("engine", ["auto", "lns", "ortools"])
def test_worlds_with_nothing_to_plan(engine: str) -> None:
    """No visit, no shift, no shift that fits: an empty plan, and at once."""
    closed = visit(1, windows=(Window(0, EIGHT - 1),))
    for problem, left_out in (
        (world(()), ()),
        (world((visit(1),), ()), (0,)),
        (world((closed,)), (0,)),
    ):
        outcome = solve(problem, engine=engine, iterations=20)
        assert (outcome.schedule.routes, outcome.schedule.unassigned) == ((), left_out)


def test_one_visit_is_planned_at_its_price() -> None:
    """Eighty minutes and twelve kilometres."""
    assert figures(solve(world((visit(1),)), iterations=20)) == ((0, 0, 0, 0), 8960)


def test_a_solved_problem_ends_early() -> None:
    """Twenty thousand iterations of each island without a better plan are enough for one visit."""
    outcome = solve(world((visit(1),)), iterations=10**8)
    assert outcome.iterations <= 50_000


ISLANDS = Mix(history=0.0)


def test_a_run_limited_by_iterations_has_one_result_on_any_number_of_processes() -> None:
    """Two islands meet between cycles only, whoever runs them."""
    problem = small_problem(3, ISLANDS)
    alone, together = (
        solve(problem, engine="lns", iterations=24_000, seed=5, processes=count) for count in (1, 2)
    )
    assert alone.solution == together.solution
    assert alone.iterations == together.iterations == 24_000


def test_no_process_is_refused() -> None:
    """The error names the parameter, the value and what was expected."""
    with pytest.raises(ValueError, match="processes: 0, expected 1 or more"):
        solve(two_engineers(), iterations=1, processes=0)
