"""Rules of time: the clock of each shift, windows, pins, breaks, the travel limit."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import pairwise

from dispatch.solver.problem import Objective, Window
from dispatch.solver.routing_draft import (
    ENDS_EARLY,
    STARTS_LATE,
    Draft,
)
from dispatch.solver.routing_matrices import arc_costs, service_times, time_matrix, travel_matrix
from dispatch.solver.routing_nodes import NodeKind, earliest_departure, is_open


def add_clock(draft: Draft) -> None:
    """Work takes its engineer's time and travel the road's; each second and kilometre costs."""
    problem, plan = draft.problem, draft.plan
    known: dict[tuple[int, tuple[int, ...]], int] = {}
    priced: dict[tuple[int, int, int], int] = {}
    by_engineer: dict[int, tuple[int, ...]] = {}
    transits, matrices = [], {}
    for s, shift in enumerate(problem.shifts):
        if shift.engineer not in by_engineer:
            by_engineer[shift.engineer] = service_times(problem, plan, shift.engineer)
        service = by_engineer[shift.engineer]
        draft.service.append(service)
        key = (shift.profile, service)
        if key not in known:
            matrix = time_matrix(problem, plan, shift.profile, service, draft.roof)
            known[key] = draft.register(matrix)
            matrices[known[key]] = matrix
        evaluator = known[key]
        transits.append(evaluator)
        tariff = shift.tariff
        name = (evaluator, tariff.per_hour, tariff.per_km)
        if name not in priced:
            costs = arc_costs(problem, plan, s, matrices[evaluator], draft.scale, draft.roof)
            priced[name] = draft.register(costs)
        draft.model.SetArcCostEvaluatorOfVehicle(priced[name], s)
    draft.transits = transits
    draft.time = draft.clock_of_its_own("time")


def add_shifts(draft: Draft) -> None:
    """A route leaves within its shift, never before now, and is home by the latest end."""
    problem, model = draft.problem, draft.model
    for s, shift in enumerate(problem.shifts):
        first, last = draft.start(model.Start(s)), draft.start(model.End(s))
        departure = draft.clock(earliest_departure(problem, s))
        begun = _begun(draft, s)
        if begun:
            _depart_as_begun(draft, s, begun)
        elif shift.fixed_start or not is_open(problem, s):
            first.SetValue(departure)
        else:
            first.SetRange(departure, draft.clock(shift.latest_end))
        last.SetMax(max(draft.clock(shift.latest_end), departure))
        model.AddWeightedVariableMinimizedByFinalizer(last, ENDS_EARLY)
        model.AddWeightedVariableMaximizedByFinalizer(first, STARTS_LATE)


def add_tariffs(draft: Draft) -> None:
    """A used shift costs its fee, waiting and breaks cost like work, overtime costs more."""
    for s, shift in enumerate(draft.problem.shifts):
        if draft.problem.objective is Objective.WORKING_TIME:
            draft.time.SetSlackCostCoefficientForVehicle(draft.scale.unit, s)
            continue
        tariff, unit = shift.tariff, draft.scale.unit
        draft.model.SetFixedCostOfVehicle(tariff.per_shift * unit, s)
        hour = draft.scale.per_hour(tariff.per_hour)
        draft.time.SetSlackCostCoefficientForVehicle(hour, s)
        # A tariff that pays overtime less than regular hours is priced as regular here: a soft
        # bound cannot give money back.
        extra = draft.scale.per_hour(tariff.per_overtime_hour) - hour
        if extra > 0:
            end = draft.model.End(s)
            draft.time.SetCumulVarSoftUpperBound(end, draft.clock(shift.end), extra)


def add_windows(draft: Draft) -> None:
    """Work starts in one of the visit's windows, a pickup inside one opening of the depot."""
    problem = draft.problem
    for n, node in enumerate(draft.plan.nodes):
        if node.started:
            continue
        windows: Iterable[Window]
        if node.kind is NodeKind.VISIT:
            windows = problem.visits[node.index].windows
        else:
            depot = problem.depots[node.index]
            stay = depot.pickup_duration
            windows = [
                Window(w.earliest, w.latest - stay)
                for w in depot.opening
                if w.latest - stay >= w.earliest
            ]
            if not depot.opening:
                continue
        _keep_inside(draft, n, sorted(windows, key=lambda w: w.earliest))


def add_imposed_starts(draft: Draft) -> None:
    """A pinned or begun stop starts when the pin says; nothing else starts before now."""
    for n, node in enumerate(draft.plan.nodes):
        if node.start is not None:
            moment = draft.clock(node.start)
            if draft.start(n).Contains(moment):
                draft.start(n).SetValue(moment)
            else:
                forbid(draft, n)
        elif draft.problem.now is not None:
            _at_least(draft, n, draft.clock(draft.problem.now))


def add_positions(draft: Draft) -> None:
    """A pin with a position counts the visits before it, pickups not included."""
    pinned = [
        (n, node.pin.position)
        for n, node in enumerate(draft.plan.nodes)
        if node.pin is not None and node.pin.position is not None
    ]
    if not pinned:
        return
    counts = [int(node.kind is NodeKind.VISIT) for node in draft.plan.nodes]
    counts += [0] * (draft.plan.size - len(counts))
    most = len(counts)
    evaluator = draft.model.RegisterUnaryTransitVector(counts)
    draft.model.AddDimension(evaluator, 0, most, True, "count")
    count = draft.model.GetDimensionOrDie("count")
    for n, position in pinned:
        if position > most or position < 0:
            forbid(draft, n)
        else:
            count.CumulVar(n).SetValue(position)


def add_breaks(draft: Draft) -> None:
    """A break interrupts no stop; it may also lie wholly before or after the route.

    OR-Tools lets a performed break interval end before the departure or start after the end of
    the route; that is precisely when the contract needs no break (section 4a, Breaks).
    """
    size, now = draft.model.Size(), draft.problem.now
    for s, shift in enumerate(draft.problem.shifts):
        if not shift.breaks:
            continue
        begun = bool(_begun(draft, s))
        stays = [draft.service[s][draft.manager.IndexToNode(i)] for i in range(size)]
        intervals = []
        for b, rest in enumerate(shift.breaks):
            low, high = rest.earliest + draft.base, rest.latest + draft.base
            # A break of the past beside stops of the past is history too, and binds nothing.
            past = begun and now is not None and rest.latest < now
            if past or low + rest.duration <= 0:
                continue
            interval = draft.solver.FixedDurationIntervalVar(
                max(low, 0), max(high, 0), rest.duration, False, f"break {s} {b}"
            )
            intervals.append(interval)
        draft.time.SetBreakIntervalsOfVehicle(intervals, s, stays)
        draft.breaks.extend(intervals)


def add_travel_limit(draft: Draft) -> None:
    """All travel of a route, the way home included, stays within the shift's limit."""
    problem = draft.problem
    if all(s.max_travel is None for s in problem.shifts):
        return
    known = {
        profile: draft.register(travel_matrix(problem, draft.plan, profile, draft.roof))
        for profile in {s.profile for s in problem.shifts}
    }
    most = draft.roof
    limits = [most if s.max_travel is None else min(s.max_travel, most) for s in problem.shifts]
    draft.model.AddDimensionWithVehicleTransitAndCapacity(
        [known[s.profile] for s in problem.shifts], 0, limits, True, "travel"
    )


def forbid(draft: Draft, index: int) -> None:
    """No route may hold this node."""
    draft.model.VehicleVar(index).SetValues([-1])


def _begun(draft: Draft, s: int) -> list[int]:
    """Nodes of the shift that are history, in order of their starts."""
    nodes = draft.plan.nodes
    begun = [n for n in draft.indices if nodes[n].started and s in nodes[n].shifts]
    return sorted(begun, key=lambda n: nodes[n].start or 0)


def _depart_as_begun(draft: Draft, s: int, begun: list[int]) -> None:
    """Let the first stop begun tell the departure; without history nothing leaves before now."""
    problem, shift, solver = draft.problem, draft.problem.shifts[s], draft.solver
    first, node = draft.start(draft.model.Start(s)), draft.plan.nodes[begun[0]]
    way = problem.travel_seconds[shift.profile, shift.start_location, node.location]
    told = shift.start if shift.fixed_start else (node.start or 0) - max(int(way), 0)
    departure = draft.clock(earliest_departure(problem, s))
    first.SetRange(0, max(departure, draft.clock(shift.latest_end)))
    solver.Add(draft.active(begun[0]) <= solver.IsEqualCstVar(first, draft.clock(told)))
    left_late = solver.IsGreaterOrEqualCstVar(first, departure)
    solver.Add(solver.Sum([draft.active(n) for n in begun]) + left_late >= 1)
    if shift.fixed_start:
        first.SetMax(departure)


def _keep_inside(draft: Draft, index: int, windows: list[Window]) -> None:
    inside = [
        (draft.clock(w.earliest), draft.clock(w.latest))
        for w in windows
        if w.latest + draft.base >= 0 and w.earliest + draft.base <= draft.roof
    ]
    if not inside:
        forbid(draft, index)
        return
    draft.start(index).SetRange(inside[0][0], inside[-1][1])
    draft.gaps[index] = [
        (before + 1, after - 1)
        for (_, before), (after, _) in pairwise(inside)
        if after - before > 1
    ]
    for gap in draft.gaps[index]:
        draft.start(index).RemoveInterval(*gap)


def _at_least(draft: Draft, index: int, moment: int) -> None:
    if draft.start(index).Max() < moment:
        forbid(draft, index)
    else:
        draft.start(index).SetMin(moment)
