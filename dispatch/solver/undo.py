"""Taking steps of the search back: copies of what a step touches, and of whole solutions.

A copy is a buffer laid out as the state's deciding part (`layout.DECIDING`): header, tables by
visit, tables by route. A step copies a visit or a route before it changes it first, so a step
costs what it touches, whatever the size of the problem.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from dispatch.solver.kernel import kernel
from dispatch.solver.label import FIELDS
from dispatch.solver.layout import (
    AT_BANK,
    BANK,
    BANKED,
    BUCKETS,
    COST,
    CREW_LATE,
    CREW_TIME,
    CREW_WIDTH,
    DECIDING,
    DRAWN,
    HASH,
    HIGH,
    IS_NOTED,
    IS_TOUCHED,
    LABELS,
    LENGTH,
    LOW,
    MEMBER,
    METRES_RUN,
    MOST_LATE,
    NOTED,
    NOTED_COUNT,
    OWN_HIGH,
    OWN_LOW,
    PARTS,
    REBATE,
    RESTS,
    ROUTE,
    SHIFTS,
    SIDE_COST,
    STEP,
    STOPS,
    TAIL,
    TAIL_WIDTH,
    TIMED,
    TOUCHED,
    TOUCHED_COUNT,
    TRAVEL,
    USED,
    VAN,
    VISITS,
    WHERE,
    WORKED,
)

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

COPIED_SCALARS = TOUCHED_COUNT
"""The scalars before this one change with the solution."""


def new_copy(st: Buffer) -> Buffer:
    """Copy the deciding part of a state."""
    return st[: st[DECIDING]].copy()


@kernel
def _copy_scalars(w: Buffer, source: Buffer, target: Buffer) -> None:
    for i in range(COPIED_SCALARS):
        target[i] = source[i]
    for i in range(source[USED], source[USED] + w[BUCKETS]):
        target[i] = source[i]


@kernel
def open_step(w: Buffer, st: Buffer, u: Buffer) -> None:
    """Begin a step: forget which visits and routes the last one touched."""
    st[STEP] += 1
    st[TOUCHED_COUNT] = 0
    st[NOTED_COUNT] = 0
    _copy_scalars(w, st, u)


@kernel
def _copy_visit(source: Buffer, target: Buffer, v: int) -> None:
    target[source[WHERE] + v] = source[source[WHERE] + v]
    target[source[LOW] + v] = source[source[LOW] + v]
    target[source[HIGH] + v] = source[source[HIGH] + v]
    target[source[OWN_LOW] + v] = source[source[OWN_LOW] + v]
    target[source[OWN_HIGH] + v] = source[source[OWN_HIGH] + v]
    target[source[CREW_TIME] + v] = source[source[CREW_TIME] + v]
    width = source[CREW_WIDTH]
    for i in range(source[MEMBER] + v * width, source[MEMBER] + (v + 1) * width):
        target[i] = source[i]
    if width > 1:
        target[source[REBATE] + v] = source[source[REBATE] + v]
        for i in range(source[CREW_LATE] + v * width, source[CREW_LATE] + (v + 1) * width):
            target[i] = source[i]


@kernel
def note(st: Buffer, u: Buffer, v: int) -> None:
    """Copy a visit before its first change within a step."""
    if st[st[IS_NOTED] + v] == st[STEP]:
        return
    st[st[IS_NOTED] + v] = st[STEP]
    st[st[NOTED] + st[NOTED_COUNT]] = v
    st[NOTED_COUNT] += 1
    _copy_visit(st, u, v)


@kernel
def _copy_supplies(w: Buffer, source: Buffer, target: Buffer, s: int) -> None:
    """Copy what a route takes from its van and from each depot."""
    for i in range(source[VAN] + s * w[PARTS], source[VAN] + (s + 1) * w[PARTS]):
        target[i] = source[i]
    for i in range(source[DRAWN] + s * w[BUCKETS], source[DRAWN] + (s + 1) * w[BUCKETS]):
        target[i] = source[i]


@kernel
def _copy_route(w: Buffer, source: Buffer, target: Buffer, s: int) -> None:
    count = source[source[LENGTH] + s]
    target[source[LENGTH] + s] = count
    target[source[COST] + s] = source[source[COST] + s]
    target[source[SIDE_COST] + s] = source[source[SIDE_COST] + s]
    target[source[HASH] + s] = source[source[HASH] + s]
    target[source[WORKED] + 2 * s] = source[source[WORKED] + 2 * s]
    target[source[WORKED] + 2 * s + 1] = source[source[WORKED] + 2 * s + 1]
    target[source[MOST_LATE] + s] = source[source[MOST_LATE] + s]
    stops = source[STOPS]
    at = source[ROUTE] + s * stops
    for i in range(at, at + count):
        target[i] = source[i]
    block = source[RESTS] * FIELDS
    at = source[LABELS] + s * (stops + 1) * block
    for i in range(at, at + (count + 1) * block):
        target[i] = source[i]
    at = source[TRAVEL] + s * (stops + 1)
    for i in range(at, at + count + 1):
        target[i] = source[i]
    at = source[METRES_RUN] + s * (stops + 1)
    for i in range(at, at + count + 1):
        target[i] = source[i]
    at = source[TIMED] + s * (stops + 1)
    for i in range(at, at + count + 1):
        target[i] = source[i]
    at = source[TAIL] + s * (stops + 1) * w[TAIL_WIDTH]
    for i in range(at, at + (count + 1) * w[TAIL_WIDTH]):
        target[i] = source[i]
    _copy_supplies(w, source, target, s)


@kernel
def touch(w: Buffer, st: Buffer, u: Buffer, s: int) -> None:
    """Copy a route and its visits before its first change within a step."""
    if st[st[IS_TOUCHED] + s] == st[STEP]:
        return
    st[st[IS_TOUCHED] + s] = st[STEP]
    st[st[TOUCHED] + st[TOUCHED_COUNT]] = s
    st[TOUCHED_COUNT] += 1
    _copy_route(w, st, u, s)
    for i in range(st[ROUTE] + s * st[STOPS], st[ROUTE] + s * st[STOPS] + st[st[LENGTH] + s]):
        if st[i] < w[VISITS]:
            note(st, u, st[i])


@kernel
def take_back(w: Buffer, st: Buffer, u: Buffer) -> None:
    """Restore the state as it was when the step began; only the order of the bank may differ."""
    for i in range(st[TOUCHED_COUNT]):
        _copy_route(w, u, st, st[st[TOUCHED] + i])
    bank, at_bank = st[BANK], st[AT_BANK]
    for i in range(st[NOTED_COUNT]):
        v = st[st[NOTED] + i]
        was, at = u[st[WHERE] + v] < 0, st[at_bank + v]
        if was and at < 0:
            st[bank + st[BANKED]] = v
            st[at_bank + v] = st[BANKED]
            st[BANKED] += 1
        elif not was and at >= 0:
            last = st[bank + st[BANKED] - 1]
            st[bank + at] = last
            st[at_bank + last] = at
            st[at_bank + v] = -1
            st[BANKED] -= 1
        _copy_visit(u, st, v)
    _copy_scalars(w, u, st)


@kernel
def copy_all(w: Buffer, source: Buffer, target: Buffer) -> None:
    """Copy a whole solution between a state and a copy, in either direction.

    A route whose hash agrees in both has the same stops and times and is not copied again. Where its
    parts come from depends on the other routes too, so that is copied.
    """
    for i in range(COPIED_SCALARS):
        target[i] = source[i]
    for i in range(source[WHERE], source[ROUTE]):
        target[i] = source[i]
    for s in range(w[SHIFTS]):
        if source[source[HASH] + s] != target[source[HASH] + s]:
            _copy_route(w, source, target, s)
        else:
            target[source[COST] + s] = source[source[COST] + s]
            target[source[SIDE_COST] + s] = source[source[SIDE_COST] + s]
            _copy_supplies(w, source, target, s)
