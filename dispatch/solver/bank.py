"""The compiled bank of unplanned visits, and the way of a visit into it and out of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.crew_money import forget_crew
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    AT_BANK,
    BANK,
    BANKED,
    CREW_TIME,
    CREW_WIDTH,
    HIGH,
    LEFT_OUT,
    LENGTH,
    LOW,
    MEMBER,
    OWN_HIGH,
    OWN_LOW,
    RANK,
    ROUTE,
    STOPS,
    WHERE,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.route_state import refresh
from dispatch.solver.undo import touch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


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
    forget_crew(st, v)
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
def evict(w: Buffer, st: Buffer, u: Buffer, v: int) -> None:
    """Take a visit out of every route that has it, leaving the other stops as they are."""
    forget_crew(st, v)
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
