"""Use every place that forced insertion finds, then explain what is still left out."""

from __future__ import annotations

from collections.abc import Callable

from dispatch.solver.claim import Verdict
from dispatch.solver.explain import explain_all
from dispatch.solver.explain_facts import Explanation
from dispatch.solver.explain_insert import Inserter
from dispatch.solver.explain_orders import solution_of
from dispatch.solver.problem import Problem
from dispatch.solver.solution import Schedule

MOST_ROUNDS = 200
ROUNDS_IN_ALL = 2000
"""Better plans taken before the last one is explained as it is: fewer when more is left out."""


def settle(
    problem: Problem, schedule: Schedule, cancelled: Callable[[], bool] | None = None
) -> tuple[Schedule, tuple[Explanation, ...]]:
    """Better a plan by every missed visit, and explain the rest.

    Parameters
    ----------
    cancelled
        Once true, remedies, prices and exchanges are no longer looked for.

    Returns
    -------
    Schedule
        With all missed visits in it.
    tuple of Explanation
        One for each visit still unassigned, in order; none of them `missed`.
    """
    schedule = _fill(problem, schedule)
    known: dict[int, Explanation] = {}
    displaced: set[int] = set()
    rounds = ROUNDS_IN_ALL // max(1, len(schedule.unassigned))
    for _ in range(max(3, min(MOST_ROUNDS, rounds))):
        explanations = explain_all(
            problem, schedule, cancelled, known, stop_at_missed=True, last=displaced
        )
        better = next((e.place for e in explanations if e.place is not None), None)
        if better is None:
            return schedule, explanations
        # An impossible visit stays impossible, whatever becomes of the unpinned ones.
        known |= {e.visit: e for e in explanations if e.verdict is Verdict.IMPOSSIBLE}
        # Who was displaced will be so again most likely: the others are asked first.
        displaced |= {e.visit for e in explanations if e.verdict is Verdict.DISPLACED}
        inserter = Inserter(problem, schedule)
        improved = inserter.time(better.routes)
        if improved is None:
            break
        schedule = _fill(problem, improved)
    rest = explain_all(problem, schedule, lambda: True, known)
    return schedule, tuple(e for e in rest if e.verdict is not Verdict.MISSED)


def _fill(problem: Problem, schedule: Schedule) -> Schedule:
    """Insert left-out visits, the highest tiers first, until no place is free."""
    waiting = sorted(schedule.unassigned, key=lambda v: (-problem.visits[v].tier, v))
    inserter = Inserter(problem, schedule)
    routes = solution_of(problem, schedule).routes
    found = True
    while found and waiting:
        found = False
        for visit in list(waiting):
            changed = inserter.insert(routes, visit)
            timed = None if changed is None else inserter.time(changed)
            if timed is not None:
                waiting.remove(visit)
                schedule, found = timed, True
                inserter = Inserter(problem, schedule)
                routes = solution_of(problem, schedule).routes
    return schedule
