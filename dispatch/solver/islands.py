"""Several searches of one problem at a time, which hand each other the best plan.

The searches are compiled and hold no interpreter lock, so threads run them side by side on as
many cores as are given, and the travel matrix stands in memory once. A run limited by iterations
has the same number of islands on any number of threads, and they meet only between cycles: so it
has one result.
"""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from typing import TYPE_CHECKING

from dispatch.solver.favourites import favour
from dispatch.solver.search import Search
from dispatch.solver.take_over import take_over

if TYPE_CHECKING:
    from collections.abc import Callable

    from dispatch.solver.problem import Problem
    from dispatch.solver.recipe import Recipe
    from dispatch.solver.run import Run
    from dispatch.solver.solution import Solution

PIECE_SECONDS = 0.05
PIECE_ITERATIONS = 500
EXHAUSTED_ITERATIONS = 20_000
"""Iterations without a better solution after which a problem of a few visits counts as solved."""

WORTH_TWO = 20_000
"""From so many iterations on, a run limited by them has two islands."""


VISITS_A_CYCLE = 100
"""So many visits are annealed in a cycle of the length that the recipe says."""

SMALL, HALF = 200, 0.5
"""Below so many visits a cycle takes less than that, down to a half: small plans form sooner, and
many of them are better than few."""

FAVOUR_AT = (0.3, 0.5, 0.7, 0.85)
"""Where in a cycle the routes to plant are judged anew."""

ANEW_AT = 0.4
"""Where in a cycle that melts the plan down another plan has formed, and its own best begins."""


class Islands:
    """The searches of one run.

    Parameters
    ----------
    problem, seed
        What to plan, and the seed of all random draws.
    run
        Budget and reports.
    recipe
        How long a cycle is and how hot.
    processes
        How many islands may work at a time.
    until_s
        Seconds after which the search ends (None: by iterations only).
    """

    def __init__(
        self,
        problem: Problem,
        seed: int,
        run: Run,
        recipe: Recipe,
        processes: int,
        until_s: float | None,
    ) -> None:
        self.problem, self.run, self.recipe = problem, run, recipe
        self.processes, self.until_s = processes, until_s
        count = processes
        if run.limit is not None:
            count = 2 if run.limit >= WORTH_TWO else 1
        first = Search(problem, seed)
        first.tune(recipe.removed, recipe.longest_string, recipe.emptying)
        self.searches = [first, *(first.sibling(seed + 7919 * i) for i in range(1, count))]
        self._pieces = [PIECE_ITERATIONS] * count
        self._idle = [0] * count
        self.on_piece: Callable[[int, Search, bool], None] | None = None

    def begin(self, warm_start: Solution | None) -> None:
        """Take a warm start over, insert all that has a place, on every island the same."""
        first = self.searches[0]
        if warm_start is not None:
            take_over(first, warm_start)
        first.construct()
        for other in self.searches[1:]:
            other.settle(first)
        self.run.report(first, 0, better=True)

    def search(self) -> Search:
        """Run all cycles; returns the island with the best plan."""
        cycles = self._cycles()
        with ThreadPoolExecutor(min(self.processes, len(self.searches))) as threads:
            for cycle in range(cycles):
                if self._finished():
                    break
                if not _is_hot(cycle - 1, cycles):
                    self._meet()
                lanes = range(len(self.searches))
                list(threads.map(lambda lane: self._cycle(lane, cycle, cycles), lanes))  # noqa: B023
        best = self._meet()
        best.polish()
        self.run.report(best, 0, better=True)
        return best

    def _meet(self) -> Search:
        """Have all islands take over the best plan, the first of equals; returns whose it is."""
        for search in self.searches:
            search.recall()
        best = min(self.searches, key=_rank)
        for other in self.searches:
            if other is not best:
                other.settle(best)
        return best

    def _finished(self) -> bool:
        enough = EXHAUSTED_ITERATIONS * max(1, len(self.problem.visits))
        return self.run.over(self.until_s) or min(self._idle) > enough or not self.problem.visits

    def _cycles(self) -> int:
        """How many times a run cools down: a larger problem takes longer to cool."""
        size = cycle_size(len(self.problem.visits))
        if self.run.limit is not None:
            share = self.run.limit / len(self.searches)
            return max(1, round(share / (size * self.recipe.cycle_iterations)))
        return max(1, round((self.until_s or 0.0) / (size * self.recipe.cycle_s)))

    def _cycle(self, lane: int, cycle: int, cycles: int) -> None:
        """Anneal from hot to cold once."""
        run, search = self.run, self.searches[lane]
        recipe = self.recipe
        hot = _is_hot(cycle, cycles)
        if hot:
            # Near the best all plans have the same engineers at work, and remembered routes would
            # bring them back: so some cycles melt the plan down and plant next to nothing.
            hottest, planting = recipe.hottest * recipe.hotter, min(recipe.planting, 1)
            recipe = replace(recipe, hottest=hottest, planting=planting)
        if cycle > 0:
            search.restart()
        enough = EXHAUSTED_ITERATIONS * max(1, len(self.problem.visits))
        begun = run.elapsed
        end_s = (self.until_s or 0.0) * (cycle + 1) / cycles
        due = list(FAVOUR_AT)
        left = todo = self._share(lane, cycle, cycles)
        while not run.over(self.until_s) and self._idle[lane] <= enough:
            if run.limit is not None:
                heat = 1.0 - left / max(1, todo)
                piece = min(PIECE_ITERATIONS, left)
            else:
                heat = (run.elapsed - begun) / max(1e-9, end_s - begun)
                piece = self._pieces[lane]
            if heat >= 1.0:
                return
            before = time.monotonic()
            while due and heat >= due[0]:
                favour(search)
                due.pop(0)
            if hot and heat >= ANEW_AT:
                search.begin_anew()
                hot = False
            better = search.improve(piece, heat, recipe) > 0 and search.leading
            spent = max(1e-6, time.monotonic() - before)
            left -= piece
            self._pieces[lane] = max(1, min(4 * piece, int(piece * PIECE_SECONDS / spent)))
            self._idle[lane] = 0 if better else self._idle[lane] + piece
            run.report(search, piece, better)
            if self.on_piece is not None:
                self.on_piece(lane, search, better)

    def _share(self, lane: int, cycle: int, cycles: int) -> int:
        """Iterations of one island in one cycle."""
        islands, limit = len(self.searches), self.run.limit or 0
        own = limit // islands + (lane < limit % islands)
        return own * (cycle + 1) // cycles - own * cycle // cycles


def cycle_size(visits: int) -> float:
    """How long a cycle takes for so many visits, in cycles of the recipe's length."""
    return max(1.0, visits / VISITS_A_CYCLE) * min(1.0, max(HALF, visits / SMALL))


def _is_hot(cycle: int, cycles: int) -> bool:
    """Whether a cycle makes a new plan, for the next to refine; the last begins at the best."""
    return cycle % 2 == 1 and cycle + 2 < cycles


def _rank(search: Search) -> tuple[tuple[int, ...], int]:
    left_out, cost = search.figures()
    return left_out[::-1], cost
