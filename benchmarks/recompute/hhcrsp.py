"""Feasibility and cost of home care orders: the earliest times that all links allow.

Orders and links are differences of starts with least and (in sequence) most values, so there is
one schedule in which every start is as early as in any other; it has the least total and the
least largest tardiness at once. It is found by pushing starts later until nothing moves, in
thousandths of a minute, which are whole numbers in all instances.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from benchmarks.cases.hhcrsp import SCALE, HhcrspInstance, Patient, Service, milli
from benchmarks.recompute.trsp import Recomputed

Stop = tuple[int, int]
"""A patient and which of its services (0 or 1)."""
Later = tuple[Stop, Stop, int]
"""The second starts at least this many thousandths after the first (negative: at most before)."""
OFFICE = 0


@dataclass(frozen=True, slots=True)
class Terms:
    """The three terms of the published cost, in minutes and distance."""

    distance: float
    total_tardiness: float
    max_tardiness: float

    @property
    def cost(self) -> float:
        """Return the published cost."""
        return (self.distance + self.total_tardiness + self.max_tardiness) / 3


def recompute_hhcrsp(instance: HhcrspInstance, orders: Mapping[int, Iterable[Stop]]) -> Recomputed:
    """Recompute skills, two different caregivers, times, links and the cost of orders.

    Parameters
    ----------
    instance
        As published.
    orders
        The stops of each caregiver (numbered from 1), office excluded.
    """
    terms, unserved, violations = recompute_terms(instance, orders)
    return Recomputed(terms.cost, unserved, violations)


def recompute_terms(
    instance: HhcrspInstance, orders: Mapping[int, Iterable[Stop]]
) -> tuple[Terms, tuple[int, ...], tuple[str, ...]]:
    """Return the terms of the cost, patients not (wholly) served and broken rules."""
    routes = {who: tuple(stops) for who, stops in orders.items()}
    patients = {patient.number: patient for patient in instance.patients}
    served = Counter(stop for stops in routes.values() for stop in stops)
    wanted = {
        (patient.number, which)
        for patient in instance.patients
        for which in range(len(patient.services))
    }
    violations = [f"{stop}: not a service" for stop in sorted(served.keys() - wanted)]
    violations += [f"{stop}: served {times} times" for stop, times in served.items() if times > 1]
    violations += [
        f"caregiver {who}: unknown" for who in routes if not 1 <= who <= len(instance.caregivers)
    ]
    unserved = tuple(sorted({patient for patient, _ in wanted - served.keys()}))
    if violations:
        return Terms(0.0, 0.0, 0.0), unserved, tuple(violations)
    for who, stops in routes.items():
        violations += _unfit(instance, patients, who, stops)
    starts = _earliest(instance, patients, routes)
    if starts is None:
        violations.append("two services of a patient are too far apart whatever the times")
        starts = {}
    late = [max(0, start - milli(patients[p].latest)) for (p, _), start in starts.items()]
    metres = sum(
        milli(instance.distances[a][b])
        for stops in routes.values()
        if stops
        for a, b in pairwise((OFFICE, *(patient for patient, _ in stops), OFFICE))
    )
    terms = Terms(metres / SCALE, sum(late) / SCALE, max(late, default=0) / SCALE)
    return terms, unserved, tuple(violations)


def orders_of_home_care_plan(plan: Mapping[str, Any]) -> dict[int, tuple[Stop, ...]]:
    """Read the orders of a plan whose case came from `benchmarks.cases.hhcrsp`."""
    return {
        int(route["engineer"][1:]): tuple(
            (int(stop["visit"][1:-1]), "ab".index(stop["visit"][-1])) for stop in route["stops"]
        )
        for route in plan["routes"]
    }


def _unfit(
    instance: HhcrspInstance, patients: Mapping[int, Patient], who: int, stops: Iterable[Stop]
) -> Iterable[str]:
    seen: set[int] = set()
    for patient, which in stops:
        kind = patients[patient].services[which].kind
        if kind not in instance.caregivers[who - 1]:
            yield f"caregiver {who}: no service {kind} for patient {patient}"
        if patient in seen:
            yield f"caregiver {who}: both services of patient {patient}"
        seen.add(patient)


def _earliest(
    instance: HhcrspInstance,
    patients: Mapping[int, Patient],
    routes: Mapping[int, tuple[Stop, ...]],
) -> dict[Stop, int] | None:
    """Return the earliest start of each service, or None when a link can never hold."""
    starts: dict[Stop, int] = {}
    differences: list[Later] = []
    for stops in routes.values():
        for first, second in pairwise(stops):
            least = milli(_service(patients, first).duration)
            least += milli(instance.distances[first[0]][second[0]])
            differences.append((first, second, least))
        for position, stop in enumerate(stops):
            way = milli(instance.distances[OFFICE][stop[0]]) if position == 0 else 0
            starts[stop] = max(way, milli(patients[stop[0]].earliest))
    for patient in patients.values():
        one, other = (patient.number, 0), (patient.number, 1)
        if patient.apart is not None and one in starts and other in starts:
            least_apart, most_apart = patient.apart
            differences.append((one, other, milli(least_apart)))
            differences.append((other, one, -milli(most_apart)))
    for _ in range(len(starts) + 1):
        moved = False
        for first, second, least in differences:
            if starts[second] < starts[first] + least:
                starts[second] = starts[first] + least
                moved = True
        if not moved:
            return starts
    return None


def _service(patients: Mapping[int, Patient], stop: Stop) -> Service:
    return patients[stop[0]].services[stop[1]]
