"""Home care days: what the case file says, what our arithmetic makes of orders."""

from __future__ import annotations

import csv
import gzip
import json
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cases.clock import START
from benchmarks.cases.hhcrsp import (
    HhcrspInstance,
    Patient,
    Service,
    hhcrsp_case,
    read_hhcrsp,
)
from benchmarks.cases.instance import InstanceError
from benchmarks.families import DATA, Instance
from benchmarks.measure import measure
from benchmarks.recompute.hhcrsp import (
    Terms,
    orders_of_home_care_plan,
    recompute_hhcrsp,
    recompute_terms,
)

ALONE = Patient(1, 0, 20, (Service(1, "wash", 10),), None)
IN_STEP = Patient(2, 5, 30, (Service(2, "wash", 10), Service(2, "lift", 20)), (0, 0))
IN_SEQUENCE = Patient(3, 0, 40, (Service(3, "wash", 10), Service(3, "lift", 10)), (5, 8))
DAY = HhcrspInstance(
    "day",
    (ALONE, IN_STEP, IN_SEQUENCE),
    (frozenset({"wash"}), frozenset({"wash", "lift"})),
    (
        (0.0, 10.0, 20.0, 15.0),
        (10.0, 0.0, 12.5, 9.0),
        (20.0, 12.5, 0.0, 11.0),
        (15.0, 9.0, 11.0, 0.0),
    ),
)
"""Caregiver 1 washes, caregiver 2 also lifts; every distance is in minutes too."""
GOOD = {1: [(1, 0), (2, 0), (3, 0)], 2: [(2, 1), (3, 1)]}


def test_times_are_the_earliest_that_links_allow() -> None:
    """Both reach patient 2 at 32.5, 2.5 late; 53.5 and 63.5 at patient 3, 23.5 late at most.

    Caregiver 1: patient 1 at 10, done at 20, patient 2 at 32.5, done at 42.5, patient 3 at 53.5.
    Caregiver 2: patient 2 in step at 32.5, done at 52.5, patient 3 at 63.5. The services there
    may be 8 apart, so the first waits until 55.5: 15.5 and 23.5 late.
    """
    terms, unserved, violations = recompute_terms(DAY, GOOD)
    distance = (10 + 12.5 + 11 + 15) + (20 + 11 + 15)
    assert terms == Terms(distance, 2.5 + 2.5 + 15.5 + 23.5, 23.5)
    assert terms.cost == pytest.approx((distance + 44 + 23.5) / 3)
    assert (unserved, violations) == ((), ())


@pytest.mark.parametrize(
    ("orders", "told"),
    [
        ({1: [(2, 1)]}, "no service lift for patient 2"),
        ({1: [(1, 0)], 2: [(1, 0)]}, "served 2 times"),
        ({2: [(3, 0), (3, 1)]}, "both services of patient 3"),
        ({3: [(1, 0)]}, "caregiver 3: unknown"),
        ({1: [(1, 1)]}, "not a service"),
        ({1: [(2, 0), (3, 0)], 2: [(3, 1), (2, 1)]}, "too far apart"),
    ],
)
def test_broken_rules_are_told(orders: dict[int, list[tuple[int, int]]], told: str) -> None:
    """Skills, repeats, one caregiver for both services, and orders that no times can hold."""
    assert told in " | ".join(recompute_hhcrsp(DAY, orders).violations)


def test_half_served_is_unserved() -> None:
    """Patients 2 and 3 lack a service each, or both."""
    assert recompute_hhcrsp(DAY, {1: [(1, 0), (2, 0)]}).unserved == (2, 3)


def test_a_case_counts_from_start_to_start() -> None:
    """A visit takes no time; the way out of its place takes the service longer."""
    case: dict[str, Any] = json.loads(json.dumps(hhcrsp_case(DAY)))
    matrix = case["travel"]["matrix"]
    assert matrix["locations"] == ["n0", "p1a", "p2a", "p2b", "p3a", "p3b"]
    assert matrix["duration_s"][1] == [20_000, 0, 22_500, 22_500, 19_000, 19_000]
    assert matrix["distance_m"][1] == [10_000, 0, 12_500, 12_500, 9_000, 9_000]
    assert matrix["duration_s"][2][3] is None
    by_id = {visit["id"]: visit for visit in case["visits"]}
    assert by_id["p2b"]["after"] == [
        {"visit": "p2a", "min_delay": "PT0S", "max_delay": "PT0S"},
    ]
    assert by_id["p3b"]["after"] == [
        {"visit": "p3a", "min_delay": "PT5000S", "max_delay": "PT8000S"},
    ]
    assert {visit["duration"] for visit in case["visits"]} == {"PT0S"}


def test_dispatch_plans_and_prices_a_day_as_published(tmp_path: Path) -> None:
    """A plan's money is 1000 times distance, tardiness and largest tardiness of its own starts.

    Our arithmetic takes only the orders and the earliest times for them, so it finds no more.
    """
    instance = Instance(
        "day",
        None,
        0,
        lambda: hhcrsp_case(DAY),
        lambda plan: recompute_hhcrsp(DAY, orders_of_home_care_plan(plan)),
        lambda plan: plan["cost"]["total"] / 3000,
    )
    row = measure("hhcrsp", instance, "auto", 1, 1.0, tmp_path)
    assert (row.unserved, row.violations, row.check) == (0, 0, 0)
    plan = json.loads(next(tmp_path.glob("*.plan.json")).read_text())
    latest = {f"p{patient.number}": patient.latest * 1000 for patient in DAY.patients}
    late = [
        max(0, (datetime.fromisoformat(stop["start"]) - START).total_seconds() - latest[name])
        for route in plan["routes"]
        for stop in route["stops"]
        for name in [stop["visit"][:-1]]
    ]
    terms = recompute_terms(DAY, orders_of_home_care_plan(plan))[0]
    assert plan["cost"]["total"] == terms.distance * 1000 + sum(late) + max(late)
    assert row.value is not None
    assert 3000 * row.value <= plan["cost"]["total"] + 0.5


def test_an_unknown_synchronization_is_refused(tmp_path: Path) -> None:
    """A file of another kind is not read as if nothing were."""
    day = {
        "patients": [
            {
                "id": "p1",
                "time_window": [0, 10],
                "required_caregivers": [{"service": "s1"}],
                "synchronization": {"type": "independent"},
            }
        ],
        "services": [{"id": "s1", "default_duration": 5}],
        "caregivers": [{"id": "c1", "abilities": ["s1"]}],
        "central_offices": [{"id": "d"}],
        "distances": [[0, 1], [1, 0]],
    }
    path = tmp_path / "day.json.gz"
    path.write_bytes(gzip.compress(json.dumps(day).encode()))
    with pytest.raises(InstanceError, match=r"patient p1 has .*independent"):
        read_hhcrsp(path)
    del day["patients"][0]["synchronization"]  # type: ignore[attr-defined, index]
    path.write_bytes(gzip.compress(json.dumps(day).encode()))
    instance = read_hhcrsp(path)
    assert (instance.name, instance.services) == ("day", (Service(1, "s1", 5.0),))


@pytest.mark.data
def test_published_costs_are_the_sum_of_their_terms() -> None:
    """Distance, total and largest tardiness of every best known solution make up its cost."""
    file = DATA / "hhcrsp/bks.csv"
    if not file.exists():
        pytest.skip(f"NO REFERENCE DATA AT {file}: PUBLISHED COSTS NOT COMPARED")
    with file.open(encoding="utf-8", newline="") as table:
        for row in csv.DictReader(table):
            columns = ("distance", "total_tardiness", "max_tardiness")
            terms = Terms(*(float(row[column]) for column in columns))
            assert terms.cost == pytest.approx(float(row["total_cost"]), abs=0.01)


@pytest.mark.data
def test_every_published_instance_becomes_a_case() -> None:
    """All 38 are read; two visits where two caregivers are needed, links between them."""
    folder = DATA / "hhcrsp"
    if not folder.is_dir():
        pytest.skip(f"NO REFERENCE DATA AT {folder}: INSTANCES NOT READ")
    paths = sorted(folder.glob("*/*.json*"))
    assert len(paths) == 38
    for path in paths[:12]:
        instance = read_hhcrsp(path)
        visits: Any = hhcrsp_case(instance)["visits"]
        assert len(visits) == len(instance.services)
        links = sum("after" in visit for visit in visits)
        assert links == sum(patient.apart is not None for patient in instance.patients)
