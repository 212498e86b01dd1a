"""Compiled ruin: strings of neighbouring visits leave their routes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.bank import enter_bank, position_of
from dispatch.solver.draws import draw
from dispatch.solver.equipment import equipped
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BANKED,
    BEFORE,
    BEFORE_PTR,
    BEHIND,
    BEHIND_PTR,
    CREW_WIDTH,
    EMPTYING,
    FOCUS,
    FOCUS_LEFT,
    HOMES_WIDTH,
    IS_TOUCHED,
    LENGTH,
    LINKS,
    LONGEST,
    MARK,
    MEMBER,
    NEAR,
    NEAR_WIDTH,
    OPTION_SHIFT,
    ORDER,
    REMOVABLE,
    REMOVED,
    ROUTE,
    SEQ,
    SHIFTS,
    STEP,
    STOPS,
    TOUCHED,
    TOUCHED_COUNT,
    VISITS,
    WHERE,
)
from dispatch.solver.room import crew_left_out, mark_room
from dispatch.solver.route_state import refresh
from dispatch.solver.undo import touch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

SPLIT_RATE = 0.5
TOGETHER_RATE = 0.8
"""How often a visit takes along those that it follows."""

ROOM_RATE = 0.1
"""How often engineers get free at the same time where a crew is left out."""

STAY = 100
"""Steps in one neighbourhood of a large day before the next: prices seen there are seen again."""


@kernel
def _take_out(w: Buffer, st: Buffer, u: Buffer, first: int, count: int) -> int:
    """Move marked visits and their successors from their routes to the bank."""
    at = first
    whole = draw(st) < TOGETHER_RATE
    while at < count:
        v = st[st[ORDER] + at]
        at += 1
        for i in range(w[w[BEHIND_PTR] + v], w[w[BEHIND_PTR] + v + 1]):
            b = w[w[BEHIND] + i]
            if st[st[WHERE] + b] >= 0 and st[st[MARK] + b] == 0:
                st[st[MARK] + b] = 1
                st[st[ORDER] + count] = b
                count += 1
        for i in range(w[w[BEFORE_PTR] + v], w[w[BEFORE_PTR] + v + 1]):
            a = w[w[BEFORE] + i]
            if (
                whole
                and st[st[WHERE] + a] >= 0
                and st[st[MARK] + a] == 0
                and w[w[REMOVABLE] + a] == 1
            ):
                st[st[MARK] + a] = 1
                st[st[ORDER] + count] = a
                count += 1
    for i in range(first, count):
        v = st[st[ORDER] + i]
        for c in range(st[CREW_WIDTH]):
            s = st[st[MEMBER] + v * st[CREW_WIDTH] + c]
            if s < 0:
                continue
            touch(w, st, u, s)
            kept = 0
            for j in range(st[st[LENGTH] + s]):
                if st[st[ROUTE] + s * st[STOPS] + j] != v:
                    st[st[ROUTE] + s * st[STOPS] + kept] = st[st[ROUTE] + s * st[STOPS] + j]
                    kept += 1
            st[st[LENGTH] + s] = kept
        enter_bank(w, st, v)
    for i in range(first, count):
        st[st[MARK] + st[st[ORDER] + i]] = 0
    return count


@kernel
def _drop_pickups(w: Buffer, st: Buffer, s: int) -> None:
    for at in range(st[st[LENGTH] + s] - 1, -1, -1):
        node = st[st[ROUTE] + s * st[STOPS] + at]
        if node < w[VISITS] or w[w[OPTION_SHIFT] + node - w[VISITS]] >= 0:
            continue
        count = 0
        for i in range(st[st[LENGTH] + s]):
            if i != at:
                st[st[SEQ] + count] = st[st[ROUTE] + s * st[STOPS] + i]
                count += 1
        if equipped(w, st, s, st[SEQ], count, -1):
            for i in range(count):
                st[st[ROUTE] + s * st[STOPS] + i] = st[st[SEQ] + i]
            st[st[LENGTH] + s] = count


@kernel
def remove_marked(w: Buffer, st: Buffer, u: Buffer, first: int, count: int) -> int:
    """Take the visits `order[first:count]` out of their routes; returns how many are out.

    Those before `first` are out already. Successors go with their predecessors, pickups that nobody needs any more go too, and where the
    rest of a route cannot stand alone (travel times need not obey the triangle inequality) all its
    removable visits go.
    """
    count = _take_out(w, st, u, first, count)
    done = 0
    while done < st[TOUCHED_COUNT]:
        s = st[st[TOUCHED] + done]
        done += 1
        _drop_pickups(w, st, s)
        if refresh(w, st, s):
            continue
        others = count
        for i in range(st[st[LENGTH] + s]):
            v = st[st[ROUTE] + s * st[STOPS] + i]
            if v < w[VISITS] and w[w[REMOVABLE] + v] == 1:
                st[st[MARK] + v] = 1
                st[st[ORDER] + count] = v
                count += 1
        if count > others:
            count = _take_out(w, st, u, others, count)
            done = 0
    return count


@kernel
def _ruin_route(w: Buffer, st: Buffer, u: Buffer, seed: int) -> int:
    """Empty one used route: any, or on a large day the one that serves the seed."""
    shifts = w[SHIFTS]
    s = int(draw(st) * shifts)
    if w[HOMES_WIDTH] > 0 and st[st[WHERE] + seed] >= 0:
        s = st[st[WHERE] + seed]
    for _ in range(shifts):
        if st[st[LENGTH] + s] > 0:
            break
        s = (s + 1) % shifts
    touch(w, st, u, s)
    count = 0
    for i in range(st[st[LENGTH] + s]):
        v = st[st[ROUTE] + s * st[STOPS] + i]
        if v < w[VISITS] and w[w[REMOVABLE] + v] == 1:
            st[st[MARK] + v] = 1
            st[st[ORDER] + count] = v
            count += 1
    return remove_marked(w, st, u, 0, count)


@kernel
def _mark_string(w: Buffer, st: Buffer, s: int, at: int, length: int, count: int) -> int:
    """Mark a string of `length` stops that holds position `at`, perhaps with a gap inside."""
    stops = st[st[LENGTH] + s]
    gap = 0
    if length > 1 and length < stops and draw(st) < SPLIT_RATE:
        gap = 1
        while length + gap < stops and draw(st) > 0.5:
            gap += 1
    whole = min(stops, length + gap)
    low = max(0, at - whole + 1)
    high = min(at, stops - whole)
    begin = low + int(draw(st) * (high - low + 1))
    hole = begin + int(draw(st) * (whole - gap + 1)) if gap > 0 else -1
    for i in range(begin, begin + whole):
        if gap > 0 and hole <= i < hole + gap and i != at:
            continue
        v = st[st[ROUTE] + s * st[STOPS] + i]
        if v < w[VISITS] and w[w[REMOVABLE] + v] == 1 and st[st[MARK] + v] == 0:
            st[st[MARK] + v] = 1
            st[st[ORDER] + count] = v
            count += 1
    return count


@kernel
def _mark_partners(w: Buffer, st: Buffer, u: Buffer, longest: int, count: int) -> int:
    """Mark strings around those that marked visits follow or lead, half of the time."""
    for at in range(count):
        v = st[st[ORDER] + at]
        for side in range(2):
            table, pointer = (BEFORE, BEFORE_PTR) if side == 0 else (BEHIND, BEHIND_PTR)
            for i in range(w[w[pointer] + v], w[w[pointer] + v + 1]):
                a = w[w[table] + i]
                s = st[st[WHERE] + a]
                if s < 0 or st[st[IS_TOUCHED] + s] == st[STEP] or draw(st) < 0.5:
                    continue
                touch(w, st, u, s)
                length = int(1.0 + draw(st) * min(st[st[LENGTH] + s], longest))
                count = _mark_string(w, st, s, position_of(st, s, a), length, count)
    return count


@kernel
def _seed(w: Buffer, st: Buffer) -> int:
    """The visit to ruin around: any, or on a large day one of a neighbourhood for a while."""
    if w[HOMES_WIDTH] == 0:
        return int(draw(st) * w[VISITS])
    if st[FOCUS_LEFT] == 0:
        st[FOCUS] = int(draw(st) * w[VISITS])
        st[FOCUS_LEFT] = STAY
    st[FOCUS_LEFT] -= 1
    return w[w[NEAR] + st[FOCUS] * w[NEAR_WIDTH] + int(draw(st) * w[NEAR_WIDTH])]


@kernel
def ruin(w: Buffer, st: Buffer, u: Buffer) -> int:
    """Remove strings of visits around a random visit; returns how many are out (`order`)."""
    n = w[VISITS]
    planned = n - st[BANKED]
    used = 0
    for s in range(w[SHIFTS]):
        if st[st[LENGTH] + s] > 0:
            used += 1
    if planned == 0 or used == 0:
        return 0
    longest = min(st[LONGEST], max(1, planned // used))
    most = 4.0 * st[REMOVED] / (1.0 + longest) - 1.0
    strings = int(1.0 + draw(st) * most)
    seed = _seed(w, st)
    count, cut = 0, 0
    kind = draw(st)
    if kind * 1000.0 < st[EMPTYING]:
        return _ruin_route(w, st, u, seed)
    if w[LINKS] > 0 and st[BANKED] > 0 and draw(st) < ROOM_RATE:
        crew = crew_left_out(w, st)
        count = mark_room(w, st, u, crew) if crew >= 0 else 0
        if count > 0:
            count = remove_marked(w, st, u, 0, count)
            st[st[ORDER] + count] = crew
            return count + 1
    for i in range(w[NEAR_WIDTH]):
        if cut >= strings:
            break
        v = w[w[NEAR] + seed * w[NEAR_WIDTH] + i]
        s = st[st[WHERE] + v]
        if s < 0 or w[w[REMOVABLE] + v] == 0 or st[st[IS_TOUCHED] + s] == st[STEP]:
            continue
        touch(w, st, u, s)
        cut += 1
        limit = min(st[st[LENGTH] + s], longest)
        length = int(1.0 + draw(st) * limit)
        count = _mark_string(w, st, s, position_of(st, s, v), length, count)
    if w[LINKS] > 0:
        count = _mark_partners(w, st, u, longest, count)
    return remove_marked(w, st, u, 0, count)
