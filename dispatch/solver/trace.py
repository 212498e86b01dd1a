"""The compiled trace of one route: every arrival, start and break, from the labels of the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dispatch.solver.clock import (
    FIELDS,
    INFEASIBLE,
    PASSES,
    T,
    begin_route,
    end_route,
    leave_later,
    visit_next,
)
from dispatch.solver.kernel import entry, kernel
from dispatch.solver.layout import (
    BRK_HI,
    BRK_LO,
    BRK_PTR,
    BRK_WORK,
    LOC,
    NOW,
    RETURNING,
    SHIFT_FROM,
    SHIFT_TO,
    STARTED,
    WIN_LO,
    WIN_PTR,
)
from dispatch.solver.leg import work_at
from dispatch.solver.road import metres_of, seconds
from dispatch.solver.under_way import was_under_way

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


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
        way = seconds(w, shift, place, target)
        history = i < count and w[w[STARTED] + nodes[i]] == 1
        if i < count:
            past = history or was_under_way(w, shift, nodes[i], way, ready)
        else:
            past = w[w[RETURNING] + shift] == 1 and ready < w[NOW]
        if history:
            ready = min(ready, w[w[WIN_LO] + w[w[WIN_PTR] + nodes[i]]] - way)
        elif not past:
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
            if break_leg[b] != i or (not past and _has_begun(w, r)):
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
            arrive[i] = min(reach, begin)
        _, start[i], _, _, _ = work_at(w, nodes[i], reach, 0, begin, 0, 0, low[i], high[i], False)
        ready = start[i] + work[i]
        place = target


@entry
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
    for _ in range(PASSES):
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
            travel += seconds(w, shift, place, w[w[LOC] + nodes[i]])
            metres += metres_of(w, shift, place, w[w[LOC] + nodes[i]])
            place = w[w[LOC] + nodes[i]]
        cost, leave, end, at, taken = end_route(w, st, shift, place, count * block, travel, metres)
        if cost >= INFEASIBLE:
            return INFEASIBLE, 0, 0, count
        # The starts are computed again from the departure found, until it can slide no further.
        if not leave_later(st, 0, breaks + 1, leave):
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
