"""The compiled clock of one route: earliest starts, breaks, latest free departure, cost.

A *label* describes the state after a stop, one for each number of breaks already behind: the
earliest finish `T`, the waiting absorbed so far `W`, how far the departure may still slide `D`
without breaking a window or making an SLA arrival later, the money of the stops `C`, and the
departure `P` it started from. Sliding the departure by min(W, D) leaves the end of the route
where it is, so the working time of the order is end - P - min(W, D) (the forward time slack of
Savelsbergh 1992, doi 10.1287/ijoc.4.2.146, carried with the label instead of computed backwards).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import numpy as np
from numba import njit

from dispatch.solver.problem import FOREVER

if TYPE_CHECKING:
    from dispatch.solver.world import World

T, W, D, C, P = 0, 1, 2, 3, 4
FIELDS = 5
INFEASIBLE = 1 << 60
"""The cost of a route that breaks a hard rule."""


@njit(cache=True, nogil=True)
def half_up(numerator: int, denominator: int) -> int:
    """Round a non-negative ratio half up."""
    return int((2 * numerator + denominator) // (2 * denominator))


@njit(cache=True, nogil=True)
def drive(
    w: World, shift: int, first: int, count: int, ready: int, wait: int, slide: int, travel: int
) -> tuple[bool, int, int, int, int, int]:
    """Travel to a door with `count` breaks on the way, the `first` of the shift first.

    A break is taken at the door when the engineer can be there by its latest start, otherwise on
    the road; either way the arrival is the end of the travel (contract section 4a, Breaks).

    Returns
    -------
    feasible, arrive, wait absorbed at the arrival, ready to start, wait, slide
    """
    free, arrive, door = ready, ready + travel, False
    start = arrive
    wait_at_arrival = wait
    base = w.brk_ptr[shift] + first
    for b in range(base, base + count):
        low, high, rest = w.brk_lo[b], w.brk_hi[b], w.brk_work[b]
        if door or arrive <= high:
            begin = max(low, start)
            if begin > high:
                return False, 0, 0, 0, 0, 0
            wait += begin - start
            slide = min(slide, wait + high - begin)
            start = begin + rest
            door = True
        else:
            begin = max(low, free)
            if begin > high:
                return False, 0, 0, 0, 0, 0
            slide = min(slide, wait + high - free)
            free = begin + rest
            arrive += rest
            start = arrive
    return True, arrive, wait_at_arrival, start, wait, slide


@njit(cache=True, nogil=True)
def work_at(
    w: World,
    node: int,
    arrive: int,
    wait_at_arrival: int,
    ready: int,
    wait: int,
    slide: int,
    low: int,
    high: int,
    charged: bool,
) -> tuple[bool, int, int, int, int]:
    """Start the work of a node as early as its windows and the bounds [low, high] allow.

    Returns
    -------
    feasible, start, wait, slide, money of the stop
    """
    money = 0
    by = w.sla_by[node]
    if by < FOREVER:
        late = arrive - by
        if late > 0:
            slide = min(slide, wait_at_arrival)
            if charged:
                money += w.sla_fee[node] + half_up(w.sla_rate[node] * late, 3600)
        else:
            slide = min(slide, wait_at_arrival - late)
    start = max(ready, low)
    closing = -FOREVER
    for i in range(w.win_ptr[node], w.win_ptr[node + 1]):
        if w.win_hi[i] >= start:
            start = max(start, w.win_lo[i])
            closing = w.win_hi[i]
            break
    closing = min(closing, high)
    if start > closing:
        return False, 0, 0, 0, 0
    wait += start - ready
    slide = min(slide, wait + closing - start)
    if charged:
        ideal = w.due_ideal[node]
        if ideal < FOREVER:
            if start >= ideal:
                money += half_up(w.due_late[node] * (start - ideal), 86400)
                if w.due_late[node] > 0:
                    slide = min(slide, wait)
            else:
                money += half_up(w.due_early[node] * (ideal - start), 86400)
                if w.due_late[node] > 0:
                    slide = min(slide, wait + ideal - start)
        if w.promise_price[node] > 0:
            if start < w.promise_lo[node] or start > w.promise_hi[node]:
                money += w.promise_price[node]
            else:
                slide = min(slide, wait + w.promise_hi[node] - start)
    return True, start, wait, slide, money


@njit(cache=True, nogil=True)
def begin_route(w: World, shift: int, first_node: int, labels: Any) -> None:
    """Write the labels before the first stop: one for each number of breaks left out at the front.

    A break is left out when the route starts at or after its earliest start plus its duration.
    """
    breaks = w.brk_ptr[shift + 1] - w.brk_ptr[shift]
    leave = w.shift_start[shift]
    slide = FOREVER
    if w.fixed_start[shift] == 1:
        slide = 0
    elif first_node >= 0 and w.started[first_node] == 1:
        place = w.loc[first_node]
        leave = (
            w.win_lo[w.win_ptr[first_node]]
            - w.seconds[w.profile[shift], w.shift_from[shift], place]
        )
        slide = 0
    if first_node < 0 or w.started[first_node] == 0:
        leave = max(leave, w.now)
    for k in range(breaks + 1):
        if k > 0:
            b = w.brk_ptr[shift] + k - 1
            after = w.brk_lo[b] + w.brk_work[b]
            if slide == 0:
                if leave < after:
                    leave = FOREVER
            elif leave < FOREVER:
                leave = max(leave, after)
        labels[k, T] = leave
        labels[k, W] = 0
        labels[k, D] = slide
        labels[k, C] = 0
        labels[k, P] = leave


@njit(cache=True, nogil=True)
def visit_next(
    w: World,
    shift: int,
    place: int,
    node: int,
    low: int,
    high: int,
    work: int,
    charged: bool,
    before: Any,
    after: Any,
    parent: Any,
) -> bool:
    """Extend the labels by one stop.

    Parameters
    ----------
    place
        Location that the engineer leaves.
    low, high
        Bounds of the start beyond the node's own windows.
    work
        Seconds of work at the node.
    charged
        Whether this member of the crew carries the money of the stop.
    before, after
        Labels, shape (breaks + 1, FIELDS); `after` is overwritten.
    parent
        int64, shape (breaks + 1,): number of breaks behind before this leg, for the trace.

    Returns
    -------
    Whether any label is feasible.
    """
    breaks = w.brk_ptr[shift + 1] - w.brk_ptr[shift]
    travel = w.seconds[w.profile[shift], place, w.loc[node]]
    found = False
    for k in range(breaks + 1):
        after[k, T] = FOREVER
    if travel < 0:
        return False
    history = w.started[node] == 1
    for k in range(breaks + 1):
        ready, wait, slide = before[k, T], before[k, W], before[k, D]
        if ready >= FOREVER:
            continue
        if history:
            # What has begun is a fact: the clock does not argue about how the engineer got there.
            ready = min(ready, w.win_lo[w.win_ptr[node]] - travel)
        elif ready < w.now:
            wait += w.now - ready
            ready = w.now
        for j in range(breaks - k + 1):
            ok, arrive, waited, free, more_wait, more_slide = drive(
                w, shift, k, j, ready, wait, slide, travel
            )
            if not ok:
                break
            if history:
                free = min(free, w.win_lo[w.win_ptr[node]])
            ok, start, more_wait, more_slide, money = work_at(
                w, node, arrive, waited, free, more_wait, more_slide, low, high, charged
            )
            if not ok:
                break
            finish, money = start + work, money + before[k, C]
            if after[k + j, T] > finish or (
                after[k + j, T] == finish
                and (
                    after[k + j, C] > money
                    or (
                        after[k + j, C] == money
                        and after[k + j, P] + min(after[k + j, W], after[k + j, D])
                        < before[k, P] + min(more_wait, more_slide)
                    )
                )
            ):
                after[k + j, T] = finish
                after[k + j, W] = more_wait
                after[k + j, D] = more_slide
                after[k + j, C] = money
                after[k + j, P] = before[k, P]
                parent[k + j] = k
                found = True
    return found


@njit(cache=True, nogil=True)
def route_money(w: World, shift: int, end: int, working: int, metres: int) -> int:
    """Labour, overtime and travel money of a route, each rounded half up."""
    overtime = min(max(0, end - w.shift_end[shift]), working)
    money = w.per_shift[shift] + half_up(w.per_km[shift] * metres, 1000)
    money += half_up(w.per_hour[shift] * (working - overtime), 3600)
    money += half_up(w.per_overtime[shift] * overtime, 3600)
    return int(money)


@njit(cache=True, nogil=True)
def end_route(
    w: World, shift: int, place: int, labels: Any, travel: int, metres: int
) -> tuple[int, int, int, int, int]:
    """Go home from `place` and price the route (stop money of the labels included).

    Parameters
    ----------
    travel, metres
        Travel of the route so far, the way home not included.

    Returns
    -------
    cost (`INFEASIBLE` if no label gets home), departure, end, breaks behind before the way home,
    breaks taken on the way home
    """
    best, leave, finish, at, taken = INFEASIBLE, 0, 0, 0, 0
    way = w.seconds[w.profile[shift], place, w.shift_to[shift]]
    if way < 0 or travel + way > w.max_travel[shift]:
        return best, leave, finish, at, taken
    metres += w.metres[place, w.shift_to[shift]]
    base = w.brk_ptr[shift]
    breaks = w.brk_ptr[shift + 1] - base
    for k in range(breaks + 1):
        ready, wait = labels[k, T], labels[k, W]
        if ready >= FOREVER:
            continue
        if ready < w.now:
            wait += w.now - ready
            ready = w.now
        for j in range(breaks - k + 1):
            ok, _, _, end, more_wait, slide = drive(w, shift, k, j, ready, wait, labels[k, D], way)
            if not ok or end > w.shift_limit[shift]:
                break
            needed = False
            for b in range(base + k + j, base + breaks):
                if end > w.brk_hi[b]:
                    needed = True
            if needed:
                continue
            start = labels[k, P] + min(more_wait, slide)
            working = end - start
            if w.working_time == 1:
                cost = working
            else:
                cost = labels[k, C] + route_money(w, shift, end, working, metres)
            if cost < best or (cost == best and end < finish):
                best, leave, finish, at, taken = cost, start, end, k, j
    return best, leave, finish, at, taken


@njit(cache=True, nogil=True)
def _place_breaks(count: int, breaks: int, at: int, taken: int, parent: Any, break_leg: Any) -> int:
    """Walk the labels backwards: on which leg is each break taken, how many are left out first."""
    for b in range(breaks):
        break_leg[b] = -1
    # Walk the labels backwards to learn on which leg each break is taken, then time forwards.
    k = at
    for b in range(k, k + taken):
        break_leg[b] = count
    for i in range(count, 0, -1):
        before = parent[i, k]
        for b in range(before, k):
            break_leg[b] = i - 1
        k = before
    return k


@njit(cache=True, nogil=True)
def _replay(
    w: World,
    shift: int,
    nodes: Any,
    low: Any,
    high: Any,
    work: Any,
    leave: int,
    arrive: Any,
    start: Any,
    break_leg: Any,
    break_start: Any,
    break_door: Any,
) -> None:
    """Time the stops forwards from a departure, the breaks on their legs."""
    breaks = w.brk_ptr[shift + 1] - w.brk_ptr[shift]
    count = len(nodes)
    ready = leave
    place = w.shift_from[shift]
    for i in range(count + 1):
        target = w.shift_to[shift] if i == count else w.loc[nodes[i]]
        way = w.seconds[w.profile[shift], place, target]
        history = i < count and w.started[nodes[i]] == 1
        if history:
            ready = min(ready, w.win_lo[w.win_ptr[nodes[i]]] - way)
        else:
            ready = max(ready, w.now)
        reach, free, door = ready + way, ready, False
        begin = reach
        for b in range(breaks):
            if break_leg[b] != i:
                continue
            r = w.brk_ptr[shift] + b
            if door or reach <= w.brk_hi[r]:
                break_start[b] = max(w.brk_lo[r], begin)
                begin = break_start[b] + w.brk_work[r]
                door = True
            else:
                break_start[b] = max(w.brk_lo[r], free)
                free = break_start[b] + w.brk_work[r]
                reach += w.brk_work[r]
                begin = reach
            break_door[b] = 1 if door else 0
        if i == count:
            break
        arrive[i] = reach
        if history:
            begin = min(begin, w.win_lo[w.win_ptr[nodes[i]]])
        _, start[i], _, _, _ = work_at(w, nodes[i], reach, 0, begin, 0, 0, low[i], high[i], False)
        ready = start[i] + work[i]
        place = target


@njit(cache=True, nogil=True)
def trace_route(
    w: World,
    shift: int,
    nodes: Any,
    low: Any,
    high: Any,
    work: Any,
    charged: Any,
    arrive: Any,
    start: Any,
    break_leg: Any,
    break_start: Any,
    break_door: Any,
) -> tuple[int, int, int, int]:
    """Time one route to the last detail.

    Parameters
    ----------
    nodes, low, high, work, charged
        The stops in order: node, bounds of the start, seconds of work, who carries the money.
    arrive, start
        int64 per stop, written.
    break_leg, break_start, break_door
        int64 per break of the shift, written: the leg on which it is taken (-1: not needed; the
        way home is leg `len(nodes)`), its start, and whether at the door (1) or on the road (0).

    Returns
    -------
    cost, departure, end, first stop that cannot be timed (-1 if none, `len(nodes)`: the way home)
    """
    count = len(nodes)
    breaks = w.brk_ptr[shift + 1] - w.brk_ptr[shift]
    labels = np.empty((count + 1, breaks + 1, FIELDS), dtype=np.int64)
    parent = np.zeros((count + 1, breaks + 1), dtype=np.int64)
    begin_route(w, shift, nodes[0], labels[0])
    cost, leave, end = INFEASIBLE, 0, 0
    at = taken = 0
    for _ in range(8):
        travel = metres = 0
        place = w.shift_from[shift]
        for i in range(count):
            ok = visit_next(
                w,
                shift,
                place,
                nodes[i],
                low[i],
                high[i],
                work[i],
                charged[i] == 1,
                labels[i],
                labels[i + 1],
                parent[i + 1],
            )
            if not ok:
                return INFEASIBLE, 0, 0, i
            travel += w.seconds[w.profile[shift], place, w.loc[nodes[i]]]
            metres += w.metres[place, w.loc[nodes[i]]]
            place = w.loc[nodes[i]]
        cost, leave, end, at, taken = end_route(w, shift, place, labels[count], travel, metres)
        if cost >= INFEASIBLE:
            return INFEASIBLE, 0, 0, count
        # The starts are computed again from the departure found, until it can slide no further.
        moved = False
        for k in range(breaks + 1):
            if labels[0, k, T] >= FOREVER:
                continue
            if labels[0, k, T] < leave:
                labels[0, k, T] = leave
                labels[0, k, P] = leave
                moved = True
        if not moved:
            break
    k = _place_breaks(count, breaks, at, taken, parent, break_leg)
    _replay(
        w,
        shift,
        nodes,
        low,
        high,
        work,
        labels[0, k, T],
        arrive,
        start,
        break_leg,
        break_start,
        break_door,
    )
    return cost, leave, end, -1
