"""Travel, time and cost matrices over the nodes; registered whole, never as callbacks."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dispatch.solver.problem import UNREACHABLE, Objective, Problem
from dispatch.solver.routing_nodes import Layout, NodeKind
from dispatch.solver.routing_scale import Scale

if TYPE_CHECKING:
    from numpy.typing import NDArray


def service_times(problem: Problem, plan: Layout, engineer: int) -> tuple[int, ...]:
    """Seconds that the engineer stays at each node; history lasts at least until `now`.

    No travel lies before `now` except to stops already begun (contract section 4a), so the last
    begun stop of a shift is left at its finish or at `now`, whichever is later.
    """
    last: dict[int, int] = {}
    for n, node in enumerate(plan.nodes):
        if node.started and node.start is not None:
            for s in node.shifts:
                if s not in last or node.start >= (plan.nodes[last[s]].start or 0):
                    last[s] = n
    frontier = set(last.values())
    times = []
    for n, node in enumerate(plan.nodes):
        if node.kind is NodeKind.VISIT:
            stay = problem.duration(node.index, engineer)
        else:
            stay = problem.depots[node.index].pickup_duration
        if n in frontier and problem.now is not None and node.start is not None:
            stay = max(stay, problem.now - node.start)
        times.append(stay)
    return (*times, *(0 for _ in range(plan.size - len(plan.nodes))))


def travel_matrix(problem: Problem, plan: Layout, profile: int, roof: int) -> NDArray[np.int64]:
    """Travel seconds between nodes; `roof` where no road leads and 0 for an unused shift."""
    places = np.asarray(plan.locations, dtype=np.int64)
    seconds = problem.travel_seconds[profile][np.ix_(places, places)].astype(np.int64)
    # Metres may name a pair unreachable that the seconds do not; either is no road.
    metres = problem.travel_metres[np.ix_(places, places)]
    seconds = np.where((seconds == UNREACHABLE) | (metres == UNREACHABLE), roof, seconds)
    for start, end in plan.empty_arcs:
        seconds[start, end] = 0
    return np.minimum(seconds, roof)


def time_matrix(
    problem: Problem, plan: Layout, profile: int, service: tuple[int, ...], roof: int
) -> NDArray[np.int64]:
    """Seconds from the start of work at one node to the arrival at the next."""
    stay = np.minimum(np.asarray(service, dtype=np.int64), roof)
    matrix = travel_matrix(problem, plan, profile, roof) + stay[:, None]
    _let_history_be(problem, plan, matrix)
    return np.minimum(matrix, roof)


def _let_history_be(problem: Problem, plan: Layout, matrix: NDArray[np.int64]) -> None:
    """What happened may have been quicker than the matrix says; never call it impossible."""
    begun = [n for n, node in enumerate(plan.nodes) if node.started]
    for n in begun:
        start = plan.nodes[n].start
        if start is None:
            continue
        for s in plan.nodes[n].shifts:
            terminal = plan.starts[s]
            gap = max(start - problem.shifts[s].start, 0)
            matrix[terminal, n] = min(int(matrix[terminal, n]), gap)
        for m in begun:
            before = plan.nodes[m].start
            if m != n and before is not None and before <= start:
                matrix[m, n] = min(int(matrix[m, n]), start - before)


def arc_costs(
    problem: Problem, plan: Layout, shift: int, times: NDArray[np.int64], scale: Scale, roof: int
) -> NDArray[np.int64]:
    """Price each arc: kilometres, and the labour of everything but waiting and breaks.

    Labour per second of work and travel stands on the arcs, so that guided local search sees it;
    the rest of the working time is priced as slack of the time dimension.
    """
    if problem.objective is Objective.WORKING_TIME:
        costs = times * scale.unit
    else:
        tariff = problem.shifts[shift].tariff
        places = np.asarray(plan.locations, dtype=np.int64)
        metres = np.maximum(problem.travel_metres[np.ix_(places, places)], 0).astype(np.float64)
        road = np.floor(metres * (tariff.per_km * scale.unit) / 1000.0 + 0.5)
        road = np.minimum(road, float(1 << 50)).astype(np.int64)
        costs = times * scale.per_hour(tariff.per_hour) + road
    for start, end in plan.empty_arcs:
        costs[start, end] = 0
    # An impossible arc needs no price, and a huge one would only endanger the sums.
    costs[times >= roof] = 0
    result: NDArray[np.int64] = costs
    return result
