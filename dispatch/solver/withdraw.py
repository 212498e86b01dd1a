"""Compiled ways out for a relink: which visits leave when a route is refused."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.bank import enter_bank, evict
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BEFORE,
    BEFORE_PTR,
    LENGTH,
    LINK,
    LINKED,
    LINKS,
    OPTION_SHIFT,
    REMOVABLE,
    ROUTE,
    STOPS,
    VISITS,
    WHERE,
)
from dispatch.solver.route_state import refresh
from dispatch.solver.undo import touch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def withdraw(w: Buffer, st: Buffer, u: Buffer, v: int) -> None:
    """Take a visit and all that follow it out of their routes."""
    evict(w, st, u, v)
    enter_bank(w, st, v)
    found = True
    while found:
        found = False
        for i in range(w[LINKS]):
            b = w[w[LINK] + i]
            if st[st[WHERE] + b] < 0:
                continue
            for j in range(w[w[BEFORE_PTR] + b], w[w[BEFORE_PTR] + b + 1]):
                if st[st[WHERE] + w[w[BEFORE] + j]] < 0 and st[st[WHERE] + b] >= 0:
                    evict(w, st, u, b)
                    enter_bank(w, st, b)
                    found = True


@kernel
def _clear(w: Buffer, st: Buffer, u: Buffer, s: int) -> bool:
    """Empty a route that has no linked visits; False if there is nothing to take out."""
    route = st[ROUTE] + s * st[STOPS]
    out = 0
    for i in range(st[st[LENGTH] + s] - 1, -1, -1):
        v = st[route + i]
        if v < w[VISITS]:
            if w[w[LINKED] + v] == 1:
                return False
            out += w[w[REMOVABLE] + v]
    if out == 0:
        return False
    for i in range(st[st[LENGTH] + s] - 1, -1, -1):
        v = st[route + i]
        if v < w[VISITS] and w[w[REMOVABLE] + v] == 1:
            evict(w, st, u, v)
            enter_bank(w, st, v)
    kept = 0
    for i in range(st[st[LENGTH] + s]):
        if st[route + i] < w[VISITS] or w[w[OPTION_SHIFT] + st[route + i] - w[VISITS]] >= 0:
            kept += 1
    if kept == 0:
        # Nobody is left who needs the pickups.
        touch(w, st, u, s)
        st[st[LENGTH] + s] = 0
        refresh(w, st, s)
    return True


@kernel
def withdraw_one(w: Buffer, st: Buffer, u: Buffer, s: int) -> bool:
    """Take the last removable linked visit of a route out, or else of any route.

    A route without linked visits may be refused too: when what stood before a pickup has left, the
    pickup comes so early that its depot has not been delivered yet.
    """
    for i in range(st[st[LENGTH] + s] - 1, -1, -1):
        v = st[st[ROUTE] + s * st[STOPS] + i]
        if v < w[VISITS] and w[w[LINKED] + v] == 1 and w[w[REMOVABLE] + v] == 1:
            withdraw(w, st, u, v)
            return True
    if _clear(w, st, u, s):
        return True
    for i in range(w[LINKS] - 1, -1, -1):
        v = w[w[LINK] + i]
        if st[st[WHERE] + v] >= 0 and w[w[REMOVABLE] + v] == 1:
            withdraw(w, st, u, v)
            return True
    return False
