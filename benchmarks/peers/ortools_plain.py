"""Plain OR-Tools on a benchmark case file, built as its documentation shows.

One time dimension, windows, disjunctions and allowed engineers; parts are one dimension each that
starts at the van's stock and may not fall below zero; a tool is a dimension that must be at least
one where it is needed; an optional depot node per engineer refills both (the documented reload
pattern). First solution by parallel cheapest insertion, then guided local search until the limit.

It expresses what the TRSP, Praxedo and VRPTW case files contain, and of the home care days all but
the price of the largest tardiness: `after` is a pair of linear constraints between two times,
lateness against `due.ideal` a soft upper bound. It does not know several windows per visit,
crews, breaks, SLAs, preferences, pins, finite depot stock or travel without a matrix: a case that uses one of these is refused. It has no seed and works on one thread.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from ortools.constraint_solver import pywrapcp, routing_enums_pb2

from benchmarks.peers.command import add_options

UNSERVED = 10**10
"""Price of leaving a visit out: more than any sum of travel in these cases."""
SPAN_WEIGHT = 10
"""Cost of a second of working time against a second of travel; 1, 10 and 100 were tried."""
BEYOND = ("sla", "pinned", "promise", "engineers", "crew_size")
DAY_S = 86400


def main(arguments: Sequence[str] | None = None) -> int:
    """Plan one case; exit status 2 when it holds what this model cannot say."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peers.ortools_plain")
    add_options(parser)
    options = parser.parse_args(arguments)
    case = json.loads(options.case.read_text(encoding="utf-8"))
    refusal = cannot_express(case)
    if refusal:
        print(f"error: {refusal}", file=sys.stderr)
        return 2
    plan = PlainModel(case).solve(options.time_limit)
    options.output.write_text(json.dumps(plan) + "\n", encoding="utf-8")
    return 0


def cannot_express(case: Mapping[str, Any]) -> str | None:
    """Return why the model cannot say this case, or None."""
    if case["travel"]["source"] != "matrix":
        return f"travel source {case['travel']['source']!r}, expected 'matrix'"
    for visit in case["visits"]:
        beyond = [field for field in BEYOND if field in visit]
        if beyond or len(visit.get("time_windows", ())) > 1:
            return f"visit {visit['id']} uses {', '.join(beyond) or 'several time windows'}"
        due = visit.get("due", {})
        if {"earliest", "latest"} & due.keys() or due.get("lateness_per_day", 0) % DAY_S:
            return f"visit {visit['id']} uses due dates other than a price for each late second"
    if any(visit.get("due") for visit in case["visits"]) and not all(
        engineer["cost"]["per_km"] == 1000 and engineer["cost"]["per_hour"] == 0
        for engineer in case["engineers"]
    ):
        return "lateness has a price, expected distance at one minor unit a metre beside it"
    if any(len(engineer["shifts"]) != 1 for engineer in case["engineers"]):
        return "an engineer has several shifts, expected one each"
    if any(depot.get("stock", {}) is not None for depot in case.get("depots", ())):
        return "a depot has finite stock, expected unlimited"
    return None


class PlainModel:
    """The routing model of one case: nodes are visits, then homes, then one depot per engineer."""

    def __init__(self, case: Mapping[str, Any]) -> None:
        self.visits: list[dict[str, Any]] = case["visits"]
        self.engineers: list[dict[str, Any]] = case["engineers"]
        self.depots: list[dict[str, Any]] = case.get("depots", [])[:1]
        self.by_money = case.get("weights", {}).get("objective", "cost") == "cost"
        self.origin = datetime.fromisoformat(case["planning_window"]["start"])
        self.horizon = self._second(case["planning_window"]["end"])
        homes = [engineer["shifts"][0]["start_location"] for engineer in self.engineers]
        trips = [depot["location"] for depot in self.depots for _ in self.engineers]
        self.first_home = len(self.visits)
        self.first_trip = self.first_home + len(homes)
        self.places = [visit["location"] for visit in self.visits] + homes + trips
        starts = list(range(self.first_home, self.first_trip))
        self.manager = pywrapcp.RoutingIndexManager(len(self.places), len(homes), starts, starts)
        self.routing = pywrapcp.RoutingModel(self.manager)
        self._add_time(case["travel"]["matrix"])
        self._add_visits()
        self._add_links()
        self._add_depot_trips()
        self._add_parts()
        self._add_tools()

    def solve(self, time_limit_s: float) -> dict[str, Any]:
        """Search until the limit and return the orders in the shape of a plan file."""
        search = pywrapcp.DefaultRoutingSearchParameters()
        search.first_solution_strategy = (
            routing_enums_pb2.FirstSolutionStrategy.PARALLEL_CHEAPEST_INSERTION
        )
        search.local_search_metaheuristic = (
            routing_enums_pb2.LocalSearchMetaheuristic.GUIDED_LOCAL_SEARCH
        )
        begun = time.monotonic()
        trace: list[tuple[float, int]] = []

        def heed() -> None:
            cost = self.routing.CostVar().Max()
            if not trace or cost < trace[-1][1]:
                trace.append((round(time.monotonic() - begun, 3), cost))

        self.routing.AddAtSolutionCallback(heed)
        search.time_limit.FromMilliseconds(round(time_limit_s * 1000))
        solution = self.routing.SolveWithParameters(search)
        routes: list[dict[str, Any]] = []
        served: set[str] = set()
        for number, engineer in enumerate(self.engineers if solution else ()):
            stops = self._stops(solution, number)
            served.update(stop["visit"] for stop in stops if stop["kind"] == "visit")
            if stops:
                shift = engineer["shifts"][0]["id"]
                routes.append({"shift": shift, "engineer": engineer["id"], "stops": stops})
        left = [{"visit": visit["id"]} for visit in self.visits if visit["id"] not in served]
        run = {"elapsed_s": round(time.monotonic() - begun, 3), "trace": trace}
        return {"routes": routes, "unassigned": left, "run": run}

    def _stops(self, solution: Any, number: int) -> list[dict[str, Any]]:
        stops: list[dict[str, Any]] = []
        index = solution.Value(self.routing.NextVar(self.routing.Start(number)))
        while not self.routing.IsEnd(index):
            node = self.manager.IndexToNode(index)
            if node < self.first_home:
                stops.append({"kind": "visit", "visit": self.visits[node]["id"]})
            else:
                stops.append({"kind": "pickup", "depot": self.depots[0]["id"]})
            index = solution.Value(self.routing.NextVar(index))
        return stops

    def _add_time(self, matrix: Mapping[str, Any]) -> None:
        row = {name: number for number, name in enumerate(matrix["locations"])}
        spots = [row[place] for place in self.places]
        # Where there is no way, it takes longer than everything.
        travel = [[self._way(matrix["duration_s"][a][b]) for b in spots] for a in spots]
        service = [_seconds(visit["duration"]) for visit in self.visits]
        service += [0] * (len(spots) - len(service))
        transit = [[service[a] + leg for leg in legs] for a, legs in enumerate(travel)]
        priced = travel
        if self.by_money:
            priced = [[self._way(matrix["distance_m"][a][b]) for b in spots] for a in spots]
        self.routing.SetArcCostEvaluatorOfAllVehicles(self.routing.RegisterTransitMatrix(priced))
        self.routing.AddDimension(
            self.routing.RegisterTransitMatrix(transit), self.horizon, self.horizon, False, "time"
        )
        self.time = self.routing.GetDimensionOrDie("time")
        if not self.by_money:
            # Guided local search needs arc costs; the span is working time and must outweigh them.
            self.time.SetSpanCostCoefficientForAllVehicles(SPAN_WEIGHT)
        for number, engineer in enumerate(self.engineers):
            shift = engineer["shifts"][0]
            begin, end = self._second(shift["start"]), self._second(shift["end"])
            self.time.CumulVar(self.routing.Start(number)).SetRange(begin, end)
            self.time.CumulVar(self.routing.End(number)).SetRange(begin, end)

    def _add_visits(self) -> None:
        for node, visit in enumerate(self.visits):
            index = self.manager.NodeToIndex(node)
            self.routing.AddDisjunction([index], UNSERVED)
            for limits in visit.get("time_windows", ()):
                self.time.CumulVar(index).SetRange(
                    self._second(limits["start"]), self._second(limits["end"])
                )
            needed = {skill["name"] for skill in visit.get("required_skills", ())}
            able = [
                number
                for number, engineer in enumerate(self.engineers)
                if needed <= {skill["name"] for skill in engineer.get("skills", ())}
            ]
            self.routing.VehicleVar(index).SetValues([-1, *able])

    def _add_links(self) -> None:
        node_of = {visit["id"]: node for node, visit in enumerate(self.visits)}
        solver = self.routing.solver()
        for node, visit in enumerate(self.visits):
            index = self.manager.NodeToIndex(node)
            due = visit.get("due", {})
            if due.get("ideal"):
                ideal, price = self._second(due["ideal"]), due["lateness_per_day"] // DAY_S
                self.time.SetCumulVarSoftUpperBound(index, ideal, price)
            for link in visit.get("after", ()):
                before = node_of[link["visit"]]
                first = self.manager.NodeToIndex(before)
                done = self.time.CumulVar(first) + _seconds(self.visits[before]["duration"])
                start = self.time.CumulVar(index)
                solver.Add(start >= done + _seconds(link.get("min_delay", "PT0S")))
                if link.get("max_delay"):
                    solver.Add(start <= done + _seconds(link["max_delay"]))
                solver.Add(self.routing.ActiveVar(index) <= self.routing.ActiveVar(first))

    def _way(self, seconds_or_metres: int | None) -> int:
        return self.horizon + 1 if seconds_or_metres is None else seconds_or_metres

    def _add_depot_trips(self) -> None:
        for number, node in enumerate(range(self.first_trip, len(self.places))):
            index = self.manager.NodeToIndex(node)
            self.routing.AddDisjunction([index], 0)
            self.routing.VehicleVar(index).SetValues([-1, number])
            for limits in self.depots[0].get("opening", ()):
                self.time.CumulVar(index).SetRange(
                    self._second(limits["start"]), self._second(limits["end"])
                )

    def _add_parts(self) -> None:
        for part in sorted({part for visit in self.visits for part in visit.get("parts", {})}):
            needs = [visit.get("parts", {}).get(part, 0) for visit in self.visits]
            stock = [engineer.get("van_stock", {}).get(part, 0) for engineer in self.engineers]
            self._add_level(f"part {part}", needs, stock, sum(needs))

    def _add_tools(self) -> None:
        for tool in sorted({t for visit in self.visits for t in visit.get("required_tools", ())}):
            held = [int(tool in engineer.get("tools", ())) for engineer in self.engineers]
            at_depot = int(any(tool in depot.get("tools", ()) for depot in self.depots))
            level = self._add_level(f"tool {tool}", [0] * len(self.visits), held, at_depot)
            for node, visit in enumerate(self.visits):
                if tool in visit.get("required_tools", ()):
                    level.CumulVar(self.manager.NodeToIndex(node)).SetMin(1)

    def _add_level(self, name: str, needs: list[int], stock: list[int], refill: int) -> Any:
        """Add a level that starts at `stock`, falls by `needs` and rises by `refill` at the depot."""
        trips = len(self.places) - self.first_trip
        change = [-need for need in needs] + [0] * len(stock) + [refill] * trips
        evaluator = self.routing.RegisterUnaryTransitVector(change)
        capacity = [level + refill for level in stock]
        self.routing.AddDimensionWithVehicleCapacity(evaluator, 0, capacity, False, name)
        dimension = self.routing.GetDimensionOrDie(name)
        for number, level in enumerate(stock):
            dimension.CumulVar(self.routing.Start(number)).SetValue(level)
        return dimension

    def _second(self, instant: str) -> int:
        return round((datetime.fromisoformat(instant) - self.origin) / timedelta(seconds=1))


def _seconds(duration: str) -> int:
    """Read a duration as the converters write it (`PT90S`)."""
    return int(duration.removeprefix("PT").removesuffix("S"))


if __name__ == "__main__":
    sys.exit(main())
