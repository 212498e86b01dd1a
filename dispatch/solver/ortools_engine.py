"""The engine `ortools`: guided local search of the routing model under one time limit."""

from __future__ import annotations

import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from dispatch.solver.problem import Objective, Problem
from dispatch.solver.routing_draft import Draft
from dispatch.solver.routing_extract import extract, routes_of
from dispatch.solver.routing_links import has_links
from dispatch.solver.routing_model import write_model
from dispatch.solver.routing_repair import drop_visits, idle, repair
from dispatch.solver.routing_settle import settle
from dispatch.solver.search import ContradictoryHistory, Search
from dispatch.solver.solution import Schedule, Solution, Stop, StopKind
from dispatch.solver.timetable import InfeasibleSolution, Timetable

Rank = tuple[int, int, int, int, int, int]
MANY = 100
"""From so many visits on, the first plan is built by the compiled insertion."""

POLL_S = 0.1
UNHURRIED_S = 3600
"""How often a cancellation is looked for."""


@dataclass(frozen=True, slots=True)
class Budget:
    """What one search may use up: seconds, and for repeatable runs branches or solutions."""

    until: float
    branches: int | None
    solutions: int | None


class Keeper:
    """The best plan so far, by the timetable's exact price and never by the model's."""

    def __init__(
        self, problem: Problem, on_solution: Callable[[Solution], None] | None = None
    ) -> None:
        self.timetable = Timetable(problem)
        self.best = idle(problem)
        self.rank: Rank | None = None
        self._tell = on_solution

    def offer(self, solution: Solution) -> None:
        """Repair a plan and keep it if it beats the best."""
        found = repair(self.timetable, solution)
        if found is None:
            return
        problem = self.timetable.problem
        # Settling only moves money, so a plan with more visits left out cannot gain by it.
        if self.rank is not None and rank_of(problem, found[1])[:-1] > self.rank[:-1]:
            return
        found = settle(self.timetable, *found)
        rank = rank_of(problem, found[1])
        if self.rank is None or rank < self.rank:
            self.rank, self.best = rank, found[0]
            if self._tell is not None:
                self._tell(found[0])


def rank_of(problem: Problem, schedule: Schedule) -> Rank:
    """Order plans: visits left out from MANDATORY down to LOW, then money or working time.

    What has begun comes before all tiers: no plan can undo it.
    """
    undone = sum(1 for v in schedule.unassigned if any(p.started for p in problem.visits[v].pins))
    low, normal, high, mandatory = schedule.cost.unassigned
    value = schedule.cost.money
    if problem.objective is Objective.WORKING_TIME:
        value = sum(route.working_time for route in schedule.routes)
    return undone, mandatory, high, normal, low, value


def solve_ortools(
    problem: Problem,
    *,
    time_limit_s: float,
    seed: int = 1,
    warm_start: Solution | None = None,
    on_solution: Callable[[Solution], None] | None = None,
    cancelled: Callable[[], bool] | None = None,
    solution_limit: int | None = None,
    branch_limit: int | None = None,
) -> Solution:
    """Plan with the OR-Tools routing model.

    Parameters
    ----------
    time_limit_s
        Wall seconds for everything, model writing included, but for the loading of compiled code,
        which only the first call in a process waits for, and a first insertion.
    seed
        Seed of the random moves.
    warm_start
        A plan to start from; what breaks a rule in it is taken out first.
    on_solution
        Told of every better plan.
    cancelled
        Polled ten times a second; the best plan so far is returned soon after it says so.
    solution_limit, branch_limit
        Bounds of each search phase in accepted solutions or in branches; with one of them and a
        generous time limit the result is the same on every machine.

    Returns
    -------
    The best plan that the timetable accepts.

    Raises
    ------
    ModelTooLarge
        The matrices of the model would not fit; no work has been done.
    """
    keeper = Keeper(problem, on_solution)
    _warm_up(keeper.timetable)
    keeper.offer(idle(problem))
    if not problem.visits or not problem.shifts:
        return keeper.best
    if warm_start is not None:
        keeper.offer(warm_start)
    elif sum(visit.crew_size for visit in problem.visits) > MANY:
        keeper.offer(_constructed(problem, seed))
    end = time.monotonic() + time_limit_s
    cold = not keeper.best.assigned()
    stop = cancelled or _never
    for phase in _recipe(problem, end, cold):
        if stop():
            break
        limit = 1 if phase.cold and phase.without else solution_limit
        until = phase.until if branch_limit is None else end
        budget = Budget(until, branch_limit, limit)
        model = write_model(problem, soft=phase.soft, without=phase.without)
        _search(keeper, model, budget, seed, stop, cold=phase.cold)
    return keeper.best


@dataclass(frozen=True, slots=True)
class Phase:
    """One search: until when, with which model, and whether OR-Tools builds the first plan."""

    until: float
    soft: bool
    cold: bool
    without: frozenset[int] = frozenset()


def _recipe(problem: Problem, end: float, cold: bool) -> list[Phase]:
    """List the phases of a run.

    The first heuristics of OR-Tools see no rule across routes, so they plan the loose visits only.
    A soft model then lets crews, parts and pickups in one by one, and a hard one polishes.
    """
    if not has_links(problem):
        return [Phase(end, soft=False, cold=cold)]
    now = time.monotonic()
    tied = frozenset(v for v, work in enumerate(problem.visits) if work.crew_size > 1 or work.after)
    phases = [Phase(end, soft=False, cold=False)]
    phases.insert(0, Phase(now + (0.6 if cold else 0.3) * (end - now), soft=True, cold=False))
    if cold and len(tied) < len(problem.visits):
        first = now + 0.5 * (end - now)
        phases.insert(0, Phase(first, soft=True, cold=True, without=tied))
    return phases


def _constructed(problem: Problem, seed: int) -> Solution:
    """Build a first plan with the compiled insertion, which is quick where OR-Tools is slow."""
    with suppress(ContradictoryHistory):
        search = Search(problem, seed)
        search.construct()
        return search.solution()
    return idle(problem)


def _warm_up(timetable: Timetable) -> None:
    """Load the compiled clock by timing some route, so that the search need not wait for it."""
    if timetable.problem.visits and timetable.problem.shifts:
        with suppress(InfeasibleSolution):
            timetable.time_route(0, (Stop(StopKind.VISIT, 0),), {})


def _search(
    keeper: Keeper,
    draft: Draft,
    budget: Budget,
    seed: int,
    stop: Callable[[], bool],
    *,
    cold: bool,
) -> None:
    """Search one model, from the best plan unless `cold`, and offer all that it finds."""
    left = budget.until - time.monotonic()
    if left <= 0 or stop():
        return
    parameters = search_parameters(budget)
    parameters.time_limit.FromMilliseconds(max(int(left * 1000), 1))
    model = draft.model
    if budget.branches is not None:
        # Restoring the first assignment alone takes a few branches for each node.
        roof = budget.branches + 8 * model.Size()
        model.AddSearchMonitor(draft.solver.BranchesLimit(roof))
    if stop is not _never:
        model.AddSearchMonitor(draft.solver.CustomLimit(_polled(stop)))
    model.CloseModelWithParameters(parameters)
    draft.solver.ReSeed(seed)
    failures: list[Exception] = []
    cheapest: list[int] = []

    def found() -> None:
        try:
            cost = model.CostVar().Max()
            if not cheapest or cost < cheapest[0]:
                cheapest[:] = [cost]
                keeper.offer(extract(draft, _bound_value))
        except Exception as error:  # noqa: BLE001
            # An exception must not travel through the C++ search.
            failures.append(error)
            model.CancelSearch()

    model.AddAtSolutionCallback(found)
    initial = None if cold else warm_assignment(draft, keeper.best)
    left = budget.until - time.monotonic()
    if left <= 0 or stop():
        return
    parameters.time_limit.FromMilliseconds(max(int(left * 1000), 1))
    if initial is None:
        model.SolveWithParameters(parameters)
    else:
        model.SolveFromAssignmentWithParameters(initial, parameters)
    if failures:
        raise failures[0]


def search_parameters(budget: Budget) -> Any:
    """Guided local search after cheapest insertion; the schedule is left to propagation.

    The linear optimizers of a dimension know nothing of the constraints that tie routes together
    and would set times that those refuse, so they are switched off.
    """
    parameters = pywrapcp.DefaultRoutingSearchParameters()
    first = routing_enums_pb2.FirstSolutionStrategy
    parameters.first_solution_strategy = first.PARALLEL_CHEAPEST_INSERTION
    meta = routing_enums_pb2.LocalSearchMetaheuristic
    parameters.local_search_metaheuristic = meta.GUIDED_LOCAL_SEARCH
    parameters.disable_scheduling_beware_this_may_degrade_performance = True
    if budget.solutions is not None:
        parameters.solution_limit = budget.solutions
    if budget.branches is not None:
        # Who counts branches wants the same plan each time, so no part of the search may look at
        # the clock; by itself a large neighbourhood is given up after a tenth of a second.
        parameters.lns_time_limit.FromSeconds(UNHURRIED_S)
    return parameters


def warm_assignment(draft: Draft, solution: Solution) -> Any:
    """Turn a plan into a first assignment of a closed model; None if the model refuses it."""
    assignment = draft.model.ReadAssignmentFromRoutes(routes_of(draft, solution), True)
    if assignment is not None:
        return assignment
    bare = drop_visits(solution, set(range(len(draft.problem.visits))))
    return draft.model.ReadAssignmentFromRoutes(routes_of(draft, bare), True)


def _polled(stop: Callable[[], bool]) -> Callable[[], bool]:
    """Ask whether to stop at most every `POLL_S`: OR-Tools asks thousands of times a second.

    A thread could not ask, because a search from a given plan never releases the interpreter.
    """
    next_at = 0.0
    over = False

    def limit() -> bool:
        nonlocal next_at, over
        now = time.monotonic()
        if not over and now >= next_at:
            next_at, over = now + POLL_S, stop()
        return over

    return limit


def _never() -> bool:
    return False


def _bound_value(variable: Any) -> int:
    return int(variable.Min())
