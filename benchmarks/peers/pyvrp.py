"""PyVRP on a benchmark case: hybrid iterated local search, one thread.

It says windows (several windows of one visit as clients of which one is served), shifts, parts on
the van as loads, distance and duration costs (departure as late as it costs nothing included), and
who may serve whom by one profile of travel per set of visits, where the way to a visit that a van
may not serve takes longer than any shift. Visits that may be left out have a prize by tier above
any cost. It cannot say crews, `after`, SLAs, due windows, overtime as ours, depots on the way or
breaks; such cases are refused.
"""

from __future__ import annotations

import math
import sys
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

import numpy as np
import pyvrp
from numpy.typing import NDArray
from pyvrp.stop import MaxRuntime

from benchmarks.peers.command import Answer, Limits, run
from benchmarks.peers.reduced import TIER_FACTOR, Reduced

Matrix = NDArray[Any]
Kind = tuple[tuple[int, ...], tuple[int, ...], tuple[bool, ...], tuple[int, int, int]]
"""Ends and limits, stock, who may be served, prices: what makes two vans alike."""

SAYS = frozenset({"parts on the van", "tiers", "several windows"})
MONEY_SCALE = 36_000
"""Makes prices per kilometre and per hour whole numbers per metre and per second."""
FORBIDDEN = 2**30
"""Seconds and metres of an arc that no shift can hold."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Plan one case."""
    return run("pyvrp", SAYS, solve, arguments)


def solve(reduced: Reduced, limits: Limits) -> Answer:
    """Search until the limit; vans that are alike are one vehicle type."""
    prices = _prices(reduced)
    alike: dict[Kind, list[int]] = {}
    able = [
        tuple(number in call.vans for call in reduced.calls) for number in range(len(reduced.vans))
    ]
    for number, van in enumerate(reduced.vans):
        stock = tuple(van.stock.get(part, 0) for part in reduced.parts)
        ends = (van.from_row, van.to_row, van.begin, van.end)
        alike.setdefault((ends, stock, able[number], prices[number]), []).append(number)
    data = _data(reduced, alike, limits.serve_all)
    result = pyvrp.solve(data, MaxRuntime(limits.seconds), seed=limits.seed, display=False)
    orders: list[list[int]] = [[] for _ in reduced.vans]
    call_of = [number for number, call in enumerate(reduced.calls) for _ in call.windows]
    if result.is_feasible():
        free = [list(numbers) for numbers in alike.values()]
        for route in result.best.routes():
            number = free[route.vehicle_type()].pop(0)
            orders[number] = [call_of[stop.idx] for stop in route.schedule() if stop.is_client()]
    return Answer(orders, _trace(result.stats))


def _data(reduced: Reduced, alike: dict[Kind, list[int]], serve_all: bool) -> pyvrp.ProblemData:
    num_rows = len(reduced.seconds)
    unserved = _unserved_price(reduced)
    clients: list[pyvrp.Client] = []
    groups: list[pyvrp.ClientGroup] = []
    for call in reduced.calls:
        several = len(call.windows) > 1
        if several:
            members = range(len(clients), len(clients) + len(call.windows))
            groups.append(pyvrp.ClientGroup(list(members), required=serve_all))
        clients += [
            pyvrp.Client(
                location=call.row,
                delivery=[call.parts.get(part, 0) for part in reduced.parts],
                service_duration=call.service,
                tw_early=earliest,
                tw_late=latest,
                required=serve_all and not several,
                prize=0 if serve_all else unserved * TIER_FACTOR ** (call.tier + 2),
                group=len(groups) - 1 if several else None,
            )
            for earliest, latest in call.windows
        ]
    homes = sorted({row for van in reduced.vans for row in (van.from_row, van.to_row)})
    depot_of = {row: number for number, row in enumerate(homes)}
    seconds = np.array(reduced.seconds, dtype=np.int64)
    metres = np.array(reduced.metres, dtype=np.int64)
    profiles: dict[tuple[bool, ...], int] = {}
    types = []
    for (_, stock, able, (fixed, per_metre, per_second)), numbers in alike.items():
        van = reduced.vans[numbers[0]]
        types.append(
            pyvrp.VehicleType(
                num_available=len(numbers),
                capacity=list(stock),
                start_depot=depot_of[van.from_row],
                end_depot=depot_of[van.to_row],
                fixed_cost=fixed,
                tw_early=van.begin,
                tw_late=van.end,
                unit_distance_cost=per_metre,
                unit_duration_cost=per_second,
                profile=profiles.setdefault(able, len(profiles)),
            )
        )
    shut = [
        sorted({c.row for c, may in zip(reduced.calls, able, strict=True) if not may})
        for able in profiles
    ]
    return pyvrp.ProblemData(
        [pyvrp.Location(0, 0) for _ in range(num_rows)],
        clients,
        [pyvrp.Depot(location=row) for row in homes],
        types,
        [_without(metres, rows) for rows in shut],
        [_without(seconds, rows) for rows in shut],
        groups,
    )


def _without(matrix: Matrix, rows: list[int]) -> Any:
    """Return the matrix with every way to these rows shut."""
    if not rows:
        return matrix
    shut = matrix.copy()
    shut[:, rows] = FORBIDDEN
    np.fill_diagonal(shut, 0)
    return shut


def _prices(reduced: Reduced) -> list[tuple[int, int, int]]:
    """Return fixed, per metre and per second of each van, as small whole numbers."""
    if not reduced.by_money:
        return [(0, 0, 1) for _ in reduced.vans]
    prices = [
        (van.per_shift * MONEY_SCALE, van.per_km * 36, van.per_hour * 10) for van in reduced.vans
    ]
    shared = math.gcd(*(price for van in prices for price in van)) or 1
    return [(a // shared, b // shared, c // shared) for a, b, c in prices]


def _unserved_price(reduced: Reduced) -> int:
    """Return more than any visit can add to a route: its dearest ways there and back, and work."""
    fixed, per_metre, per_second = (max(prices) for prices in zip(*_prices(reduced), strict=True))
    far = max(max(line) for line in reduced.metres)
    long = max(max(line) for line in reduced.seconds)
    work = max(call.service for call in reduced.calls)
    span = max(van.end - van.begin for van in reduced.vans)
    time = min(span, 10 * (2 * long + work))
    return int(fixed + 2 * far * per_metre + time * per_second + 1)


def _trace(stats: pyvrp.Statistics) -> list[tuple[float, float]]:
    """Return the best feasible cost at each time it fell."""
    found: list[tuple[float, float]] = []
    for elapsed, datum in zip(accumulate(stats.runtimes), stats.data, strict=True):
        if datum.best_feas and (not found or datum.best_cost < found[-1][1]):
            found.append((elapsed, float(datum.best_cost)))
    return found


if __name__ == "__main__":
    sys.exit(main())
