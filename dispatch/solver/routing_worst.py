"""The rule of money that no single route pays: the largest lateness of all planned visits.

Fairness has no rule here. The model prices a vehicle by its span and linearly, while fairness squares
the sum of all shifts of an engineer; it is left to the timetable, which prices whatever is found.
"""

from __future__ import annotations

from typing import Any

from dispatch.solver.problem import Objective
from dispatch.solver.routing_draft import Draft

AT_LAST = 1
"""Rank in the finalizer: when all clocks stand still, the lateness follows from them."""


def add_worst_lateness(draft: Draft) -> None:
    """The visit that is latest costs by the hour of its lateness, once for the whole plan.

    A dimension that begins at 0, never falls along a route and lies at each visit at least at the
    visit's lateness: its end is the worst of the route, its global span the worst of all.
    """
    problem, model = draft.problem, draft.model
    rate = draft.scale.per_hour(problem.worst_lateness_per_hour)
    if not rate or problem.objective is not Objective.COST:
        return
    lateness = [(n, late) for n, v in draft.visit_nodes() for late in _lateness(draft, n, v)]
    if not lateness:
        return
    model.AddConstantDimensionWithSlack(0, draft.roof, draft.roof, True, "worst")
    worst = model.GetDimensionOrDie("worst")
    worst.SetGlobalSpanCostCoefficient(rate)
    for n, late in lateness:
        draft.solver.Add(worst.CumulVar(n) >= late)
    ends = [model.End(s) for s in draft.vehicles]
    for index in (*draft.indices, *ends):
        model.AddWeightedVariableMinimizedByFinalizer(worst.CumulVar(index), AT_LAST)


def _lateness(draft: Draft, n: int, v: int) -> list[Any]:
    """Lateness of the visit at a node, negative when early; a crew has it at its first node."""
    visit, copies = draft.problem.visits[v], draft.plan.copies[v]
    if copies[0] != n:
        return []
    found = []
    if visit.sla is not None and draft.door is not None:
        arrivals = [draft.door.CumulVar(m) for m in copies]
        arrival = arrivals[0] if len(arrivals) == 1 else draft.solver.Min(arrivals)
        found.append(arrival - draft.clock(visit.sla.arrive_by))
    if visit.due is not None and visit.due.ideal is not None and draft.wish is not None:
        found.append(draft.wish.CumulVar(n) - draft.clock(visit.due.ideal))
    return found
