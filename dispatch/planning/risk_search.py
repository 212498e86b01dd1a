"""Looking for a plan whose likely breaches cost less, where the case weighs risk.

The search knows prices of planned lateness alone. So it is asked several times: first for the
plan itself, then with deadlines moved forward by what the days on the road add to the arrivals of
the best plan so far, once for each share of the days that are to keep them. Every plan found is
priced by the true case, its risk included, and the cheapest one stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from typing import TYPE_CHECKING

from dispatch.domain import Case, Plan, PlanStatus
from dispatch.planning.legend import Legend
from dispatch.planning.risk import arrivals, assess, risk_money
from dispatch.planning.to_plan import to_routes

if TYPE_CHECKING:
    from dispatch.solver.problem import Problem
    from dispatch.solver.solution import Solution
    from dispatch.solver.solve import Outcome

__all__ = ["search_with_risk"]

FIRST = 0.4
"""Share of the budget for the plan without regard to risk."""
KEPT = (0.6, 0.8, 0.9, 0.95)
"""Shares of the days that are to keep the deadlines, from little caution to much."""
SAMPLES = 300
"""Days driven to compare plans during the search; the plan given away is driven more often."""

Ask = Callable[["Problem", "Solution | None", float, bool], "Outcome"]
"""Search a problem from a solution with a share of the budget; the last: tell the progress."""


@dataclass(frozen=True, slots=True)
class _Found:
    outcome: Outcome
    plan: Plan
    figures: tuple[int, ...]


def search_with_risk(
    case: Case,
    problem: Problem,
    legend: Legend,
    warm_start: Solution | None,
    ask: Ask,
    *,
    seed: int = 1,
) -> Outcome:
    """Search for the plan that is cheapest with the price of risk.

    Parameters
    ----------
    case, problem, legend
        The world, and as the solver knows it.
    warm_start
        Where the first search starts.
    ask
        How each search is made; the shares of all searches add up to 1.
    seed
        Of the days that are driven.

    Returns
    -------
    Outcome
        Timed and priced by the true problem. Its plan is never dearer, risk included, than the
        one found without regard to risk.
    """
    best = _price(ask(problem, warm_start, FIRST, True), case, problem, legend, seed)
    share = (1 - FIRST) / len(KEPT)
    for kept in KEPT:
        cautious = _cautious(problem, legend, case, best.plan, kept, seed)
        outcome = ask(cautious, best.outcome.solution, share, False)
        found = _price(outcome, case, problem, legend, seed)
        if found.figures < best.figures:
            best = found
    return best.outcome


def _price(outcome: Outcome, case: Case, problem: Problem, legend: Legend, seed: int) -> _Found:
    """Time and price the orders of an outcome by the true problem."""
    from dispatch.solver.timetable import Timetable

    schedule = Timetable(problem).schedule(outcome.solution)
    plan = Plan(PlanStatus.PARTIAL, to_routes(schedule, problem, legend))
    risks = assess(case, plan, samples=SAMPLES, seed=seed)
    money = schedule.cost.money + risk_money(case, risks, schedule.cost.sla)
    figures = (*reversed(schedule.cost.unassigned), money)
    return _Found(replace(outcome, schedule=schedule), plan, figures)


def _cautious(
    problem: Problem, legend: Legend, case: Case, plan: Plan, kept: float, seed: int
) -> Problem:
    """Move each deadline forward by how much later than planned a visit may be reached."""
    late = arrivals(case, plan, kept, samples=SAMPLES, seed=seed)
    planned = {
        stop.visit: stop.arrive for route in plan.routes for stop in route.stops if stop.visit
    }
    for route in plan.routes:
        for stop in route.stops:
            if stop.visit:
                planned[stop.visit] = min(planned[stop.visit], stop.arrive)
    visits = list(problem.visits)
    for number, visit in enumerate(visits):
        name = legend.visits[number]
        if visit.sla is None or name not in planned:
            continue
        slack = max(0, (late[name] - planned[name]) // timedelta(seconds=1))
        weight = max(1.0, case.weights.risk)
        visits[number] = replace(
            visit,
            sla=replace(
                visit.sla,
                arrive_by=visit.sla.arrive_by - slack,
                breach_fee=round(visit.sla.breach_fee * weight),
                lateness_per_hour=round(visit.sla.lateness_per_hour * weight),
            ),
        )
    return replace(problem, visits=tuple(visits))
