"""After the search: plan what it missed, and explain what then is still left out."""

from __future__ import annotations

from collections.abc import Callable

from dispatch.domain import Case, Unassigned
from dispatch.planning.legend import Legend
from dispatch.planning.why_unassigned import tell_unassigned
from dispatch.solver.claim import Verdict
from dispatch.solver.explain import explain, insertable
from dispatch.solver.problem import Problem
from dispatch.solver.solution import Schedule, Solution
from dispatch.solver.timetable import schedule as put_on_the_clock

__all__ = ["settle_unassigned"]

MOST_ROUNDS = 100
"""Explanations after which a plan is taken as it is; each round must have bettered it."""


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
    schedule = _with_missed(problem, schedule)
    for _ in range(MOST_ROUNDS):
        explanations = explain(problem, schedule, cancelled)
        better = next((one.place for one in explanations if one.place is not None), None)
        if better is None:
            break
        # Each place was found in the same plan, so only one can be used at a time.
        schedule = _with_missed(problem, put_on_the_clock(problem, better))
    told = (one for one in explanations if one.verdict is not Verdict.MISSED)
    return schedule, tuple(tell_unassigned(one, problem, case, legend) for one in told)


def _with_missed(problem: Problem, schedule: Schedule) -> Schedule:
    """Insert left-out visits, the highest tier first, until no place is free."""
    tried: set[int] = set()
    while True:
        order = sorted(set(schedule.unassigned) - tried, key=lambda v: -problem.visits[v].tier)
        if not order:
            return schedule
        found: Solution | None = insertable(problem, schedule, order[0])
        if found is None:
            tried.add(order[0])
        else:
            schedule = put_on_the_clock(problem, found)
            # A visit in its place may be what others were waiting for.
            tried.clear()
