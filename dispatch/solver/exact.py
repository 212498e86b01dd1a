"""The exact optimum of small problems: one CP-SAT model with every rule, proved by its own bound.

The model holds every solution that the timetable accepts and prices it as the timetable does, so
that its bound is a bound of all plans; where it is wider than the timetable in a corner of the
rules, the plan that it finds costs more than the bound says and is not called proved.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from dispatch.solver.exact_space import make_space
from dispatch.solver.exact_tidy import without_idle_pickups, without_surplus
from dispatch.solver.problem import FOREVER, Objective, Problem
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind
from dispatch.solver.timetable import InfeasibleSolution, Timetable

if TYPE_CHECKING:
    from ortools.sat.python import cp_model

    from dispatch.solver.exact_loads import ExactLoads
    from dispatch.solver.exact_model import ExactModel

MOST_VISITS = 12
MOST_LEGS = 2_500
POLL_S = 0.05

COUNTING, PRICING = 0, 1
"""How much of the model its linear relaxation sees (0 to 2) in each of the two searches.

Who is left out is settled by propagation alone; money needs a bound of the legs, but rows for
every enforced clock (2) make each relaxation dearer than the bound that they raise is worth.
"""
COUNTING_SHARE = 0.5
UNSETTLED = "the time was over before the visits were settled"


@dataclass(frozen=True, slots=True)
class ExactOutcome:
    """What the exact solver found.

    Parameters
    ----------
    solution, schedule
        The best plan found, as the timetable has it; None when there is none.
    proved
        No plan leaves fewer visits out by tier, and none with as few costs less.
    unassigned
        Visits that every plan leaves out at least, LOW first, when `proved_unassigned`.
    cost
        Money of the schedule, or seconds by working time.
    bound
        No plan with the proved visits left out costs less; None when nothing is proved of them.
    notes
        Why it is not proved, in words.
    """

    solution: Solution | None
    schedule: Schedule | None
    proved: bool
    unassigned: tuple[int, int, int, int]
    proved_unassigned: bool
    cost: int
    bound: int | None
    elapsed_s: float
    notes: tuple[str, ...] = ()


def suits(problem: Problem) -> bool:
    """Whether a problem is small enough for `solve_exact` to be worth a try (cheap to ask)."""
    visits = sum(visit.crew_size for visit in problem.visits)
    nodes = len(problem.visits) + len(problem.depots) + 1
    return visits <= MOST_VISITS and nodes * nodes * len(problem.shifts) <= MOST_LEGS


def solve_exact(
    problem: Problem,
    *,
    time_limit_s: float = 60.0,
    work_limit: float | None = None,
    warm_start: Solution | None = None,
    cancelled: Callable[[], bool] | None = None,
    workers: int = 1,
    seed: int = 1,
) -> ExactOutcome:
    """Find the best plan of a small problem and prove that it is the best.

    First as few visits as possible are left out, tier by tier, then money (or working time) is
    minimised. Plans are what `timetable.schedule` accepts: orders, pickups with loads and starts;
    waiting on purpose is among them.

    Parameters
    ----------
    problem
        About 12 visits at most (`suits`); larger ones end at the limit without a proof.
    time_limit_s
        Seconds; the best plan by then is returned.
    work_limit
        Deterministic units of CP-SAT (about seconds) for each of the two searches, instead of the
        time limit: the same problem then gives the same outcome.
    warm_start
        A plan of the problem: only better ones are looked for.
    cancelled
        Asked several times a second; True ends the search with what is known.
    workers
        Threads of CP-SAT; only one is repeatable.
    """
    return _Proof(problem, time_limit_s, work_limit, warm_start, cancelled, workers, seed).run()


class _Proof:
    def __init__(
        self,
        problem: Problem,
        time_limit_s: float,
        work_limit: float | None,
        warm_start: Solution | None,
        cancelled: Callable[[], bool] | None,
        workers: int,
        seed: int,
    ) -> None:
        self.problem, self.cancelled = problem, cancelled
        self.work_limit, self.workers, self.seed = work_limit, workers, seed
        self.began = time.monotonic()
        self.until = self.began + time_limit_s
        self.timetable = Timetable(problem)
        self.best: tuple[Solution, Schedule] | None = None
        self.notes: list[str] = []
        if warm_start is not None:
            self._offer(warm_start)

    def run(self) -> ExactOutcome:
        # CP-SAT takes a moment to load, which whoever never proves anything need not wait for.
        from dispatch.solver.exact_loads import ExactLoads
        from dispatch.solver.exact_model import ExactModel
        from dispatch.solver.exact_money import ExactMoney, left_out

        # Loading does not count: on a busy machine it may take longer than the proof.
        loaded = time.monotonic() - self.began
        self.until += loaded
        try:
            space = make_space(self.problem)
        except InfeasibleSolution:
            return self._outcome(None, None, "what has begun cannot be continued within the rules")
        exact = ExactModel(space)
        loads, weight = ExactLoads(exact), left_out(exact)
        # Money forbids nothing, so the first search does without it.
        first = exact.model.clone()
        if self.best is not None:
            first.add(weight <= self._weight() - 1)
        status, bound = self._minimise(first, weight, exact, loads, COUNTING)
        if status == "infeasible" and self.best is not None:
            status, bound = "optimal", self._weight()
        elif status == "infeasible":
            return self._outcome(None, None, "no plan keeps what has begun or is frozen")
        settled = status == "optimal"
        if not settled and self.best is None:
            return self._outcome(None, None, UNSETTLED)
        exact.model.add(weight == (bound if settled else self._weight()))
        total = ExactMoney(exact).total()
        if self.best is not None and (not settled or self._weight() == bound):
            exact.model.add(total <= self._cost() - 1)
        status, cost = self._minimise(exact.model, total, exact, loads, PRICING)
        if not settled:
            return self._outcome(None, None, UNSETTLED)
        if status == "infeasible":
            cost = self._cost() if self.best is not None else None
        return self._outcome(bound, cost, "" if status != "unknown" else "the time was over")

    def _minimise(
        self,
        model: cp_model.CpModel,
        objective: Any,
        exact: ExactModel,
        loads: ExactLoads,
        linear: int,
    ) -> tuple[str, int | None]:
        """Minimise; returns the status and a lower bound, and keeps the best plan found."""
        from ortools.sat.python import cp_model

        if self.cancelled is not None and self.cancelled():
            self.notes.append("cancelled")
            return "unknown", None
        model.minimize(objective)
        solver = cp_model.CpSolver()
        limits = solver.parameters
        limits.num_workers, limits.random_seed = self.workers, self.seed
        limits.linearization_level = linear
        if self.work_limit is None:
            left = self.until - time.monotonic()
            # Half of the time for the visits left out, if there is a plan to make cheaper.
            share = COUNTING_SHARE if linear == COUNTING and self.best is not None else 1.0
            limits.max_time_in_seconds = max(0.01, share * left)
        else:
            limits.max_deterministic_time = self.work_limit
        over = threading.Event()
        watch = threading.Thread(target=self._watch, args=(solver, over), daemon=True)
        watch.start()
        try:
            code = solver.solve(model)
        finally:
            over.set()
            watch.join()
        if code in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            plan = without_surplus(self.problem, _read(exact, loads, solver))
            # The plans without an idle pickup come first: what costs as much does not replace them.
            for simpler in without_idle_pickups(self.problem, plan):
                self._offer(simpler, quietly=True)
            self._offer(plan)
        if code == cp_model.INFEASIBLE:
            return "infeasible", None
        if code == cp_model.OPTIMAL:
            return "optimal", round(solver.objective_value)
        if code == cp_model.MODEL_INVALID:
            raise ValueError(f"exact model: {model.validate()}, expected a valid model")
        found = solver.best_objective_bound
        return "unknown", int(-(-found // 1)) if abs(found) < FOREVER else None

    def _watch(self, solver: cp_model.CpSolver, over: threading.Event) -> None:
        while not over.wait(POLL_S):
            if self.cancelled is not None and self.cancelled():
                self.notes.append("cancelled")
                solver.stop_search()
                return

    def _offer(self, solution: Solution, *, quietly: bool = False) -> None:
        """Keep a plan that the timetable accepts, if it is better than the best so far."""
        try:
            schedule = self.timetable.schedule(solution)
        except InfeasibleSolution as error:
            if not quietly:
                self.notes.append(f"the timetable refused a plan of the model: {error}")
            return
        if self.best is None or self._rank(schedule) < self._rank(self.best[1]):
            self.best = solution, schedule

    def _rank(self, schedule: Schedule) -> tuple[tuple[int, ...], int]:
        return schedule.cost.unassigned[::-1], _cost_of(self.problem, schedule)

    def _weight(self) -> int:
        """Visits left out by the best plan in the unit of `ExactMoney.left_out`."""
        assert self.best is not None
        weight, total = 1, 0
        for tier in range(4):
            total += weight * self.best[1].cost.unassigned[tier]
            weight *= 1 + sum(visit.tier == tier for visit in self.problem.visits)
        return total

    def _cost(self) -> int:
        assert self.best is not None
        return _cost_of(self.problem, self.best[1])

    def _outcome(self, weight: int | None, bound: int | None, note: str) -> ExactOutcome:
        if note:
            self.notes.append(note)
        solution, schedule = self.best or (None, None)
        proved = (
            schedule is not None
            and weight is not None
            and weight == self._weight()
            and bound is not None
            and bound >= self._cost()
        )
        if schedule is not None and not proved and not note:
            self.notes.append("the model is wider than the timetable here")
        return ExactOutcome(
            solution,
            schedule,
            proved,
            schedule.cost.unassigned if schedule else (0, 0, 0, 0),
            weight is not None,
            self._cost() if schedule else 0,
            bound,
            time.monotonic() - self.began,
            tuple(dict.fromkeys(self.notes)),
        )


def _cost_of(problem: Problem, schedule: Schedule) -> int:
    if problem.objective is Objective.WORKING_TIME:
        return sum(route.working_time for route in schedule.routes)
    return schedule.cost.money


def _read(exact: ExactModel, loads: ExactLoads, solver: cp_model.CpSolver) -> Solution:
    """Orders of a solution of the model; every start is pinned to what the model found."""
    from dispatch.solver.exact_model import HOME

    routes: list[tuple[Stop, ...]] = []
    for route in exact.routes:
        follows = {i: j for (i, j), lit in route.arcs.items() if solver.boolean_value(lit)}
        stops: list[Stop] = []
        at = follows.get(HOME, HOME)
        while at != HOME:
            node, start = route.nodes[at], solver.value(route.starts[at])
            amounts = loads.used if node.kind is StopKind.VISIT else loads.loaded
            parts = {
                part: solver.value(amount)
                for (s, i, part), amount in amounts.items()
                if (s, i) == (route.shift, at)
            }
            stops.append(
                Stop(
                    node.kind,
                    node.index,
                    start,
                    start,
                    node.loads if node.fixed else tuple((p, q) for p, q in parts.items() if q),
                )
            )
            at = follows[at]
        routes.append(tuple(stops))
    return Solution(tuple(routes))
