"""An exact model of a home care day, to show that we read the published cost as its authors do."""

from __future__ import annotations

import csv
from typing import Any

import pytest
from ortools.sat.python import cp_model

from benchmarks.cases.hhcrsp import HhcrspInstance, milli, read_hhcrsp
from benchmarks.families import DATA
from benchmarks.recompute.hhcrsp import recompute_hhcrsp

HORIZON_MIN = 2000


def exact(instance: HhcrspInstance) -> tuple[bool, float, dict[int, list[tuple[int, int]]]]:
    """Return whether the optimum is proven, its cost, and the orders of each caregiver."""
    model = cp_model.CpModel()
    stops = [
        (patient, which, service)
        for patient in instance.patients
        for which, service in enumerate(patient.services)
    ]
    horizon = milli(HORIZON_MIN)
    starts = [model.new_int_var(milli(p.earliest), horizon, "") for p, _, _ in stops]
    late = [model.new_int_var(0, horizon, "") for _ in stops]
    latest = model.new_int_var(0, horizon, "")
    for at, tardiness, (patient, _, _) in zip(starts, late, stops, strict=True):
        model.add(tardiness >= at - milli(patient.latest))
        model.add(latest >= tardiness)
    metres: list[Any] = []
    serves: list[list[Any]] = []
    arcs_of: list[list[tuple[int, int, Any]]] = []
    for kinds in instance.caregivers:
        takes = [model.new_bool_var("") for _ in stops]
        arcs: list[tuple[int, int, Any]] = [(0, 0, model.new_bool_var(""))]
        for i, (patient, _, service) in enumerate(stops):
            arcs.append((i + 1, i + 1, ~takes[i]))
            if service.kind not in kinds:
                model.add(takes[i] == 0)
            way = milli(instance.distances[0][patient.number])
            out, home = model.new_bool_var(""), model.new_bool_var("")
            arcs += [(0, i + 1, out), (i + 1, 0, home)]
            metres += [way * out, milli(instance.distances[patient.number][0]) * home]
            model.add(starts[i] >= way).only_enforce_if(out)
            for j, (other, _, _) in enumerate(stops):
                if i != j:
                    goes = model.new_bool_var("")
                    way = milli(instance.distances[patient.number][other.number])
                    arcs.append((i + 1, j + 1, goes))
                    metres.append(way * goes)
                    ready = starts[i] + milli(service.duration) + way
                    model.add(starts[j] >= ready).only_enforce_if(goes)
        model.add_circuit(arcs)
        serves.append(takes)
        arcs_of.append(arcs)
    for i in range(len(stops)):
        model.add_exactly_one(takes[i] for takes in serves)
    position = {(patient.number, which): i for i, (patient, which, _) in enumerate(stops)}
    for patient in instance.patients:
        if patient.apart is not None:
            a, b = position[patient.number, 0], position[patient.number, 1]
            model.add_linear_constraint(
                starts[b] - starts[a], milli(patient.apart[0]), milli(patient.apart[1])
            )
            for takes in serves:
                model.add_at_most_one(takes[a], takes[b])
    model.minimize(sum(metres) + sum(late) + latest)
    solver = cp_model.CpSolver()
    solver.parameters.num_workers = 2
    status = solver.solve(model)
    orders: dict[int, list[tuple[int, int]]] = {}
    for who, arcs in enumerate(arcs_of, start=1):
        follows = {a: b for a, b, goes in arcs if solver.boolean_value(goes) and a != b}
        at, order = follows.get(0, 0), []
        while at:
            patient, which, _ = stops[at - 1]
            order.append((patient.number, which))
            at = follows[at]
        orders[who] = order
    return status == cp_model.OPTIMAL, solver.objective_value / 3000, orders


@pytest.mark.data
@pytest.mark.parametrize("number", [1, 4, 7, 10])
def test_the_published_value_is_the_optimum_of_our_reading(number: int) -> None:
    """Ten patients and three caregivers: model, arithmetic and literature agree."""
    name = f"InstanzCPLEX_HCSRP_10_{number}.json"
    path = DATA / "hhcrsp/mankowska" / name
    if not path.exists():
        pytest.skip(f"NO REFERENCE DATA AT {path}: OUR READING OF HOME CARE NOT PROVEN")
    with (DATA / "hhcrsp/bks.csv").open(encoding="utf-8", newline="") as file:
        published = {row["instance"]: float(row["total_cost"]) for row in csv.DictReader(file)}
    instance = read_hhcrsp(path)
    proven, cost, orders = exact(instance)
    assert proven
    assert cost == pytest.approx(published[name], abs=1e-3)
    scored = recompute_hhcrsp(instance, orders)
    assert (scored.unserved, scored.violations) == ((), ())
    assert scored.value == pytest.approx(cost, abs=1e-6)
