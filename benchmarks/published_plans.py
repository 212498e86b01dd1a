"""Published routes as plan files: the best known solution of an instance, for the checker to judge.

The clock here is the contract's (earliest starts, departure as late as it costs nothing), written
a third time on purpose: a best known solution that `dispatch check --no-cost` accepts shows that
converter, checker and arithmetic read the instance alike.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

from benchmarks.cases.clock import START, Json, instant
from benchmarks.recompute import Order
from benchmarks.recompute.orders import DEPOT

Case = Mapping[str, Any]


def plan_of_orders(case: Case, orders: Iterable[Order]) -> Json:
    """Return the plan file, without money, that follows these orders of a TRSP or Praxedo case."""
    routes = [_Route(case, order).document() for order in orders if order.nodes]
    return {
        "status": "feasible",
        "routes": routes,
        "unassigned": [],
        "travel": {"source": "matrix"},
    }


class _Route:
    """One order with its clock, in seconds after START."""

    def __init__(self, case: Case, order: Order) -> None:
        self.matrix = case["travel"]["matrix"]
        self.row = {name: number for number, name in enumerate(self.matrix["locations"])}
        self.engineer = next(e for e in case["engineers"] if e["id"] == f"t{order.engineer}")
        self.shift = self.engineer["shifts"][0]
        self.depot: Mapping[str, Any] = next(iter(case.get("depots", ())), {})
        by_id = {visit["id"]: visit for visit in case["visits"]}
        self.visits = [None if node == DEPOT else by_id[f"r{node}"] for node in order.nodes]
        home = self.shift["start_location"]
        middle = [self.depot["location"] if v is None else v["location"] for v in self.visits]
        self.places = [home, *middle, home]
        self.legs = [self._between("duration_s", a, b) for a, b in pairwise(self.places)]

    def document(self) -> Json:
        """Return the route as it stands in a plan file."""
        starts = self._starts()
        finishes = [at + _service(v) for at, v in zip(starts, self.visits, strict=True)]
        departure = starts[0] - self.legs[0]
        left = [departure, *finishes]
        arrivals = [at + leg for at, leg in zip(left, self.legs, strict=True)]
        metres = [self._between("distance_m", a, b) for a, b in pairwise(self.places)]
        stops = [
            {
                **self._what(number),
                "location": self.places[number + 1],
                "arrive": instant(arrivals[number]),
                "start": instant(starts[number]),
                "finish": instant(finishes[number]),
                "travel_s": self.legs[number],
                "travel_m": metres[number],
                "wait_s": starts[number] - arrivals[number],
            }
            for number in range(len(self.visits))
        ]
        return {
            "shift": self.shift["id"],
            "engineer": self.engineer["id"],
            "start": instant(departure),
            "end": instant(arrivals[-1]),
            "stops": stops,
            "travel_back_s": self.legs[-1],
            "travel_back_m": metres[-1],
            "working_time_s": arrivals[-1] - departure,
            "overtime_s": 0,
        }

    def _starts(self) -> list[int]:
        starts: list[int] = []
        clock = _second(self.shift["start"])
        for leg, visit in zip(self.legs, self.visits, strict=False):
            clock = max(clock + leg, self._window(visit)[0])
            starts.append(clock)
            clock += _service(visit)
        # Starts before the last wait may be later at no cost; those keep the working time least.
        latest = starts[-1]
        for number in range(len(starts) - 2, -1, -1):
            latest -= self.legs[number + 1] + _service(self.visits[number])
            latest = min(latest, self._window(self.visits[number])[1])
            starts[number] = latest
        return starts

    def _what(self, number: int) -> Json:
        visit = self.visits[number]
        if visit is not None:
            return {"kind": "visit", "visit": visit["id"], "parts": visit["parts"]}
        return {
            "kind": "pickup",
            "depot": self.depot["id"],
            "loaded": self._short(),
            "tools_loaded": self.depot["tools"],
        }

    def _short(self) -> dict[str, int]:
        """Return what the van's first stock does not cover on the whole route."""
        used: Counter[str] = Counter()
        for visit in self.visits:
            used.update(visit["parts"] if visit else {})
        stock = Counter(self.engineer["van_stock"])
        return dict(used - stock)

    def _window(self, visit: Mapping[str, Any] | None) -> tuple[int, int]:
        (window,) = self.depot["opening"] if visit is None else visit["time_windows"]
        return _second(window["start"]), _second(window["end"])

    def _between(self, block: str, origin: str, destination: str) -> int:
        metres_or_seconds: Sequence[Sequence[int]] = self.matrix[block]
        return metres_or_seconds[self.row[origin]][self.row[destination]]


def _service(visit: Mapping[str, Any] | None) -> int:
    return 0 if visit is None else int(visit["duration"].removeprefix("PT").removesuffix("S"))


def _second(text: str) -> int:
    return round((datetime.fromisoformat(text) - START).total_seconds())
