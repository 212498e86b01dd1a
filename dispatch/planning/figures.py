"""Price and status of a plan, in the words of the plan file."""

from __future__ import annotations

from collections.abc import Sequence

from dispatch.domain import Case, CostBreakdown, PlanStatus, Priority, Unassigned
from dispatch.solver.problem import Problem
from dispatch.solver.solution import Cost
from dispatch.solver.tiers import tier_prices

__all__ = ["count_cost", "find_status"]


def count_cost(problem: Problem, cost: Cost) -> CostBreakdown:
    """Add the price of the visits left out, tier by tier, to the money of a schedule."""
    prices = tier_prices(problem)
    unassigned = sum(price * many for price, many in zip(prices, cost.unassigned, strict=True))
    return CostBreakdown(
        total=cost.money + unassigned,
        travel=cost.travel,
        labour=cost.labour,
        overtime=cost.overtime,
        sla=cost.sla,
        due=cost.due,
        preference=cost.preference,
        churn=cost.churn,
        unassigned=unassigned,
        fairness=cost.fairness,
        worst_lateness=cost.worst_lateness,
    )


def find_status(case: Case, unassigned: Sequence[Unassigned]) -> PlanStatus:
    """Tell whether visits are left out, and whether a mandatory one is among them."""
    left_out = {one.visit for one in unassigned}
    tiers = {visit.priority for visit in case.visits if visit.id in left_out}
    if Priority.MANDATORY in tiers:
        return PlanStatus.INFEASIBLE
    return PlanStatus.PARTIAL if tiers else PlanStatus.FEASIBLE
