"""Feasibility and working time of TRSP and Praxedo orders, in double precision."""

from __future__ import annotations

import itertools
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from benchmarks.cases.instance import Node, TrspInstance
from benchmarks.recompute.orders import DEPOT, Order

FLOAT_NOISE = 1e-6
"""Units by which a start may pass a window, for sums of doubles (Euclidean instances)."""
WRITTEN_PRECISION = 1e-3
"""Minutes; travel times in Praxedo files have four decimals, so thirty arcs may miss this much."""


@dataclass(frozen=True, slots=True)
class Recomputed:
    """What an order is worth in the instance's own units.

    `value` is the working time (TRSP, Praxedo) or the distance (VRPTW); `violations` are
    sentences, and a request that nobody serves is none of them.
    """

    value: float
    unserved: tuple[int, ...]
    violations: tuple[str, ...]


def recompute_trsp(instance: TrspInstance, orders: Iterable[Order]) -> Recomputed:
    """Recompute windows, skills, tools, parts, depot trips and the working time."""
    orders = list(orders)
    violations: list[str] = []
    served = Counter(node for order in orders for node in order.nodes if node != DEPOT)
    known = {request.id for request in instance.requests}
    violations += [f"node {node}: not a request" for node in sorted(served.keys() - known)]
    violations += [f"request {node}: served {n} times" for node, n in served.items() if n > 1]
    drivers = Counter(order.engineer for order in orders)
    homes = {home.id for home in instance.homes}
    violations += [f"engineer {who}: unknown" for who in drivers.keys() - homes]
    violations += [f"engineer {who}: {n} routes" for who, n in drivers.items() if n > 1]
    total = 0.0
    if not violations:
        for order in orders:
            violations += _means_missing(instance, order)
            working_time, late = _clock(instance, order)
            total += working_time
            violations += late
    return Recomputed(total, tuple(sorted(known - served.keys())), tuple(violations))


def _clock(instance: TrspInstance, order: Order) -> tuple[float, list[str]]:
    """Return the working time of one order, departure as late as it costs nothing."""
    tolerance = FLOAT_NOISE if instance.travel_times is None else WRITTEN_PRECISION
    home = instance.nodes[order.engineer]
    if not order.nodes:
        return 0.0, []
    path = [home, *(instance.nodes[node] for node in order.nodes), home]
    legs = [instance.travel(a.id, b.id) for a, b in itertools.pairwise(path)]
    late = []
    start = home.earliest
    for before, node, leg in zip(path, path[1:], legs, strict=False):
        service = 0.0 if before is home else before.service
        start = max(start + service + leg, node.earliest)
        if start > node.latest + tolerance:
            late.append(f"engineer {home.id}: node {node.id} at {start:.4f} after {node.latest}")
    # Holding the end where it is, walk backwards for the latest departure.
    departure = end = start
    for before, node, leg in reversed(list(zip(path, path[1:], legs, strict=False))):
        departure = min(departure, node.latest) - leg
        departure -= 0.0 if before is home else before.service
    return end - departure, late


def _means_missing(instance: TrspInstance, order: Order) -> Iterator[str]:
    """Yield what the engineer lacks: skills always, tools and parts only before the depot."""
    home = instance.nodes[order.engineer]
    if order.nodes.count(DEPOT) > 1:
        yield f"engineer {home.id}: {order.nodes.count(DEPOT)} depot trips, expected at most one"
    left = list(home.parts)
    at_depot = False
    for number in order.nodes:
        if number == DEPOT:
            at_depot = True
            continue
        request = instance.nodes[number]
        for skill in set(request.skills) - set(home.skills):
            yield f"engineer {home.id}: no skill {skill} for request {request.id}"
        if not at_depot:
            for tool in set(request.tools) - set(home.tools):
                yield f"engineer {home.id}: no tool {tool} for request {request.id}"
            yield from _take_parts(home, request, left)


def _take_parts(home: Node, request: Node, left: list[int]) -> Iterator[str]:
    needs: Sequence[int] = request.parts
    for part, quantity in enumerate(needs):
        left[part] -= quantity
        if left[part] < 0 < quantity:
            yield f"engineer {home.id}: part {part} is {-left[part]} short at request {request.id}"
