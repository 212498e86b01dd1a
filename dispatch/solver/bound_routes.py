"""Cheapest relaxed walks of one shift: the pricing problem of the lower bound, compiled.

Time goes in steps and is rounded so that every real route has a walk that costs no more (see
`bound_tables`). A walk may come to a visit again once it has forgotten it (ng-routes: Baldacci,
Mingozzi and Roberti 2011, doi 10.1287/opre.1110.0975).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar, cast

import numpy as np
from numba import njit

if TYPE_CHECKING:
    from collections.abc import Callable

    from numpy.typing import NDArray

    Ints = NDArray[np.int64]
    Floats = NDArray[np.float64]

F = TypeVar("F", bound="Callable[..., Any]")

INFINITE = 1e30
WIDTH = 8
"""Walks kept apart in one cell; beyond it two are merged into one that is as good as both."""


def _compiled(function: F) -> F:
    """Compile, with the code kept on disk; none of the search's kernels calls it or is called."""
    return cast("F", njit(cache=True, nogil=True)(function))


@_compiled
def _keep(
    cost: Floats, memory: Ints, walk: Ints, count: Ints, cell: int, money: float, seen: int, at: int
) -> None:
    """Keep a walk in a cell unless one there costs no more and remembers no more."""
    base, k = cell * WIDTH, 0
    while k < count[cell]:
        if cost[base + k] <= money and memory[base + k] & ~seen == 0:
            return
        if money <= cost[base + k] and seen & ~memory[base + k] == 0:
            count[cell] -= 1
            last = base + count[cell]
            cost[base + k], memory[base + k] = cost[last], memory[last]
            walk[base + k] = walk[last]
            continue
        k += 1
    if count[cell] < WIDTH:
        k = base + count[cell]
        cost[k], memory[k], walk[k] = money, seen, at
        count[cell] += 1
        return
    worst = base
    for k in range(base + 1, base + WIDTH):
        if cost[k] > cost[worst]:
            worst = k
    memory[worst] &= seen
    if money < cost[worst]:
        cost[worst], walk[worst] = money, at


@_compiled
def _late(arrive: int, by: int, fee: float, rate: float) -> float:
    return fee + rate * (arrive - by) if arrive > by else 0.0


@_compiled
def cheapest_walks(
    step: int,
    begin: int,
    fixed: bool,
    home: Ints,
    leg: Ints,
    back: Ints,
    home_money: Floats,
    leg_money: Floats,
    back_money: Floats,
    start_money: Floats,
    by: Ints,
    fee: Floats,
    late: Floats,
    ends: Ints,
    rates: Floats,
    rests: Ints,
    memory_of: Ints,
    most: int,
) -> tuple[Floats, Ints, Ints, Ints]:
    """Find, for each visit that may come last, the cheapest walk that ends with it.

    Parameters
    ----------
    step, begin
        Seconds of a step; the earliest departure, where step 0 begins.
    fixed
        Whether the departure is at `begin` exactly, so that waiting at the first stop is paid.
    home, leg, back
        Seconds: home to visit j (-1: no road), from the start of visit i to the door of j, from
        the start of visit i to the end of the route.
    home_money, leg_money, back_money
        Money of those, travel and working time.
    start_money
        (visit, step) money of starting then; `INFINITE` where it may not.
    by, fee, late
        SLA moment, fee and money per second of each visit.
    ends
        Seconds: regular end and latest end of the shift.
    rates
        Money per second of working time, and what a second of overtime costs beyond that.
    rests
        (break, 3): earliest, latest start and duration.
    memory_of
        Bit mask of the visits remembered at each visit.
    most
        Walks that may be noted in all; the search gives up beyond.

    Returns
    -------
    cost per last visit, its walk (-1: none), and of each noted walk its last visit and the walk
    before; the costs are all -`INFINITE` if `most` was too small.
    """
    n, steps = start_money.shape
    layers = len(rests) + 1
    cells = n * steps * layers
    cost = np.empty(cells * WIDTH)
    seen = np.empty(cells * WIDTH, dtype=np.int64)
    walk = np.empty(cells * WIDTH, dtype=np.int64)
    count = np.zeros(cells, dtype=np.int64)
    here = n * layers
    door_cost, work_cost = np.empty(here * WIDTH), np.empty(here * WIDTH)
    door_seen, work_seen = (
        np.empty(here * WIDTH, dtype=np.int64),
        np.empty(here * WIDTH, dtype=np.int64),
    )
    door_walk, work_walk = door_seen.copy(), work_seen.copy()
    door_count, work_count = np.zeros(here, dtype=np.int64), np.zeros(here, dtype=np.int64)
    noted, visit_of, before = 0, np.empty(most, dtype=np.int64), np.empty(most, dtype=np.int64)
    best, best_walk = np.full(n, INFINITE), np.full(n, -1, dtype=np.int64)
    wait = rates[0] * step
    for j in range(n):
        if home[j] < 0:
            continue
        for k in range(layers):
            # Breaks before the k-th are left out, for the route begins after them...
            leave = begin
            for b in range(k):
                leave = max(leave, rests[b, 0] + rests[b, 2])
            if fixed and leave > begin:
                continue
            for taken in range(layers - k):
                # ... and some are taken on the first leg.
                reach, pause = leave + home[j], 0
                for b in range(k, k + taken):
                    pause += rests[b, 2]
                    reach = max(reach + rests[b, 2], rests[b, 0] + rests[b, 2])
                first = (reach - begin) // step
                for b in range(first, first + 1 if fixed else steps):
                    if b >= steps:
                        break
                    moment = begin + b * step
                    money = home_money[j] + rates[0] * pause
                    if fixed:
                        money += rates[0] * max(0, reach - pause - leave - home[j])
                    money += _late(max(leave + home[j], moment - pause), by[j], fee[j], late[j])
                    gone = moment + step - home[j] - ends[0]
                    if gone > 0 and not fixed:
                        # Whoever leaves after the regular end pays overtime from then only.
                        money -= rates[1] * gone
                    cell = (j * steps + b) * layers + k + taken
                    _keep(cost, seen, walk, count, cell, money, 0, -1)
    for b in range(steps):
        moment = begin + b * step
        work_count[:] = 0
        for j in range(n):
            for k in range(layers):
                mine = j * layers + k
                # Rounding may lose a step of travel, and waiting for less than one is free.
                for i in range(mine * WIDTH, mine * WIDTH + door_count[mine]):
                    door_cost[i] += wait
                for back_by in range(3):
                    if b < back_by:
                        continue
                    cell = (j * steps + b - back_by) * layers + k
                    for i in range(cell * WIDTH, cell * WIDTH + count[cell]):
                        _keep(
                            door_cost,
                            door_seen,
                            door_walk,
                            door_count,
                            mine,
                            cost[i],
                            seen[i],
                            walk[i],
                        )
                if start_money[j, b] >= INFINITE:
                    continue
                for i in range(mine * WIDTH, mine * WIDTH + door_count[mine]):
                    if door_seen[i] >> j & 1:
                        continue
                    _keep(
                        work_cost,
                        work_seen,
                        work_walk,
                        work_count,
                        mine,
                        door_cost[i] + start_money[j, b],
                        door_seen[i] & memory_of[j] | 1 << j,
                        door_walk[i],
                    )
        for j in range(n):
            for k in range(layers):
                mine = j * layers + k
                for i in range(mine * WIDTH, mine * WIDTH + work_count[mine]):
                    if noted >= most:
                        return np.full(n, -INFINITE), best_walk, visit_of, before
                    visit_of[noted], before[noted] = j, work_walk[i]
                    money = work_cost[i]
                    for taken in range(layers - k):
                        end, paid = moment + back[j], money + back_money[j]
                        for r in range(k, k + taken):
                            end = max(end + rests[r, 2], rests[r, 0] + rests[r, 2])
                            paid += rates[0] * rests[r, 2]
                        for r in range(k + taken, layers - 1):
                            if end > rests[r, 1]:
                                paid = INFINITE
                        if back[j] < 0 or end > ends[1]:
                            break
                        paid += rates[1] * max(0, end - ends[0])
                        if paid < best[j]:
                            best[j], best_walk[j] = paid, noted
                    for m in range(n):
                        if leg[j, m] < 0 or work_seen[i] >> m & 1:
                            continue
                        reach, paid = moment + leg[j, m], money + leg_money[j, m]
                        paid += _late(reach, by[m], fee[m], late[m])
                        for taken in range(layers - k):
                            if taken:
                                r = k + taken - 1
                                if moment > rests[r, 1]:
                                    break
                                paid += rates[0] * rests[r, 2]
                                reach += rests[r, 2]
                                over = rests[r, 0] + rests[r, 2]
                                if reach < over:
                                    paid += rates[0] * max(0, over - reach - step)
                                    reach = over
                            to = (reach - begin) // step
                            if to >= steps:
                                break
                            cell = (m * steps + to) * layers + k + taken
                            _keep(cost, seen, walk, count, cell, paid, work_seen[i], noted)
                    noted += 1
    return best, best_walk, visit_of, before
