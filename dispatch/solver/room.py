"""Compiled ruin for a crew that was left out: several engineers get free at the same time."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.draws import draw
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    ALLOWED,
    BANK,
    BANKED,
    CREW,
    ENGINEER,
    IS_TOUCHED,
    LENGTH,
    LOC,
    MARK,
    NEAR,
    NEAR_WIDTH,
    NODES,
    ORDER,
    REMOVABLE,
    ROUTE,
    SHIFT_LIMIT,
    SHIFT_START,
    SHIFTS,
    STEP,
    STOPS,
    VISITS,
    WHERE,
    WIN_HI,
    WIN_LO,
    WIN_PTR,
    WORK,
)
from dispatch.solver.road import seconds
from dispatch.solver.route_clock import finish_of, work_of
from dispatch.solver.undo import touch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

DRAWS = 4
"""How often a crew is drawn from the visits left out, and how often a shift to say when."""

PASSED_BY = 0.4
"""How often an engineer nearby is not the one to make room."""


@kernel
def crew_left_out(w: Buffer, st: Buffer) -> int:
    """Draw a visit of a crew that is left out; -1 where the draws find none."""
    for _ in range(DRAWS):
        v = st[st[BANK] + int(draw(st) * st[BANKED])]
        if w[w[CREW] + v] > 1:
            return int(v)
    return -1


@kernel
def _moment(w: Buffer, st: Buffer, v: int) -> int:
    """Draw a start of a visit, within a window and a shift that may serve it; -1: none found."""
    first = w[w[WIN_PTR] + v]
    i = first + int(draw(st) * (w[w[WIN_PTR] + v + 1] - first))
    for _ in range(DRAWS):
        s = int(draw(st) * w[SHIFTS])
        if i >= w[w[WIN_PTR] + v + 1] or w[w[ALLOWED] + v * w[SHIFTS] + s] == 0:
            continue
        work = w[w[WORK] + w[w[ENGINEER] + s] * w[NODES] + v]
        low = max(w[w[WIN_LO] + i], w[w[SHIFT_START] + s])
        high = min(w[w[WIN_HI] + i], w[w[SHIFT_LIMIT] + s] - work)
        if low <= high:
            return int(low + int(draw(st) * (high - low + 1)))
    return -1


@kernel
def _mark_between(w: Buffer, st: Buffer, v: int, s: int, start: int, count: int) -> int:
    """Mark the visits of a route that stand in the way of a visit at a moment."""
    end = start + w[w[WORK] + w[w[ENGINEER] + s] * w[NODES] + v]
    for i in range(st[st[LENGTH] + s]):
        node = st[st[ROUTE] + s * st[STOPS] + i]
        if node >= w[VISITS] or w[w[REMOVABLE] + node] == 0 or st[st[MARK] + node] == 1:
            continue
        finish = finish_of(w, st, s, i)
        there = max(0, seconds(w, s, w[w[LOC] + node], w[w[LOC] + v]))
        back = max(0, seconds(w, s, w[w[LOC] + v], w[w[LOC] + node]))
        if finish + there > start and finish - work_of(w, st, node, s) < end + back:
            st[st[MARK] + node] = 1
            st[st[ORDER] + count] = node
            count += 1
    return count


@kernel
def mark_room(w: Buffer, st: Buffer, u: Buffer, v: int) -> int:
    """Mark what stands in the way of a crew at a moment drawn; returns how many (`order`).

    Engineers who work near the visit make room, each for himself, until the crew is complete.
    """
    start = _moment(w, st, v)
    count, wanted = 0, w[w[CREW] + v]
    if start < 0:
        return count
    for i in range(w[NEAR_WIDTH]):
        if wanted == 0:
            break
        near = w[w[NEAR] + v * w[NEAR_WIDTH] + i]
        s = st[st[WHERE] + near]
        if (
            s < 0
            or st[st[IS_TOUCHED] + s] == st[STEP]
            or w[w[ALLOWED] + v * w[SHIFTS] + s] == 0
            or start < w[w[SHIFT_START] + s]
            or start > w[w[SHIFT_LIMIT] + s]
            or draw(st) < PASSED_BY
        ):
            continue
        touch(w, st, u, s)
        count = _mark_between(w, st, v, s, start, count)
        wanted -= 1
    return count
