"""nextroute as a black box (its licence allows benchmarks only), one run at a time.

It says several windows, loads, who may serve whom (compatibility attributes), the price of a visit
left out by tier, and costs of distance and of the vehicle's span. A span runs from the begin of
the shift, so a late departure is beyond it; of its two measures of time (travel, span) the span
came out nearer to working time on the Praxedo days. Windows must lie on whole minutes: where a case has others each of its seconds is given as
a minute or, past the longest time that it allows, windows are rounded inwards. One tariff holds for all vans (the mean). It has no seed. It cannot say breaks, crews,
`after` across vans, SLAs with a fee, due windows or depots on the way; such cases are refused.
"""

from __future__ import annotations

import os
import statistics
import sys
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import nextroute

from benchmarks.peers.command import Answer, Limits, run
from benchmarks.peers.reduced import TIER_FACTOR, Reduced

SAYS = frozenset({"parts on the van", "tiers", "several windows"})
START = datetime(2026, 1, 5, tzinfo=UTC)
MINUTE = 60
HORIZON = 15_552_000
"""Seconds of nextroute's longest time by default; far longer ones stall it."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Plan one case."""
    return run("nextroute", SAYS, solve, arguments)


def solve(reduced: Reduced, limits: Limits) -> Answer:
    """Run the engine for the given seconds."""
    stretch = _stretch(reduced)
    options = nextroute.Options()
    options.SOLVE_DURATION = limits.seconds
    options.SOLVE_PARALLELRUNS = limits.threads
    options.MODEL_OBJECTIVES_VEHICLESDURATION = 1.0
    if reduced.by_money:
        per_km = statistics.mean(van.per_km for van in reduced.vans)
        per_hour = statistics.mean(van.per_hour for van in reduced.vans)
        options.MODEL_OBJECTIVES_VEHICLESDURATION = per_hour / 3600 / stretch
        options.MODEL_OBJECTIVES_DISTANCE = per_km / 1000
    # The engine is a process of its own; its rubbish collector would use every core.
    os.environ["GOMAXPROCS"] = str(limits.threads)
    output: dict[str, Any] = nextroute.solve(_input(reduced, stretch), options).to_dict()
    orders: list[list[int]] = [[] for _ in reduced.vans]
    for vehicle in output["solutions"][-1]["vehicles"]:
        stops = [stop["stop"]["id"] for stop in vehicle["route"]]
        orders[int(vehicle["id"][1:])] = [int(stop[1:]) for stop in stops if stop[0] == "c"]
    series = (output.get("statistics") or {}).get("series_data") or {}
    points = (series.get("value") or {}).get("data_points") or []
    return Answer(orders, [(point["x"], point["y"]) for point in points])


def _stretch(reduced: Reduced) -> int:
    """Return how many seconds nextroute is told for one: 60 where that makes whole minutes."""
    times = {time for call in reduced.calls for window in call.windows for time in window}
    times |= {time for van in reduced.vans for time in (van.begin, van.end)}
    if max(times) * MINUTE > HORIZON:
        return 1
    return MINUTE if any(time % MINUTE for time in times) else 1


def _input(reduced: Reduced, stretch: int) -> dict[str, Any]:
    groups = reduced.able_groups()
    everybody = len(groups)
    unserved = _unserved_price(reduced, stretch)
    stops = [
        {
            "id": f"c{number}",
            "location": _spot(call.row),
            "duration": call.service * stretch,
            "quantity": {part: -call.parts.get(part, 0) for part in reduced.parts},
            "start_time_window": [
                [_instant(_up(low * stretch)), _instant(_down(high * stretch))]
                for low, high in call.windows
            ],
            "compatibility_attributes": [f"g{groups.get(call.vans, everybody)}"],
            "unplanned_penalty": unserved * TIER_FACTOR ** (call.tier + 1),
        }
        for number, call in enumerate(reduced.calls)
    ]
    vehicles = [
        {
            "id": f"v{number}",
            "start_location": _spot(van.from_row),
            "end_location": _spot(van.to_row),
            "start_time": _instant(_up(van.begin * stretch)),
            "end_time": _instant(_down(van.end * stretch)),
            "capacity": {part: van.stock.get(part, 0) for part in reduced.parts},
            "start_level": dict.fromkeys(reduced.parts, 0),
            "compatibility_attributes": [
                f"g{everybody}",
                *(f"g{group}" for vans, group in groups.items() if number in vans),
            ],
            "activation_penalty": van.per_shift if reduced.by_money else 0,
        }
        for number, van in enumerate(reduced.vans)
    ]
    rows = [call.row for call in reduced.calls]
    rows += [row for van in reduced.vans for row in (van.from_row, van.to_row)]
    return {
        "stops": stops,
        "vehicles": vehicles,
        "duration_matrix": [[reduced.seconds[a][b] * stretch for b in rows] for a in rows],
        "distance_matrix": [[reduced.metres[a][b] for b in rows] for a in rows],
    }


def _spot(row: int) -> dict[str, float]:
    """Return a place of its own for each row of the matrix, which alone says how far it is."""
    return {"lon": 1.0 + row / 1000, "lat": 1.0}


def _unserved_price(reduced: Reduced, stretch: int) -> int:
    """Return more than any way there and back costs, in whatever is being spared."""
    far = max(max(line) for line in reduced.metres)
    long = max(max(line) for line in reduced.seconds)
    if not reduced.by_money:
        return 10 * long * stretch
    return max(
        10 * (van.per_hour * long // 3600 + van.per_km * far // 1000) for van in reduced.vans
    )


def _up(second: int) -> int:
    return -(-second // MINUTE) * MINUTE


def _down(second: int) -> int:
    return second // MINUTE * MINUTE


def _instant(second: int) -> str:
    return (START + timedelta(seconds=second)).isoformat().replace("+00:00", "Z")


if __name__ == "__main__":
    sys.exit(main())
