"""The recipe: construct, search, recombine or prove, let the one timetable have the last word."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dispatch.solver.finish import Finish
from dispatch.solver.islands import Islands
from dispatch.solver.recipe import AUTO, SEARCH_ONLY, Recipe
from dispatch.solver.run import Progress, Run
from dispatch.solver.timetable import Timetable

if TYPE_CHECKING:
    from collections.abc import Callable

    from dispatch.solver.problem import Problem
    from dispatch.solver.solution import Schedule, Solution

__all__ = ["ENGINES", "Outcome", "Progress", "Recipe", "solve"]

ENGINES = ("auto", "ortools", "lns")


@dataclass(frozen=True, slots=True)
class Outcome:
    """The end of a run: the best solution, its schedule, how it was found.

    `trace` holds a `Progress` at each improvement; `notes` say in words what a reader of the run
    should know (a cancelled run, a rule handed to another stage).
    """

    solution: Solution
    schedule: Schedule
    trace: tuple[Progress, ...]
    iterations: int
    engine: str
    elapsed_s: float
    notes: tuple[str, ...] = ()


def solve(
    problem: Problem,
    *,
    engine: str = "auto",
    time_limit_s: float | None = 10.0,
    iterations: int | None = None,
    seed: int = 1,
    warm_start: Solution | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    processes: int = 1,
    recipe: Recipe | None = None,
) -> Outcome:
    """Plan a problem as well as the budget allows.

    Parameters
    ----------
    problem
        What to plan.
    engine
        `auto` (the recipe), `lns` (the compiled search alone) or `ortools` (the routing model
        alone).
    time_limit_s
        Seconds to search; the plan is finished a little later. Ignored when `iterations` is given.
    iterations
        Iterations to search; with it the same problem and seed give the same solution, on any
        number of processes.
    seed
        Seed of all random draws.
    warm_start
        Routes to begin with, taken over as far as they keep the rules.
    on_progress
        Told of every better incumbent and that the run is alive.
    cancelled
        Asked at least five times a second; True ends the run with the best solution so far.
    processes
        How many cores the search may use.
    recipe
        Stages and figures instead of those of the engine.

    Raises
    ------
    ValueError
        An unknown engine, a budget that is no number of seconds or iterations, or no process.
    InfeasibleSolution
        The search and the timetable disagree about a rule, or the routing model and the timetable
        about a plan: a defect, never hidden.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine: {engine!r}, expected one of {', '.join(ENGINES)}")
    budget = time_limit_s if iterations is None else iterations
    if budget is None or not 0 <= budget < float("inf"):
        name = "time_limit_s" if iterations is None else "iterations"
        raise ValueError(f"{name}: {budget!r}, expected a number that is not negative")
    if processes < 1:
        raise ValueError(f"processes: {processes!r}, expected 1 or more")
    run = Run(None if iterations is not None else time_limit_s, iterations, on_progress, cancelled)
    notes: list[str] = []
    if engine == "ortools":
        solution = _by_routing_model(problem, run, seed, warm_start)
        schedule = Timetable(problem).schedule(solution)
    else:
        stages = recipe or (AUTO if engine == "auto" else SEARCH_ONLY)
        finish = Finish(problem, run, stages, seed, processes)
        islands = Islands(problem, seed, run, stages, processes, finish.search_until_s)
        islands.on_piece = finish.watch
        islands.begin(warm_start)
        solution = islands.search().solution()
        schedule = Timetable(problem).schedule(solution)
        solution, schedule = finish.better(solution, schedule)
        notes += finish.notes
    if run.stopped:
        notes.append("cancelled: the best plan found so far")
    return Outcome(
        solution, schedule, tuple(run.trace), run.done, engine, run.elapsed, tuple(notes)
    )


def _by_routing_model(
    problem: Problem, run: Run, seed: int, warm_start: Solution | None
) -> Solution:
    from dispatch.solver.ortools_engine import solve_ortools

    return solve_ortools(
        problem,
        time_limit_s=3600.0 if run.time_limit_s is None else run.time_limit_s,
        seed=seed,
        warm_start=warm_start,
        cancelled=run.cancelled,
        branch_limit=run.limit,
    )
