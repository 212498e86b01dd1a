"""Compiled clock of a route of the search: from remembered labels on, and what the labels say."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import (
    FIELDS,
    INFEASIBLE,
    T,
    end_route,
    visit_next,
)
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BRK_PTR,
    CREW,
    CREW_TIME,
    ENGINEER,
    FLOW,
    HIGH,
    LABELS,
    LOC,
    LOW,
    METRES,
    NODES,
    PARENT,
    PIN_POSITION,
    PLACES,
    PROFILE,
    RESTS,
    SECONDS,
    STOPS,
    VISITS,
    WHERE,
    WORK,
)
from dispatch.solver.problem import FOREVER

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
def is_charged(w: Buffer, st: Buffer, node: int, shift: int) -> bool:
    """Whether this shift carries the money of the stop: the lead of a crew does."""
    return node >= w[VISITS] or w[w[CREW] + node] == 1 or st[st[WHERE] + node] == shift


@kernel
def earliest_finish(st: Buffer, labels: int, rests: int) -> int:
    """The earliest finish over `rests` labels."""
    best = FOREVER
    for k in range(rests):
        best = min(best, st[labels + k * FIELDS + T])
    return best


@kernel
def labels_at(st: Buffer, shift: int, position: int) -> int:
    """Offset of the labels of a route before the stop at a position."""
    return st[LABELS] + (shift * (st[STOPS] + 1) + position) * st[RESTS] * FIELDS


@kernel
def flow_at(st: Buffer, which: int) -> int:
    """Offset of one of the five scratch label blocks."""
    return st[FLOW] + which * st[RESTS] * FIELDS


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
    """
    now = labels
    free = flow_at(st, 0)
    other = flow_at(st, 1)
    for i in range(first, count):
        node = st[seq + i]
        if node < w[VISITS]:
            if w[w[PIN_POSITION] + node] >= 0 and w[w[PIN_POSITION] + node] != seen:
                return INFEASIBLE
            seen += 1
        charged = is_charged(w, st, node, shift) or node == lead
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
        travel += w[
            w[SECONDS] + (w[w[PROFILE] + shift] * w[PLACES] + place) * w[PLACES] + w[w[LOC] + node]
        ]
        metres += w[w[METRES] + place * w[PLACES] + w[w[LOC] + node]]
        place = w[w[LOC] + node]
        now = free
        free, other = other, now
    cost, _, _, _, _ = end_route(w, st, shift, place, now, travel, metres)
    return cost


@kernel
def finish_of(w: Buffer, st: Buffer, shift: int, position: int) -> int:
    """Earliest finish of the stop at a position of a route."""
    breaks = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift]
    return earliest_finish(st, labels_at(st, shift, position + 1), breaks + 1)
