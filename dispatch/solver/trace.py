"""The compiled trace of one route: every arrival, start and break, from the labels of the clock."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import (
    INFEASIBLE,
    PASSES,
    begin_route,
    end_route,
    leave_later,
    visit_next,
)
from dispatch.solver.kernel import kernel, pointer
from dispatch.solver.label import FIELDS, T
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
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]
    Address = int


@kernel
def _place_breaks(
    t: Buffer, count: int, breaks: int, at: int, taken: int, parent: int, legs: int
) -> int:
    """Walk the labels backwards: on which leg is each break taken, how many are left out first."""
    for b in range(breaks):
        t[legs + b] = -1
    # Walk the labels backwards to learn on which leg each break is taken, then time forwards.
    k = at
    for b in range(k, k + taken):
        t[legs + b] = count
    for i in range(count, 0, -1):
        before = t[parent + i * (breaks + 1) + k]
        for b in range(before, k):
            t[legs + b] = i - 1
        k = before
    return k


@kernel
def _has_begun(w: Buffer, rest: int) -> bool:
    """Whether a kept break began before `now`."""
    return bool(w[w[BRK_LO] + rest] == w[w[BRK_HI] + rest] and w[w[BRK_LO] + rest] < w[NOW])


@kernel
def _replay(w: Buffer, t: Buffer, shift: int, count: int, base: int, leave: int) -> None:
    """Time the stops forwards from a departure, the breaks on their legs."""
    breaks = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift]
    nodes, low, high, work = base, base + count, base + 2 * count, base + 3 * count
    arrive, start = base + ARRIVE * count, base + START * count
    legs = base + COLUMNS * count
    begins, doors = legs + breaks, legs + 2 * breaks
    ready = leave
    place = w[w[SHIFT_FROM] + shift]
    for i in range(count + 1):
        target = w[w[SHIFT_TO] + shift] if i == count else w[w[LOC] + t[nodes + i]]
        way = seconds(w, shift, place, target)
        history = i < count and w[w[STARTED] + t[nodes + i]] == 1
        if i < count:
            past = history or was_under_way(w, shift, t[nodes + i], way, ready)
        else:
            past = w[w[RETURNING] + shift] == 1 and ready < w[NOW]
        if history:
            ready = min(ready, w[w[WIN_LO] + w[w[WIN_PTR] + t[nodes + i]]] - way)
        elif not past:
            for b in range(breaks):
                r = w[w[BRK_PTR] + shift] + b
                if t[legs + b] == i and _has_begun(w, r):
                    t[begins + b], t[doors + b] = w[w[BRK_LO] + r], 0
                    ready = w[w[BRK_LO] + r] + w[w[BRK_WORK] + r]
            ready = max(ready, w[NOW])
        reach, free, door = ready + way, ready, False
        begin = reach
        for b in range(breaks):
            r = w[w[BRK_PTR] + shift] + b
            if t[legs + b] != i or (not past and _has_begun(w, r)):
                continue
            if door or reach <= w[w[BRK_HI] + r]:
                t[begins + b] = max(w[w[BRK_LO] + r], begin)
                begin = t[begins + b] + w[w[BRK_WORK] + r]
                door = True
            else:
                t[begins + b] = max(w[w[BRK_LO] + r], free)
                free = t[begins + b] + w[w[BRK_WORK] + r]
                reach += w[w[BRK_WORK] + r]
                begin = reach
            t[doors + b] = 1 if door else 0
        if i == count:
            break
        t[arrive + i] = reach
        if history:
            begin = min(begin, w[w[WIN_LO] + w[w[WIN_PTR] + t[nodes + i]]])
            t[arrive + i] = min(reach, begin)
        _, started, _, _, _ = work_at(
            w, t[nodes + i], reach, 0, begin, 0, 0, t[low + i], t[high + i], False
        )
        t[start + i] = started
        ready = started + t[work + i]
        place = target


NODES, EARLIEST, LATEST, WORKS, CHARGED, ARRIVE, START = range(7)
COLUMNS = 7
"""Columns of a trace, one cell per stop: the node, bounds of its start, seconds of work, whether
this route carries its money; and, written: arrival and start. Then follow three columns with a
cell per break of the shift, written: the leg on which it is taken (-1: not needed; the way home
is the last leg), its start, and whether at the door (1) or on the road (0). Then scratch space."""


def trace_cells(count: int, breaks: int) -> int:
    """Cells of a trace of a route with `count` stops on a shift with `breaks` breaks."""
    return COLUMNS * count + 3 * breaks + (count + 1) * (breaks + 1) * (FIELDS + 1)


@kernel
def trace(w: Buffer, t: Buffer, base: int, shift: int, count: int) -> tuple[int, int, int, int]:
    """Time one route to the last detail.

    Parameters
    ----------
    t, base
        Where the trace begins, see `COLUMNS`.

    Returns
    -------
    cost, departure, end, first stop that cannot be timed (-1 if none, `count`: the way home)
    """
    breaks = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift]
    rests = breaks + 1
    block = rests * FIELDS
    legs = base + COLUMNS * count
    labels = legs + 3 * breaks
    parent = labels + (count + 1) * block
    begin_route(w, t, shift, t[base], labels)
    cost, leave, end = INFEASIBLE, 0, 0
    at = taken = 0
    for _ in range(PASSES):
        travel = metres = 0
        place = w[w[SHIFT_FROM] + shift]
        for i in range(count):
            node = t[base + i]
            ok = visit_next(
                w,
                t,
                shift,
                place,
                node,
                t[base + EARLIEST * count + i],
                t[base + LATEST * count + i],
                t[base + WORKS * count + i],
                t[base + CHARGED * count + i] == 1,
                labels + i * block,
                labels + (i + 1) * block,
                parent + (i + 1) * rests,
            )
            if not ok:
                return INFEASIBLE, 0, 0, i
            travel += seconds(w, shift, place, w[w[LOC] + node])
            metres += metres_of(w, shift, place, w[w[LOC] + node])
            place = w[w[LOC] + node]
        cost, leave, end, at, taken = end_route(
            w, t, shift, place, labels + count * block, travel, metres
        )
        if cost >= INFEASIBLE:
            return INFEASIBLE, 0, 0, count
        # The starts are computed again from the departure found, until it can slide no further.
        if not leave_later(t, labels, rests, leave):
            break
    k = _place_breaks(t, count, breaks, at, taken, parent, legs)
    _replay(w, t, shift, count, base, t[labels + k * FIELDS + T])
    return cost, leave, end, -1


@kernel
def trace_route(w: Address, t: Address, shift: int, count: int) -> tuple[int, int, int, int]:
    """As `trace`, for Python: `t` is the address of a trace."""
    return trace(pointer(w), pointer(t), 0, shift, count)
