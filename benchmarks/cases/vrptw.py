"""Solomon's text format as case files: every time and distance is multiplied by ten.

Each arc is truncated to one decimal (the convention under which CVRPLIB compares); ten times
that is a whole number and stands for seconds, metres and, at 1000 minor units a kilometre, for
money. So `cost.total` of a plan is ten times the distance, and labour is free. Demand is a part
called `load`, which only the van's first stock can provide.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from pathlib import Path

from benchmarks.cases.clock import Json, instant, lasting, window
from benchmarks.cases.instance import InstanceError

SCALE = 10


@dataclass(frozen=True, slots=True)
class Customer:
    """One row of the file; row 0 is the depot."""

    id: int
    x: float
    y: float
    demand: int
    earliest: float
    latest: float
    service: float


@dataclass(frozen=True, slots=True)
class VrptwInstance:
    """A fleet of equal vans and the customers, the depot first."""

    name: str
    fleet: int
    capacity: int
    customers: tuple[Customer, ...]

    def tenths(self, origin: int, destination: int) -> int:
        """Return the distance in tenths, truncated."""
        a, b = self.customers[origin], self.customers[destination]
        return math.floor(math.hypot(a.x - b.x, a.y - b.y) * SCALE + 1e-9)


def read_vrptw(path: Path) -> VrptwInstance:
    """Read a Solomon or Gehring-Homberger file.

    Raises
    ------
    InstanceError
        When the fleet or a customer row is not of the format.
    """
    lines = [line.split() for line in path.read_text(encoding="utf-8").splitlines()]
    rows = [words for words in lines if words and all(_is_number(word) for word in words)]
    try:
        fleet, capacity = (int(word) for word in rows[0])
        customers = tuple(
            Customer(int(number), float(x), float(y), int(demand), *map(float, times))
            for number, x, y, demand, *times in rows[1:]
        )
    except (IndexError, TypeError, ValueError) as error:
        message = f"{path.name}: expected `NUMBER CAPACITY` and customer rows of seven numbers"
        raise InstanceError(message) from error
    if [customer.id for customer in customers] != list(range(len(customers))):
        message = f"{path.name}: expected customer numbers 0, 1, 2, ..."
        raise InstanceError(message)
    return VrptwInstance(lines[0][0], fleet, capacity, customers)


def vrptw_case(instance: VrptwInstance) -> Json:
    """Return the case file: visit `r57` is customer 57, engineer `t3` drives van 3."""
    customers = instance.customers
    tenths = [[instance.tenths(a.id, b.id) for b in customers] for a in customers]
    names = [f"n{customer.id}" for customer in customers]
    earliest, latest = _window(customers[0])
    return {
        "planning_window": window(0, max(_window(customer)[1] for customer in customers)),
        "travel": {
            "source": "matrix",
            "matrix": {"locations": names, "duration_s": tenths, "distance_m": tenths},
        },
        "locations": [{"id": name} for name in names],
        "engineers": [
            {
                "id": f"t{van}",
                "van_stock": {"load": instance.capacity},
                "shifts": [
                    {
                        "id": f"t{van}-day",
                        "start": instant(earliest),
                        "end": instant(latest),
                        "start_location": "n0",
                    }
                ],
                "cost": {"per_shift": 0, "per_hour": 0, "per_overtime_hour": 0, "per_km": 1000},
            }
            for van in range(1, instance.fleet + 1)
        ],
        "visits": [
            {
                "id": f"r{customer.id}",
                "location": f"n{customer.id}",
                "duration": lasting(round(customer.service * SCALE)),
                "time_windows": [window(*_window(customer))],
                "parts": {"load": customer.demand} if customer.demand else {},
                "priority": "high",
            }
            for customer in customers[1:]
        ],
        "weights": {"objective": "cost"},
    }


def _window(customer: Customer) -> tuple[int, int]:
    return round(customer.earliest * SCALE), round(customer.latest * SCALE)


def _is_number(word: str) -> bool:
    try:
        float(word)
    except ValueError:
        return False
    return True
