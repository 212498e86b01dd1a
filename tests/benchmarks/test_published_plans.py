"""Best known solutions as plan files: converter, checker and our arithmetic read them alike."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cases import read_instance, trsp_case
from benchmarks.published_plans import plan_of_orders
from benchmarks.recompute import orders_of_plan, orders_of_published_routes
from dispatch.formats import parse_case, parse_plan
from dispatch.planning.audit import audit

THREE_IN_A_ROW = """ROW

INFO
CREW COUNT  SKILLS  TOOLS   SPARE PARTS
1      1       1       1

DEPOT TECHNICIANS AND REQUESTS
ID   X     Y     TWS    TWE    Serv   SKILLS   TOOLS    SPARE PARTS
0    6     0     0      100    0      [] \t[] \t[]
1    0     0     0      100    0      [0] \t[] \t[1]
2    3     0     10     20     2      [0] \t[] \t[1]
3    9     0     30     40     1      [0] \t[0] \t[1]
"""


def test_a_route_leaves_as_late_as_it_can(tmp_path: Path) -> None:
    """Request 3 opens at 30: pickup 27, request 2 from 20 (its last moment), away at 17.

    He waits 2 (finished 22, at the depot 25), is served by 31 and home at 40: 23 units of work,
    2 of them waiting. The van's one part goes to request 2, the pickup loads the other.
    """
    path = tmp_path / "row.txt"
    path.write_text(THREE_IN_A_ROW)
    case = json.loads(json.dumps(trsp_case(read_instance(path))))
    orders = orders_of_published_routes([[1, 2, 5, 3, 4]], 1, 2)
    plan: dict[str, Any] = json.loads(json.dumps(plan_of_orders(case, orders)))
    (route,) = plan["routes"]
    assert route["working_time_s"] == 23_000
    assert [stop["wait_s"] for stop in route["stops"]] == [0, 2000, 0]
    assert route["stops"][1]["loaded"] == {"part0": 1}
    assert audit(parse_case(json.dumps(case)), parse_plan(json.dumps(plan)), with_cost=False) == []


@pytest.mark.data
def test_the_checker_accepts_the_best_known_plans(reference_data: Path) -> None:
    """All twenty: no violation, and the working time of the published value."""
    routes = json.loads((reference_data / "trsp/bks_crew25_routes.json").read_text())
    with (reference_data / "trsp/bks_crew25.csv").open() as file:
        values = {row["instance"]: float(row["working_time"]) for row in csv.DictReader(file)}
    for name, value in values.items():
        text = json.dumps(trsp_case(read_instance(reference_data / f"trsp/crew25/{name}.txt")))
        orders = orders_of_published_routes(routes[name], 25, 100)
        plan: dict[str, Any] = json.loads(json.dumps(plan_of_orders(json.loads(text), orders)))
        worked = sum(route["working_time_s"] for route in plan["routes"])
        assert value * 1000 <= worked <= value * 1000 * 1.0005
        assert orders_of_plan(plan) == [order for order in orders if order.nodes]
        assert audit(parse_case(text), parse_plan(json.dumps(plan)), with_cost=False) == []
