"""Our own arithmetic, by hand and against the published best known solutions."""

from __future__ import annotations

import csv
import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cases import Node, TrspInstance, read_instance, read_vrptw, trsp_case, vrptw_case
from benchmarks.recompute import (
    Order,
    orders_of_plan,
    orders_of_published_routes,
    recompute_trsp,
    recompute_vrptw,
)

DEPOT = Node(0, 0, 0, 0, 100, 0, (), (), ())
HOME_1 = Node(1, 0, 0, 0, 100, 0, (0,), (), (1,))
HOME_2 = Node(2, 10, 0, 0, 100, 0, (0, 1), (0,), (0,))
NEAR = Node(3, 3, 4, 10, 20, 2, (0,), (), (1,))
FAR = Node(4, 6, 8, 0, 30, 1, (0,), (), (1,))
WITH_TOOL = Node(5, 0, 3, 0, 50, 1, (0,), (0,), (0,))
TWO_ENGINEERS = TrspInstance("two", 2, (DEPOT, HOME_1, HOME_2, NEAR, FAR, WITH_TOOL))

SMALL_VRPTW = """SMALL

VEHICLE
NUMBER     CAPACITY
  2         10

CUSTOMER
CUST NO.  XCOORD.   YCOORD.    DEMAND   READY TIME  DUE DATE   SERVICE   TIME

    0      0          0          0          0        100          0
    1      1          1          6         10         20          5
    2      2          2          5          0         30          5
"""


def test_waiting_at_the_first_door_is_not_worked() -> None:
    """Home to 3 takes 5 and the door opens at 10: he leaves at 5, is back at 17, works 12."""
    found = recompute_trsp(TWO_ENGINEERS, [Order(1, (3,))])
    assert found.value == pytest.approx(12.0)
    assert found.unserved == (4, 5)
    assert found.violations == ()


def test_a_depot_trip_refills_the_van() -> None:
    """5 out, serve 10-12, depot 17, request 4 at 27, home 38: 33 units, nothing short."""
    found = recompute_trsp(TWO_ENGINEERS, [Order(1, (3, 0, 4))])
    assert found.value == pytest.approx(33.0)
    assert found.violations == ()


def test_without_the_depot_the_second_part_is_short() -> None:
    """One part on board, two requests that need one each."""
    found = recompute_trsp(TWO_ENGINEERS, [Order(1, (3, 4))])
    assert found.violations == ("engineer 1: part 0 is 1 short at request 4",)


def test_a_tool_must_be_on_board_or_fetched() -> None:
    """Engineer 1 has no tool 0; after the depot he has it."""
    assert recompute_trsp(TWO_ENGINEERS, [Order(1, (5,))]).violations == (
        "engineer 1: no tool 0 for request 5",
    )
    assert recompute_trsp(TWO_ENGINEERS, [Order(1, (0, 5))]).violations == ()


def test_skills_are_not_to_be_had_at_the_depot() -> None:
    """Engineer 1 never has skill 1."""
    special = replace(WITH_TOOL, skills=(1,))
    instance = replace(TWO_ENGINEERS, nodes=(*TWO_ENGINEERS.nodes[:5], special))
    assert recompute_trsp(instance, [Order(1, (0, 5))]).violations == (
        "engineer 1: no skill 1 for request 5",
    )


@pytest.mark.parametrize(("latest", "late"), [(17, ()), (16.9, ("node 4 at 17.0000",))])
def test_a_window_is_kept_up_to_its_last_moment(latest: float, late: tuple[str, ...]) -> None:
    """Request 4 after request 3 starts at 12 + 5 = 17."""
    full = replace(HOME_1, parts=(2,))
    nodes = (DEPOT, full, HOME_2, NEAR, replace(FAR, latest=latest), WITH_TOOL)
    found = recompute_trsp(replace(TWO_ENGINEERS, nodes=nodes), [Order(1, (3, 4))])
    assert len(found.violations) == len(late)
    assert all(text in violation for text, violation in zip(late, found.violations, strict=True))


@pytest.mark.parametrize(
    ("orders", "sentence"),
    [
        ([Order(1, (3,)), Order(2, (3,))], "request 3: served 2 times"),
        ([Order(1, (0, 3, 0))], "engineer 1: 2 depot trips, expected at most one"),
        ([Order(1, (3,)), Order(1, (4,))], "engineer 1: 2 routes"),
        ([Order(3, (4,))], "engineer 3: unknown"),
        ([Order(1, (2,))], "node 2: not a request"),
    ],
)
def test_orders_that_no_instance_allows(orders: list[Order], sentence: str) -> None:
    """Each of these would make a working time too good to be true."""
    assert sentence in recompute_trsp(TWO_ENGINEERS, orders).violations


def test_an_unused_engineer_costs_nothing() -> None:
    """An empty order is no work."""
    assert recompute_trsp(TWO_ENGINEERS, [Order(1, ()), Order(2, ())]).value == 0


def test_orders_are_read_from_a_plan() -> None:
    """Only kinds and ids are taken; a pickup is a depot trip."""
    stops = [
        {"kind": "visit", "visit": "r3"},
        {"kind": "pickup", "depot": "d0"},
        {"kind": "visit", "visit": "r4"},
    ]
    plan = {"routes": [{"engineer": "t1", "shift": "t1-day", "stops": stops}]}
    assert orders_of_plan(plan) == [Order(1, (3, 0, 4))]


def test_vrptw_counts_truncated_tenths(tmp_path: Path) -> None:
    """0-1 is 1.414 (1.4), 0-2 is 2.828 (2.8): one van each makes 2.8 + 5.6."""
    path = tmp_path / "small.txt"
    path.write_text(SMALL_VRPTW)
    instance = read_vrptw(path)
    found = recompute_vrptw(instance, [Order(1, (1,)), Order(2, (2,))])
    assert found.value == pytest.approx(8.4)
    assert found.violations == ()
    together = recompute_vrptw(instance, [Order(1, (1, 2))])
    assert together.violations == ("van 1: load 11, expected at most 10",)


def test_a_vrptw_case_prices_a_tenth_with_one(tmp_path: Path) -> None:
    """Ten times the distance is metres, 1000 a kilometre; windows and service are tenfold too."""
    path = tmp_path / "small.txt"
    path.write_text(SMALL_VRPTW)
    case: dict[str, Any] = json.loads(json.dumps(vrptw_case(read_vrptw(path))))
    assert case["travel"]["matrix"]["distance_m"][0] == [0, 14, 28]
    assert case["engineers"][1]["van_stock"] == {"load": 10}
    assert case["engineers"][1]["cost"]["per_km"] == 1000
    assert case["visits"][0]["parts"] == {"load": 6}
    assert case["visits"][0]["duration"] == "PT50S"
    assert case["visits"][0]["time_windows"] == [
        {"start": "2026-01-05T00:01:40+00:00", "end": "2026-01-05T00:03:20+00:00"}
    ]


def published(data: Path) -> list[tuple[TrspInstance, list[Order], float]]:
    """Read every instance with its best known routes and value."""
    routes = json.loads((data / "trsp/bks_crew25_routes.json").read_text())
    with (data / "trsp/bks_crew25.csv").open() as file:
        values = {row["instance"]: float(row["working_time"]) for row in csv.DictReader(file)}
    return [
        (
            read_instance(data / f"trsp/crew25/{name}.txt"),
            orders_of_published_routes(routes[name], 25, 100),
            value,
        )
        for name, value in values.items()
    ]


@pytest.mark.data
def test_best_known_routes_recompute_to_four_decimals(reference_data: Path) -> None:
    """All twenty published values come out of our arithmetic, with every rule kept."""
    for instance, orders, value in published(reference_data):
        found = recompute_trsp(instance, orders)
        assert (found.violations, found.unserved) == ((), ())
        assert round(found.value, 4) == pytest.approx(value, abs=1e-9)


@pytest.mark.data
def test_best_known_routes_stay_feasible_in_whole_seconds(reference_data: Path) -> None:
    """In the converted case the same orders keep all windows and lose less than 0.05 %."""
    for instance, orders, value in published(reference_data):
        case: dict[str, Any] = json.loads(json.dumps(trsp_case(instance)))
        found = recompute_trsp(in_whole_seconds(instance, case), orders)
        assert (found.violations, found.unserved) == ((), ())
        assert value * 1000 <= found.value <= value * 1000 * 1.0005


def in_whole_seconds(instance: TrspInstance, case: dict[str, Any]) -> TrspInstance:
    """Return the instance as its case file states it: seconds, integer arcs."""
    seconds = case["travel"]["matrix"]["duration_s"]
    nodes = tuple(
        replace(
            node,
            earliest=1000 * node.earliest,
            latest=1000 * node.latest,
            service=1000 * node.service,
        )
        for node in instance.nodes
    )
    travel = tuple(tuple(float(leg) for leg in row) for row in seconds)
    return replace(instance, nodes=nodes, travel_times=travel)
