"""VROOM (through pyvroom) on a benchmark case, at its highest exploration level.

It says several windows, shifts, breaks, loads, who may serve whom (skills), the longest travel of
a shift, tiers as priorities, and prices per shift, hour of travel and kilometre. It does not price
waiting: working time is beyond it, and it spares travel time instead. It serves as many as it can
by its own nature, stops by itself when its search is done (often long before the limit, which
bounds it), and has no seed: one run is all it can give. It cannot say crews, `after`, SLAs, due
windows or depots on the way; such cases are refused.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from datetime import timedelta

import numpy as np
import vroom

from benchmarks.peers.command import Answer, Limits, run
from benchmarks.peers.reduced import Reduced

SAYS = frozenset({"parts on the van", "tiers", "several windows", "breaks", "max_travel"})
EXPLORATION = 5
"""The highest level of the five."""
PRIORITIES = (0, 33, 66, 100)
"""VROOM's priorities (0 to 100) for the tiers of a case, the lowest first."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Plan one case."""
    return run("vroom", SAYS, solve, arguments)


def solve(reduced: Reduced, limits: Limits) -> Answer:
    """Let VROOM work; its result is at most as old as the limit."""
    problem = vroom.Input()
    problem.set_durations_matrix("car", np.array(reduced.seconds, dtype=np.uint32))
    problem.set_distances_matrix("car", np.array(reduced.metres, dtype=np.uint32))
    groups = reduced.able_groups()
    for number, van in enumerate(reduced.vans):
        costs = vroom.VehicleCosts()
        if reduced.by_money:
            costs = vroom.VehicleCosts(van.per_shift, van.per_hour, van.per_km)
        problem.add_vehicle(
            vroom.Vehicle(
                number,
                start=van.from_row,
                end=van.to_row,
                capacity=[van.stock.get(part, 0) for part in reduced.parts],
                skills={group for vans, group in groups.items() if number in vans},
                time_window=vroom.TimeWindow(van.begin, van.end),
                breaks=[
                    vroom.Break(position, [vroom.TimeWindow(earliest, latest)], duration)
                    for position, (earliest, latest, duration) in enumerate(van.breaks)
                ],
                costs=costs,
                max_travel_time=van.max_travel,
            )
        )
    problem.add_job(
        [
            vroom.Job(
                number,
                location=call.row,
                default_service=call.service,
                delivery=vroom.Amount([call.parts.get(part, 0) for part in reduced.parts]),
                skills={groups[call.vans]} if call.vans in groups else set(),
                priority=PRIORITIES[call.tier],
                time_windows=[vroom.TimeWindow(low, high) for low, high in call.windows],
            )
            for number, call in enumerate(reduced.calls)
        ]
    )
    solution = problem.solve(
        exploration_level=EXPLORATION,
        nb_threads=limits.threads,
        timeout=timedelta(seconds=limits.seconds),
    )
    orders: list[list[int]] = [[] for _ in reduced.vans]
    for route in solution.to_dict()["routes"]:
        steps = [step["id"] for step in route["steps"] if step["type"] == "job"]
        orders[route["vehicle"]] = steps
    return Answer(orders)


if __name__ == "__main__":
    sys.exit(main())
