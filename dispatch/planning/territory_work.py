"""The work on one territory, wherever it is done: a thread, another process, another machine."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from dispatch.solver.problem import Problem
from dispatch.solver.solution import Solution

if TYPE_CHECKING:
    from dispatch.solver.annealing import Stretch

__all__ = ["Found", "Order", "better_territory"]


@dataclass(frozen=True, slots=True)
class Order:
    """A territory to be annealed for a stretch."""

    problem: Problem
    start: Solution
    stretch: Stretch
    seed: int


@dataclass(frozen=True, slots=True)
class Found:
    """What came of it: the plan at hand at the end, and steps done."""

    solution: Solution
    iterations: int


def better_territory(order: Order, cancelled: Callable[[], bool] | None = None) -> Found:
    """Anneal the plan of one territory.

    Parameters
    ----------
    order
        What to do.
    cancelled
        As in `solve`, where it is known.
    """
    # The engines load compiled code, which whoever only gives orders need not wait for.
    from dispatch.solver.annealing import anneal
    from dispatch.solver.explain_orders import solution_of
    from dispatch.solver.search import Search
    from dispatch.solver.take_over import take_over
    from dispatch.solver.timetable import Timetable

    recipe = order.stretch.recipe
    search = Search(order.problem, order.seed)
    search.tune(recipe.removed, recipe.longest_string, recipe.emptying)
    take_over(search, order.start)
    search.construct()
    done = anneal(search, order.stretch, cancelled=cancelled)
    schedule = Timetable(order.problem).schedule(search.solution(best=False))
    return Found(solution_of(order.problem, schedule), done)
