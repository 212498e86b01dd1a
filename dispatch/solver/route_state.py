"""Compiled upkeep of one route of the search: labels, money, tools, parts, stock drawn."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import INFEASIBLE, begin_route, end_route, visit_next
from dispatch.solver.crew_money import crew_side, note_lateness, settle_crews
from dispatch.solver.equipment import equipped, stocked
from dispatch.solver.fair_loads import fair_base
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BRK_PTR,
    BUCKETS,
    COST,
    CREW,
    CREW_TIME,
    DRAW,
    DRAWN,
    ENGINEER,
    ENGINEERS,
    GAINING,
    HASH,
    HIGH,
    LENGTH,
    LINKED,
    LOC,
    LOW,
    METRES_RUN,
    MOST_LATE,
    PARENT,
    PARTS,
    ROUTE,
    SHIFT_FROM,
    SIDE,
    SIDE_COST,
    STOPS,
    TAIL,
    TAIL_WIDTH,
    TIMED,
    TOTAL,
    TRAVEL,
    UNPOPULAR,
    USED,
    VAN,
    VAN_NEED,
    VISITS,
    WHERE,
    WORKED,
    WORKING_TIME,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.road import leg
from dispatch.solver.route_clock import (
    after_slide,
    is_charged,
    labels_at,
    misplaced,
    most_hoped,
    work_of,
)
from dispatch.solver.tail import note_owed, write_tails

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def mixed(hashed: int, value: int) -> int:
    """Mix a value into a 64-bit hash (signed arithmetic wraps around)."""
    h = (hashed ^ value) * -7046029254386353131
    return h ^ ((h >> 29) & 0x7FFFFFFFF)


@kernel
def refresh(w: Buffer, st: Buffer, shift: int) -> bool:
    """Recompute all that follows from the stops of a route; False if a hard rule is broken.

    A broken route gets the cost `INFEASIBLE`, which the caller must mend before going on.
    """
    count = st[st[LENGTH] + shift]
    seq = st[ROUTE] + shift * st[STOPS]
    tails = st[TAIL] + shift * (st[STOPS] + 1) * w[TAIL_WIDTH]
    old = st[st[COST] + shift]
    fair_before = fair_base(w, st, shift)
    st[st[WORKED] + 2 * shift] = st[st[WORKED] + 2 * shift + 1] = 0
    st[st[MOST_LATE] + shift] = 0
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
        st[TOTAL] += fair_base(w, st, shift) - fair_before - old
        write_tails(w, st, shift, seq, 0, tails)
        return True
    place = w[w[SHIFT_FROM] + shift]
    seen = 0
    ok = kept = True
    for i in range(count):
        node = st[seq + i]
        h = mixed(st[st[HASH] + shift], node + 1)
        if node < w[VISITS]:
            st[st[WORKED] + 2 * shift + 1] += w[w[UNPOPULAR] + node]
            if misplaced(w, node, shift, seen):
                ok = False
            seen += 1
            if w[w[CREW] + node] > 1:
                if st[st[WHERE] + node] == shift:
                    st[st[SIDE_COST] + shift] += crew_side(w, st, node)
                    h = mixed(h, 1)
            elif w[WORKING_TIME] == 0:
                st[st[SIDE_COST] + shift] += w[
                    w[SIDE] + node * w[ENGINEERS] + w[w[ENGINEER] + shift]
                ]
            if w[w[LINKED] + node] == 1:
                h = mixed(
                    mixed(h, st[st[LOW] + node]), st[st[HIGH] + node] + st[st[CREW_TIME] + node]
                )
            elif st[st[LOW] + node] > -FOREVER:
                h = mixed(h, st[st[LOW] + node])
        st[st[HASH] + shift] = h
        run, target = shift * (st[STOPS] + 1) + i, w[w[LOC] + node]
        kept = kept and st[st[TIMED] + run + 1] == h
        if kept:
            # The route is as it was up to here, and so is all that is known of it up to here.
            place = target
            continue
        if ok and not visit_next(
            w,
            st,
            shift,
            place,
            node,
            st[st[LOW] + node],
            st[st[HIGH] + node],
            work_of(w, st, node, shift),
            is_charged(w, st, node),
            labels_at(st, shift, i),
            labels_at(st, shift, i + 1),
            st[PARENT],
        ):
            ok = False
        st[st[TIMED] + run + 1] = h if ok else 0
        cell = leg(w, shift, place, target)
        st[st[TRAVEL] + run + 1] = st[st[TRAVEL] + run] + (cell >> 32)
        st[st[METRES_RUN] + run + 1] = st[st[METRES_RUN] + run] + (cell & 0xFFFFFFFF)
        place = target
    cost = INFEASIBLE
    if ok:
        after = labels_at(st, shift, count)
        cost, leave, end, _, _ = end_route(
            w,
            st,
            shift,
            place,
            after,
            st[st[TRAVEL] + shift * (st[STOPS] + 1) + count],
            st[st[METRES_RUN] + shift * (st[STOPS] + 1) + count],
        )
        working = end - leave
        if cost < INFEASIBLE and (
            w[w[BRK_PTR] + shift + 1] > w[w[BRK_PTR] + shift]
            or (w[GAINING] == 1 and most_hoped(w, st, shift, after) > 0)
        ):
            cost, working = after_slide(w, st, shift, seq, count, cost, leave, working, -1)
        st[st[WORKED] + 2 * shift] = working
    if cost < INFEASIBLE:
        if equipped(w, st, shift, seq, count, -1) and stocked(w, st, shift, seq, count, count):
            cost += st[st[SIDE_COST] + shift]
            for p in range(w[PARTS]):
                st[st[VAN] + shift * w[PARTS] + p] = st[st[VAN_NEED] + p]
            for b in range(w[BUCKETS]):
                st[st[DRAWN] + shift * w[BUCKETS] + b] = st[st[DRAW] + b]
                st[st[USED] + b] += st[st[DRAW] + b]
        else:
            cost = INFEASIBLE
    st[st[COST] + shift] = cost
    if cost >= INFEASIBLE:
        st[st[WORKED] + 2 * shift] = st[st[WORKED] + 2 * shift + 1] = 0
    st[TOTAL] += cost - old + fair_base(w, st, shift) - fair_before
    write_tails(w, st, shift, seq, count, tails)
    plain = w[w[BRK_PTR] + shift + 1] == w[w[BRK_PTR] + shift] and w[WORKING_TIME] == 0
    if plain and cost < INFEASIBLE:
        note_owed(w, st, shift, seq, count, labels_at(st, shift, 0), tails)
    if cost < INFEASIBLE:
        settle_crews(w, st, shift)
        note_lateness(w, st, shift)
    return cost < INFEASIBLE
