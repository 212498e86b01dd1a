"""Compiled upkeep of one route of the search: labels, money, tools, parts, stock drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import FIELDS, INFEASIBLE, T, begin_route, end_route, visit_next
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BRK_PTR,
    BUCKET_CUM,
    BUCKET_PTR,
    BUCKET_TIME,
    BUCKETS,
    CHAIN,
    CHAIN_PTR,
    COST,
    CREW,
    CREW_TIME,
    DEPOT_TOOLS,
    DEPOTS,
    DRAW,
    DRAWN,
    ENGINEER,
    ENGINEER_TOOLS,
    ENGINEERS,
    FIXED_LOADS,
    FLOW,
    HASH,
    HIGH,
    KEPT,
    LABELS,
    LATEST,
    LENGTH,
    LINKED,
    LOADS,
    LOC,
    LOW,
    METRES,
    METRES_RUN,
    MULTI_SHIFT,
    NODES,
    OPTION_DEPOT,
    OPTION_SHIFT,
    PARENT,
    PART,
    PART_PTR,
    PARTS,
    PIN_POSITION,
    PLACES,
    PROFILE,
    QUANTITY,
    RESTS,
    ROUTE,
    SECONDS,
    SHIFT_FROM,
    SHIFT_LIMIT,
    SHIFT_TO,
    SIDE,
    SIDE_COST,
    STARTED,
    STOCK,
    STOPS,
    SUPPLY,
    TOTAL,
    TRAVEL,
    USED,
    VAN,
    VAN_NEED,
    VISIT_TOOLS,
    VISITS,
    WHERE,
    WIN_HI,
    WIN_PTR,
    WORDS,
    WORK,
    WORKING_TIME,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.search_world import ENDLESS, FINITE, NONE

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
def _source(w: Buffer, st: Buffer, seq: int, before: int, part: int) -> int:
    for at in range(before - 1, -1, -1):
        node = st[seq + at]
        if node < w[VISITS] or w[w[OPTION_SHIFT] + node - w[VISITS]] >= 0:
            continue
        if w[w[SUPPLY] + w[w[OPTION_DEPOT] + node - w[VISITS]] * w[PARTS] + part] != NONE:
            return at
    return -1


@kernel
def _van_left(w: Buffer, st: Buffer, shift: int, part: int) -> int:
    engineer = w[w[ENGINEER] + shift]
    left = w[w[STOCK] + engineer * w[PARTS] + part]
    if w[MULTI_SHIFT] == 1:
        for i in range(w[w[CHAIN_PTR] + engineer], w[w[CHAIN_PTR] + engineer + 1]):
            if w[w[CHAIN] + i] != shift:
                left -= st[st[VAN] + w[w[CHAIN] + i] * w[PARTS] + part]
    return left


@kernel
def supplies(w: Buffer, st: Buffer, shift: int, node: int, lead: int) -> bool:
    """Whether this shift brings the tools and parts of a visit: alone, or as lead of the crew."""
    if node >= w[VISITS]:
        return False
    return w[w[CREW] + node] == 1 or st[st[WHERE] + node] == shift or node == lead


@kernel
def has_tools(w: Buffer, st: Buffer, shift: int, seq: int, count: int, lead: int) -> bool:
    """Whether each visit of a sequence finds its tools on board, those of depots included."""
    engineer, n = w[w[ENGINEER] + shift], w[VISITS]
    for word in range(w[WORDS]):
        aboard = w[w[ENGINEER_TOOLS] + engineer * w[WORDS] + word]
        for i in range(count):
            node = st[seq + i]
            if node >= n:
                aboard |= w[w[DEPOT_TOOLS] + w[w[OPTION_DEPOT] + node - n] * w[WORDS] + word]
            elif w[w[STARTED] + node] == 0 and supplies(w, st, shift, node, lead):
                missing = w[w[VISIT_TOOLS] + node * w[WORDS] + word] & ~aboard
                if missing != 0:
                    return False
    return True


@kernel
def _take_parts(
    w: Buffer, st: Buffer, shift: int, seq: int, count: int, lead: int, finite: bool
) -> None:
    """Decide where each part comes from: a kept pickup, then a depot or the van.

    The first round (`finite` false) books endless depots and, where no pickup has the part, the
    van; the second books what is left of the van, then finite depots.
    """
    n, parts = w[VISITS], w[PARTS]
    for p in range(parts):
        st[st[KEPT] + p] = 0
    for i in range(count):
        node = st[seq + i]
        if node >= n and w[w[OPTION_SHIFT] + node - n] >= 0:
            for p in range(parts):
                loaded = w[w[FIXED_LOADS] + (node - n) * parts + p]
                st[st[LOADS] + i * parts + p] = loaded
                st[st[KEPT] + p] += loaded
        if not supplies(w, st, shift, node, lead):
            continue
        for j in range(w[w[PART_PTR] + node], w[w[PART_PTR] + node + 1]):
            p = w[w[PART] + j]
            kept = min(w[w[QUANTITY] + j], st[st[KEPT] + p])
            st[st[KEPT] + p] -= kept
            quantity = w[w[QUANTITY] + j] - kept
            at = _source(w, st, seq, i, p)
            kind = NONE
            if at >= 0:
                kind = w[w[SUPPLY] + w[w[OPTION_DEPOT] + st[seq + at] - n] * parts + p]
            if kind == NONE and not finite:
                st[st[VAN_NEED] + p] += quantity
            elif kind == ENDLESS and not finite:
                st[st[LOADS] + at * parts + p] += quantity
            elif kind == FINITE and finite:
                spare = max(0, _van_left(w, st, shift, p) - st[st[VAN_NEED] + p])
                taken = min(spare, quantity)
                st[st[VAN_NEED] + p] += taken
                st[st[LOADS] + at * parts + p] += quantity - taken


@kernel
def equipped(w: Buffer, st: Buffer, shift: int, seq: int, count: int, lead: int) -> bool:
    """Whether tools and parts suffice for a sequence; notes van need and pickup loads.

    A part is taken from a pickup before the visit that has it without limit, else from the van,
    else from the latest pickup before the visit that has it. The need of the van is compared with
    what the other shifts of the engineer leave (van stock is not refilled between shifts).
    """
    if not has_tools(w, st, shift, seq, count, lead):
        return False
    parts = w[PARTS]
    for p in range(parts):
        st[st[VAN_NEED] + p] = 0
    pickups = False
    for i in range(count):
        if st[seq + i] >= w[VISITS]:
            pickups = True
            for p in range(parts):
                st[st[LOADS] + i * parts + p] = 0
    _take_parts(w, st, shift, seq, count, lead, False)
    if pickups:
        _take_parts(w, st, shift, seq, count, lead, True)
    for p in range(parts):
        if st[st[VAN_NEED] + p] > 0 and st[st[VAN_NEED] + p] > _van_left(w, st, shift, p):
            return False
    return True


@kernel
def stocked(w: Buffer, st: Buffer, shift: int, seq: int, count: int) -> bool:
    """Whether finite depots can give the loads that `equipped` noted, beside all other routes.

    Loads are counted in the bucket of the pickup's earliest start; a later departure can only move
    them to where more has arrived. Writes the draw of this route to `st.draw`.
    """
    for b in range(w[BUCKETS]):
        st[st[DRAW] + b] = 0
    n = w[VISITS]
    finite = False
    for i in range(count):
        if st[seq + i] >= n:
            depot = w[w[OPTION_DEPOT] + st[seq + i] - n]
            for p in range(w[PARTS]):
                if (
                    st[st[LOADS] + i * w[PARTS] + p] > 0
                    and w[w[SUPPLY] + depot * w[PARTS] + p] == FINITE
                ):
                    finite = True
    if not finite:
        return True
    now, free = flow_at(st, 2), flow_at(st, 3)
    begin_route(w, st, shift, st[seq], now)
    place = w[w[SHIFT_FROM] + shift]
    for i in range(count):
        node = st[seq + i]
        work = work_of(w, st, node, shift)
        if not visit_next(
            w,
            st,
            shift,
            place,
            node,
            st[st[LOW] + node],
            st[st[HIGH] + node],
            work,
            True,
            now,
            free,
            st[PARENT],
        ):
            return False
        now, free = free, now
        place = w[w[LOC] + node]
        if node < n:
            continue
        start = (
            earliest_finish(st, now, w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift] + 1) - work
        )
        depot = w[w[OPTION_DEPOT] + node - n]
        for p in range(w[PARTS]):
            if (
                st[st[LOADS] + i * w[PARTS] + p] > 0
                and w[w[SUPPLY] + depot * w[PARTS] + p] == FINITE
            ):
                row = depot * w[PARTS] + p
                at = w[w[BUCKET_PTR] + row]
                while at + 1 < w[w[BUCKET_PTR] + row + 1] and w[w[BUCKET_TIME] + at + 1] <= start:
                    at += 1
                st[st[DRAW] + at] += st[st[LOADS] + i * w[PARTS] + p]
    for row in range(w[DEPOTS] * w[PARTS]):
        total, own = 0, 0
        for b in range(w[w[BUCKET_PTR] + row], w[w[BUCKET_PTR] + row + 1]):
            own += st[st[DRAW] + b]
            total += st[st[USED] + b] - st[st[DRAWN] + shift * w[BUCKETS] + b] + st[st[DRAW] + b]
            if own > 0 and total > w[w[BUCKET_CUM] + b]:
                return False
        if own > 0:
            total = 0
            for b in range(w[w[BUCKET_PTR] + row], w[w[BUCKET_PTR] + row + 1]):
                total += (
                    st[st[USED] + b] - st[st[DRAWN] + shift * w[BUCKETS] + b] + st[st[DRAW] + b]
                )
                if total > w[w[BUCKET_CUM] + b]:
                    return False
    return True


@kernel
def mixed(hashed: int, value: int) -> int:
    """Mix a value into a 64-bit hash (signed arithmetic wraps around)."""
    h = (hashed ^ value) * -7046029254386353131
    return h ^ ((h >> 29) & 0x7FFFFFFFF)


@kernel
def _bound_starts(w: Buffer, st: Buffer, shift: int, count: int) -> None:
    """Latest starts backwards, breaks and middle windows ignored: a quick necessary condition."""
    seq = st[ROUTE] + shift * st[STOPS]
    profile = w[w[PROFILE] + shift]
    place, limit = w[w[SHIFT_TO] + shift], w[w[SHIFT_LIMIT] + shift]
    st[st[LATEST] + shift * (st[STOPS] + 1) + count] = limit
    for i in range(count - 1, -1, -1):
        node = st[seq + i]
        way = w[w[SECONDS] + (profile * w[PLACES] + w[w[LOC] + node]) * w[PLACES] + place]
        closing = -FOREVER
        if w[w[WIN_PTR] + node + 1] > w[w[WIN_PTR] + node]:
            closing = min(w[w[WIN_HI] + w[w[WIN_PTR] + node + 1] - 1], st[st[HIGH] + node])
        if way < 0:
            limit = -FOREVER
        elif i + 1 < count and w[w[STARTED] + st[seq + i + 1]] == 1:
            limit = closing
        else:
            limit = min(closing, limit - way - work_of(w, st, node, shift))
        st[st[LATEST] + shift * (st[STOPS] + 1) + i] = limit
        place = w[w[LOC] + node]


@kernel
def refresh(w: Buffer, st: Buffer, shift: int) -> bool:
    """Recompute all that follows from the stops of a route; False if a hard rule is broken.

    A broken route gets the cost `INFEASIBLE`, which the caller must mend before going on.
    """
    count = st[st[LENGTH] + shift]
    seq = st[ROUTE] + shift * st[STOPS]
    old = st[st[COST] + shift]
    for b in range(w[BUCKETS]):
        st[st[USED] + b] -= st[st[DRAWN] + shift * w[BUCKETS] + b]
        st[st[DRAWN] + shift * w[BUCKETS] + b] = 0
    for p in range(w[PARTS]):
        st[st[VAN] + shift * w[PARTS] + p] = 0
    st[st[SIDE_COST] + shift] = 0
    st[st[HASH] + shift] = mixed(0x51ED27, shift + 1)
    begin_route(w, st, shift, st[seq] if count > 0 else -1, labels_at(st, shift, 0))
    st[st[TRAVEL] + shift * (st[STOPS] + 1) + 0] = 0
    st[st[METRES_RUN] + shift * (st[STOPS] + 1) + 0] = 0
    if count == 0:
        st[st[COST] + shift] = 0
        st[TOTAL] -= old
        st[st[LATEST] + shift * (st[STOPS] + 1) + 0] = FOREVER
        return True
    place = w[w[SHIFT_FROM] + shift]
    seen = 0
    ok = True
    for i in range(count):
        node = st[seq + i]
        h = mixed(st[st[HASH] + shift], node + 1)
        if node < w[VISITS]:
            if w[w[PIN_POSITION] + node] >= 0 and w[w[PIN_POSITION] + node] != seen:
                ok = False
            seen += 1
            if w[w[CREW] + node] == 1 and w[WORKING_TIME] == 0:
                st[st[SIDE_COST] + shift] += w[
                    w[SIDE] + node * w[ENGINEERS] + w[w[ENGINEER] + shift]
                ]
            if w[w[LINKED] + node] == 1:
                h = mixed(
                    mixed(h, st[st[LOW] + node]), st[st[HIGH] + node] + st[st[CREW_TIME] + node]
                )
        st[st[HASH] + shift] = h
        if ok and not visit_next(
            w,
            st,
            shift,
            place,
            node,
            st[st[LOW] + node],
            st[st[HIGH] + node],
            work_of(w, st, node, shift),
            is_charged(w, st, node, shift),
            labels_at(st, shift, i),
            labels_at(st, shift, i + 1),
            st[PARENT],
        ):
            ok = False
        st[st[TRAVEL] + shift * (st[STOPS] + 1) + i + 1] = (
            st[st[TRAVEL] + shift * (st[STOPS] + 1) + i]
            + w[
                w[SECONDS]
                + (w[w[PROFILE] + shift] * w[PLACES] + place) * w[PLACES]
                + w[w[LOC] + node]
            ]
        )
        st[st[METRES_RUN] + shift * (st[STOPS] + 1) + i + 1] = (
            st[st[METRES_RUN] + shift * (st[STOPS] + 1) + i]
            + w[w[METRES] + place * w[PLACES] + w[w[LOC] + node]]
        )
        place = w[w[LOC] + node]
    cost = INFEASIBLE
    if ok:
        cost, _, _, _, _ = end_route(
            w,
            st,
            shift,
            place,
            labels_at(st, shift, count),
            st[st[TRAVEL] + shift * (st[STOPS] + 1) + count],
            st[st[METRES_RUN] + shift * (st[STOPS] + 1) + count],
        )
    if cost < INFEASIBLE:
        if equipped(w, st, shift, seq, count, -1) and stocked(w, st, shift, seq, count):
            cost += st[st[SIDE_COST] + shift]
            for p in range(w[PARTS]):
                st[st[VAN] + shift * w[PARTS] + p] = st[st[VAN_NEED] + p]
            for b in range(w[BUCKETS]):
                st[st[DRAWN] + shift * w[BUCKETS] + b] = st[st[DRAW] + b]
                st[st[USED] + b] += st[st[DRAW] + b]
        else:
            cost = INFEASIBLE
    st[st[COST] + shift] = cost
    st[TOTAL] += cost - old
    _bound_starts(w, st, shift, count)
    return cost < INFEASIBLE


@kernel
def finish_of(w: Buffer, st: Buffer, shift: int, position: int) -> int:
    """Earliest finish of the stop at a position of a route."""
    breaks = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift]
    return earliest_finish(st, labels_at(st, shift, position + 1), breaks + 1)
