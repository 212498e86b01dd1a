"""Compiled tools and parts of a route: what is on board, where each part comes from."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import begin_route, visit_next
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BRK_PTR,
    BUCKET_CUM,
    BUCKET_PTR,
    BUCKET_TIME,
    BUCKETS,
    CHAIN,
    CHAIN_PTR,
    CREW,
    DEPOT_TOOLS,
    DRAW,
    DRAWN,
    ENGINEER,
    ENGINEER_TOOLS,
    FIXED_LOADS,
    HIGH,
    KEPT,
    LENGTH,
    LOADS,
    LOC,
    LOW,
    MULTI_SHIFT,
    OPTION_DEPOT,
    OPTION_SHIFT,
    OPTIONS,
    PARENT,
    PART,
    PART_PTR,
    PARTS,
    QUANTITY,
    ROUTE,
    SHIFT_FROM,
    SOURCE,
    STARTED,
    STOCK,
    STOPS,
    SUPPLY,
    USED,
    VAN,
    VAN_NEED,
    VISIT_TOOLS,
    VISITS,
    WHERE,
    WORDS,
)
from dispatch.solver.route_clock import earliest_finish, flow_at, labels_at, work_of
from dispatch.solver.search_world import ENDLESS, FINITE, NONE

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


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
def _end(st: Buffer, shift: int) -> int:
    return st[ROUTE] + shift * st[STOPS] + st[st[LENGTH] + shift]


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


LACKING, POSSIBLE, CERTAIN = 0, 1, 2
"""Whether a route brings what a visit needs: nowhere, at some places perhaps, or everywhere."""


@kernel
def bringing(w: Buffer, st: Buffer, v: int, shift: int) -> int:
    """Tell at once whether a route, as it is, brings the tools and parts of another visit."""
    if w[w[CREW] + v] > 1:
        return POSSIBLE
    enough = True
    engineer = w[w[ENGINEER] + shift]
    for word in range(w[WORDS]):
        aboard = w[w[ENGINEER_TOOLS] + engineer * w[WORDS] + word]
        if w[w[VISIT_TOOLS] + v * w[WORDS] + word] & ~aboard != 0:
            enough = False
    for j in range(w[w[PART_PTR] + v], w[w[PART_PTR] + v + 1]):
        p = w[w[PART] + j]
        need = w[w[QUANTITY] + j] + st[st[VAN] + shift * w[PARTS] + p]
        if need > _van_left(w, st, shift, p):
            enough = False
    if enough:
        return CERTAIN if w[BUCKETS] == 0 else POSSIBLE
    if w[OPTIONS] == 0:
        return LACKING
    for i in range(st[ROUTE] + shift * st[STOPS], _end(st, shift)):
        if st[i] >= w[VISITS]:
            return POSSIBLE
    return LACKING


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
        st[st[SOURCE] + p] = -1
    for i in range(count):
        node = st[seq + i]
        if node >= n:
            fixed, depot = w[w[OPTION_SHIFT] + node - n] >= 0, w[w[OPTION_DEPOT] + node - n]
            for p in range(parts):
                if fixed:
                    loaded = w[w[FIXED_LOADS] + (node - n) * parts + p]
                    st[st[LOADS] + i * parts + p] = loaded
                    st[st[KEPT] + p] += loaded
                elif w[w[SUPPLY] + depot * parts + p] != NONE:
                    st[st[SOURCE] + p] = i
            continue
        if not supplies(w, st, shift, node, lead):
            continue
        for j in range(w[w[PART_PTR] + node], w[w[PART_PTR] + node + 1]):
            p = w[w[PART] + j]
            kept = min(w[w[QUANTITY] + j], st[st[KEPT] + p])
            st[st[KEPT] + p] -= kept
            quantity = w[w[QUANTITY] + j] - kept
            at = st[st[SOURCE] + p]
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
    if pickups and w[BUCKETS] > 0:
        _take_parts(w, st, shift, seq, count, lead, True)
    for p in range(parts):
        if st[st[VAN_NEED] + p] > 0 and st[st[VAN_NEED] + p] > _van_left(w, st, shift, p):
            return False
    return True


@kernel
def stocked(w: Buffer, st: Buffer, shift: int, seq: int, count: int, timed: int) -> bool:
    """Whether finite depots can give the loads that `equipped` noted, beside all other routes.

    Loads are counted in the bucket of the pickup's earliest start; a later departure can only move
    them to where more has arrived. Writes the draw of this route to `st.draw`. The first `timed`
    stops are those of the route at hand, whose labels are written.
    """
    for b in range(w[BUCKETS]):
        st[st[DRAW] + b] = 0
    n = w[VISITS]
    last = -1
    for i in range(count):
        if st[seq + i] >= n:
            depot = w[w[OPTION_DEPOT] + st[seq + i] - n]
            for p in range(w[PARTS]):
                if (
                    st[st[LOADS] + i * w[PARTS] + p] > 0
                    and w[w[SUPPLY] + depot * w[PARTS] + p] == FINITE
                ):
                    last = i
    if last < 0:
        return True
    now, free = flow_at(st, 2), flow_at(st, 3)
    begin_route(w, st, shift, st[seq], now)
    place = w[w[SHIFT_FROM] + shift]
    for i in range(last + 1):
        node = st[seq + i]
        work = work_of(w, st, node, shift)
        if i < timed:
            now = labels_at(st, shift, i + 1)
        elif not visit_next(
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
        else:
            now, free = free, flow_at(st, 2) if i == timed else now
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
    for i in range(last + 1):
        if st[seq + i] < n:
            continue
        depot = w[w[OPTION_DEPOT] + st[seq + i] - n]
        for p in range(w[PARTS]):
            row = depot * w[PARTS] + p
            if st[st[LOADS] + i * w[PARTS] + p] > 0 and w[w[SUPPLY] + row] == FINITE:
                total = 0
                for b in range(w[w[BUCKET_PTR] + row], w[w[BUCKET_PTR] + row + 1]):
                    total += (
                        st[st[USED] + b] - st[st[DRAWN] + shift * w[BUCKETS] + b] + st[st[DRAW] + b]
                    )
                    if total > w[w[BUCKET_CUM] + b]:
                        return False
    return True
