"""A lower bound of every plan: column generation over relaxed routes.

Kept: who may serve what (skills, persons, pins), travel, work, shifts, overtime, breaks, windows,
due dates, promises, SLA money of arrivals, labour of waiting, one route per shift, crew sizes.
Relaxed, which only makes plans cheaper: parts, tools, stock and pickups (ways may lead over
depots instead), bounds on travel, positions of pins, `after`, the common start of a crew, SLA and
preference money of crews, prices of fairness and of the worst lateness, the clock of shifts with
history; time is rounded to steps, amounts are taken half a unit lower, and a route may repeat a
visit that it has forgotten.

The bound is Lagrangian: for any prices of the visits, the sum of the prices and of the cheapest
reduced costs of all shifts is below every plan (Farley 1990, doi 10.1287/opre.38.5.922), so it
holds whenever the search for routes is broken off. Only the best prices are sought by a linear
program.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from dispatch.solver.bound_tables import MOST_VISITS, Column, ShiftTables, make_ways
from dispatch.solver.tiers import money_bound

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from dispatch.solver.problem import Problem

    Floats = NDArray[np.float64]

STEPS = (300, 120, 60)
"""Seconds of a time step: coarse ones find good prices, fine ones the bound."""

SHORTEST = 20
"""Seconds of the finest step that is tried."""

SMOOTHING = 0.5
"""Weight of the best prices so far in the next ones (Wentges 1997, Int. Trans. Oper. Res. 4)."""


@dataclass(frozen=True, slots=True)
class Bound:
    """What no plan can beat.

    Parameters
    ----------
    unassigned
        Visits that every plan leaves out at least, by tier, LOW first.
    left_out
        Visits left out, by tier, for which `money` holds.
    money
        No plan that leaves out as many or fewer in each tier costs less: minor units, or seconds by
        working time.
    method
        How it was found, in words.
    finished
        Whether better prices would not raise it much further.
    """

    unassigned: tuple[int, int, int, int]
    left_out: tuple[int, int, int, int]
    money: int
    method: str
    finished: bool
    iterations: int
    elapsed_s: float


def lower_bound(
    problem: Problem,
    *,
    time_limit_s: float = 60.0,
    left_out: Sequence[int] | None = None,
    cancelled: Callable[[], bool] | None = None,
) -> Bound:
    """Bound the money (or working time) of every plan from below.

    Parameters
    ----------
    time_limit_s
        Seconds; what is proved by then is returned.
    left_out
        How many visits plans may leave out by tier, LOW first: those of the plan to compare with.
        By default the visits that no shift can take.
    cancelled
        Asked between pricings.
    """
    return _Generation(problem, time_limit_s, left_out, cancelled).run()


class _Generation:
    def __init__(
        self,
        problem: Problem,
        time_limit_s: float,
        left_out: Sequence[int] | None,
        cancelled: Callable[[], bool] | None,
    ) -> None:
        self.problem, self.cancelled = problem, cancelled
        self.began = time.monotonic()
        self.until = self.began + time_limit_s
        self.ways = make_ways(problem)
        self.sizes = np.array([v.crew_size for v in problem.visits], dtype=np.float64)
        self.tiers = np.array([int(v.tier) for v in problem.visits], dtype=np.int64)
        self.tables = self._tables(STEPS[0])
        self.unassigned = self._impossible()
        given = self.unassigned if left_out is None else left_out
        self.left_out = tuple(max(a, int(b)) for a, b in zip(self.unassigned, given, strict=True))
        self.columns: list[Column] = []
        self.known: set[tuple[int, tuple[int, ...]]] = set()
        self.best, self.prices = 0.0, np.zeros(len(problem.visits))
        self.iterations = 0

    def run(self) -> Bound:
        """Generate columns on ever finer steps until the bound or the time is reached."""
        finished, step = not self.problem.visits, 0
        least = self._shortest_leg()
        steps = [s for s in STEPS if s <= least] or [s for s in (least,) if s >= SHORTEST]
        wide = max((len(t.visits) for t in self.tables), default=0)
        if steps and wide <= MOST_VISITS and self.problem.visits:
            for step in steps:
                self.tables = self._tables(step)
                finished = self._generate()
                if self._over():
                    break
        method = f"column generation, time steps of {step} s"
        if not steps:
            method = f"none: a visit and its way take {least} s, expected {SHORTEST} or more"
        if wide > MOST_VISITS:
            method = f"none: a shift may take {wide} visits, expected {MOST_VISITS} or fewer"
        money = max(0, math.ceil(self.best - 0.01))
        return Bound(
            self.unassigned,
            (self.left_out[0], self.left_out[1], self.left_out[2], self.left_out[3]),
            money,
            method,
            finished,
            self.iterations,
            time.monotonic() - self.began,
        )

    def _tables(self, step: int) -> list[ShiftTables]:
        shifts = range(len(self.problem.shifts))
        return [ShiftTables(self.problem, s, self.ways, step) for s in shifts]

    def _shortest_leg(self) -> int:
        """Seconds of the shortest work and way: a step must not be longer."""
        legs = [
            int(table.leg[table.leg >= 0].min(initial=STEPS[0]))
            for table in self.tables
            if len(table.visits) and not table.history
        ]
        return min(legs, default=STEPS[0])

    def _impossible(self) -> tuple[int, int, int, int]:
        """Visits, by tier, that fewer shifts than their crew needs have a time for."""
        able = np.zeros(len(self.problem.visits))
        for table in self.tables:
            for j, v in enumerate(table.visits):
                if table.history or self._fits(table, j):
                    able[v] += 1
        out = [0, 0, 0, 0]
        for v in np.flatnonzero(able < self.sizes).tolist():
            out[int(self.tiers[v])] += 1
        return out[0], out[1], out[2], out[3]

    def _fits(self, table: ShiftTables, j: int) -> bool:
        if table.home[j] < 0 or table.back[j] < 0:
            return False
        low = table.begin + table.step * np.arange(table.start_money.shape[1])
        open_steps = table.start_money[j] < 1e29
        open_steps &= low + table.step > table.begin + table.home[j]
        return bool((open_steps & (low + table.back[j] <= table.ends[1])).any())

    def _over(self) -> bool:
        if self.cancelled is not None and self.cancelled():
            return True
        return time.monotonic() > self.until

    def _generate(self) -> bool:
        """Alternate between the linear program and the cheapest routes at its prices."""
        stalled = 0
        while not self._over():
            value, prices = self._master()
            tried = SMOOTHING * self.prices + (1 - SMOOTHING) * prices
            if stalled or not self.best:
                tried = prices
            bound, added = self._price(tried)
            self.iterations += 1
            if bound > self.best:
                self.best, self.prices = bound, tried
            if added == 0:
                if stalled or tried is prices:
                    return True
                stalled += 1
            else:
                stalled = 0
            if value - self.best < 1e-4 * max(1.0, abs(value)):
                return True
        return False

    def _price(self, prices: Floats) -> tuple[float, int]:
        """Lagrangian bound at these prices of one unit of crew, and how many columns were new."""
        total, added = float((self.sizes * prices).sum()), 0
        for tier in range(4):
            # The visits that may be left out are those whose prices weigh most.
            own = np.sort((self.sizes * prices)[self.tiers == tier])[::-1]
            total -= float(own[: self.left_out[tier]].sum())
        for table in self.tables:
            least, columns = table.cheapest(prices)
            total += least
            for column in columns:
                key = column.shift, column.visits
                if key not in self.known:
                    self.known.add(key)
                    self.columns.append(column)
                    added += 1
            if self._over():
                return -math.inf, added
        return total, added

    def _master(self) -> tuple[float, Floats]:
        """Prices of the visits in the linear program of the columns so far."""
        from ortools.linear_solver import pywraplp  # type: ignore[attr-defined]

        solver: Any = pywraplp.Solver.CreateSolver("GLOP")
        dear = float(money_bound(self.problem) + 1)
        if self.problem.objective == 1:
            dear = float(sum(s.latest_end - s.start for s in self.problem.shifts) + 1)
        covers = [solver.Constraint(float(size), solver.infinity()) for size in self.sizes]
        shifts = [solver.Constraint(-solver.infinity(), 1.0) for _ in self.tables]
        tiers = [solver.Constraint(-solver.infinity(), float(n)) for n in self.left_out]
        goal = solver.Objective()
        for v, cover in enumerate(covers):
            out, lack = solver.NumVar(0, 1, ""), solver.NumVar(0, solver.infinity(), "")
            cover.SetCoefficient(out, self.sizes[v])
            tiers[self.tiers[v]].SetCoefficient(out, 1.0)
            cover.SetCoefficient(lack, 1.0)
            goal.SetCoefficient(lack, dear)
        for column in self.columns:
            use = solver.NumVar(0, solver.infinity(), "")
            goal.SetCoefficient(use, column.cost)
            shifts[column.shift].SetCoefficient(use, 1.0)
            for v in set(column.visits):
                covers[v].SetCoefficient(use, float(column.visits.count(v)))
        goal.SetMinimization()
        if solver.Solve() != pywraplp.Solver.OPTIMAL:
            return math.inf, self.prices
        prices = np.array([max(0.0, cover.dual_value()) for cover in covers])
        return float(goal.Value()), prices
