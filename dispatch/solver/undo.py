"""Taking steps of the search back: copies of what a step touches, and of whole solutions.

A copy is a buffer laid out as the state's deciding part (`layout.DECIDING`): header, small tables,
tables by route.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dispatch.solver.clock import FIELDS
from dispatch.solver.kernel import entry, kernel
from dispatch.solver.layout import (
    BUCKETS,
    COST,
    DECIDING,
    DRAWN,
    HASH,
    IS_TOUCHED,
    LABELS,
    LENGTH,
    METRES_RUN,
    PARTS,
    RESTS,
    ROUTE,
    SHIFTS,
    SIDE_COST,
    STOPS,
    TAIL,
    TOUCHED,
    TOUCHED_COUNT,
    TRAVEL,
    VAN,
    WHERE,
)
from dispatch.solver.tail import TAIL_CELLS

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

COPIED_SCALARS = TOUCHED_COUNT
"""The scalars before this one change with the solution."""


def new_copy(st: Buffer) -> Buffer:
    """Copy the deciding part of a state."""
    return st[: st[DECIDING]].copy()


@kernel
def _copy_small(source: Buffer, target: Buffer) -> None:
    for i in range(COPIED_SCALARS):
        target[i] = source[i]
    for i in range(source[WHERE], source[ROUTE]):
        target[i] = source[i]


@entry
def open_step(st: Buffer, u: Buffer) -> None:
    """Begin a step: copy the small tables, forget which routes were touched."""
    for i in range(st[TOUCHED_COUNT]):
        st[st[IS_TOUCHED] + st[st[TOUCHED] + i]] = 0
    st[TOUCHED_COUNT] = 0
    _copy_small(st, u)


@kernel
def _copy_route(w: Buffer, source: Buffer, target: Buffer, s: int) -> None:
    count = source[source[LENGTH] + s]
    target[source[LENGTH] + s] = count
    target[source[COST] + s] = source[source[COST] + s]
    target[source[SIDE_COST] + s] = source[source[SIDE_COST] + s]
    target[source[HASH] + s] = source[source[HASH] + s]
    stops = source[STOPS]
    at = source[ROUTE] + s * stops
    for i in range(at, at + count):
        target[i] = source[i]
    block = source[RESTS] * FIELDS
    at = source[LABELS] + s * (stops + 1) * block
    for i in range(at, at + (count + 1) * block):
        target[i] = source[i]
    for i in range(s * (stops + 1), s * (stops + 1) + count + 1):
        target[source[TRAVEL] + i] = source[source[TRAVEL] + i]
        target[source[METRES_RUN] + i] = source[source[METRES_RUN] + i]
    at = source[TAIL] + s * (stops + 1) * TAIL_CELLS
    for i in range(at, at + (count + 1) * TAIL_CELLS):
        target[i] = source[i]
    for i in range(source[VAN] + s * w[PARTS], source[VAN] + (s + 1) * w[PARTS]):
        target[i] = source[i]
    for i in range(source[DRAWN] + s * w[BUCKETS], source[DRAWN] + (s + 1) * w[BUCKETS]):
        target[i] = source[i]


@kernel
def touch(w: Buffer, st: Buffer, u: Buffer, s: int) -> None:
    """Copy a route before its first change within a step."""
    if st[st[IS_TOUCHED] + s] == 1:
        return
    st[st[IS_TOUCHED] + s] = 1
    st[st[TOUCHED] + st[TOUCHED_COUNT]] = s
    st[TOUCHED_COUNT] += 1
    _copy_route(w, st, u, s)


@kernel
def take_back(w: Buffer, st: Buffer, u: Buffer) -> None:
    """Restore the state as it was when the step began."""
    for i in range(st[TOUCHED_COUNT]):
        _copy_route(w, u, st, st[st[TOUCHED] + i])
    _copy_small(u, st)


@entry
def copy_all(w: Buffer, source: Buffer, target: Buffer) -> None:
    """Copy a whole solution between a state and a copy, in either direction."""
    _copy_small(source, target)
    for s in range(w[SHIFTS]):
        _copy_route(w, source, target, s)
