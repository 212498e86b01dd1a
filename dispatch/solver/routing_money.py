"""Rules of money beyond the tariff: arrivals too late, starts off the ideal, broken promises.

A step price (breach fee, broken promise) is a boolean of the constraint solver. The dimension
`money` sums these prices along a route as its slack, and its span has the price of one unit.

The finalizer times a route in a fixed order: loads, then fees as small as possible (by their
booleans: it tries value after value, and a price has millions of them), the end as early as
possible, due moments near their ideal, the departure as late as all this allows, the rest early.
"""

from __future__ import annotations

from typing import Any

from dispatch.solver.problem import FOREVER, Objective
from dispatch.solver.routing_draft import DUE_NEAR, FEES_FIRST, NO_LATER, REST, Draft
from dispatch.solver.routing_nodes import NodeKind, earliest_departure, has_history


def add_doors(draft: Draft) -> None:
    """The arrival is the end of the travel, before any waiting at the door: a second clock."""
    problem = draft.problem
    if not any(v.sla for v in problem.visits):
        return
    draft.door = draft.clock_of_its_own("door")
    if draft.exact:
        _tie_doors(draft)
    else:
        _free_doors(draft)


def add_rest(draft: Draft) -> None:
    """Whatever is not wished otherwise happens early; a visit left out has no time of its own."""
    ends = [index for s in draft.vehicles for index in (draft.model.Start(s), draft.model.End(s))]
    for index in (*draft.indices, *ends):
        for dimension in (draft.time, draft.door, draft.wish):
            if dimension is not None:
                clock = dimension.CumulVar(index)
                if dimension is not draft.time or index in draft.indices:
                    draft.model.AddWeightedVariableMinimizedByFinalizer(clock, REST)
    for n in draft.indices:
        for dimension in (draft.time, draft.door, draft.wish):
            if dimension is not None:
                clock = dimension.CumulVar(n)
                if clock.Min() < clock.Max():
                    spread = clock.Max() - clock.Min()
                    draft.solver.Add(clock <= clock.Min() + draft.active(n) * spread)
                if not draft.exact:
                    draft.solver.Add(dimension.SlackVar(n) <= draft.active(n) * draft.roof)


def _tie_doors(draft: Draft) -> None:
    """Let the door clock hold arrivals: its slack at a node is the time from arrival to start."""
    solver, door = draft.solver, draft.door
    for n in draft.indices:
        gap = draft.start(n) - door.CumulVar(n) + _wait_for_crew(draft, n)
        solver.Add(door.SlackVar(n) == gap)
    for s in draft.vehicles:
        first = draft.model.Start(s)
        solver.Add(door.SlackVar(first) == 0)
        solver.Add(door.CumulVar(first) == draft.start(first))


def _free_doors(draft: Draft) -> None:
    """Let the door clock hold the earliest starts of the same order, whatever the departure.

    An earliest start is late exactly when its arrival is, unless it waits for a window that opens
    after `arrive_by`; at such a visit the clock forgets the opening and holds the arrival.
    """
    for n, node in enumerate(draft.plan.nodes):
        start, early = draft.start(n), draft.door.CumulVar(n)
        low = start.Min()
        if node.kind is NodeKind.VISIT and not node.started:
            visit = draft.problem.visits[node.index]
            by = visit.sla.arrive_by if visit.sla is not None else FOREVER
            if any(window.earliest > by for window in visit.windows):
                low = draft.clock(draft.problem.now or 0)
        early.SetRange(min(low, start.Max()), start.Max())
        for gap in draft.gaps.get(n, ()) if low == start.Min() else ():
            early.RemoveInterval(*gap)
    for s in draft.vehicles:
        first = draft.model.Start(s)
        low = draft.clock(earliest_departure(draft.problem, s))
        if has_history(draft.problem, s):
            low = 0
        draft.door.CumulVar(first).SetMin(min(low, draft.door.CumulVar(first).Max()))


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
        if draft.exact:
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
            broken = solver.IsGreaterCstVar(arrival, bound)
            draft.charge(n, broken * fee, fee)
            draft.model.AddWeightedVariableMinimizedByFinalizer(broken, FEES_FIRST)


def add_wishes(draft: Draft) -> None:
    """Due moments and promises may be wished for at any departure the shift allows."""
    visits = draft.problem.visits
    if not _charges(draft) or not any(v.due or v.promise for v in visits):
        return
    if draft.exact:
        draft.wish = draft.time
        return
    draft.wish = draft.clock_of_its_own("wish")
    ends = [index for s in draft.vehicles for index in (draft.model.Start(s), draft.model.End(s))]
    for index in (*draft.indices, *ends):
        clock, start = draft.wish.CumulVar(index), draft.time.CumulVar(index)
        clock.SetRange(start.Min(), start.Max())
        for gap in draft.gaps.get(index, ()):
            clock.RemoveInterval(*gap)


def add_due(draft: Draft) -> None:
    """A maintenance visit costs by the day that it starts before or after its ideal moment."""
    if draft.wish is None:
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
            draft.wish.SetCumulVarSoftLowerBound(n, ideal, early)
        if late:
            draft.wish.SetCumulVarSoftUpperBound(n, ideal, late)
        if (early or late) and not draft.exact:
            # The finalizer keeps the first wish for a variable, so this comes before `add_rest`.
            clock = draft.wish.CumulVar(n)
            draft.model.AddWeightedVariableTargetToFinalizer(clock, ideal, DUE_NEAR)


def add_promises(draft: Draft) -> None:
    """Starting outside the promised window costs the price of the promise once."""
    if draft.wish is None:
        return
    for n, v in draft.visit_nodes():
        promise = draft.problem.visits[v].promise
        if promise is None or not promise.price or draft.plan.copies[v][0] != n:
            continue
        low, high = promise.earliest + draft.base, promise.latest + draft.base
        kept = draft.solver.IsBetweenVar(draft.wish.CumulVar(n), low, high)
        price = promise.price * draft.scale.unit
        draft.charge(n, (1 - kept) * price, price)
        if not draft.exact:
            draft.model.AddWeightedVariableMaximizedByFinalizer(kept, FEES_FIRST)


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
