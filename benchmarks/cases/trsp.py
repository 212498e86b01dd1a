"""TRSP instances as case files: one time unit is a thousand seconds and every arc rounds up.

Arcs round up to whole seconds (a thousandth of a unit) and windows round inwards, so whatever is
feasible in whole seconds is feasible in the original's double precision. Rounding costs at most
0.001 units an arc, about 0.005 % of the working time.
"""

from __future__ import annotations

import math

from benchmarks.cases.clock import Json, instant, lasting, window
from benchmarks.cases.instance import Node, TrspInstance

SECONDS_PER_UNIT = 1000
FLOAT_NOISE = 1e-6
"""Seconds: a product such as 5.0 * 1000 must not round up to 5001."""


def rounded_up(value: float, scale: int) -> int:
    """Scale a time to whole seconds, upwards."""
    return math.ceil(value * scale - FLOAT_NOISE)


def rounded_down(value: float, scale: int) -> int:
    """Scale a time to whole seconds, downwards."""
    return math.floor(value * scale + FLOAT_NOISE)


def trsp_case(instance: TrspInstance) -> Json:
    """Return the case file of an instance with Euclidean travel.

    Visit `r57` is node 57; engineer `t3` with the shift `t3-day` lives at node 3; location `n57`
    is the place of node 57; the depot is `d0` with unlimited stock and every tool. All visits
    have the same tier, so a plan serves as many as it can and then spares working time.
    """
    seconds = [
        [rounded_up(instance.travel(a.id, b.id), SECONDS_PER_UNIT) for b in instance.nodes]
        for a in instance.nodes
    ]
    tools = sorted({tool for node in instance.nodes for tool in node.tools})
    depot = instance.nodes[0]
    return {
        "planning_window": whole_horizon(instance, SECONDS_PER_UNIT),
        "travel": {"source": "matrix", "matrix": matrix(instance, seconds, seconds)},
        "locations": [{"id": f"n{node.id}"} for node in instance.nodes],
        "depots": [
            {
                "id": "d0",
                "location": "n0",
                "stock": None,
                "tools": [f"tool{tool}" for tool in tools],
                "pickup_duration": "PT0S",
                "opening": [node_window(depot, SECONDS_PER_UNIT)],
            }
        ],
        "engineers": [engineer(home, SECONDS_PER_UNIT) for home in instance.homes],
        "visits": [visit(request, SECONDS_PER_UNIT) for request in instance.requests],
        "weights": {"objective": "working_time"},
    }


def engineer(home: Node, scale: int) -> Json:
    """Return the engineer of a home, with one shift over the home's window."""
    earliest, latest = rounded_up(home.earliest, scale), rounded_down(home.latest, scale)
    return {
        "id": f"t{home.id}",
        "skills": [{"name": f"skill{skill}"} for skill in home.skills],
        "tools": [f"tool{tool}" for tool in home.tools],
        "van_stock": parts(home),
        "shifts": [
            {
                "id": f"t{home.id}-day",
                "start": instant(earliest),
                "end": instant(latest),
                "start_location": f"n{home.id}",
                "end_location": f"n{home.id}",
            }
        ],
    }


def visit(request: Node, scale: int) -> Json:
    """Return the visit of a request: a hard window for the start and all it requires."""
    return {
        "id": f"r{request.id}",
        "location": f"n{request.id}",
        "duration": lasting(rounded_up(request.service, scale)),
        "time_windows": [node_window(request, scale)],
        "required_skills": [{"name": f"skill{skill}"} for skill in request.skills],
        "required_tools": [f"tool{tool}" for tool in request.tools],
        "parts": parts(request),
        "priority": "high",
    }


def parts(node: Node) -> dict[str, int]:
    """Return the parts a node holds or needs, without those of quantity 0."""
    return {f"part{part}": quantity for part, quantity in enumerate(node.parts) if quantity}


def node_window(node: Node, scale: int) -> Json:
    """Return a node's window, rounded inwards."""
    return window(rounded_up(node.earliest, scale), rounded_down(node.latest, scale))


def whole_horizon(instance: TrspInstance, scale: int) -> Json:
    """Return the planning window that holds every window of the instance."""
    return window(0, math.ceil(max(node.latest for node in instance.nodes) * scale))


def matrix(instance: TrspInstance, seconds: list[list[int]], metres: list[list[int]]) -> Json:
    """Return the matrix block over the places of all nodes."""
    return {
        "locations": [f"n{node.id}" for node in instance.nodes],
        "duration_s": seconds,
        "distance_m": metres,
    }
