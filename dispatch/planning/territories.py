"""Plan a large case by territories: cut, solve side by side, put together, cut elsewhere.

A first plan of the whole is built without search, in seconds. Each round then cuts it along other
borders than before, so that what was a border is inside now, and betters every territory with its
share of the finite stock and with all that is outside held still (decision 23). The one timetable
times every whole plan; a round that does not make it better is dropped.
"""

from __future__ import annotations

import math
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from dispatch.planning.territory_cut import cut, places_of
from dispatch.planning.territory_stock import share_depots
from dispatch.planning.territory_units import units_of
from dispatch.planning.territory_work import Found, Order, better_territory, rank
from dispatch.planning.territory_world import PlanSoFar, Territory, make_territory, read_so_far
from dispatch.solver.explain_orders import solution_of
from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.solution import Solution, Stop
from dispatch.solver.timetable import Timetable

if TYPE_CHECKING:
    from dispatch.solver.problem import Problem
    from dispatch.solver.solve import Outcome, Progress

__all__ = ["Division", "solve_by_territories"]

LOOK_S = 0.2
VISITS = 400
"""Visits of one territory, about (decision 23)."""


@dataclass(frozen=True, slots=True)
class Division:
    """How a problem is divided.

    Parameters
    ----------
    visits
        Visits of one territory, about.
    rounds
        Cuts.
    """

    visits: int = field(default_factory=lambda: VISITS)
    rounds: int = 4


def solve_by_territories(
    problem: Problem,
    *,
    warm_start: Solution | None = None,
    time_limit_s: float | None = 60.0,
    iterations: int | None = None,
    seed: int = 1,
    processes: int = 1,
    executor: Executor | None = None,
    on_progress: Callable[[Progress], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    division: Division | None = None,
) -> Outcome:
    """Plan a problem by territories.

    Parameters
    ----------
    problem
        What to plan.
    warm_start
        Routes to begin with, taken over territory by territory as far as they keep the rules.
    time_limit_s
        Seconds of search; it does not count when iterations are given.
    iterations
        Iterations in all; with it the outcome depends on the problem and the seed alone.
    seed
        Of all draws.
    processes
        Territories that are solved at a time.
    executor
        Who solves them: anything that runs `better_territory` somewhere; None: threads.
    on_progress, cancelled
        As in `solve`.
    division
        How to divide.

    Returns
    -------
    Outcome
        Timed by the one timetable.
    """
    own = ThreadPoolExecutor(processes) if executor is None else None
    whole = _Whole(
        problem,
        executor or own,
        processes,
        seed,
        division or Division(),
        on_progress,
        cancelled or (lambda: False),
        local=own is not None,
    )
    try:
        return whole.run(warm_start, time_limit_s, iterations)
    finally:
        if own is not None:
            own.shutdown(cancel_futures=True)


class _Whole:
    """One run over all territories."""

    def __init__(
        self,
        problem: Problem,
        executor: Executor | None,
        processes: int,
        seed: int,
        division: Division,
        on_progress: Callable[[Progress], None] | None,
        cancelled: Callable[[], bool],
        *,
        local: bool,
    ) -> None:
        assert executor is not None
        self.problem, self.executor, self.processes = problem, executor, processes
        self.seed, self.division, self.local = seed, division, local
        self.on_progress, self.cancelled = on_progress, cancelled
        self.began = time.monotonic()
        self.timetable = Timetable(problem)
        self.places = places_of(problem)
        self.iterations = 0
        self.trace: list[Progress] = []
        self.notes: list[str] = []
        self.count = max(1, math.ceil(len(problem.visits) / self.division.visits))

    def run(
        self, warm_start: Solution | None, time_limit_s: float | None, iterations: int | None
    ) -> Outcome:
        """All rounds, then the plan with its clock."""
        from dispatch.solver.solve import Outcome

        rounds = self.division.rounds
        so_far = self._first(warm_start)
        for turn in range(1, rounds + 1):
            if self.cancelled():
                self.notes.append("cancelled: the best plan found so far")
                break
            seconds = left = None
            if iterations is not None:
                left = iterations // rounds
            elif time_limit_s is not None:
                rest = time_limit_s - (time.monotonic() - self.began)
                seconds = rest / (rounds + 1 - turn)
                if seconds <= 0.0:
                    break
            so_far = self._round(turn, so_far, seconds, left)
        self.notes.append(f"territories: {self.count}, borders moved {rounds} times")
        schedule = so_far.schedule
        return Outcome(
            Solution(so_far.routes),
            schedule,
            tuple(self.trace),
            self.iterations,
            "auto",
            time.monotonic() - self.began,
            tuple(self.notes),
        )

    def _first(self, warm_start: Solution | None) -> PlanSoFar:
        """A plan of the whole, built without any search."""
        from dispatch.solver.solve import solve

        outcome = solve(
            self.problem,
            engine="lns",
            iterations=0,
            seed=self.seed,
            warm_start=warm_start,
            cancelled=self.cancelled,
        )
        routes = solution_of(self.problem, outcome.schedule).routes
        made = read_so_far(self.problem, outcome.schedule, routes)
        self._tell(made, better=True)
        return made

    def _round(
        self,
        turn: int,
        so_far: PlanSoFar,
        seconds: float | None,
        iterations: int | None,
    ) -> PlanSoFar:
        """Better every territory of one cut."""
        territories = self._cut(turn, so_far)
        orders = [
            self._order(number, turn, one, len(territories), seconds, iterations)
            for number, one in enumerate(territories)
        ]
        changes: dict[int, Mapping[int, tuple[Stop, ...]]] = {}
        for number, found in self._solve(orders):
            self.iterations += found.iterations
            routes = territories[number].routes(found.solution) if found.better else None
            if routes is not None:
                changes[number] = routes
            self._tell(so_far)
        return self._together([changes[n] for n in sorted(changes)], so_far)

    def _cut(self, turn: int, so_far: PlanSoFar) -> list[Territory]:
        problem = self.problem
        pieces = cut(units_of(problem, so_far, self.places), self.count, turn)
        engineers = [[e for unit in piece for e in unit.engineers] for piece in pieces]
        waiting = [[v for unit in piece for v in unit.visits] for piece in pieces]
        home = {e: number for number, own in enumerate(engineers) for e in own}
        owner = [home[shift.engineer] for shift in problem.shifts]
        depots = share_depots(problem, so_far.schedule, owner, waiting, turn)
        return [
            make_territory(problem, so_far, *one)
            for one in zip(engineers, waiting, depots, strict=True)
        ]

    def _order(
        self,
        number: int,
        turn: int,
        territory: Territory,
        count: int,
        seconds: float | None,
        iterations: int | None,
    ) -> Order:
        # Territories wait for a free process in turn: the time of a round is shared by queues.
        queues = math.ceil(count / self.processes)
        return Order(
            territory.problem,
            territory.start,
            None if seconds is None or iterations is not None else seconds / queues,
            None if iterations is None else max(1, iterations // count),
            self.seed + 104_729 * turn + number,
        )

    def _solve(self, orders: list[Order]) -> Iterator[tuple[int, Found]]:
        """Solve territories side by side; in their order, so that a run can be repeated."""
        stop = self.cancelled if self.local else None
        futures: dict[Future[Found], int] = {
            self.executor.submit(better_territory, order, stop): number
            for number, order in enumerate(orders)
        }
        waiting = set(futures)
        while waiting:
            done, waiting = wait(waiting, timeout=LOOK_S, return_when=FIRST_COMPLETED)
            for future in done:
                yield futures[future], future.result()
            if self.cancelled() and waiting:
                for future in list(waiting):
                    if future.cancel():
                        waiting.remove(future)

    def _together(
        self, changes: list[Mapping[int, tuple[Stop, ...]]], so_far: PlanSoFar
    ) -> PlanSoFar:
        """Put the routes of territories into the plan; leave out whoever breaks a rule with them."""
        changes = list(changes)
        while True:
            routes = list(so_far.routes)
            for change in changes:
                for shift, stops in change.items():
                    routes[shift] = stops
            try:
                schedule = self.timetable.schedule(Solution(tuple(routes)))
            except InfeasibleSolution as error:
                guilty = [c for c in changes if error.shift in c] or changes
                if not changes:
                    raise
                self.notes.append(f"territories: routes dropped, {error.rule}")
                changes = [c for c in changes if c not in guilty]
                continue
            break
        made = read_so_far(self.problem, schedule, tuple(routes))
        if rank(self.problem, schedule) > rank(self.problem, so_far.schedule):
            made = so_far
        self._tell(made, better=True)
        return made

    def _tell(self, so_far: PlanSoFar, *, better: bool = False) -> None:
        from dispatch.solver.solve import Progress

        cost = so_far.schedule.cost
        elapsed = time.monotonic() - self.began
        best = Solution(so_far.routes) if better else None
        told = Progress(elapsed, self.iterations, cost.unassigned, cost.money, best)
        if better:
            self.trace.append(told)
        if self.on_progress is not None:
            self.on_progress(told)
