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

from dispatch.solver.kernel import kernel
from dispatch.solver.label import FIELDS, C, D, G, P, T, W
from dispatch.solver.layout import (
    BRK_HI,
    BRK_LO,
    BRK_PTR,
    BRK_WORK,
    FIXED_START,
    LOC,
    MAX_TRAVEL,
    NOW,
    PER_HOUR,
    PER_KM,
    PER_OVERTIME,
    PER_SHIFT,
    RETURNING,
    SHIFT_END,
    SHIFT_FROM,
    SHIFT_LEFT,
    SHIFT_LIMIT,
    SHIFT_START,
    SHIFT_TO,
    STARTED,
    UNDER_WAY,
    WIN_LO,
    WIN_PTR,
    WORKING_TIME,
)
from dispatch.solver.leg import drive, half_up, hoped_money, work_at
from dispatch.solver.one_break import next_with_one_break
from dispatch.solver.problem import FOREVER
from dispatch.solver.road import metres_of, seconds
from dispatch.solver.under_way import was_under_way

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

INFEASIBLE = 1 << 60
"""The cost of a route that breaks a hard rule."""

PASSES = 8
"""How often at most a route is timed again from the departure that the last pass found."""


@kernel
def left_for_first(w: Buffer, shift: int, node: int) -> int:
    """When a route whose first stop has begun was left: as known, else in time for its breaks."""
    begun = w[w[WIN_LO] + w[w[WIN_PTR] + node]]
    leave = begun - seconds(w, shift, w[w[SHIFT_FROM] + shift], w[w[LOC] + node])
    if w[w[SHIFT_LEFT] + shift] < FOREVER:
        return min(leave, w[w[SHIFT_LEFT] + shift])
    first = FOREVER
    for b in range(w[w[BRK_PTR] + shift], w[w[BRK_PTR] + shift + 1]):
        low = w[w[BRK_LO] + b]
        if low == w[w[BRK_HI] + b] and low < begun:
            leave -= w[w[BRK_WORK] + b]
            first = min(first, low)
    return min(leave, first)


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
        leave = left_for_first(w, shift, first_node)
        slide = 0
    if first_node < 0:
        leave = max(leave, w[NOW])
    elif w[w[STARTED] + first_node] == 0:
        travel = seconds(w, shift, w[w[SHIFT_FROM] + shift], w[w[LOC] + first_node])
        if not was_under_way(w, shift, first_node, travel, leave):
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
        st[labels + k * FIELDS + G] = 0
        st[labels + k * FIELDS + P] = leave


@kernel
def leave_later(st: Buffer, labels: int, rests: int, leave: int) -> bool:
    """Move the labels before the first stop to a later departure; False if none moved."""
    moved = False
    for k in range(rests):
        ready = st[labels + k * FIELDS + T]
        if ready < FOREVER and ready < leave:
            st[labels + k * FIELDS + T] = leave
            st[labels + k * FIELDS + P] = leave
            moved = True
    return moved


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
    travel = seconds(w, shift, place, w[w[LOC] + node])
    found = False
    for k in range(breaks + 1):
        st[after + k * FIELDS + T] = FOREVER
    if travel < 0:
        return False
    history = w[w[STARTED] + node] == 1
    if breaks == 0 and not history and w[w[UNDER_WAY] + node] == 0:
        # By far the most frequent case: one label, and nothing on the way.
        ready, wait = st[before + T], st[before + W]
        if ready >= FOREVER:
            return False
        if ready < w[NOW]:
            wait += w[NOW] - ready
            ready = w[NOW]
        ready += travel
        ok, start, wait, slide, money = work_at(
            w, node, ready, wait, ready, wait, st[before + D], low, high, charged
        )
        if not ok:
            return False
        st[after + T] = start + work
        st[after + W] = wait
        st[after + D] = slide
        st[after + C] = st[before + C] + money
        st[after + P] = st[before + P]
        hoped = hoped_money(w, node, start, w[w[SHIFT_LIMIT] + shift]) if charged else 0
        st[after + G] = st[before + G] + hoped if slide > 0 else 0
        st[parent] = 0
        return True
    if breaks == 1 and not history and w[w[UNDER_WAY] + node] == 0:
        b = w[w[BRK_PTR] + shift]
        if w[w[BRK_LO] + b] < w[w[BRK_HI] + b] or w[w[BRK_LO] + b] >= w[NOW]:
            return next_with_one_break(
                w, st, shift, travel, node, low, high, work, charged, before, after, parent
            )
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
        now = w[NOW]
        if history or was_under_way(w, shift, node, travel, ready):
            now = -FOREVER
        for j in range(breaks - k + 1):
            ok, arrive, waited, free, more_wait, more_slide = drive(
                w, shift, k, j, ready, wait, slide, travel, now
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
                arrive = min(arrive, begun)
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
                hoped = hoped_money(w, node, start, w[w[SHIFT_LIMIT] + shift]) if charged else 0
                hoped += st[before + k * FIELDS + G]
                st[after + (k + j) * FIELDS + G] = hoped if more_slide > 0 else 0
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
    way = seconds(w, shift, place, w[w[SHIFT_TO] + shift])
    if way < 0 or travel + way > w[w[MAX_TRAVEL] + shift]:
        return best, leave, finish, at, taken
    metres += metres_of(w, shift, place, w[w[SHIFT_TO] + shift])
    base = w[w[BRK_PTR] + shift]
    breaks = w[w[BRK_PTR] + shift + 1] - base
    # Whoever had nothing left to do went home at once, whatever the time is now.
    now = -FOREVER if w[w[RETURNING] + shift] == 1 else w[NOW]
    for k in range(breaks + 1):
        ready, wait = st[labels + k * FIELDS + T], st[labels + k * FIELDS + W]
        if ready >= FOREVER:
            continue
        for j in range(breaks - k + 1):
            ok, _, _, end, more_wait, slide = drive(
                w, shift, k, j, ready, wait, st[labels + k * FIELDS + D], way, now
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
