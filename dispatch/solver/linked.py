"""Compiled insertion of linked visits: crews in step, and visits that follow another.

A linked visit is *anchored* when it is placed: the members of a crew get one common start, and a
visit that another one follows gets a latest start, so that every route can still be timed alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import FIELDS, INFEASIBLE, T
from dispatch.solver.insertion import cheapest, put
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    ALLOWED,
    AT_BANK,
    BANK,
    BANKED,
    BEFORE,
    BEFORE_MAX,
    BEFORE_MIN,
    BEFORE_PTR,
    BEHIND,
    BEHIND_PTR,
    BRK_PTR,
    CREW,
    CREW_TIME,
    CREW_WIDTH,
    ENGINEER,
    HIGH,
    LEFT_OUT,
    LENGTH,
    LOC,
    LOW,
    MEMBER,
    NODES,
    NOW,
    OPENS,
    OWN_HIGH,
    OWN_LOW,
    PIN_PTR,
    PIN_SHIFT,
    PLACES,
    PROFILE,
    RANK,
    ROUTE,
    SCORE,
    SECONDS,
    SHIFT_FROM,
    SHIFTS,
    STOPS,
    VISITS,
    WHERE,
    WIN_HI,
    WIN_LO,
    WIN_PTR,
    WORK,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.route_clock import finish_of, labels_at, work_of
from dispatch.solver.route_state import refresh
from dispatch.solver.undo import touch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

TRIES = 10
"""How many common starts are tried for a crew."""


@kernel
def leave_bank(w: Buffer, st: Buffer, v: int) -> None:
    """Take a visit out of the bank of unplanned visits."""
    at, last = st[st[AT_BANK] + v], st[BANKED] - 1
    other = st[st[BANK] + last]
    st[st[BANK] + at] = other
    st[st[AT_BANK] + other] = at
    st[st[AT_BANK] + v] = -1
    st[BANKED] = last
    st[LEFT_OUT + w[w[RANK] + v]] -= 1


@kernel
def enter_bank(w: Buffer, st: Buffer, v: int) -> None:
    """Put a visit into the bank and forget where it was."""
    st[st[BANK] + st[BANKED]] = v
    st[st[AT_BANK] + v] = st[BANKED]
    st[BANKED] += 1
    st[LEFT_OUT + w[w[RANK] + v]] += 1
    st[st[WHERE] + v] = -1
    for c in range(st[CREW_WIDTH]):
        st[st[MEMBER] + v * st[CREW_WIDTH] + c] = -1
    st[st[LOW] + v] = st[st[OWN_LOW] + v] = -FOREVER
    st[st[HIGH] + v] = st[st[OWN_HIGH] + v] = FOREVER
    st[st[CREW_TIME] + v] = 0


@kernel
def position_of(st: Buffer, shift: int, node: int) -> int:
    """Position of a node in a route, -1 if it is not there."""
    for i in range(st[st[LENGTH] + shift]):
        if st[st[ROUTE] + shift * st[STOPS] + i] == node:
            return i
    return -1


@kernel
def unlink(w: Buffer, st: Buffer, v: int) -> None:
    """Give the predecessors of a visit their freedom back if no other successor is planned."""
    for j in range(w[w[BEFORE_PTR] + v], w[w[BEFORE_PTR] + v + 1]):
        a = w[w[BEFORE] + j]
        held = False
        for i in range(w[w[BEHIND_PTR] + a], w[w[BEHIND_PTR] + a + 1]):
            b = w[w[BEHIND] + i]
            if b != v and st[st[WHERE] + b] >= 0:
                held = True
        if not held and st[st[WHERE] + a] >= 0:
            st[st[LOW] + a] = st[st[OWN_LOW] + a]
            st[st[HIGH] + a] = st[st[OWN_HIGH] + a]


@kernel
def anchor(w: Buffer, st: Buffer, u: Buffer, v: int) -> bool:
    """Bound the start of a visit by its predecessors, and theirs by it.

    Returns
    -------
    False if a predecessor is not planned or the delays leave no room.
    """
    low, high = -FOREVER, FOREVER
    opening = w[w[OPENS] + v]
    for j in range(w[w[BEFORE_PTR] + v], w[w[BEFORE_PTR] + v + 1]):
        a = w[w[BEFORE] + j]
        shift = st[st[WHERE] + a]
        if shift < 0:
            return False
        work = work_of(w, st, a, shift)
        start = finish_of(w, st, shift, position_of(st, shift, a)) - work
        least, most = w[w[BEFORE_MIN] + j], w[w[BEFORE_MAX] + j]
        if most < FOREVER and start + work + most < opening:
            start = opening - work - most
        if start < st[st[LOW] + a] or start > st[st[HIGH] + a]:
            return False
        low = max(low, start + work + least)
        if most < FOREVER:
            high = min(high, start + work + most)
    # Room for the predecessor to slide costs nothing while the successor cannot start anyway.
    low = max(low, min(opening, high))
    if low > high:
        return False
    for j in range(w[w[BEFORE_PTR] + v], w[w[BEFORE_PTR] + v + 1]):
        a = w[w[BEFORE] + j]
        least, most = w[w[BEFORE_MIN] + j], w[w[BEFORE_MAX] + j]
        work = work_of(w, st, a, st[st[WHERE] + a])
        st[st[HIGH] + a] = min(st[st[HIGH] + a], low - least - work)
        if most < FOREVER:
            st[st[LOW] + a] = max(st[st[LOW] + a], high - most - work)
        for c in range(st[CREW_WIDTH]):
            if st[st[MEMBER] + a * st[CREW_WIDTH] + c] < 0:
                continue
            touch(w, st, u, st[st[MEMBER] + a * st[CREW_WIDTH] + c])
            if not refresh(w, st, st[st[MEMBER] + a * st[CREW_WIDTH] + c]):
                return False
    st[st[LOW] + v] = st[st[OWN_LOW] + v] = low
    st[st[HIGH] + v] = st[st[OWN_HIGH] + v] = high
    return True


@kernel
def evict(w: Buffer, st: Buffer, u: Buffer, v: int) -> None:
    """Take a visit out of every route that has it, leaving the other stops as they are."""
    for c in range(st[CREW_WIDTH]):
        s = st[st[MEMBER] + v * st[CREW_WIDTH] + c]
        if s < 0:
            continue
        at = position_of(st, s, v)
        if at < 0:
            continue
        touch(w, st, u, s)
        for i in range(at, st[st[LENGTH] + s] - 1):
            st[st[ROUTE] + s * st[STOPS] + i] = st[st[ROUTE] + s * st[STOPS] + i + 1]
        st[st[LENGTH] + s] -= 1
        refresh(w, st, s)


@kernel
def crew_starts(w: Buffer, st: Buffer, v: int, shifts: int) -> int:
    """Write up to `TRIES` candidate common starts to the scores; return how many."""
    low, high = st[st[OWN_LOW] + v], st[st[OWN_HIGH] + v]
    count = 0
    for s in range(shifts):
        if w[w[ALLOWED] + v * w[SHIFTS] + s] == 0:
            continue
        for pos in range(st[st[LENGTH] + s] + 1):
            breaks = w[w[BRK_PTR] + s + 1] - w[w[BRK_PTR] + s]
            ready = FOREVER
            for k in range(breaks + 1):
                ready = min(ready, st[labels_at(st, s, pos) + k * FIELDS + T])
            place = (
                w[w[SHIFT_FROM] + s]
                if pos == 0
                else w[w[LOC] + st[st[ROUTE] + s * st[STOPS] + pos - 1]]
            )
            way = w[
                w[SECONDS] + (w[w[PROFILE] + s] * w[PLACES] + place) * w[PLACES] + w[w[LOC] + v]
            ]
            if way < 0 or ready >= FOREVER:
                continue
            start = max(max(ready + way, w[NOW]), low)
            found = False
            for i in range(w[w[WIN_PTR] + v], w[w[WIN_PTR] + v + 1]):
                if w[w[WIN_HI] + i] >= start:
                    start = max(start, w[w[WIN_LO] + i])
                    found = True
                    break
            if not found or start > high:
                continue
            # Keep the smallest distinct candidates, sorted by insertion.
            at = count
            while at > 0 and st[st[SCORE] + at - 1] > start:
                at -= 1
            if at > 0 and st[st[SCORE] + at - 1] == start:
                continue
            if at >= min(TRIES, w[VISITS]):
                continue
            last = min(count, min(TRIES, w[VISITS]) - 1)
            for i in range(last, at, -1):
                st[st[SCORE] + i] = st[st[SCORE] + i - 1]
            st[st[SCORE] + at] = start
            count = min(count + 1, min(TRIES, w[VISITS]))
    return count


@kernel
def _engaged(w: Buffer, st: Buffer, v: int, members: int, shift: int) -> bool:
    for c in range(members):
        if w[w[ENGINEER] + st[st[MEMBER] + v * st[CREW_WIDTH] + c]] == w[w[ENGINEER] + shift]:
            return True
    return False


@kernel
def _pinned_to(w: Buffer, v: int, shift: int) -> bool:
    for i in range(w[w[PIN_PTR] + v], w[w[PIN_PTR] + v + 1]):
        if w[w[PIN_SHIFT] + i] == shift:
            return True
    return False


@kernel
def _helpers(w: Buffer, st: Buffer, v: int, shifts: int, size: int, lead: int, total: int) -> int:
    """Add the cheapest helpers of other engineers, pinned ones first; members are noted."""
    for c in range(st[CREW_WIDTH]):
        st[st[MEMBER] + v * st[CREW_WIDTH] + c] = -1
    st[st[MEMBER] + v * st[CREW_WIDTH] + 0] = lead
    pins = w[w[PIN_PTR] + v + 1] - w[w[PIN_PTR] + v]
    for c in range(1, size):
        best, best_shift = INFEASIBLE, -1
        for s in range(shifts):
            if w[w[ALLOWED] + v * w[SHIFTS] + s] == 0 or _engaged(w, st, v, c, s):
                continue
            price = cheapest(w, st, v, s, -1, True)
            if price < INFEASIBLE and _pinned_to(w, v, s):
                price -= INFEASIBLE // 4
            if price < best:
                best, best_shift = price, s
        if best_shift < 0:
            return INFEASIBLE
        if best < -INFEASIBLE // 8:
            best += INFEASIBLE // 4
        total += best
        st[st[MEMBER] + v * st[CREW_WIDTH] + c] = best_shift
    for i in range(w[w[PIN_PTR] + v], w[w[PIN_PTR] + v] + pins):
        bound = False
        for c in range(size):
            if st[st[MEMBER] + v * st[CREW_WIDTH] + c] == w[w[PIN_SHIFT] + i]:
                bound = True
        if not bound:
            return INFEASIBLE
    return total


@kernel
def _best_crew(
    w: Buffer, st: Buffer, v: int, shifts: int, size: int, write: bool
) -> tuple[int, int]:
    """Cheapest lead and helpers at the anchored start; `write` notes them in the member table."""
    best, best_lead = INFEASIBLE, -1
    for lead in range(shifts):
        if w[w[ALLOWED] + v * w[SHIFTS] + lead] == 0:
            continue
        total = cheapest(w, st, v, lead, v, False)
        if total >= INFEASIBLE:
            continue
        total = _helpers(w, st, v, shifts, size, lead, total)
        if total < best:
            best, best_lead = total, lead
    if write and best_lead >= 0:
        total = cheapest(w, st, v, best_lead, v, False)
        _helpers(w, st, v, shifts, size, best_lead, total)
    return best, best_lead


@kernel
def place_crew(w: Buffer, st: Buffer, u: Buffer, v: int) -> bool:
    """Place a crew visit on `crew_size` engineers at the common start that adds the least cost.

    Tools and parts come from the lead's van; the other members add their time only.
    """
    shifts = w[SHIFTS]
    size = w[w[CREW] + v]
    slowest = 0
    for s in range(shifts):
        if w[w[ALLOWED] + v * w[SHIFTS] + s] == 1:
            slowest = max(slowest, w[w[WORK] + w[w[ENGINEER] + s] * w[NODES] + v])
    st[st[CREW_TIME] + v] = slowest
    tries = crew_starts(w, st, v, shifts)
    best, best_start, best_lead = INFEASIBLE, 0, -1
    for i in range(tries):
        start = st[st[SCORE] + i]
        st[st[LOW] + v] = st[st[HIGH] + v] = start
        cost, lead = _best_crew(w, st, v, shifts, size, False)
        if cost < best:
            best, best_start, best_lead = cost, start, lead
    if best >= INFEASIBLE or best_lead < 0:
        return False
    st[st[LOW] + v] = st[st[HIGH] + v] = best_start
    _best_crew(w, st, v, shifts, size, True)
    st[st[OWN_LOW] + v] = st[st[OWN_HIGH] + v] = best_start
    for c in range(size):
        s = st[st[MEMBER] + v * st[CREW_WIDTH] + c]
        if s < 0:
            return False
        touch(w, st, u, s)
        cost = cheapest(w, st, v, s, v if c == 0 else -1, c > 0)
        if cost >= INFEASIBLE:
            return False
        st[st[WHERE] + v] = st[st[MEMBER] + v * st[CREW_WIDTH] + 0]
        if not put(w, st, v, s):
            return False
    slowest = 0
    for c in range(size):
        slowest = max(
            slowest,
            w[w[WORK] + w[w[ENGINEER] + st[st[MEMBER] + v * st[CREW_WIDTH] + c]] * w[NODES] + v],
        )
    if slowest != st[st[CREW_TIME] + v]:
        st[st[CREW_TIME] + v] = slowest
        for c in range(size):
            if not refresh(w, st, st[st[MEMBER] + v * st[CREW_WIDTH] + c]):
                return False
    return True


@kernel
def _place_alone(w: Buffer, st: Buffer, u: Buffer, v: int) -> bool:
    best, best_shift = INFEASIBLE, -1
    for s in range(w[SHIFTS]):
        price = cheapest(w, st, v, s, -1, False)
        if price < best:
            best, best_shift = price, s
    if best_shift < 0:
        return False
    cheapest(w, st, v, best_shift, -1, False)
    st[st[WHERE] + v] = st[st[MEMBER] + v * st[CREW_WIDTH] + 0] = best_shift
    touch(w, st, u, best_shift)
    return put(w, st, v, best_shift)


@kernel
def place_linked(w: Buffer, st: Buffer, u: Buffer, v: int) -> bool:
    """Place a crew visit or a visit with predecessors; nothing changes if there is no place."""
    low = st[st[LOW] : st[LOW] + w[NODES]].copy()
    high = st[st[HIGH] : st[HIGH] + w[NODES]].copy()
    placed = anchor(w, st, u, v) and (
        place_crew(w, st, u, v) if w[w[CREW] + v] > 1 else _place_alone(w, st, u, v)
    )
    if placed:
        leave_bank(w, st, v)
        return True
    evict(w, st, u, v)
    for i in range(low.shape[0]):
        st[st[LOW] + i] = low[i]
        st[st[HIGH] + i] = high[i]
    st[st[WHERE] + v] = -1
    st[st[CREW_TIME] + v] = 0
    st[st[LOW] + v] = st[st[OWN_LOW] + v] = -FOREVER
    st[st[HIGH] + v] = st[st[OWN_HIGH] + v] = FOREVER
    for c in range(st[CREW_WIDTH]):
        st[st[MEMBER] + v * st[CREW_WIDTH] + c] = -1
    for j in range(w[w[BEFORE_PTR] + v], w[w[BEFORE_PTR] + v + 1]):
        a = w[w[BEFORE] + j]
        for c in range(st[CREW_WIDTH]):
            if st[st[WHERE] + a] >= 0 and st[st[MEMBER] + a * st[CREW_WIDTH] + c] >= 0:
                refresh(w, st, st[st[MEMBER] + a * st[CREW_WIDTH] + c])
    return False
