"""Times and money of one shift for the lower bound, none of them above what the timetable says."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from dispatch.solver.bound_routes import INFINITE, cheapest_walks
from dispatch.solver.exact_space import may_stand, starts_of
from dispatch.solver.problem import FOREVER, Objective, Problem
from dispatch.solver.world import side_prices

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

HALF = 0.5
"""What rounding half up takes off an amount at most."""

REMEMBERED = 10
"""Visits near a visit that a walk remembers there."""

MOST_VISITS = 62
"""Visits of one shift that a walk can remember: the bits of a number."""

MOST_WALKS = 3_000_000


@dataclass(frozen=True, slots=True)
class Column:
    """A relaxed route: how often it comes to each visit and what it costs at least."""

    shift: int
    visits: tuple[int, ...]
    cost: float


class ShiftTables:
    """What walks of one shift take and cost."""

    def __init__(self, problem: Problem, shift: int, ways: Ways, step: int) -> None:
        self.problem, self.shift, self.step = problem, shift, step
        block = problem.shifts[shift]
        self.visits = [v for v in range(len(problem.visits)) if may_stand(problem, v, shift)]
        self.history = has_history(problem, shift)
        begin = block.start if problem.now is None else max(block.start, problem.now)
        self.begin = begin
        steps = max(1, (block.latest_end - begin) // step + 1)
        money = problem.objective is Objective.COST
        tariff = block.tariff
        rate, more = (tariff.per_hour / 3600, tariff.per_overtime_hour / 3600) if money else (1, 1)
        if block.latest_end == block.end:
            more = rate
        self.rates = np.array([min(rate, more), max(0.0, more - rate)])
        km = tariff.per_km / 1000 if money else 0.0
        rounded = (tariff.per_hour > 0) + (tariff.per_km > 0)
        rounded += tariff.per_overtime_hour > 0 and block.latest_end > block.end
        self.fixed_cost = tariff.per_shift - HALF * rounded if money else 0.0
        places = [problem.visits[v].location for v in self.visits]
        work = np.array([problem.duration(v, block.engineer) for v in self.visits], dtype=np.int64)
        seconds, metres = ways.seconds[block.profile], ways.metres
        self.home = seconds[block.start_location, places]
        self.leg = _plus(seconds[np.ix_(places, places)], work[:, None])
        np.fill_diagonal(self.leg, -1)
        self.back = _plus(seconds[places, block.end_location], work)
        base = self.rates[0]
        self.home_money = base * self.home + km * metres[block.start_location, places]
        self.leg_money = base * self.leg + km * metres[np.ix_(places, places)]
        self.back_money = base * self.back + km * metres[places, block.end_location]
        self._visit_money(steps, money)
        self.ends = np.array([block.end, block.latest_end], dtype=np.int64)
        self.rests = np.array(
            [(r.earliest, r.latest, r.duration) for r in block.breaks], dtype=np.int64
        ).reshape(-1, 3)
        near = np.argsort(np.where(self.leg < 0, FOREVER, self.leg), axis=1, kind="stable")
        self.memory = np.zeros(len(self.visits), dtype=np.int64)
        if len(self.visits) <= MOST_VISITS:
            for j, row in enumerate(near[:, :REMEMBERED]):
                self.memory[j] = (1 << j) | sum(1 << int(i) for i in row if i != j)

    def _visit_money(self, steps: int, money: bool) -> None:
        """(visit, step) money of a start, and the SLA of visits without a crew."""
        problem, step = self.problem, self.step
        count = len(self.visits)
        self.start_money = np.full((count, steps), INFINITE)
        self.by = np.full(count, FOREVER, dtype=np.int64)
        self.fee, self.late = np.zeros(count), np.zeros(count)
        sides = side_prices(problem)
        engineer = problem.shifts[self.shift].engineer
        low = self.begin + step * np.arange(steps)
        for j, v in enumerate(self.visits):
            visit = problem.visits[v]
            for a, b in starts_of(problem, v):
                open_steps = (low + step > a) & (low <= b)
                self.start_money[j, open_steps] = 0.0
            if not money:
                continue
            extra = np.zeros(steps)
            if visit.due is not None and visit.due.ideal is not None:
                early = np.maximum(0, visit.due.ideal - (low + step - 1))
                after = np.maximum(0, low - visit.due.ideal)
                extra += visit.due.earliness_per_day / 86400 * early
                extra += visit.due.lateness_per_day / 86400 * after
                extra -= HALF
            if visit.promise is not None:
                inside = (low + step > visit.promise.earliest) & (low <= visit.promise.latest)
                extra += np.where(inside, 0, visit.promise.price)
            if visit.crew_size == 1:
                extra += sides[v, engineer]
                if visit.sla is not None:
                    self.by[j], self.fee[j] = visit.sla.arrive_by, visit.sla.breach_fee
                    self.late[j] = visit.sla.lateness_per_hour / 3600
                    extra -= HALF * (visit.sla.lateness_per_hour > 0)
            elif visit.promised_engineers and engineer not in visit.promised_engineers:
                extra += visit.engineer_change_price
            # Each member of a crew carries its share of what the crew pays once.
            self.start_money[j] += extra / visit.crew_size

    def cheapest(self, duals: Floats) -> tuple[float, list[Column]]:
        """Cheapest reduced cost of a route (dual prices of the visits taken off), and columns.

        Returns
        -------
        a cost that no route of the shift goes below (0 for the unused shift), routes worth adding
        """
        if not self.visits:
            return 0.0, []
        own = duals[self.visits]
        if self.history:
            # What has begun is not judged by the clock: any set of visits, at no cost.
            costs = self.start_money.min(axis=1)
            # A start that is a fact may lie before the clock begins; its amounts round down.
            costs = np.where(costs >= INFINITE, -2 * HALF, costs)
            least = np.minimum(0.0, costs - own)
            chosen = tuple(v for v, price in zip(self.visits, least, strict=True) if price < 0)
            cost = sum(float(c) for c, p in zip(costs, least, strict=True) if p < 0)
            return float(least.sum()), [Column(self.shift, chosen, cost)] if chosen else []
        costs, walks, visit_of, before = cheapest_walks(
            self.step,
            self.begin,
            self.problem.shifts[self.shift].fixed_start,
            self.home,
            self.leg,
            self.back,
            self.home_money,
            self.leg_money,
            self.back_money,
            self.start_money - own[:, None],
            self.by,
            self.fee,
            self.late,
            self.ends,
            self.rates,
            self.rests,
            self.memory,
            MOST_WALKS,
        )
        found = []
        for j in np.argsort(costs)[:12]:
            if walks[j] < 0 or costs[j] + self.fixed_cost >= -1e-6:
                continue
            at, visits = int(walks[j]), []
            while at >= 0:
                visits.append(self.visits[int(visit_of[at])])
                at = int(before[at])
            cost = float(costs[j]) + self.fixed_cost + float(sum(duals[v] for v in visits))
            found.append(Column(self.shift, tuple(visits), cost))
        return min(0.0, float(costs.min()) + self.fixed_cost), found


@dataclass(frozen=True, slots=True)
class Ways:
    """Travel that may lead over depots, so that leaving a pickup out never lengthens a way."""

    seconds: Ints
    metres: Ints


def make_ways(problem: Problem) -> Ways:
    """Shortest ways with any depots in between; -1 where there is none."""
    depots = sorted({depot.location for depot in problem.depots})
    seconds = np.stack([_over(matrix, depots) for matrix in problem.travel_seconds])
    return Ways(seconds, np.maximum(0, _over(problem.travel_metres, depots)))


def has_history(problem: Problem, shift: int) -> bool:
    """Whether something of a shift has begun, is kept or was under way: its clock is not judged."""
    block = problem.shifts[shift]
    if block.returning or block.left is not None or block.fixed_pickups:
        return True
    return any(
        pin.shift == shift and (pin.started or pin.under_way)
        for visit in problem.visits
        for pin in visit.pins
    )


def _over(matrix: Ints, depots: list[int]) -> Ints:
    way = np.where(matrix < 0, FOREVER, matrix).astype(np.int64)
    for d in depots:
        way = np.minimum(way, way[:, d : d + 1] + way[d : d + 1, :])
    return np.where(way >= FOREVER, -1, way)


def _plus(way: Ints, work: Ints) -> Ints:
    return np.where(way < 0, -1, way + work)
