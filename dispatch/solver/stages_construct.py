"""First plans by the construction heuristics of OR-Tools, to compare with the compiled insertion."""

from __future__ import annotations

import time

from ortools.constraint_solver import routing_enums_pb2

from dispatch.solver.ortools_engine import Budget, Keeper, search_parameters
from dispatch.solver.problem import Problem
from dispatch.solver.routing_extract import extract
from dispatch.solver.routing_links import has_links
from dispatch.solver.routing_model import write_model
from dispatch.solver.routing_repair import idle
from dispatch.solver.solution import Solution

STRATEGIES = (
    "PARALLEL_CHEAPEST_INSERTION",
    "LOCAL_CHEAPEST_INSERTION",
    "PATH_CHEAPEST_ARC",
    "SAVINGS",
)
"""First solution strategies, in the order in which they get their share of the time."""


def construct_by_routing_model(
    problem: Problem, time_limit_s: float, strategies: tuple[str, ...] = STRATEGIES
) -> Solution:
    """Build a plan with each construction heuristic of OR-Tools in turn and keep the best.

    Parameters
    ----------
    time_limit_s
        Wall seconds for all strategies together, the writing of the models included.
    strategies
        Names of first solution strategies of the routing library.

    Raises
    ------
    ModelTooLarge
        The matrices of the model would not fit.
    """
    keeper = Keeper(problem)
    keeper.offer(idle(problem))
    end = time.monotonic() + time_limit_s
    for strategy in strategies:
        if time.monotonic() < end and problem.visits and problem.shifts:
            _construct(keeper, strategy, end)
    return keeper.best


def _construct(keeper: Keeper, strategy: str, end: float) -> None:
    """Build one plan by one strategy and offer it."""
    problem = keeper.timetable.problem
    draft = write_model(problem, soft=has_links(problem))
    parameters = search_parameters(Budget(end, None, 1))
    first = routing_enums_pb2.FirstSolutionStrategy
    parameters.first_solution_strategy = getattr(first, strategy)
    draft.model.CloseModelWithParameters(parameters)
    found: list[Solution] = []

    def keep() -> None:
        # Variables have their values only while the search stands at the solution.
        found.append(extract(draft, lambda variable: int(variable.Min())))

    draft.model.AddAtSolutionCallback(keep)
    left = end - time.monotonic()
    if left > 0:
        parameters.time_limit.FromMilliseconds(max(int(left * 1000), 1))
        draft.model.SolveWithParameters(parameters)
    for solution in found:
        keeper.offer(solution)
