"""The work on one territory, wherever it is done: a thread, another process, another machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from dispatch.solver.problem import Problem
from dispatch.solver.solution import Schedule, Solution

__all__ = ["Found", "Order", "better_territory", "rank"]


@dataclass(frozen=True, slots=True)
class Order:
    """A territory to be bettered, with the budget for it; seconds or iterations."""

    problem: Problem
    start: Solution
    time_limit_s: float | None
    iterations: int | None
    seed: int


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it; `better` also when nothing has changed for the worse."""

    solution: Solution
    better: bool
    iterations: int


def better_territory(order: Order, cancelled: Callable[[], bool] | None = None) -> Found:
    """Better the plan of one territory.

    Parameters
    ----------
    order
        What to do.
    cancelled
        As in `solve`, where it is known.
    """
    from dispatch.solver.explain_orders import solution_of
    from dispatch.solver.solve import solve
    from dispatch.solver.timetable import InfeasibleSolution, Timetable

    outcome = solve(
        order.problem,
        engine="lns",
        time_limit_s=order.time_limit_s,
        iterations=order.iterations,
        seed=order.seed,
        warm_start=order.start,
        cancelled=cancelled,
    )
    try:
        before = Timetable(order.problem).schedule(order.start)
    except InfeasibleSolution:
        better = True
    else:
        better = rank(order.problem, outcome.schedule) <= rank(order.problem, before)
    return Found(solution_of(order.problem, outcome.schedule), better, outcome.iterations)


def rank(problem: Problem, schedule: Schedule) -> tuple[tuple[int, ...], int]:
    """What plans are compared by: visits left out from the highest tier down, then the objective."""
    from dispatch.solver.stages_compare import plan_value

    return schedule.cost.unassigned[::-1], plan_value(problem, schedule)
