"""The compiled base of a pickup search: a route without its free pickups, timed and bounded."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import INFEASIBLE, begin_route, visit_next
from dispatch.solver.kernel import kernel
from dispatch.solver.label import FIELDS
from dispatch.solver.layout import (
    BASE,
    BASE_BOUNDS,
    BASE_CELLS,
    BASE_LABELS,
    BASE_ROOM,
    BASE_RUN,
    BASE_TAIL,
    BASES,
    BOUND,
    BRK_PTR,
    FAIR_RATE,
    HASH,
    HIGH,
    LENGTH,
    LOC,
    LOW,
    OPTION_SHIFT,
    OPTIONS,
    PARENT,
    RESTS,
    ROUTE,
    SHIFT_FROM,
    SHIFT_TO,
    STARTED,
    STOPS,
    SUBTLE,
    TAIL_WIDTH,
    VISITS,
    WORST_RATE,
)
from dispatch.solver.place_bound import place_bound
from dispatch.solver.plain_places import last_start, stops_gain
from dispatch.solver.road import leg
from dispatch.solver.route_clock import earliest_finish, flow_at, work_of
from dispatch.solver.swift_places import swift_bounds
from dispatch.solver.tail import write_tails
from dispatch.solver.tail_cells import LAST, TAIL_CELLS

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

RUN_TRAVEL, RUN_METRES, RUN_SEEN = 0, 1, 2
"""Cells of the run of the base route up to a stop: travel, metres, visits."""

RUN_CELLS = 3

KEPT_HASH, KEPT_COUNT, KEPT_TIMED, KEPT_GAINS = 0, 1, 2, 3
"""Cells before a kept base: the hash of its route, its length, the last stop that has labels, and
whether a later departure may save money."""

KEPT_CELLS = 4

MOST_BASES = 64
"""How many bases are kept at most."""


UNKNOWN = -1
"""Stands where the bound of a pickup has not been asked for; one that is as low is computed anew."""


def base_cells(stops: int, rests: int, options: int) -> int:
    """Cells of one kept base: what is known of it, its stops, labels, tails, run and pickups."""
    row = rests * FIELDS + TAIL_CELLS + RUN_CELLS + options
    return KEPT_CELLS + stops + 4 + (stops + 5) * row


@kernel
def find_base(w: Buffer, st: Buffer, shift: int) -> int:
    """Point `base` and its tables at the route without its free pickups; returns its length.

    Many visits are priced with a pickup in the same route, so its base is kept, with its tails and
    as many labels as somebody has needed, until the route changes or another route takes its room.
    """
    kept = st[BASES] + shift % st[BASE_ROOM] * st[BASE_CELLS]
    st[BASE] = kept + KEPT_CELLS
    st[BASE_LABELS] = st[BASE] + st[STOPS] + 4
    st[BASE_TAIL] = st[BASE_LABELS] + (st[STOPS] + 5) * st[RESTS] * FIELDS
    st[BASE_RUN] = st[BASE_TAIL] + (st[STOPS] + 5) * w[TAIL_WIDTH]
    st[BASE_BOUNDS] = st[BASE_RUN] + (st[STOPS] + 5) * RUN_CELLS
    if st[kept + KEPT_HASH] == st[st[HASH] + shift]:
        return int(st[kept + KEPT_COUNT])
    count = 0
    for i in range(st[st[LENGTH] + shift]):
        node = st[st[ROUTE] + shift * st[STOPS] + i]
        if node < w[VISITS] or w[w[OPTION_SHIFT] + node - w[VISITS]] >= 0:
            st[st[BASE] + count] = node
            count += 1
    write_tails(w, st, shift, st[BASE], count, st[BASE_TAIL])
    st[kept + KEPT_HASH] = st[st[HASH] + shift]
    st[kept + KEPT_COUNT] = count
    st[kept + KEPT_TIMED] = -1
    st[kept + KEPT_GAINS] = 1 if stops_gain(w, st, st[BASE], count) else 0
    return count


@kernel
def base_gains(st: Buffer) -> bool:
    """Whether a stop of the base has money that a later departure may save."""
    return bool(st[st[BASE] - KEPT_CELLS + KEPT_GAINS] == 1)


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
def _time_on(w: Buffer, st: Buffer, shift: int, at: int) -> bool:
    """Time the base route up to stop `at`, the stops before being timed; False if it cannot go on."""
    base, block = st[BASE], st[RESTS] * FIELDS
    run, labels = st[BASE_RUN] + at * RUN_CELLS, st[BASE_LABELS] + at * block
    place = w[w[LOC] + st[base + at - 2]] if at > 1 else w[w[SHIFT_FROM] + shift]
    if at == 0:
        # Where the base is empty, what comes first is not known.
        first = st[base] if st[base - KEPT_CELLS + KEPT_COUNT] > 0 else -1
        begin_route(w, st, shift, first, labels)
        st[run + RUN_TRAVEL] = st[run + RUN_METRES] = st[run + RUN_SEEN] = 0
    else:
        node, before = st[base + at - 1], run - RUN_CELLS
        if not step_base(w, st, shift, place, node, labels - block, labels):
            return False
        cell = leg(w, shift, place, w[w[LOC] + node])
        st[run + RUN_TRAVEL] = st[before + RUN_TRAVEL] + (cell >> 32)
        st[run + RUN_METRES] = st[before + RUN_METRES] + (cell & 0xFFFFFFFF)
        st[run + RUN_SEEN] = st[before + RUN_SEEN] + (1 if node < w[VISITS] else 0)
    bounds = st[BASE_BOUNDS] + at * w[OPTIONS]
    for option in range(w[OPTIONS]):
        st[bounds + option] = UNKNOWN
    st[base - KEPT_CELLS + KEPT_TIMED] = at
    return True


@kernel
def time_base(w: Buffer, st: Buffer, v: int, shift: int, count: int) -> int:
    """Time the base route; returns the last position that is reached before the visit closes."""
    block, timed = st[RESTS] * FIELDS, st[st[BASE] - KEPT_CELLS + KEPT_TIMED]
    rests = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift] + 1
    closing = last_start(w, st, v)
    for at in range(count + 1):
        if at > timed and not _time_on(w, st, shift, at):
            return at - 1
        if earliest_finish(st, st[BASE_LABELS] + at * block, rests) > closing:
            return at - 1
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
    limit: int,
) -> int:
    """Twice a lower bound of the base route with a visit or a pickup alone before stop `at`.

    What costs `limit` or more need not be told apart from what cannot be.
    """
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
    if earliest_finish(st, labels, rests) + work > st[st[BASE_TAIL] + at * w[TAIL_WIDTH] + LAST]:
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
        st[BASE_TAIL] + at * w[TAIL_WIDTH],
        st[run + RUN_TRAVEL],
        st[run + RUN_METRES],
        limit,
    )


@kernel
def bound_visit(
    w: Buffer, st: Buffer, v: int, shift: int, count: int, charged: bool, gains: bool, limit: int
) -> int:
    """Write `bound_alone` of a visit at every position; returns the last one that is reached."""
    reach, bounds = time_base(w, st, v, shift, count), st[BOUND]
    if w[w[BRK_PTR] + shift + 1] == w[w[BRK_PTR] + shift] and not gains and w[w[SUBTLE] + v] == 0:
        swift_bounds(
            w,
            st,
            v,
            shift,
            charged,
            True,
            limit,
            st[BASE],
            count,
            reach,
            st[BASE_LABELS],
            st[BASE_TAIL],
            st[BASE_RUN] + RUN_TRAVEL,
            st[BASE_RUN] + RUN_METRES,
            RUN_CELLS,
            True,
        )
        return reach
    work = work_of(w, st, v, shift)
    for pos in range(reach + 1):
        st[bounds + pos] = bound_alone(w, st, v, shift, pos, count, work, charged, gains, limit)
    return reach


@kernel
def pickup_bound(
    w: Buffer, st: Buffer, option: int, shift: int, at: int, count: int, gains: bool
) -> int:
    """`bound_alone` of a pickup, remembered with the base where no other route has a say in it."""
    cell, kept = st[BASE_BOUNDS] + at * w[OPTIONS] + option, w[FAIR_RATE] + w[WORST_RATE] == 0
    if kept and st[cell] != UNKNOWN:
        return int(st[cell])
    node = w[VISITS] + option
    work = work_of(w, st, node, shift)
    bound = bound_alone(w, st, node, shift, at, count, work, False, gains, INFEASIBLE)
    if kept:
        st[cell] = bound
    return int(bound)
