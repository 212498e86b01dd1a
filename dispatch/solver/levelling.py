"""Level work over weeks: every piece of work gets a week, and the fullest week is as empty as it can be.

Units: whole minutes of work, weeks counted from 0, capacities in minutes by pool and week. A pool
is whoever shares capacity: a territory, or the people of a territory with one skill; work may draw
on several. The model is solved twice by CP-SAT: first for the least work above capacity and the
lowest peaks, then, with those held (but for a little play), for few journeys and small shifts.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from ortools.sat.python import cp_model

from dispatch.solver.levelling_problem import (
    Levelled,
    LevellingProblem,
    Piece,
    measure,
    peak_bound,
    pool_peaks,
)
from dispatch.solver.levelling_start import first_weeks

__all__ = ["Levelled", "LevellingProblem", "Piece", "level"]

FIRST_SHARE = 0.5
"""Share of the time for the peaks."""

OVER_WEIGHT = 1000
"""A minute above capacity against a minute of a peak."""

PEAK_WEIGHT = 100
"""A minute of the peak of all work against one of the peak of a single pool."""

PLAY_PERCENT = 1
"""How much higher the peaks may be, in return for fewer journeys and smaller shifts."""


def level(
    problem: LevellingProblem,
    *,
    time_limit_s: float = 60.0,
    seed: int = 1,
    processes: int = 1,
    cancelled: Callable[[], bool] | None = None,
) -> Levelled:
    """Give every piece a week.

    Parameters
    ----------
    problem
        The work.
    time_limit_s
        Seconds in all.
    seed, processes
        Of the search.
    cancelled
        Asked now and then; once true the best found so far is returned.

    Returns
    -------
    Levelled
        Without weeks when nothing was found.
    """
    began = time.monotonic()
    if not problem.pieces:
        return Levelled((), 0, 0, 0, proved=True, elapsed_s=0.0)
    model = _Model(problem)
    start = first_weeks(problem)
    first = model.lower_peaks(start, time_limit_s * FIRST_SHARE, seed, processes, cancelled)
    if first is None and start is not None:
        # A large model may not get over its preparation in time.
        first = _first_of(problem, start, proved=False)
    if first is None:
        return Levelled((), 0, 0, 0, proved=False, elapsed_s=time.monotonic() - began)
    left = max(1.0, time_limit_s - (time.monotonic() - began))
    second = model.shorten(first, left, seed, processes, cancelled)
    weeks = second or first.weeks
    peak, over = measure(problem, weeks)
    return Levelled(weeks, peak, first.bound, over, first.proved, time.monotonic() - began)


@dataclass(frozen=True, slots=True)
class _First:
    weeks: tuple[int, ...]
    peak: int
    pool_peaks: tuple[int, ...]
    over: int
    bound: int
    proved: bool


def _first_of(problem: LevellingProblem, weeks: tuple[int, ...], *, proved: bool) -> _First:
    peak, over = measure(problem, weeks)
    pools = tuple(pool_peaks(problem, weeks))
    return _First(weeks, peak, pools, over, peak_bound(problem), proved)


class _Model:
    """The CP-SAT model: one yes or no for each piece and week."""

    def __init__(self, problem: LevellingProblem) -> None:
        self.problem = problem
        self.model = model = cp_model.CpModel()
        total = sum(piece.minutes for piece in problem.pieces)
        self.chosen = [
            {week: model.new_bool_var("") for week in sorted(piece.weeks)}
            for piece in problem.pieces
        ]
        for choice in self.chosen:
            model.add_exactly_one(choice.values())
        for piece, choice in zip(problem.pieces, self.chosen, strict=True):
            if piece.follows is not None:
                self._follow(piece, choice, self.chosen[piece.follows])
        self.peak = model.new_int_var(0, total, "peak")
        self.pool_peaks = [model.new_int_var(0, total, "") for _ in problem.capacity]
        self.over: dict[tuple[int, int], cp_model.IntVar] = {}
        self.journeys: dict[tuple[int, int], cp_model.IntVar] = {}
        by_week: list[list[cp_model.LinearExprT]] = [[] for _ in range(problem.weeks)]
        by_pool: dict[tuple[int, int], list[cp_model.LinearExprT]] = {}
        for piece, choice in zip(problem.pieces, self.chosen, strict=True):
            for week, yes in choice.items():
                by_week[week].append(piece.minutes * yes)
                for pool in piece.pools:
                    by_pool.setdefault((pool, week), []).append(piece.minutes * yes)
        for loads in by_week[: problem.counted]:
            model.add(sum(loads) <= self.peak)
        for (pool, week), loads in by_pool.items():
            above = model.new_int_var(0, total, "")
            model.add(sum(loads) <= problem.capacity[pool][week] + above)
            model.add(sum(loads) <= self.pool_peaks[pool])
            self.over[pool, week] = above

    def _follow(
        self,
        piece: Piece,
        choice: Mapping[int, cp_model.IntVar],
        before: Mapping[int, cp_model.IntVar],
    ) -> None:
        for week, yes in before.items():
            allowed = [choice[w] for w in piece.after.get(week, ()) if w in choice]
            self.model.add(sum(allowed) >= yes)

    def lower_peaks(
        self,
        start: Sequence[int] | None,
        seconds: float,
        seed: int,
        processes: int,
        cancelled: Callable[[], bool] | None,
    ) -> _First | None:
        """The least work above capacity, then the lowest peaks."""
        self._hint(start)
        aims: list[cp_model.LinearExprT] = [OVER_WEIGHT * above for above in self.over.values()]
        aims += [PEAK_WEIGHT * self.peak, *self.pool_peaks]
        self.model.minimize(sum(aims))
        solver = _solver(seconds, seed, processes)
        status = solver.solve(self.model, _Watch(cancelled))
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return None
        weeks = self._weeks(solver)
        return _first_of(self.problem, weeks, proved=status == cp_model.OPTIMAL)

    def shorten(
        self,
        first: _First,
        seconds: float,
        seed: int,
        processes: int,
        cancelled: Callable[[], bool] | None,
    ) -> tuple[int, ...] | None:
        """Few journeys and small shifts, with the peaks held."""
        model, problem = self.model, self.problem
        model.add(self.peak <= _with_play(first.peak))
        for peak, found in zip(self.pool_peaks, first.pool_peaks, strict=True):
            model.add(peak <= _with_play(found))
        model.add(sum(self.over.values()) <= first.over)
        journeys = self.journeys
        costs: list[cp_model.LinearExprT] = []
        for piece, choice in zip(problem.pieces, self.chosen, strict=True):
            for week, yes in choice.items():
                costs.append(piece.weeks[week] * yes)
                if problem.journey:
                    key = (piece.site, week)
                    if key not in journeys:
                        journeys[key] = model.new_bool_var("")
                    model.add_implication(yes, journeys[key])
        costs += [problem.journey * going for going in journeys.values()]
        model.minimize(sum(costs))
        self._hint(first.weeks)
        solver = _solver(seconds, seed, processes)
        status = solver.solve(model, _Watch(cancelled))
        return self._weeks(solver) if status in (cp_model.OPTIMAL, cp_model.FEASIBLE) else None

    def _hint(self, weeks: Sequence[int] | None) -> None:
        self.model.clear_hints()  # type: ignore[no-untyped-call]
        if weeks is None:
            return
        for choice, week in zip(self.chosen, weeks, strict=True):
            for other, yes in choice.items():
                self.model.add_hint(yes, other == week)
        # A hint is taken as it is only where it says everything.
        problem, loads = self.problem, dict.fromkeys(self.over, 0)
        for piece, week in zip(problem.pieces, weeks, strict=True):
            for pool in piece.pools:
                loads[pool, week] += piece.minutes
        for (pool, week), above in self.over.items():
            self.model.add_hint(above, max(0, loads[pool, week] - problem.capacity[pool][week]))
        for variable, peak in zip(self.pool_peaks, pool_peaks(problem, weeks), strict=True):
            self.model.add_hint(variable, peak)
        self.model.add_hint(self.peak, measure(problem, weeks)[0])
        going = {(piece.site, week) for piece, week in zip(problem.pieces, weeks, strict=True)}
        for key, journey in self.journeys.items():
            self.model.add_hint(journey, key in going)

    def _weeks(self, solver: cp_model.CpSolver) -> tuple[int, ...]:
        return tuple(
            next(week for week, yes in choice.items() if solver.boolean_value(yes))
            for choice in self.chosen
        )


class _Watch(cp_model.CpSolverSolutionCallback):
    """Ends a search that nobody wants any more, at its next solution."""

    def __init__(self, cancelled: Callable[[], bool] | None) -> None:
        super().__init__()
        self._cancelled = cancelled

    def on_solution_callback(self) -> None:
        """Look whether to go on."""
        if self._cancelled is not None and self._cancelled():
            self.stop_search()


def _solver(seconds: float, seed: int, processes: int) -> cp_model.CpSolver:
    solver = cp_model.CpSolver()
    solver.parameters.max_time_in_seconds = seconds
    solver.parameters.random_seed = seed
    solver.parameters.num_workers = processes
    # A thousandth of a peak is worth no minute of anybody's time.
    solver.parameters.relative_gap_limit = 0.001
    return solver


def _with_play(minutes: int) -> int:
    return minutes + minutes * PLAY_PERCENT // 100
