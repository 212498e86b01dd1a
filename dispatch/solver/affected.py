"""Compiled search for the linked visits that a step may have moved.

In a step the routes of a few engineers change. Whoever cannot be reached from them by a link or
along a route still stands at the least start, so a step costs what it moves, however many linked
visits the day has.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    AFFECTED,
    BEFORE,
    BEFORE_PTR,
    BEHIND,
    BEHIND_PTR,
    CREW_WIDTH,
    IS_AFFECTED,
    LENGTH,
    LINK,
    LINKED,
    LINKS,
    MEMBER,
    NOTED,
    NOTED_COUNT,
    RELINKS,
    ROUTE,
    STOPS,
    TOUCHED,
    TOUCHED_COUNT,
    VISITS,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def _affect(w: Buffer, st: Buffer, v: int, count: int) -> int:
    """Add a linked visit to those that may have moved, once."""
    if w[w[LINKED] + v] == 0 or st[st[IS_AFFECTED] + v] == st[RELINKS]:
        return count
    st[st[IS_AFFECTED] + v] = st[RELINKS]
    st[st[AFFECTED] + count] = v
    return count + 1


@kernel
def _affect_behind(w: Buffer, st: Buffer, s: int, v: int, count: int) -> int:
    """Add the linked visits of a route behind one of its visits, or all of them (v = -1)."""
    behind = v < 0
    for i in range(st[ROUTE] + s * st[STOPS], st[ROUTE] + s * st[STOPS] + st[st[LENGTH] + s]):
        if behind and st[i] < w[VISITS]:
            count = _affect(w, st, st[i], count)
        behind = behind or st[i] == v
    return count


@kernel
def affected(w: Buffer, st: Buffer, near: bool) -> int:
    """List the linked visits whose least starts may have changed; returns how many.

    Parameters
    ----------
    near
        Whether all that changed since everybody stood at the least start lies in the routes and
        visits that this step touched. Then only those move that are reached from there: by a
        link, or because they come later in a route of one that may move.
    """
    st[RELINKS] += 1
    count = 0
    if not near:
        for i in range(w[LINKS]):
            count = _affect(w, st, w[w[LINK] + i], count)
        return count
    for i in range(st[TOUCHED_COUNT]):
        count = _affect_behind(w, st, st[st[TOUCHED] + i], -1, count)
    for i in range(st[NOTED_COUNT]):
        count = _affect(w, st, st[st[NOTED] + i], count)
    at = 0
    while at < count:
        v = st[st[AFFECTED] + at]
        at += 1
        for c in range(st[CREW_WIDTH]):
            s = st[st[MEMBER] + v * st[CREW_WIDTH] + c]
            if s >= 0:
                count = _affect_behind(w, st, s, v, count)
        for j in range(w[w[BEFORE_PTR] + v], w[w[BEFORE_PTR] + v + 1]):
            count = _affect(w, st, w[w[BEFORE] + j], count)
        for j in range(w[w[BEHIND_PTR] + v], w[w[BEHIND_PTR] + v + 1]):
            count = _affect(w, st, w[w[BEHIND] + j], count)
    return count
