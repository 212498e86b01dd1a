"""Feasibility and distance of VRPTW orders, each arc truncated to one decimal."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable

from benchmarks.cases.vrptw import SCALE, VrptwInstance
from benchmarks.recompute.orders import Order
from benchmarks.recompute.trsp import Recomputed


def recompute_vrptw(instance: VrptwInstance, orders: Iterable[Order]) -> Recomputed:
    """Recompute windows, loads, the fleet and the distance (CVRPLIB's convention)."""
    orders = [order for order in orders if order.nodes]
    violations: list[str] = []
    served = Counter(node for order in orders for node in order.nodes)
    known = set(range(1, len(instance.customers)))
    violations += [f"node {node}: not a customer" for node in sorted(served.keys() - known)]
    violations += [f"customer {node}: served {n} times" for node, n in served.items() if n > 1]
    if len({order.engineer for order in orders}) < len(orders) or len(orders) > instance.fleet:
        violations.append(f"{len(orders)} routes, expected one each of {instance.fleet} vans")
    tenths = 0
    if not violations:
        for order in orders:
            distance, broken = _follow(instance, order)
            tenths += distance
            violations += broken
    return Recomputed(tenths / SCALE, tuple(sorted(known - served.keys())), tuple(violations))


def _follow(instance: VrptwInstance, order: Order) -> tuple[int, list[str]]:
    depot = instance.customers[0]
    broken = []
    load = sum(instance.customers[node].demand for node in order.nodes)
    if load > instance.capacity:
        broken.append(f"van {order.engineer}: load {load}, expected at most {instance.capacity}")
    clock = depot.earliest * SCALE
    distance = 0
    before = depot
    for node in (*order.nodes, depot.id):
        customer = instance.customers[node]
        leg = instance.tenths(before.id, node)
        service = 0.0 if before is depot else before.service * SCALE
        distance += leg
        clock = max(clock + service + leg, customer.earliest * SCALE)
        if clock > customer.latest * SCALE:
            broken.append(f"van {order.engineer}: customer {node} at {clock / SCALE}")
        before = customer
    return distance, broken
