"""The compiled clock of one route: earliest starts, breaks, latest free departure, cost.

A *label* describes the state after a stop, one for each number of breaks already behind: the
earliest finish `T`, the waiting absorbed so far `W`, how far the departure may still slide `D`
without breaking a window or making an SLA arrival later, the money of the stops `C`, and the
departure `P` it started from. Sliding the departure by min(W, D) leaves the end of the route
where it is, so the working time of the order is end - P - min(W, D) (the forward time slack of
Savelsbergh 1992, doi 10.1287/ijoc.4.2.146, carried with the label instead of computed backwards).
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BRK_HI,
    BRK_LO,
    BRK_PTR,
    BRK_WORK,
    DUE_EARLY,
    DUE_IDEAL,
    DUE_LATE,
    FIXED_START,
    LOC,
    MAX_TRAVEL,
    METRES,
    NOW,
    PER_HOUR,
    PER_KM,
    PER_OVERTIME,
    PER_SHIFT,
    PLACES,
    PROFILE,
    PROMISE_HI,
    PROMISE_LO,
    PROMISE_PRICE,
    SECONDS,
    SHIFT_END,
    SHIFT_FROM,
    SHIFT_LIMIT,
    SHIFT_START,
    SHIFT_TO,
    SLA_BY,
    SLA_FEE,
    SLA_RATE,
    STARTED,
    WIN_HI,
    WIN_LO,
    WIN_PTR,
    WORKING_TIME,
)
from dispatch.solver.problem import FOREVER

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

T, W, D, C, P = 0, 1, 2, 3, 4
FIELDS = 5
INFEASIBLE = 1 << 60
"""The cost of a route that breaks a hard rule."""


@kernel
def half_up(numerator: int, denominator: int) -> int:
    """Round a non-negative ratio half up."""
    return int((2 * numerator + denominator) // (2 * denominator))


@kernel
def drive(
    w: Buffer,
    shift: int,
    first: int,
    count: int,
    ready: int,
    wait: int,
    slide: int,
    travel: int,
    now: int,
) -> tuple[bool, int, int, int, int, int]:
    """Travel to a door with `count` breaks on the way, the `first` of the shift first.

    A break is taken at the door when the engineer can be there by its latest start, otherwise on
    the road; either way the arrival is the end of the travel (contract section 4a, Breaks). The
    travel does not begin before `now`; a kept break that began before it is over by then or goes
    on, and is taken where the engineer was.

    Returns
    -------
    feasible, arrive, wait absorbed at the arrival, ready to start, wait, slide
    """
    base = w[w[BRK_PTR] + shift] + first
    begun = 0
    while begun < count:
        low, high, rest = (
            w[w[BRK_LO] + base + begun],
            w[w[BRK_HI] + base + begun],
            w[w[BRK_WORK] + base + begun],
        )
        if low < high or low >= now:
            break
        if ready > low:
            return False, 0, 0, 0, 0, 0
        wait += low - ready
        slide = min(slide, wait)
        ready = low + rest
        begun += 1
    if ready < now:
        wait += now - ready
        ready = now
    free, arrive, door = ready, ready + travel, False
    start = arrive
    wait_at_arrival = wait
    for b in range(base + begun, base + count):
        low, high, rest = w[w[BRK_LO] + b], w[w[BRK_HI] + b], w[w[BRK_WORK] + b]
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


@kernel
def work_at(
    w: Buffer,
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
    by = w[w[SLA_BY] + node]
    if by < FOREVER:
        late = arrive - by
        if late > 0:
            slide = min(slide, wait_at_arrival)
            if charged:
                money += w[w[SLA_FEE] + node] + half_up(w[w[SLA_RATE] + node] * late, 3600)
        else:
            slide = min(slide, wait_at_arrival - late)
    start = max(ready, low)
    closing = -FOREVER
    for i in range(w[w[WIN_PTR] + node], w[w[WIN_PTR] + node + 1]):
        if w[w[WIN_HI] + i] >= start:
            start = max(start, w[w[WIN_LO] + i])
            closing = w[w[WIN_HI] + i]
            break
    closing = min(closing, high)
    if start > closing:
        return False, 0, 0, 0, 0
    wait += start - ready
    slide = min(slide, wait + closing - start)
    if charged:
        ideal = w[w[DUE_IDEAL] + node]
        if ideal < FOREVER:
            if start >= ideal:
                money += half_up(w[w[DUE_LATE] + node] * (start - ideal), 86400)
                if w[w[DUE_LATE] + node] > 0:
                    slide = min(slide, wait)
            else:
                money += half_up(w[w[DUE_EARLY] + node] * (ideal - start), 86400)
                if w[w[DUE_LATE] + node] > 0:
                    slide = min(slide, wait + ideal - start)
        if w[w[PROMISE_PRICE] + node] > 0:
            if start < w[w[PROMISE_LO] + node] or start > w[w[PROMISE_HI] + node]:
                money += w[w[PROMISE_PRICE] + node]
            else:
                slide = min(slide, wait + w[w[PROMISE_HI] + node] - start)
    return True, start, wait, slide, money


@kernel
def begin_route(w: Buffer, st: Buffer, shift: int, first_node: int, labels: int) -> None:
    """Write the labels before the first stop: one for each number of breaks left out at the front.

    A break is left out when the route starts at or after its earliest start plus its duration.
    """
    breaks = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift]
    leave = w[w[SHIFT_START] + shift]
    slide = FOREVER
    if w[w[FIXED_START] + shift] == 1:
        slide = 0
    elif first_node >= 0 and w[w[STARTED] + first_node] == 1:
        place = w[w[LOC] + first_node]
        leave = (
            w[w[WIN_LO] + w[w[WIN_PTR] + first_node]]
            - w[
                w[SECONDS]
                + (w[w[PROFILE] + shift] * w[PLACES] + w[w[SHIFT_FROM] + shift]) * w[PLACES]
                + place
            ]
        )
        slide = 0
    if first_node < 0 or w[w[STARTED] + first_node] == 0:
        leave = max(leave, w[NOW])
    for k in range(breaks + 1):
        if k > 0:
            b = w[w[BRK_PTR] + shift] + k - 1
            after = w[w[BRK_LO] + b] + w[w[BRK_WORK] + b]
            if slide == 0:
                if leave < after:
                    leave = FOREVER
            elif leave < FOREVER:
                leave = max(leave, after)
        st[labels + k * FIELDS + T] = leave
        st[labels + k * FIELDS + W] = 0
        st[labels + k * FIELDS + D] = slide
        st[labels + k * FIELDS + C] = 0
        st[labels + k * FIELDS + P] = leave


@kernel
def visit_next(
    w: Buffer,
    st: Buffer,
    shift: int,
    place: int,
    node: int,
    low: int,
    high: int,
    work: int,
    charged: bool,
    before: int,
    after: int,
    parent: int,
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
        Offsets in `st` of labels, (breaks + 1) x FIELDS cells; those at `after` are overwritten.
    parent
        Offset in `st` of breaks + 1 cells: breaks behind before this leg, for the trace.

    Returns
    -------
    Whether any label is feasible.
    """
    breaks = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift]
    travel = w[
        w[SECONDS] + (w[w[PROFILE] + shift] * w[PLACES] + place) * w[PLACES] + w[w[LOC] + node]
    ]
    found = False
    for k in range(breaks + 1):
        st[after + k * FIELDS + T] = FOREVER
    if travel < 0:
        return False
    history = w[w[STARTED] + node] == 1
    for k in range(breaks + 1):
        ready, wait, slide = (
            st[before + k * FIELDS + T],
            st[before + k * FIELDS + W],
            st[before + k * FIELDS + D],
        )
        if ready >= FOREVER:
            continue
        if history:
            # What has begun is a fact: the clock does not argue about how the engineer got there.
            ready = min(ready, w[w[WIN_LO] + w[w[WIN_PTR] + node]] - travel)
        for j in range(breaks - k + 1):
            ok, arrive, waited, free, more_wait, more_slide = drive(
                w, shift, k, j, ready, wait, slide, travel, -FOREVER if history else w[NOW]
            )
            if not ok:
                break
            if history:
                begun = w[w[WIN_LO] + w[w[WIN_PTR] + node]]
                last = w[w[BRK_PTR] + shift] + k + j - 1
                if j > 0 and (
                    w[w[BRK_LO] + last] + w[w[BRK_WORK] + last] > begun
                    or (free > begun and w[w[BRK_LO] + last] < w[w[BRK_HI] + last])
                ):
                    # A break that cannot be over by then does not lie before what has begun.
                    break
                free = min(free, begun)
            ok, start, more_wait, more_slide, money = work_at(
                w, node, arrive, waited, free, more_wait, more_slide, low, high, charged
            )
            if not ok:
                break
            finish, money = start + work, money + st[before + k * FIELDS + C]
            if st[after + (k + j) * FIELDS + T] > finish or (
                st[after + (k + j) * FIELDS + T] == finish
                and (
                    st[after + (k + j) * FIELDS + C] > money
                    or (
                        st[after + (k + j) * FIELDS + C] == money
                        and st[after + (k + j) * FIELDS + P]
                        + min(st[after + (k + j) * FIELDS + W], st[after + (k + j) * FIELDS + D])
                        < st[before + k * FIELDS + P] + min(more_wait, more_slide)
                    )
                )
            ):
                st[after + (k + j) * FIELDS + T] = finish
                st[after + (k + j) * FIELDS + W] = more_wait
                st[after + (k + j) * FIELDS + D] = more_slide
                st[after + (k + j) * FIELDS + C] = money
                st[after + (k + j) * FIELDS + P] = st[before + k * FIELDS + P]
                st[parent + k + j] = k
                found = True
    return found


@kernel
def route_money(w: Buffer, shift: int, end: int, working: int, metres: int) -> int:
    """Labour, overtime and travel money of a route, each rounded half up."""
    overtime = min(max(0, end - w[w[SHIFT_END] + shift]), working)
    money = w[w[PER_SHIFT] + shift] + half_up(w[w[PER_KM] + shift] * metres, 1000)
    money += half_up(w[w[PER_HOUR] + shift] * (working - overtime), 3600)
    money += half_up(w[w[PER_OVERTIME] + shift] * overtime, 3600)
    return int(money)


@kernel
def end_route(
    w: Buffer, st: Buffer, shift: int, place: int, labels: int, travel: int, metres: int
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
    way = w[
        w[SECONDS]
        + (w[w[PROFILE] + shift] * w[PLACES] + place) * w[PLACES]
        + w[w[SHIFT_TO] + shift]
    ]
    if way < 0 or travel + way > w[w[MAX_TRAVEL] + shift]:
        return best, leave, finish, at, taken
    metres += w[w[METRES] + place * w[PLACES] + w[w[SHIFT_TO] + shift]]
    base = w[w[BRK_PTR] + shift]
    breaks = w[w[BRK_PTR] + shift + 1] - base
    for k in range(breaks + 1):
        ready, wait = st[labels + k * FIELDS + T], st[labels + k * FIELDS + W]
        if ready >= FOREVER:
            continue
        for j in range(breaks - k + 1):
            ok, _, _, end, more_wait, slide = drive(
                w, shift, k, j, ready, wait, st[labels + k * FIELDS + D], way, w[NOW]
            )
            if not ok or end > w[w[SHIFT_LIMIT] + shift]:
                break
            needed = False
            for b in range(base + k + j, base + breaks):
                if end > w[w[BRK_HI] + b]:
                    needed = True
            if needed:
                continue
            start = st[labels + k * FIELDS + P] + min(more_wait, slide)
            working = end - start
            if w[WORKING_TIME] == 1:
                cost = working
            else:
                cost = st[labels + k * FIELDS + C] + route_money(w, shift, end, working, metres)
            if cost < best or (cost == best and end < finish):
                best, leave, finish, at, taken = cost, start, end, k, j
    return best, leave, finish, at, taken


@kernel
def _place_breaks(
    st: Buffer, count: int, breaks: int, at: int, taken: int, parent: int, break_leg: Buffer
) -> int:
    """Walk the labels backwards: on which leg is each break taken, how many are left out first."""
    for b in range(breaks):
        break_leg[b] = -1
    # Walk the labels backwards to learn on which leg each break is taken, then time forwards.
    k = at
    for b in range(k, k + taken):
        break_leg[b] = count
    for i in range(count, 0, -1):
        before = st[parent + i * (breaks + 1) + k]
        for b in range(before, k):
            break_leg[b] = i - 1
        k = before
    return k


@kernel
def _has_begun(w: Buffer, rest: int) -> bool:
    """Whether a kept break began before `now`."""
    return bool(w[w[BRK_LO] + rest] == w[w[BRK_HI] + rest] and w[w[BRK_LO] + rest] < w[NOW])


@kernel
def _replay(
    w: Buffer,
    shift: int,
    nodes: Buffer,
    low: Buffer,
    high: Buffer,
    work: Buffer,
    leave: int,
    arrive: Buffer,
    start: Buffer,
    break_leg: Buffer,
    break_start: Buffer,
    break_door: Buffer,
) -> None:
    """Time the stops forwards from a departure, the breaks on their legs."""
    breaks = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift]
    count = len(nodes)
    ready = leave
    place = w[w[SHIFT_FROM] + shift]
    for i in range(count + 1):
        target = w[w[SHIFT_TO] + shift] if i == count else w[w[LOC] + nodes[i]]
        way = w[w[SECONDS] + (w[w[PROFILE] + shift] * w[PLACES] + place) * w[PLACES] + target]
        history = i < count and w[w[STARTED] + nodes[i]] == 1
        if history:
            ready = min(ready, w[w[WIN_LO] + w[w[WIN_PTR] + nodes[i]]] - way)
        else:
            for b in range(breaks):
                r = w[w[BRK_PTR] + shift] + b
                if break_leg[b] == i and _has_begun(w, r):
                    break_start[b], break_door[b] = w[w[BRK_LO] + r], 0
                    ready = w[w[BRK_LO] + r] + w[w[BRK_WORK] + r]
            ready = max(ready, w[NOW])
        reach, free, door = ready + way, ready, False
        begin = reach
        for b in range(breaks):
            r = w[w[BRK_PTR] + shift] + b
            if break_leg[b] != i or (not history and _has_begun(w, r)):
                continue
            if door or reach <= w[w[BRK_HI] + r]:
                break_start[b] = max(w[w[BRK_LO] + r], begin)
                begin = break_start[b] + w[w[BRK_WORK] + r]
                door = True
            else:
                break_start[b] = max(w[w[BRK_LO] + r], free)
                free = break_start[b] + w[w[BRK_WORK] + r]
                reach += w[w[BRK_WORK] + r]
                begin = reach
            break_door[b] = 1 if door else 0
        if i == count:
            break
        arrive[i] = reach
        if history:
            begin = min(begin, w[w[WIN_LO] + w[w[WIN_PTR] + nodes[i]]])
        _, start[i], _, _, _ = work_at(w, nodes[i], reach, 0, begin, 0, 0, low[i], high[i], False)
        ready = start[i] + work[i]
        place = target


@kernel
def trace_route(
    w: Buffer,
    shift: int,
    nodes: Buffer,
    low: Buffer,
    high: Buffer,
    work: Buffer,
    charged: Buffer,
    arrive: Buffer,
    start: Buffer,
    break_leg: Buffer,
    break_start: Buffer,
    break_door: Buffer,
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
    breaks = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift]
    rests = breaks + 1
    block = rests * FIELDS
    parent = (count + 1) * block
    st = np.zeros(parent + (count + 1) * rests, dtype=np.int64)
    begin_route(w, st, shift, nodes[0], 0)
    cost, leave, end = INFEASIBLE, 0, 0
    at = taken = 0
    for _ in range(8):
        travel = metres = 0
        place = w[w[SHIFT_FROM] + shift]
        for i in range(count):
            ok = visit_next(
                w,
                st,
                shift,
                place,
                nodes[i],
                low[i],
                high[i],
                work[i],
                charged[i] == 1,
                i * block,
                (i + 1) * block,
                parent + (i + 1) * rests,
            )
            if not ok:
                return INFEASIBLE, 0, 0, i
            travel += w[
                w[SECONDS]
                + (w[w[PROFILE] + shift] * w[PLACES] + place) * w[PLACES]
                + w[w[LOC] + nodes[i]]
            ]
            metres += w[w[METRES] + place * w[PLACES] + w[w[LOC] + nodes[i]]]
            place = w[w[LOC] + nodes[i]]
        cost, leave, end, at, taken = end_route(w, st, shift, place, count * block, travel, metres)
        if cost >= INFEASIBLE:
            return INFEASIBLE, 0, 0, count
        # The starts are computed again from the departure found, until it can slide no further.
        moved = False
        for k in range(breaks + 1):
            if st[k * FIELDS + T] >= FOREVER:
                continue
            if st[k * FIELDS + T] < leave:
                st[k * FIELDS + T] = leave
                st[k * FIELDS + P] = leave
                moved = True
        if not moved:
            break
    k = _place_breaks(st, count, breaks, at, taken, parent, break_leg)
    _replay(
        w,
        shift,
        nodes,
        low,
        high,
        work,
        st[k * FIELDS + T],
        arrive,
        start,
        break_leg,
        break_start,
        break_door,
    )
    return cost, leave, end, -1
