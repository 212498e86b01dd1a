"""Plan a large case by territories: cut, solve side by side, put together, cut elsewhere.

One annealing cools the plan of the whole. It goes on now in territories, side by side, each with its
share of the finite stock and with all that is outside or linked held still, now in one search of the
whole, which moves what lies on borders, links and stock; no two cuts have the same borders (decision 23).
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator
from concurrent.futures import FIRST_COMPLETED, Executor, Future, ThreadPoolExecutor, wait
from contextlib import ExitStack
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dispatch.planning.territory_cut import cut, places_of
from dispatch.planning.territory_stock import share_depots
from dispatch.planning.territory_units import units_of
from dispatch.planning.territory_work import Found, Order, better_territory
from dispatch.planning.territory_world import (
    PlanSoFar,
    Territory,
    make_territory,
    read_so_far,
)
from dispatch.solver.annealing import Stretch, anneal
from dispatch.solver.explain_orders import solution_of
from dispatch.solver.islands import cycle_size
from dispatch.solver.recipe import AUTO
from dispatch.solver.run import Run
from dispatch.solver.search import Search
from dispatch.solver.search_world import FEW_SHIFTS
from dispatch.solver.take_over import adopt, take_over
from dispatch.solver.timetable import Timetable

if TYPE_CHECKING:
    from dispatch.solver.problem import Problem
    from dispatch.solver.solution import Solution
    from dispatch.solver.solve import Outcome, Progress

__all__ = ["Division", "solve_by_territories"]

LOOK_S = 0.2
VISITS = 400
"""Visits of one territory, about (decision 23)."""


STAGES = (
    (True, 0.0, 0.25, 0.3),
    (False, 0.25, 0.5, 0.5),
    (True, 0.5, 0.75, 0.3),
    (False, 0.75, 0.9, 0.5),
    (True, 0.85, 1.0, 0.4),
)
"""Of one cooling: on the whole or in territories, from which heat to which, share of the time."""

MOST_WHOLE, LEAST_WHOLE, ALL_WHOLE = 0.8, 0.5, 1600
"""Share of the time for stages on the whole, and the visits from which on it falls."""


@dataclass(frozen=True, slots=True)
class Division:
    """How an annealing is divided.

    Parameters
    ----------
    visits
        Visits of one territory, about.
    whole
        Share of the time, or of the steps, that is spent on the whole; None: by size.
    """

    visits: int = field(default_factory=lambda: VISITS)
    whole: float | None = None

    def share(self, is_whole: bool, visits: int) -> float:
        """Share of the time for all stages of one kind."""
        whole = self.whole
        if whole is None:
            whole = max(LEAST_WHOLE, min(MOST_WHOLE, ALL_WHOLE / max(1, visits)))
        return whole if is_whole else 1.0 - whole


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
    run = Run(None if iterations is not None else time_limit_s, iterations, on_progress, cancelled)
    with ExitStack() as stack:
        local = executor is None
        whole = _Whole(
            problem,
            stack.enter_context(ThreadPoolExecutor(processes)) if executor is None else executor,
            run,
            seed=seed,
            processes=processes,
            division=division or Division(),
            local=local,
        )
        return whole.plan(warm_start)


class _Whole:
    """One run: a search of the whole, and what is done to parts of its plan."""

    def __init__(
        self,
        problem: Problem,
        executor: Executor,
        run: Run,
        *,
        seed: int,
        processes: int,
        division: Division,
        local: bool,
    ) -> None:
        self.problem, self.executor, self.run, self.local = problem, executor, run, local
        self.seed, self.processes, self.division = seed, processes, division
        self.timetable = Timetable(problem)
        self.places = places_of(problem)
        self.linked = problem.linked_visits()
        self.count = max(1, math.ceil(len(problem.visits) / division.visits))
        self.recipe = AUTO
        if len(problem.shifts) > FEW_SHIFTS:
            # A territory has few shifts, but is cooled as the large plan that it belongs to.
            self.recipe = replace(AUTO, hottest=AUTO.hottest * AUTO.widely, widely=1.0)
        self.search = Search(problem, seed)
        self.search.tune(AUTO.removed, AUTO.longest_string, AUTO.emptying)
        self.notes: list[str] = []
        self.cuts = 0

    def plan(self, warm_start: Solution | None) -> Outcome:
        """Construct, cool down as often as there is time for, polish; then the plan's clock."""
        from dispatch.solver.solve import Outcome

        run, search = self.run, self.search
        if warm_start is not None:
            take_over(search, warm_start)
        search.construct()
        run.report(search, 0, better=True)
        cycles = self._cycles()
        for cycle in range(cycles):
            if run.over():
                break
            search.restart()
            self._cool(cycle, cycles)
        search.polish()
        run.report(search, 0, better=True)
        self.notes.append(f"territories: {self.count}, cut {self.cuts} times")
        if run.stopped:
            self.notes.append("cancelled: the best plan found so far")
        solution = search.solution()
        return Outcome(
            solution,
            self.timetable.schedule(solution),
            tuple(run.trace),
            run.done,
            "auto",
            run.elapsed,
            tuple(self.notes),
        )

    def _cycles(self) -> int:
        """How many times the plan cools down: with so much time each that it pays."""
        size = cycle_size(len(self.problem.visits))
        if self.run.limit is not None:
            return max(1, round(self.run.limit / (size * AUTO.cycle_iterations)))
        return max(1, round((self.run.time_limit_s or 0.0) / (size * AUTO.cycle_s)))

    def _cool(self, cycle: int, cycles: int) -> None:
        """Anneal from hot to cold, stage by stage, now the whole, now its territories."""
        run, visits = self.run, len(self.problem.visits)
        begun, steps, past = run.elapsed, None, 0.0
        seconds = ((run.time_limit_s or 0.0) - begun) / (cycles - cycle)
        for is_whole, begins, ends, share in STAGES:
            past += share * self.division.share(is_whole, visits)
            if run.limit is not None:
                steps = max(0, int(run.limit * (cycle + past) / cycles) - run.done)
            left = max(0.0, begun + seconds * past - run.elapsed)
            stretch = Stretch(begins, ends, left, steps, self.recipe)
            if is_whole:
                anneal(self.search, stretch, cancelled=run.over, told=self._tell)
            elif not run.over():
                self._parts(stretch)

    def _tell(self, steps: int, better: bool) -> None:
        self.run.report(self.search, steps, better)

    def _parts(self, stretch: Stretch) -> None:
        """Anneal every territory of one cut, and have the search go on from there."""
        search = self.search
        self.cuts += 1
        schedule = self.timetable.schedule(search.solution(best=False))
        routes = solution_of(self.problem, schedule).routes
        territories = self._cut(self.cuts, read_so_far(self.problem, schedule, routes))
        shares = self._shares(stretch, len(territories))
        orders = [
            Order(one.problem, one.start, part, self.seed + 104_729 * self.cuts + number)
            for number, (one, part) in enumerate(zip(territories, shares, strict=True))
        ]
        found: dict[int, Found] = {}
        for number, one in self._solve(orders):
            found[number] = one
            self._tell(one.iterations, False)
        for number in sorted(found):
            changed = territories[number].routes(found[number].solution)
            if changed is None or not adopt(search, changed):
                self.notes.append(f"territories: routes of cut {self.cuts} dropped")
        self._tell(0, search.lead())

    def _shares(self, stretch: Stretch, count: int) -> Iterator[Stretch]:
        """The budget of each territory; they wait in queues for a free process."""
        queues = math.ceil(count / self.processes)
        for number in range(count):
            if stretch.steps is None:
                yield replace(stretch, seconds=(stretch.seconds or 0.0) / queues)
                continue
            steps = stretch.steps
            yield replace(stretch, steps=steps * (number + 1) // count - steps * number // count)

    def _cut(self, turn: int, so_far: PlanSoFar) -> list[Territory]:
        problem = self.problem
        pieces = cut(units_of(problem, so_far, self.places), self.count, turn)
        engineers = [[e for unit in piece for e in unit.engineers] for piece in pieces]
        waiting = [[v for unit in piece for v in unit.visits] for piece in pieces]
        home = {e: number for number, own in enumerate(engineers) for e in own}
        owner = [home[shift.engineer] for shift in problem.shifts]
        depots = share_depots(problem, so_far.schedule, owner, waiting, turn)
        return [
            make_territory(problem, so_far, *one, hold=self.linked)
            for one in zip(engineers, waiting, depots, strict=True)
        ]

    def _solve(self, orders: list[Order]) -> Iterator[tuple[int, Found]]:
        """Solve territories side by side; in their order, so that a run can be repeated."""
        stop = self.run.over if self.local else None
        futures: dict[Future[Found], int] = {
            self.executor.submit(better_territory, order, stop): number
            for number, order in enumerate(orders)
        }
        waiting = set(futures)
        while waiting:
            done, waiting = wait(waiting, timeout=LOOK_S, return_when=FIRST_COMPLETED)
            for future in done:
                yield futures[future], future.result()
            if self.run.over() and waiting:
                for future in list(waiting):
                    if future.cancel():
                        waiting.remove(future)
