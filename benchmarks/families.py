"""What each benchmark runs on: its instances, their best known values and how a plan is scored."""

from __future__ import annotations

import csv
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fnmatch import fnmatch
from functools import cache
from pathlib import Path
from typing import Any

from benchmarks.cases import (
    TrspInstance,
    boston_case,
    hhcrsp_case,
    praxedo_case,
    read_hhcrsp,
    read_instance,
    read_vrptw,
    trsp_case,
    vrptw_case,
)
from benchmarks.cases.boston_tickets import Ticket, read_tickets
from benchmarks.cases.clock import Json
from benchmarks.cases.hhcrsp import COST_SCALE
from benchmarks.cases.praxedo import SECONDS_PER_MINUTE
from benchmarks.cases.trsp import SECONDS_PER_UNIT
from benchmarks.cases.vrptw import SCALE
from benchmarks.recompute import (
    Recomputed,
    orders_of_home_care_plan,
    orders_of_plan,
    recompute_hhcrsp,
    recompute_trsp,
    recompute_vrptw,
)

DATA = Path(__file__).resolve().parents[2] / "shared" / "data"
"""Where the reference data lie: beside the project."""
Plan = Mapping[str, Any]

BOSTON_DAYS = (
    "2015-01-20",
    "2015-02-24",
    "2015-03-17",
    "2015-04-15",
    "2015-05-20",
    "2015-06-30",
)
"""One ordinary working day of each month, chosen before any was planned."""


@dataclass(frozen=True, slots=True)
class Instance:
    """One thing to plan.

    `best` is the best known value in the instance's own units (None: there is none), reached
    with `best_unserved` requests left out. `case` makes the case file, `recompute` scores a plan
    by our own arithmetic (None: nothing is published to compare with), `claimed` reads the value
    the plan itself claims. `serve_all` says that every request is served in any solution; peers
    that can be told so are.
    """

    name: str
    best: float | None
    best_unserved: int
    case: Callable[[], Json]
    recompute: Callable[[Plan], Recomputed] | None
    claimed: Callable[[Plan], float]
    serve_all: bool = False


def trsp(data: Path, crews: int) -> list[Instance]:
    """Return the TRSP instances with 25 engineers and 100 requests."""
    del crews
    best = _column(data / "trsp/bks_crew25.csv", "instance", "working_time")
    return [
        _trsp_instance(path, best.get(path.stem), 0, trsp_case, SECONDS_PER_UNIT)
        for path in sorted((data / "trsp/crew25").glob("*.txt"))
    ]


def trsp_lite(data: Path, crews: int) -> list[Instance]:
    """Return the TRSP instances without tools, parts and depot: what routing peers can say.

    Nobody published values for these; tables compare the engines with the best of their runs.
    """
    del crews
    return [
        _trsp_instance(path, None, 0, _lite_case, SECONDS_PER_UNIT, _lite)
        for path in sorted((data / "trsp/crew25").glob("*.txt"))
    ]


def praxedo(data: Path, crews: int) -> list[Instance]:
    """Return the real days of a field-service company."""
    del crews
    table = data / "trsp/bks_real_praxedo.csv"
    best = _column(table, "instance", "best_working_time_min")
    unserved = _column(table, "instance", "best_unserved")
    return [
        _trsp_instance(
            path,
            best.get(path.stem),
            round(unserved.get(path.stem, 0)),
            praxedo_case,
            SECONDS_PER_MINUTE,
        )
        for path in sorted((data / "trsp/real_praxedo").glob("*.txt"))
    ]


def vrptw(data: Path, crews: int) -> list[Instance]:
    """Return Solomon's and Gehring and Homberger's instances, as `set/name`."""
    del crews
    best = _column(data / "vrptw/bks.csv", "instance", "distonly_trunc1_CVRPLIB")
    by_lower_name = {name.lower(): value for name, value in best.items()}
    return [
        _vrptw_instance(path, by_lower_name.get(path.stem.lower()))
        for path in sorted((data / "vrptw").glob("*/*.txt"))
    ]


def hhcrsp(data: Path, crews: int) -> list[Instance]:
    """Return home care days, as `mankowska/name` and `italian/name`."""
    del crews
    best = _column(data / "hhcrsp/bks.csv", "instance", "total_cost")
    return [
        _hhcrsp_instance(path, best.get(path.name.removesuffix(".gz")))
        for path in sorted((data / "hhcrsp").glob("*/*.json*"))
    ]


def boston(data: Path, crews: int) -> list[Instance]:
    """Return one working day of each month of real tickets; nobody published plans for them."""
    path = data / "boston311/boston311_2015_H1_fieldwork.csv.gz"
    return [_boston_instance(path, day, crews) for day in BOSTON_DAYS]


FAMILIES: dict[str, Callable[[Path, int], list[Instance]]] = {
    "trsp": trsp,
    "trsp-lite": trsp_lite,
    "praxedo": praxedo,
    "vrptw": vrptw,
    "hhcrsp": hhcrsp,
    "boston": boston,
}
DEFAULT_GLOBS = {"vrptw": "solomon/*,homberger_200/*", "hhcrsp": "mankowska/*"}
"""Patterns used when none is given; everything otherwise."""


def choose(instances: Sequence[Instance], globs: str) -> list[Instance]:
    """Return the instances whose name matches one of the comma-separated patterns."""
    patterns = globs.split(",")
    return [one for one in instances if any(fnmatch(one.name, pattern) for pattern in patterns)]


def _trsp_instance(
    path: Path,
    best: float | None,
    best_unserved: int,
    convert: Callable[..., Json],
    scale: int,
    change: Callable[[TrspInstance], TrspInstance] = lambda instance: instance,
) -> Instance:
    instance = change(read_instance(path))
    return Instance(
        path.stem,
        best,
        best_unserved,
        lambda: convert(instance),
        lambda plan: recompute_trsp(instance, orders_of_plan(plan)),
        lambda plan: plan["kpis"]["working_time_s"] / scale,
    )


def _lite(instance: TrspInstance) -> TrspInstance:
    nodes = tuple(replace(node, tools=(), parts=()) for node in instance.nodes)
    return replace(instance, nodes=nodes)


def _lite_case(instance: TrspInstance) -> Json:
    case = trsp_case(instance)
    del case["depots"]
    return case


def _vrptw_instance(path: Path, best: float | None) -> Instance:
    instance = read_vrptw(path)
    return Instance(
        f"{path.parent.name}/{path.stem}",
        best,
        0,
        lambda: vrptw_case(instance),
        lambda plan: recompute_vrptw(instance, orders_of_plan(plan)),
        lambda plan: plan["cost"]["travel"] / SCALE,
        serve_all=True,
    )


def _hhcrsp_instance(path: Path, best: float | None) -> Instance:
    instance = read_hhcrsp(path)
    return Instance(
        f"{path.parent.name}/{instance.name}",
        best,
        0,
        lambda: hhcrsp_case(instance),
        lambda plan: recompute_hhcrsp(instance, orders_of_home_care_plan(plan)),
        lambda plan: (plan["cost"]["total"] - plan["cost"]["unassigned"]) / COST_SCALE,
    )


def _boston_instance(path: Path, day: str, crews: int) -> Instance:
    return Instance(
        f"{day}x{crews}",
        None,
        0,
        lambda: boston_case(_tickets(path), date.fromisoformat(day), crews)[0],
        None,
        lambda plan: plan["cost"]["total"] - plan["cost"]["unassigned"],
    )


@cache
def _tickets(path: Path) -> list[Ticket]:
    return read_tickets(path)


def _column(path: Path, key: str, value: str) -> dict[str, float]:
    with path.open(encoding="utf-8", newline="") as file:
        return {row[key]: float(row[value]) for row in csv.DictReader(file) if row[value]}
