"""The recipe: construct, search, polish, let the one timetable have the last word."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dispatch.solver.search import Search
from dispatch.solver.solution import Solution
from dispatch.solver.timetable import Timetable

if TYPE_CHECKING:
    from collections.abc import Callable

    from dispatch.solver.problem import Problem
    from dispatch.solver.solution import Schedule

ENGINES = ("auto", "ortools", "lns")
CYCLE_SECONDS = 5.0
CYCLE_ITERATIONS = 40_000
PIECE_SECONDS = 0.05
PIECE_ITERATIONS = 500
EXHAUSTED_ITERATIONS = 20_000
"""Iterations without a better solution after which a problem of a few visits counts as solved."""


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run reports while it works.

    `unassigned` counts visits left out by tier, LOW first; `cost` is money, or seconds when the
    objective is working time.
    """

    elapsed_s: float
    iterations: int
    unassigned: tuple[int, ...]
    cost: int
    best: Solution | None = None


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


class _Run:
    """The clock and the reports of one run."""

    def __init__(
        self,
        time_limit_s: float | None,
        iterations: int | None,
        on_progress: Callable[[Progress], None] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.began = time.monotonic()
        self.time_limit_s, self.limit = time_limit_s, iterations
        self.on_progress, self.cancelled = on_progress, cancelled
        self.done = 0
        self.since_better = 0
        self.trace: list[Progress] = []
        self.stopped = False
        self._told = -1.0

    @property
    def elapsed(self) -> float:
        return time.monotonic() - self.began

    def share(self) -> float:
        """Share of the budget that is spent, 0 to 1."""
        if self.limit is not None:
            return min(1.0, self.done / self.limit) if self.limit > 0 else 1.0
        return min(1.0, self.elapsed / self.time_limit_s) if self.time_limit_s else 1.0

    def over(self) -> bool:
        """Whether the run must end: its limit is reached or somebody cancelled it."""
        if self.cancelled is not None and self.cancelled():
            self.stopped = True
        return self.stopped or self.share() >= 1.0

    def report(self, search: Search, better: bool) -> None:
        """Note an incumbent; tell the listener of it, or at least twice a second that we live."""
        figures, cost = search.figures()
        note = Progress(self.elapsed, self.done, figures, cost)
        if better:
            self.trace.append(note)
        if self.on_progress is not None and (better or self.elapsed - self._told > 0.5):
            self._told = self.elapsed
            best = search.solution() if better else None
            self.on_progress(Progress(self.elapsed, self.done, figures, cost, best))


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
        Iterations to search; with it the same problem and seed give the same solution.
    seed
        Seed of all random draws.
    warm_start
        Routes to begin with, taken over as far as they keep the rules.
    on_progress
        Told of every better incumbent and that the run is alive.
    cancelled
        Asked at least five times a second; True ends the run with the best solution so far.

    Raises
    ------
    ValueError
        An unknown engine, or a budget that is no number of seconds or iterations.
    InfeasibleSolution
        The search and the timetable disagree about a rule: a defect, never hidden.
    """
    if engine not in ENGINES:
        raise ValueError(f"engine: {engine!r}, expected one of {', '.join(ENGINES)}")
    budget = time_limit_s if iterations is None else iterations
    if budget is None or not 0 <= budget < float("inf"):
        name = "time_limit_s" if iterations is None else "iterations"
        raise ValueError(f"{name}: {budget!r}, expected a number that is not negative")
    run = _Run(None if iterations is not None else time_limit_s, iterations, on_progress, cancelled)
    if engine == "ortools":
        solution = _by_routing_model(problem, run, seed, warm_start)
    else:
        solution = _by_search(problem, run, seed, warm_start)
    schedule = Timetable(problem).schedule(solution)
    notes = ("cancelled: the best plan found so far",) if run.stopped else ()
    return Outcome(solution, schedule, tuple(run.trace), run.done, engine, run.elapsed, notes)


def _by_search(problem: Problem, run: _Run, seed: int, warm_start: Solution | None) -> Solution:
    search = Search(problem, seed)
    if warm_start is not None:
        search.warm_start(warm_start)
    search.construct()
    run.report(search, better=True)
    piece, cycle = PIECE_ITERATIONS, 0
    while not run.over() and problem.visits:
        cycles, heat = _heat(run)
        if cycles != cycle:
            cycle = cycles
            search.restart()
        began = time.monotonic()
        if run.limit is not None:
            piece = min(PIECE_ITERATIONS, run.limit - run.done)
        better = search.improve(piece, heat) > 0
        run.done += piece
        run.since_better = 0 if better else run.since_better + piece
        run.report(search, better)
        if run.limit is None:
            spent = max(1e-6, time.monotonic() - began)
            piece = max(1, min(4 * piece, int(piece * PIECE_SECONDS / spent)))
        if run.since_better > EXHAUSTED_ITERATIONS * max(1, len(problem.visits)):
            break
    search.polish()
    run.report(search, better=True)
    return search.solution()


def _heat(run: _Run) -> tuple[int, float]:
    """Which annealing cycle this is, and how far it has cooled (0 hottest, 1 coldest)."""
    if run.limit is not None:
        cycles = max(1, round(run.limit / CYCLE_ITERATIONS))
    else:
        cycles = max(1, round((run.time_limit_s or 0.0) / CYCLE_SECONDS))
    at = run.share() * cycles
    return int(at), at - int(at)


def _by_routing_model(
    problem: Problem, run: _Run, seed: int, warm_start: Solution | None
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
