"""What follows the search in the recipe: routes recombined, small problems proved, plans confirmed.

The stages import CP-SAT and the routing model only when they run, for that takes a second.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.route_pool import RoutePool
from dispatch.solver.run import Progress
from dispatch.solver.stages_compare import plan_value
from dispatch.solver.timetable import Timetable

if TYPE_CHECKING:
    from dispatch.solver.problem import Problem
    from dispatch.solver.recipe import Recipe
    from dispatch.solver.run import Run
    from dispatch.solver.search import Search
    from dispatch.solver.solution import Schedule, Solution

FEW_VISITS = 8
"""Up to so many visits a problem is proved."""

PROVE_FROM_S, PROVE_FROM_ITERATIONS = 0.5, 1000
"""A run with less wants any plan, not the best."""

PROVING_SHARE = 0.8
"""Share of the time for the proof, and deterministic units of work where there is no time limit."""
PROVING_WORK = 4.0

LONG_SEARCH_S, LONG_SEARCH_ITERATIONS = 8.0, 200_000
"""A search that was shorter is better prolonged than recombined."""

MOST_TO_RECOMBINE = 1500
RECOMBINING_SHARE = 0.05
RECOMBINING_LEAST_S = 1.0
RECOMBINING_WORK = 2.0

MOST_TO_CONFIRM = 150
CONFIRM_FROM_S, CONFIRM_FROM_ITERATIONS = 5.0, 20_000
"""A plan of a shorter run is confirmed by the timetable and the auditor alone."""

CONFIRMING_S = 10.0
STATE_EVERY = 8
"""Every so many pieces of search the routes at hand are remembered, better or not."""


class Finish:
    """The stages after the search of one run.

    Parameters
    ----------
    problem, run, recipe, seed, processes
        As `solve` has them.
    """

    def __init__(
        self, problem: Problem, run: Run, recipe: Recipe, seed: int, processes: int
    ) -> None:
        self.problem, self.run, self.seed, self.processes = problem, run, seed, processes
        self.notes: list[str] = []
        visits, limit, time_s = len(problem.visits), run.limit, run.time_limit_s
        long = (time_s or 0.0) >= LONG_SEARCH_S or (limit or 0) >= LONG_SEARCH_ITERATIONS
        worth = (time_s or 0.0) >= PROVE_FROM_S or (limit or 0) >= PROVE_FROM_ITERATIONS
        self._prove = recipe.exact and worth and 0 < visits <= FEW_VISITS
        self._recombine = recipe.recombine and long and FEW_VISITS < visits <= MOST_TO_RECOMBINE
        long = (time_s or 0.0) >= CONFIRM_FROM_S or (limit or 0) >= CONFIRM_FROM_ITERATIONS
        self._confirm = recipe.validate and long and 0 < visits <= MOST_TO_CONFIRM
        self._pools: dict[int, RoutePool] = {}
        self._pieces: dict[int, int] = {}
        self._searches: dict[int, Search] = {}

    @property
    def search_until_s(self) -> float | None:
        """Seconds after which the search must leave the rest of the time to the other stages."""
        if self.run.time_limit_s is None:
            return None
        limit = self.run.time_limit_s
        if self._prove:
            return limit * (1.0 - PROVING_SHARE)
        if self._recombine:
            return limit - max(RECOMBINING_LEAST_S, RECOMBINING_SHARE * limit)
        return limit

    def watch(self, lane: int, search: Search, better: bool) -> None:
        """Remember routes of a search, each of its islands in a pool of its own."""
        if not self._recombine:
            return
        if lane not in self._pools:
            self._pools[lane] = RoutePool(self.problem)
            self._pieces[lane] = 0
            self._searches[lane] = search
        self._pieces[lane] += 1
        if better:
            self._pools[lane].offer_rows(*search.rows(best=True))
        if self._pieces[lane] % STATE_EVERY == 0:
            self._pools[lane].offer_rows(*search.rows(best=False))

    def better(self, solution: Solution, schedule: Schedule) -> tuple[Solution, Schedule]:
        """Improve a solution by the stages of the recipe; the timetable times what comes out."""
        if self.run.stopped:
            return solution, schedule
        if self._prove:
            solution, schedule = self._proved(solution, schedule)
        elif self._recombine:
            solution, schedule = self._recombined(solution, schedule)
        if self._confirm:
            from dispatch.solver.stages import validate

            self.notes.append(validate(self.problem, solution, schedule, time_limit_s=CONFIRMING_S))
        return solution, schedule

    def _proved(self, solution: Solution, schedule: Schedule) -> tuple[Solution, Schedule]:
        from dispatch.solver.exact import solve_exact, suits

        if not suits(self.problem):
            return solution, schedule
        limit = self.run.time_limit_s
        outcome = solve_exact(
            self.problem,
            time_limit_s=60.0 if limit is None else max(0.1, limit * PROVING_SHARE),
            work_limit=PROVING_WORK if limit is None else None,
            warm_start=solution,
            cancelled=self.run.cancelled,
            seed=self.seed,
        )
        if outcome.proved:
            self.notes.append("proved: no plan is better")
        if outcome.solution is not None:
            return self._best_of(solution, schedule, outcome.solution)
        return solution, schedule

    def _recombined(self, solution: Solution, schedule: Schedule) -> tuple[Solution, Schedule]:
        from dispatch.solver.recombine import recombine

        if not self._pools:
            return solution, schedule
        pool = self._pools[0]
        for search in self._searches.values():
            search.remembered(pool)
        for lane in sorted(self._pools)[1:]:
            pool.merge(self._pools[lane])
        limit = self.run.time_limit_s
        found = recombine(
            self.problem,
            pool,
            solution,
            time_limit_s=60.0 if limit is None else max(0.5, limit - self.run.elapsed),
            seed=self.seed,
            deterministic_limit=RECOMBINING_WORK if limit is None else None,
        )
        if found is None:
            return solution, schedule
        self.notes.append("recombined: routes of several plans make a better one")
        return self._best_of(solution, schedule, found)

    def _best_of(
        self, solution: Solution, schedule: Schedule, found: Solution
    ) -> tuple[Solution, Schedule]:
        timed = Timetable(self.problem).schedule(found)
        if self._rank(timed) >= self._rank(schedule):
            return solution, schedule
        left_out, value = timed.cost.unassigned, plan_value(self.problem, timed)
        note = Progress(self.run.elapsed, self.run.done, left_out, value, found)
        self.run.trace.append(note)
        if self.run.on_progress is not None:
            self.run.on_progress(note)
        return found, timed

    def _rank(self, schedule: Schedule) -> tuple[tuple[int, ...], int]:
        return schedule.cost.unassigned[::-1], plan_value(self.problem, schedule)
