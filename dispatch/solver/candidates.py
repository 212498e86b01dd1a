"""Compiled choice of the shifts on which a visit is priced."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.draws import draw
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    ALLOWED,
    CHOSEN,
    HOMES,
    HOMES_WIDTH,
    LENGTH,
    NEAR,
    NEAR_WIDTH,
    PIN_PTR,
    PIN_SHIFT,
    ROUND,
    SEEN,
    SHIFTS,
    TWIN,
    WHERE,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

AROUND = 40
"""How many of the nearest visits lend their shifts."""

STRANGERS = 4
"""How many shifts are drawn at random beside them."""


ENOUGH_FOR_CREW = 12
"""Candidates after which a crew looks no further where there are many shifts."""


@kernel
def _choose(w: Buffer, st: Buffer, v: int, s: int, count: int) -> int:
    """Add a shift that is allowed, not yet chosen and no idle twin of one that is."""
    if st[st[SEEN] + s] == st[ROUND] or w[w[ALLOWED] + v * w[SHIFTS] + s] == 0:
        return count
    if st[st[LENGTH] + s] == 0:
        twin = st[SEEN] + w[SHIFTS] + w[w[TWIN] + s]
        if st[twin] == st[ROUND]:
            return count
        st[twin] = st[ROUND]
    st[st[SEEN] + s] = st[ROUND]
    st[st[CHOSEN] + count] = s
    return count + 1


@kernel
def candidates(w: Buffer, st: Buffer, v: int, near: bool) -> int:
    """Write the shifts worth pricing for a visit to `chosen`; return how many.

    Idle shifts that do not differ are priced once. With `near`, and where there are many shifts,
    only those of the visits around, those that begin close by and a few at random are priced, so
    a step costs the same however large the company is (granular neighbourhoods, Toth and Vigo
    2003, doi 10.1287/ijoc.15.4.333.24890).
    """
    st[ROUND] += 1
    count = 0
    if not near or w[HOMES_WIDTH] == 0:
        for s in range(w[SHIFTS]):
            count = _choose(w, st, v, s, count)
        return count
    for i in range(min(AROUND, w[NEAR_WIDTH])):
        s = st[st[WHERE] + w[w[NEAR] + v * w[NEAR_WIDTH] + i]]
        if s >= 0:
            count = _choose(w, st, v, s, count)
    for i in range(w[HOMES_WIDTH]):
        s = w[w[HOMES] + v * w[HOMES_WIDTH] + i]
        if s >= 0:
            count = _choose(w, st, v, s, count)
    for _ in range(STRANGERS):
        count = _choose(w, st, v, int(draw(st) * w[SHIFTS]), count)
    return count


@kernel
def crew_candidates(w: Buffer, st: Buffer, v: int) -> int:
    """As `candidates`, but idle twins count one by one, for a crew may need several of them."""
    count = candidates(w, st, v, True)
    for s in range(w[SHIFTS]):
        if count >= ENOUGH_FOR_CREW and w[HOMES_WIDTH] > 0:
            break
        if st[st[SEEN] + s] != st[ROUND] and w[w[ALLOWED] + v * w[SHIFTS] + s] == 1:
            st[st[SEEN] + s] = st[ROUND]
            st[st[CHOSEN] + count] = s
            count += 1
    for i in range(w[w[PIN_PTR] + v], w[w[PIN_PTR] + v + 1]):
        s = w[w[PIN_SHIFT] + i]
        if st[st[SEEN] + s] != st[ROUND]:
            st[st[SEEN] + s] = st[ROUND]
            st[st[CHOSEN] + count] = s
            count += 1
    return count
