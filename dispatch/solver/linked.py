"""Compiled insertion of linked visits: crews in step, and visits that follow another.

A linked visit is *anchored* when it is placed: the members of a crew get one common start, and a
visit that another one follows gets a latest start, so that every route can still be timed alone.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.bank import evict, leave_bank, position_of
from dispatch.solver.candidates import candidates
from dispatch.solver.clock import INFEASIBLE
from dispatch.solver.crews import place_crew
from dispatch.solver.insertion import cheapest, put
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BEFORE,
    BEFORE_MAX,
    BEFORE_MIN,
    BEFORE_PTR,
    BEHIND,
    BEHIND_PTR,
    CHOSEN,
    CREW,
    CREW_TIME,
    CREW_WIDTH,
    HIGH,
    KEPT_HIGH,
    KEPT_LOW,
    LOW,
    MEMBER,
    OPENS,
    OWN_HIGH,
    OWN_LOW,
    WHERE,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.route_clock import finish_of, work_of
from dispatch.solver.route_state import refresh
from dispatch.solver.undo import note, touch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


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
        note(st, u, a)
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
def _place_alone(w: Buffer, st: Buffer, u: Buffer, v: int) -> bool:
    best, best_shift = INFEASIBLE, -1
    for i in range(candidates(w, st, v, True)):
        s = st[st[CHOSEN] + i]
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
    first, links = w[w[BEFORE_PTR] + v], w[w[BEFORE_PTR] + v + 1] - w[w[BEFORE_PTR] + v]
    for j in range(links):
        st[st[KEPT_LOW] + j] = st[st[LOW] + w[w[BEFORE] + first + j]]
        st[st[KEPT_HIGH] + j] = st[st[HIGH] + w[w[BEFORE] + first + j]]
    note(st, u, v)
    placed = anchor(w, st, u, v) and (
        place_crew(w, st, u, v) if w[w[CREW] + v] > 1 else _place_alone(w, st, u, v)
    )
    if placed:
        leave_bank(w, st, v)
        return True
    evict(w, st, u, v)
    for j in range(links):
        st[st[LOW] + w[w[BEFORE] + first + j]] = st[st[KEPT_LOW] + j]
        st[st[HIGH] + w[w[BEFORE] + first + j]] = st[st[KEPT_HIGH] + j]
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
