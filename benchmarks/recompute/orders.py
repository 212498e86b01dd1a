"""Orders of nodes: all that is taken from a plan or from published routes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

DEPOT = 0


@dataclass(frozen=True, slots=True)
class Order:
    """The nodes one engineer goes through, home excluded; 0 is a trip to the depot."""

    engineer: int
    nodes: tuple[int, ...]


def orders_of_plan(plan: Mapping[str, Any]) -> list[Order]:
    """Read the orders of a plan file whose case came from `benchmarks.cases`."""
    orders = []
    for route in plan["routes"]:
        nodes = [
            DEPOT if stop["kind"] == "pickup" else number(stop["visit"]) for stop in route["stops"]
        ]
        orders.append(Order(number(route["engineer"]), tuple(nodes)))
    return orders


def orders_of_published_routes(
    routes: Iterable[Sequence[int]], num_engineers: int, num_requests: int
) -> list[Order]:
    """Read routes as published: home first, its copy last, copies of the depot after that."""
    last_request = num_engineers + num_requests
    return [
        Order(route[0], tuple(node if node <= last_request else DEPOT for node in route[1:-1]))
        for route in routes
        if route
    ]


def number(name: str) -> int:
    """Return the node id inside an id made by a converter (`r57` is 57)."""
    return int(name[1:])
