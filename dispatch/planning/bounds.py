"""A lower bound of all plans, told beside the plan that was found."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from dispatch.domain import RunBound
from dispatch.solver.problem import Objective

if TYPE_CHECKING:
    from collections.abc import Callable

    from dispatch.solver.problem import Problem
    from dispatch.solver.solution import Schedule

__all__ = ["find_bound"]


def find_bound(
    problem: Problem,
    schedule: Schedule,
    seconds: float,
    cancelled: Callable[[], bool] | None = None,
) -> RunBound:
    """Bound all plans that leave out as many visits of each tier as this one, or fewer.

    Parameters
    ----------
    seconds
        To spend at most, about; the best bound by then is told.
    cancelled
        Asked now and then; once true the best bound so far is told.
    """
    from dispatch.solver.bound import lower_bound

    began = time.monotonic()
    bound = lower_bound(
        problem, time_limit_s=seconds, left_out=schedule.cost.unassigned, cancelled=cancelled
    )
    money = problem.objective is Objective.COST
    value = schedule.cost.money
    if not money:
        value = sum(route.working_time for route in schedule.routes)
    return RunBound(
        objective="cost" if money else "working_time",
        value=bound.money,
        plan_value=value,
        gap=round((value - bound.money) / value, 6) if value else 0.0,
        unassigned=bound.unassigned,
        method=bound.method,
        elapsed_s=round(time.monotonic() - began, 3),
    )
