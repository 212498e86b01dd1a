"""Home care instances (Mankowska 2014; Ceschia et al. 2023) as case files, without any loss.

A patient's service is a visit. Delays of `after` run from the predecessor's finish, the instances
count from start to start and may ask for less than a service takes; so a visit here lasts no time
and the way out of its place (each visit has a place of its own) takes the service longer. What a
route costs comes from metres, which stay those of the instance.

One second stands for 1/1000 minute, one metre for 1/1000 of the distance, one minor unit of money
for 1/1000 of distance or of tardiness: a plan's cost is 3000 times the published cost
(distance + total tardiness + largest tardiness) / 3.
"""

from __future__ import annotations

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from benchmarks.cases.clock import Json, instant, window
from benchmarks.cases.instance import InstanceError

SCALE = 1000
COST_SCALE = 3 * SCALE
SLACK_MIN = 1440
"""Minutes after the last window in which late services may still start."""
SECONDS_PER_HOUR = 3600
SECONDS_PER_DAY = 86400


@dataclass(frozen=True, slots=True)
class Service:
    """One service of a patient: who it is for, its kind and how long it takes (minutes)."""

    patient: int
    kind: str
    duration: float


@dataclass(frozen=True, slots=True)
class Patient:
    """A patient: window of the start and, with two services, their distance start to start.

    `apart` is None for one service, (0, 0) for two in step, (least, most) for two in sequence.
    """

    number: int
    earliest: float
    latest: float
    services: tuple[Service, ...]
    apart: tuple[float, float] | None


@dataclass(frozen=True, slots=True)
class HhcrspInstance:
    """Patients 1 to n, the office is row 0 of `distances`; caregivers by the services they know."""

    name: str
    patients: tuple[Patient, ...]
    caregivers: tuple[frozenset[str], ...]
    distances: tuple[tuple[float, ...], ...]

    @property
    def services(self) -> tuple[Service, ...]:
        """Return all services, patient by patient."""
        return tuple(service for patient in self.patients for service in patient.services)


def read_hhcrsp(path: Path) -> HhcrspInstance:
    """Read an instance (JSON, gzipped where the name says so).

    Raises
    ------
    InstanceError
        When the file is not of the format, or has several offices or other synchronizations.
    """
    opened = gzip.open if path.suffix == ".gz" else Path.open
    with opened(path, "rt", encoding="utf-8") as file:
        document = json.load(file)
    if len(document["central_offices"]) != 1:
        raise InstanceError(f"{path.name}: {len(document['central_offices'])} offices, expected 1")
    usual = {one["id"]: one.get("default_duration") for one in document["services"]}
    return HhcrspInstance(
        path.name.removesuffix(".gz").removesuffix(".json"),
        tuple(
            _patient(path, number, one, usual)
            for number, one in enumerate(document["patients"], start=1)
        ),
        tuple(frozenset(one["abilities"]) for one in document["caregivers"]),
        tuple(tuple(float(value) for value in row) for row in document["distances"]),
    )


def _patient(path: Path, number: int, one: dict[str, Any], usual: dict[str, Any]) -> Patient:
    services = tuple(
        Service(number, need["service"], float(need.get("duration", usual[need["service"]])))
        for need in one["required_caregivers"]
    )
    apart: tuple[float, float] | None = None
    match one.get("synchronization"):
        case None:
            pass
        case {"type": "simultaneous"}:
            apart = (0.0, 0.0)
        case {"type": "sequential", "distance": [least, most]}:
            apart = (float(least), float(most))
        case other:
            raise InstanceError(f"{path.name}: patient {one['id']} has {other}")
    if len(services) != (1 if apart is None else 2):
        raise InstanceError(f"{path.name}: patient {one['id']} needs {len(services)} caregivers")
    earliest, latest = one["time_window"]
    return Patient(number, float(earliest), float(latest), services, apart)


def hhcrsp_case(instance: HhcrspInstance) -> Json:
    """Return the case file: visit `p7a` and `p7b` are patient 7's services, `t3` is caregiver 3.

    Two services of one patient are linked by `after` and have no way from one to the other, so
    two caregivers serve them unless one comes back within the time allowed between them.
    """
    places = [(0, 0.0), *((one.patient, one.duration) for one in instance.services)]
    ids = [
        f"p{patient.number}{letter}"
        for patient in instance.patients
        for letter, _ in zip("ab", patient.services, strict=False)
    ]
    names = ["n0", *ids]
    horizon = max(patient.latest for patient in instance.patients) + SLACK_MIN
    visits = []
    for patient in instance.patients:
        for letter, service in zip("ab", patient.services, strict=False):
            visit = _visit(patient, service, letter, horizon)
            if letter == "b":
                visit["after"] = [_link(patient)]
            visits.append(visit)
    return {
        "planning_window": window(0, milli(horizon)),
        "travel": {
            "source": "matrix",
            "matrix": {
                "locations": names,
                "duration_s": [
                    [_way(instance, one, other, one[1]) for other in places] for one in places
                ],
                "distance_m": [
                    [_way(instance, one, other, 0.0) for other in places] for one in places
                ],
            },
        },
        "locations": [{"id": name} for name in names],
        "engineers": [
            {
                "id": f"t{number}",
                "skills": [{"name": kind} for kind in sorted(kinds)],
                "shifts": [
                    {
                        "id": f"t{number}-day",
                        "start": instant(0),
                        "end": instant(milli(horizon)),
                        "start_location": "n0",
                    }
                ],
                "cost": {"per_shift": 0, "per_hour": 0, "per_overtime_hour": 0, "per_km": 1000},
            }
            for number, kinds in enumerate(instance.caregivers, start=1)
        ],
        "visits": visits,
        "weights": {"objective": "cost", "worst_lateness_per_hour": SECONDS_PER_HOUR},
    }


def milli(value: float) -> int:
    """Return a time or distance in thousandths; the instances have no finer ones."""
    return round(value * SCALE)


def _visit(patient: Patient, service: Service, letter: str, horizon: float) -> Json:
    return {
        "id": f"p{patient.number}{letter}",
        "location": f"p{patient.number}{letter}",
        "duration": "PT0S",
        "time_windows": [window(milli(patient.earliest), milli(horizon))],
        "due": {"ideal": instant(milli(patient.latest)), "lateness_per_day": SECONDS_PER_DAY},
        "required_skills": [{"name": service.kind}],
        "priority": "high",
    }


def _link(patient: Patient) -> Json:
    least, most = patient.apart or (0.0, 0.0)
    return {
        "visit": f"p{patient.number}a",
        "min_delay": f"PT{milli(least)}S",
        "max_delay": f"PT{milli(most)}S",
    }


def _way(
    instance: HhcrspInstance, one: tuple[int, float], other: tuple[int, float], service: float
) -> int | None:
    if one is other:
        return 0
    if one[0] == other[0]:
        return None
    return milli(instance.distances[one[0]][other[0]]) + milli(service)
