"""Compiled clock of a route of the search: from remembered labels on, and what the labels say."""

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
from dispatch.solver.fair_loads import fair_money
from dispatch.solver.kernel import kernel
from dispatch.solver.label import FIELDS, G, T
from dispatch.solver.layout import (
    BRK_HI,
    BRK_PTR,
    CREW,
    CREW_TIME,
    ENGINEER,
    FAIR_RATE,
    FLOW,
    GAINING,
    HIGH,
    LABELS,
    LOC,
    LOW,
    NODES,
    PARENT,
    PIN_POSITION,
    PIN_PTR,
    PIN_SHIFT,
    RESTS,
    SHIFT_FROM,
    STOPS,
    VISITS,
    WHERE,
    WORK,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.road import metres_of, seconds

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def work_of(w: Buffer, st: Buffer, node: int, shift: int) -> int:
    """Seconds of work of a node on a shift; a crew works as long as its slowest member."""
    if node < w[VISITS] and w[w[CREW] + node] > 1:
        return st[st[CREW_TIME] + node]
    return w[w[WORK] + w[w[ENGINEER] + shift] * w[NODES] + node]


@kernel
def is_charged(w: Buffer, st: Buffer, node: int) -> bool:
    """Whether a route carries the money of the stop; every route of a planned crew does.

    What the members of a crew pay twice comes back as a rebate of the visit (see `crew_money`).
    """
    return node >= w[VISITS] or w[w[CREW] + node] == 1 or st[st[WHERE] + node] >= 0


@kernel
def misplaced(w: Buffer, v: int, shift: int, seen: int) -> bool:
    """Whether a visit is pinned to this shift at another position than behind `seen` visits.

    Of a crew only the pinned members stand at a given position.
    """
    for i in range(w[w[PIN_PTR] + v], w[w[PIN_PTR] + v + 1]):
        position = w[w[PIN_POSITION] + i]
        if position >= 0 and position != seen and w[w[PIN_SHIFT] + i] == shift:
            return True
    return False


@kernel
def earliest_finish(st: Buffer, labels: int, rests: int) -> int:
    """The earliest finish over `rests` labels."""
    best = FOREVER
    for k in range(rests):
        best = min(best, st[labels + k * FIELDS + T])
    return best


@kernel
def earliest_to_go_on(w: Buffer, st: Buffer, shift: int, labels: int) -> int:
    """The earliest finish from which the next break can still be taken, or left out at home.

    The earliest of all where history leaves no such label.
    """
    base = w[w[BRK_PTR] + shift]
    breaks = w[w[BRK_PTR] + shift + 1] - base
    best = FOREVER
    for k in range(breaks + 1):
        ready = st[labels + k * FIELDS + T]
        if k == breaks or ready <= w[w[BRK_HI] + base + k]:
            best = min(best, ready)
    return best if best < FOREVER else earliest_finish(st, labels, breaks + 1)


@kernel
def labels_at(st: Buffer, shift: int, position: int) -> int:
    """Offset of the labels of a route before the stop at a position."""
    return st[LABELS] + (shift * (st[STOPS] + 1) + position) * st[RESTS] * FIELDS


@kernel
def flow_at(st: Buffer, which: int) -> int:
    """Offset of one of the five scratch label blocks."""
    return st[FLOW] + which * st[RESTS] * FIELDS


@kernel
def most_hoped(w: Buffer, st: Buffer, shift: int, labels: int) -> int:
    """How much money of the stops before these labels a later departure may save at most."""
    hoped = 0
    for k in range(w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift] + 1):
        if st[labels + k * FIELDS + T] < FOREVER:
            hoped = max(hoped, st[labels + k * FIELDS + G])
    return hoped


@kernel
def after_slide(
    w: Buffer,
    st: Buffer,
    shift: int,
    seq: int,
    count: int,
    cost: int,
    leave: int,
    working: int,
    lead: int,
) -> tuple[int, int]:
    """Price a route again from the departure found, as `trace_route` does, until it stays.

    Sliding the departure moves starts that had room, perhaps into a promised window or towards a
    due ideal, and may leave a break out that an earlier departure had to take: all that costs less
    than the labels of the earliest departure say. `cost`, `leave` and `working` are what
    `end_route` made of those; cost and working time are returned.
    """
    rests = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift] + 1
    for _ in range(PASSES - 1):
        now, free = flow_at(st, 0), flow_at(st, 1)
        begin_route(w, st, shift, st[seq], now)
        if not leave_later(st, now, rests, leave):
            break
        travel = metres = 0
        place = w[w[SHIFT_FROM] + shift]
        for i in range(count):
            node = st[seq + i]
            if not visit_next(
                w,
                st,
                shift,
                place,
                node,
                st[st[LOW] + node],
                st[st[HIGH] + node],
                work_of(w, st, node, shift),
                is_charged(w, st, node) or node == lead,
                now,
                free,
                st[PARENT],
            ):
                return INFEASIBLE, 0
            travel += seconds(w, shift, place, w[w[LOC] + node])
            metres += metres_of(w, shift, place, w[w[LOC] + node])
            place = w[w[LOC] + node]
            now, free = free, now
        departure = leave
        cost, leave, end, _, _ = end_route(w, st, shift, place, now, travel, metres)
        if cost >= INFEASIBLE:
            return INFEASIBLE, 0
        working = end - leave
        if leave == departure:
            break
    return cost, working


@kernel
def run_on(
    w: Buffer,
    st: Buffer,
    shift: int,
    seq: int,
    first: int,
    count: int,
    labels: int,
    place: int,
    travel: int,
    metres: int,
    seen: int,
    lead: int,
    v: int,
    limit: int,
) -> int:
    """Cost of the route that continues from `labels` with `seq[first:count]` and goes home.

    Parameters
    ----------
    seq
        Offset of the nodes.
    labels
        Offset of the clock before the first of them; not written.
    place, travel, metres, seen
        Where the engineer is, travel so far, visits so far.
    lead
        A crew visit that this shift would carry the money of (-1: as the state says).
    v
        The visit that is new in the route.
    limit
        A route that costs as much or more need not be priced to the last detail.
    """
    now = labels
    free = flow_at(st, 0)
    other = flow_at(st, 1)
    for i in range(first, count):
        node = st[seq + i]
        if node < w[VISITS]:
            if misplaced(w, node, shift, seen):
                return INFEASIBLE
            seen += 1
        charged = is_charged(w, st, node) or node == lead
        if not visit_next(
            w,
            st,
            shift,
            place,
            node,
            st[st[LOW] + node],
            st[st[HIGH] + node],
            work_of(w, st, node, shift),
            charged,
            now,
            free,
            st[PARENT],
        ):
            return INFEASIBLE
        travel += seconds(w, shift, place, w[w[LOC] + node])
        metres += metres_of(w, shift, place, w[w[LOC] + node])
        place = w[w[LOC] + node]
        now = free
        free, other = other, now
    cost, leave, end, _, _ = end_route(w, st, shift, place, now, travel, metres)
    working = end - leave
    if w[GAINING] == 1 and cost < INFEASIBLE:
        hoped = most_hoped(w, st, shift, now)
        if hoped > 0 and (cost - hoped < limit or w[FAIR_RATE] > 0):
            cost, working = after_slide(w, st, shift, seq, count, cost, leave, working, lead)
    return cost + fair_money(w, st, shift, v, working) if cost < INFEASIBLE else cost


@kernel
def finish_of(w: Buffer, st: Buffer, shift: int, position: int) -> int:
    """Earliest finish of the stop at a position of a route."""
    return earliest_to_go_on(w, st, shift, labels_at(st, shift, position + 1))
