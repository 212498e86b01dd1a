"""Rules of persons: who may serve a visit, who had better, and what leaving it out costs."""

from __future__ import annotations

from dispatch.solver.problem import Objective, Tier
from dispatch.solver.routing_draft import Draft
from dispatch.solver.routing_nodes import NodeKind


def add_allowed_shifts(draft: Draft) -> None:
    """Only engineers with the skills, allowed in person and bound by no other pin may serve."""
    for n, node in enumerate(draft.plan.nodes):
        shifts: tuple[int, ...] = node.shifts
        if node.kind is NodeKind.VISIT and node.index in draft.without:
            shifts = ()
        # SetAllowedVehiclesForIndex refuses a list and takes an empty one for all shifts.
        draft.model.VehicleVar(n).SetValues([-1, *shifts])


def add_tiers(draft: Draft) -> None:
    """A visit may be left out at the price of its tier, which all lower prices cannot reach."""
    penalties = draft.scale.penalties
    for n, node in enumerate(draft.plan.nodes):
        if node.kind is NodeKind.PICKUP:
            penalty = 0
        elif node.kind is NodeKind.FIXED or node.started:
            penalty = penalties[Tier.MANDATORY]
        else:
            visit = draft.problem.visits[node.index]
            whole = penalties[visit.tier]
            share = whole // visit.crew_size
            penalty = whole - share * (visit.crew_size - 1) if node.copy == 0 else share
        draft.model.AddDisjunction([n], penalty)


def add_preferences(draft: Draft) -> None:
    """Serving without a preferred engineer, or by another one than promised, has a price."""
    if draft.problem.objective is Objective.WORKING_TIME:
        return
    for n, v in draft.visit_nodes():
        visit = draft.problem.visits[v]
        if visit.crew_size == 1:
            most = visit.preference_price + visit.engineer_change_price
            wishes = visit.preferred_engineers or visit.promised_engineers
            if most and wishes:
                per_shift = [
                    _single_price(draft, v, shift.engineer) for shift in draft.problem.shifts
                ]
                _toll(draft, n, per_shift)
            continue
        if draft.plan.copies[v][0] == n:
            _charge_crew(draft, v)


def _toll(draft: Draft, n: int, per_shift: list[int]) -> None:
    """Charge a price that depends on the shift alone.

    OR-Tools 9.15 refuses to leave a node out when all its unary transits of a dimension with
    several evaluators are positive, so what every shift would pay is charged as slack instead.
    """
    common = min(per_shift)
    draft.tolls[n] = [price - common for price in per_shift]
    if common:
        draft.charge(n, draft.solver.IntConst(common), common)


def _single_price(draft: Draft, v: int, engineer: int) -> int:
    visit = draft.problem.visits[v]
    money = 0
    if visit.preferred_engineers and engineer not in visit.preferred_engineers:
        money += visit.preference_price
    if visit.promised_engineers and engineer not in visit.promised_engineers:
        money += visit.engineer_change_price
    return money * draft.scale.unit


def _charge_crew(draft: Draft, v: int) -> None:
    """The crew pays once: for having no preferred member, for having any changed member."""
    visit, solver = draft.problem.visits[v], draft.solver
    copies, shifts = draft.plan.copies[v], draft.problem.shifts
    unit = draft.scale.unit
    if visit.preferred_engineers and visit.preference_price:
        liked = [int(s.engineer in visit.preferred_engineers) for s in shifts]
        best = solver.Max([draft.by_vehicle(liked, n, 0).Var() for n in copies])
        price = visit.preference_price * unit
        draft.charge(copies[0], (1 - best) * price, price)
    if visit.promised_engineers and visit.engineer_change_price:
        changed = [int(s.engineer not in visit.promised_engineers) for s in shifts]
        worst = solver.Max([draft.by_vehicle(changed, n, 0).Var() for n in copies])
        price = visit.engineer_change_price * unit
        draft.charge(copies[0], worst * price, price)
