"""After the search: plan what it missed, and explain what then is still left out."""

from __future__ import annotations

from collections.abc import Callable

from dispatch.domain import Case, Unassigned
from dispatch.planning.legend import Legend
from dispatch.planning.near_reasons import settle_near
from dispatch.planning.why_unassigned import tell_unassigned
from dispatch.solver.explain_settle import settle
from dispatch.solver.problem import Problem
from dispatch.solver.solution import Schedule

__all__ = ["settle_unassigned"]

NEAR_FROM = 600
"""Visits from which on a left-out visit is explained among the engineers near it."""


def settle_unassigned(
    problem: Problem,
    schedule: Schedule,
    case: Case,
    legend: Legend,
    cancelled: Callable[[], bool] | None = None,
) -> tuple[Schedule, tuple[Unassigned, ...]]:
    """Use every place that a forced insertion finds, then say why the rest is in no route.

    Parameters
    ----------
    problem, schedule
        What the engines made.
    case, legend
        Names and numbering.
    cancelled
        Once true, remedies and prices are no longer looked for.

    Returns
    -------
    Schedule
        With the missed visits in it.
    tuple of Unassigned
        Each left-out visit with its verdict, in the order of the case.
    """
    large = len(problem.visits) >= NEAR_FROM
    schedule, explanations = (settle_near if large else settle)(problem, schedule, cancelled)
    return schedule, tuple(tell_unassigned(one, problem, case, legend) for one in explanations)
