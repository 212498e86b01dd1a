"""Rules of money beyond the tariff: arrivals too late, starts off the ideal, broken promises.

A step price (breach fee, broken promise) is a boolean of the constraint solver. The dimension
`money` sums these prices along a route as its slack, and its span has the price of one unit.

The finalizer times a route in a fixed order: fees as small as possible, the end as early as
possible, due visits near their ideal, no arrival later than it need be, then the departure late.
"""

from __future__ import annotations

from typing import Any

from dispatch.solver.problem import Objective
from dispatch.solver.routing_draft import DUE_NEAR, FEES_FIRST, NO_LATER, REST, Draft
from dispatch.solver.routing_matrices import time_matrix


def add_doors(draft: Draft) -> None:
    """The arrival is the end of the travel, before any waiting at the door.

    A second clock holds arrivals: its transit is that of the first, its slack at a node is the
    time between arrival and start. So the next arrival is this start plus work plus travel.
    """
    problem = draft.problem
    if not any(v.sla for v in problem.visits):
        return
    known: dict[tuple[int, tuple[int, ...]], int] = {}
    transits = []
    for s, shift in enumerate(problem.shifts):
        key = (shift.profile, draft.service[s])
        if key not in known:
            matrix = time_matrix(problem, draft.plan, *key, draft.roof)
            known[key] = draft.register(matrix)
        transits.append(known[key])
    draft.model.AddDimensionWithVehicleTransits(transits, draft.roof, draft.roof, False, "door")
    draft.door = draft.model.GetDimensionOrDie("door")
    solver, door = draft.solver, draft.door
    for n in draft.indices:
        gap = draft.start(n) - door.CumulVar(n)
        solver.Add(door.SlackVar(n) == gap + _wait_for_crew(draft, n))
        draft.model.AddWeightedVariableMinimizedByFinalizer(door.CumulVar(n), REST)
    for s in draft.vehicles:
        first = draft.model.Start(s)
        solver.Add(door.CumulVar(first) == draft.start(first))
        solver.Add(door.SlackVar(first) == 0)


def add_sla(draft: Draft) -> None:
    """The first arrival after `arrive_by` costs the breach fee and each hour of lateness."""
    if draft.door is None:
        return
    solver = draft.solver
    for n, v in draft.visit_nodes():
        visit, unit = draft.problem.visits[v], draft.scale.unit
        if visit.sla is None:
            continue
        bound, rate = draft.clock(visit.sla.arrive_by), visit.sla.lateness_per_hour
        arrival = draft.door.CumulVar(n)
        lateness = solver.Max(arrival - bound, 0).Var()
        draft.model.AddWeightedVariableMinimizedByFinalizer(lateness, NO_LATER)
        # A late departure must not cost lateness, even when lateness itself is not the objective.
        if not _charges(draft):
            continue
        if visit.crew_size == 1:
            per_second = draft.scale.per_hour(rate)
            if per_second:
                draft.door.SetCumulVarSoftUpperBound(n, bound, per_second)
        elif draft.plan.copies[v][0] != n:
            continue
        else:
            arrival = solver.Min([draft.door.CumulVar(m) for m in draft.plan.copies[v]])
            per_second = draft.scale.per_hour(rate)
            late = solver.Max(arrival - bound, 0)
            if per_second:
                draft.charge(n, late * per_second, per_second * draft.roof)
        fee = visit.sla.breach_fee * unit
        if fee:
            draft.charge(n, solver.IsGreaterCstVar(arrival, bound) * fee, fee)


def add_due(draft: Draft) -> None:
    """A maintenance visit costs by the day that it starts before or after its ideal moment."""
    if not _charges(draft):
        return
    for n, v in draft.visit_nodes():
        due = draft.problem.visits[v].due
        if due is None or due.ideal is None or draft.plan.copies[v][0] != n:
            continue
        ideal = draft.clock(due.ideal)
        early, late = (
            draft.scale.per_day(r) for r in (due.earliness_per_day, due.lateness_per_day)
        )
        if early:
            draft.time.SetCumulVarSoftLowerBound(n, ideal, early)
        if late:
            draft.time.SetCumulVarSoftUpperBound(n, ideal, late)
        if early or late:
            wait = min(shift.tariff.per_hour for shift in draft.problem.shifts)
            dear = max(early, late) > draft.scale.per_hour(wait)
            weight = FEES_FIRST if dear else DUE_NEAR
            draft.model.AddWeightedVariableTargetToFinalizer(draft.start(n), ideal, weight)


def add_promises(draft: Draft) -> None:
    """Starting outside the promised window costs the price of the promise once."""
    if not _charges(draft):
        return
    for n, v in draft.visit_nodes():
        promise = draft.problem.visits[v].promise
        if promise is None or not promise.price or draft.plan.copies[v][0] != n:
            continue
        low, high = promise.earliest + draft.base, promise.latest + draft.base
        kept = draft.solver.IsBetweenVar(draft.start(n), low, high)
        price = promise.price * draft.scale.unit
        draft.charge(n, (1 - kept) * price, price)


def add_money(draft: Draft) -> None:
    """What the visits of a route cost beyond the tariff adds up to the money of the route."""
    if not draft.prices and not draft.tolls:
        return
    model, solver = draft.model, draft.solver
    most = sum(price for prices in draft.prices.values() for _, price in prices)
    most += sum(max(toll) for toll in draft.tolls.values())
    model.AddDimensionWithVehicleTransits(_toll_transits(draft), most, most, True, "money")
    money = model.GetDimensionOrDie("money")
    money.SetSpanCostCoefficientForAllVehicles(1)
    for n in range(model.Size()):
        slack = money.SlackVar(n)
        if n not in draft.prices:
            slack.SetValue(0)
            continue
        solver.Add(slack == _sum([amount for amount, _ in draft.prices[n]]))
        model.AddWeightedVariableMinimizedByFinalizer(slack, FEES_FIRST)


def _toll_transits(draft: Draft) -> list[int]:
    known: dict[tuple[int, ...], int] = {}
    transits = []
    for s in draft.vehicles:
        row = tuple(draft.tolls[n][s] if n in draft.tolls else 0 for n in range(draft.plan.size))
        if row not in known:
            known[row] = draft.model.RegisterUnaryTransitVector(list(row))
        transits.append(known[row])
    return transits


def _charges(draft: Draft) -> bool:
    return draft.problem.objective is Objective.COST


def _sum(amounts: list[Any]) -> Any:
    total = amounts[0]
    for amount in amounts[1:]:
        total = total + amount
    return total


def _wait_for_crew(draft: Draft, n: int) -> Any:
    """Seconds that this member stays longer than the own work because another one is slower."""
    return draft.crew_waits.get(n, 0)
