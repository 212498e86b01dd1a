"""The compiled base of a pickup search: a route without its free pickups, timed and bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import INFEASIBLE, begin_route, visit_next
from dispatch.solver.kernel import kernel
from dispatch.solver.label import FIELDS
from dispatch.solver.layout import (
    BASE,
    BASE_LABELS,
    BASE_RUN,
    BASE_TAIL,
    BRK_PTR,
    HIGH,
    LENGTH,
    LOC,
    LOW,
    OPTION_SHIFT,
    PARENT,
    RESTS,
    ROUTE,
    SHIFT_FROM,
    SHIFT_TO,
    STARTED,
    STOPS,
    VISITS,
)
from dispatch.solver.plain_places import last_start, place_bound
from dispatch.solver.road import leg
from dispatch.solver.route_clock import earliest_finish, flow_at, work_of
from dispatch.solver.tail import LAST, TAIL_CELLS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

RUN_TRAVEL, RUN_METRES, RUN_SEEN = 0, 1, 2
"""Cells of the run of the base route up to a stop: travel, metres, visits."""

RUN_CELLS = 3


@kernel
def base_route(w: Buffer, st: Buffer, shift: int) -> tuple[int, bool]:
    """Copy the route without its free pickups to `base`; tell whether there were any."""
    count, dropped = 0, False
    for i in range(st[st[LENGTH] + shift]):
        node = st[st[ROUTE] + shift * st[STOPS] + i]
        if node >= w[VISITS] and w[w[OPTION_SHIFT] + node - w[VISITS]] < 0:
            dropped = True
        else:
            st[st[BASE] + count] = node
            count += 1
    return count, dropped


@kernel
def step_base(
    w: Buffer, st: Buffer, shift: int, place: int, node: int, before: int, after: int
) -> bool:
    """Extend labels by a node of the base route or a pickup."""
    return visit_next(
        w,
        st,
        shift,
        place,
        node,
        st[st[LOW] + node],
        st[st[HIGH] + node],
        work_of(w, st, node, shift),
        True,
        before,
        after,
        st[PARENT],
    )


@kernel
def time_base(w: Buffer, st: Buffer, v: int, shift: int, count: int) -> int:
    """Time the base route; returns the last position that is reached before the visit closes."""
    base, block = st[BASE], st[RESTS] * FIELDS
    rests = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift] + 1
    closing = last_start(w, st, v)
    begin_route(w, st, shift, st[base] if count > 0 else -1, st[BASE_LABELS])
    place = w[w[SHIFT_FROM] + shift]
    run = st[BASE_RUN]
    st[run + RUN_TRAVEL] = st[run + RUN_METRES] = st[run + RUN_SEEN] = 0
    for at in range(count + 1):
        labels = st[BASE_LABELS] + at * block
        if earliest_finish(st, labels, rests) > closing:
            return at - 1
        if at == count:
            break
        node = st[base + at]
        if not step_base(w, st, shift, place, node, labels, labels + block):
            return at
        cell = leg(w, shift, place, w[w[LOC] + node])
        st[run + RUN_CELLS + RUN_TRAVEL] = st[run + RUN_TRAVEL] + (cell >> 32)
        st[run + RUN_CELLS + RUN_METRES] = st[run + RUN_METRES] + (cell & 0xFFFFFFFF)
        st[run + RUN_CELLS + RUN_SEEN] = st[run + RUN_SEEN] + (1 if node < w[VISITS] else 0)
        run += RUN_CELLS
        place = w[w[LOC] + node]
    return count


@kernel
def bound_alone(
    w: Buffer,
    st: Buffer,
    node: int,
    shift: int,
    at: int,
    count: int,
    work: int,
    charged: bool,
    gains: bool,
) -> int:
    """Twice a lower bound of the base route with a visit or a pickup alone before stop `at`."""
    base = st[BASE]
    if at < count and w[w[STARTED] + st[base + at]] == 1:
        return 2 * INFEASIBLE
    place = w[w[LOC] + st[base + at - 1]] if at > 0 else w[w[SHIFT_FROM] + shift]
    target = w[w[LOC] + st[base + at]] if at < count else w[w[SHIFT_TO] + shift]
    labels = st[BASE_LABELS] + at * st[RESTS] * FIELDS
    if at == 0:
        labels = flow_at(st, 4)
        begin_route(w, st, shift, node, labels)
    rests = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift] + 1
    if earliest_finish(st, labels, rests) + work > st[st[BASE_TAIL] + at * TAIL_CELLS + LAST]:
        return 2 * INFEASIBLE
    there, onward = leg(w, shift, place, w[w[LOC] + node]), leg(w, shift, w[w[LOC] + node], target)
    if there < 0 or onward < 0:
        # A pickup comes just before the visit perhaps: then nobody drives on from it as he would
        # without the visit, nor to the visit from where he would come without the pickup.
        missing = onward if node < w[VISITS] else there
        return 2 * INFEASIBLE if missing < 0 else 1
    run = st[BASE_RUN] + at * RUN_CELLS
    return place_bound(
        w,
        st,
        node,
        shift,
        work,
        charged,
        labels,
        gains,
        there,
        onward,
        st[BASE_TAIL] + at * TAIL_CELLS,
        st[run + RUN_TRAVEL],
        st[run + RUN_METRES],
    )
