"""After the search: plan what it missed, and explain what then is still left out."""

from __future__ import annotations

import time
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

SPARE_SHARE = 0.1
"""Share of the search's seconds that a large day may spend on prices and exchanges."""

LEAST_SPARE_S = 0.5


def settle_unassigned(
    problem: Problem,
    schedule: Schedule,
    case: Case,
    legend: Legend,
    cancelled: Callable[[], bool] | None = None,
    search_s: float | None = None,
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
    search_s
        Seconds that the search was given; on a large day prices and exchanges take a tenth more
        at most. None: they are bounded in number alone, so that equal searches end equal.

    Returns
    -------
    Schedule
        With the missed visits in it.
    tuple of Unassigned
        Each left-out visit with its verdict, in the order of the case.
    """
    large = len(problem.visits) >= NEAR_FROM
    if large:
        spare_s = None if search_s is None else max(LEAST_SPARE_S, SPARE_SHARE * search_s)
        schedule, explanations = settle_near(
            problem, schedule, _until(cancelled, spare_s), cancelled
        )
    else:
        schedule, explanations = settle(problem, schedule, cancelled)
    return schedule, tuple(tell_unassigned(one, problem, case, legend) for one in explanations)


def _until(cancelled: Callable[[], bool] | None, seconds: float | None) -> Callable[[], bool]:
    """True once cancelled or once the seconds have passed."""
    end = None if seconds is None else time.monotonic() + seconds
    return lambda: (
        (cancelled is not None and cancelled()) or (end is not None and time.monotonic() > end)
    )
