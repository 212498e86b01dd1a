"""Compiled tails: what the rest of a route costs, told by the moment it is reached.

A tail is the part of a route from one stop to its end. While windows are single and breaks aside,
the end of the route is `max(arrive, OPEN) + SPAN`, as long as the arrival is not after `LAST`
(the concatenation of Vidal et al. 2013, doi 10.1016/j.cor.2012.07.018, with the departure free).
So one place for a visit is priced in constant time. Where a tail holds what this does not
describe, the figure is a lower bound and the clock has the last word.

A single break that is still ahead makes the tail longer by itself wherever it lies, and adds
bounds on the arrival: those of every leg that could hold it are put together to one pair.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.kernel import kernel
from dispatch.solver.label import FIELDS, C, G, T
from dispatch.solver.layout import (
    BRK_HI,
    BRK_LO,
    BRK_PTR,
    BRK_WORK,
    DUE_IDEAL,
    DUE_LATE,
    HIGH,
    LOC,
    LOW,
    NOW,
    PLACES,
    PROMISE_HI,
    PROMISE_PRICE,
    SHIFT_FROM,
    SHIFT_LIMIT,
    SHIFT_START,
    SHIFT_TO,
    SLA_BY,
    SLA_FEE,
    STARTED,
    SUBTLE,
    TAIL_WIDTH,
    WIN_HI,
    WIN_LO,
    WIN_PTR,
)
from dispatch.solver.leg import least_money
from dispatch.solver.problem import FOREVER
from dispatch.solver.road import seconds, ways_of
from dispatch.solver.route_clock import work_of
from dispatch.solver.tail_cells import (
    BREAK_LAST,
    BREAK_OPEN,
    FAR,
    FEE_AT,
    FEES,
    HOME,
    LAST,
    LEAST,
    LOOSE,
    OPEN,
    OWED,
    PLAIN_CELLS,
    QUIET,
    REACHED,
    SPAN,
    TAIL_CELLS,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def has_single_break(w: Buffer, shift: int) -> bool:
    """Whether a shift has one break, which has not begun by now."""
    b = w[w[BRK_PTR] + shift]
    if w[w[BRK_PTR] + shift + 1] != b + 1:
        return False
    return bool(w[w[BRK_LO] + b] < w[w[BRK_HI] + b] or w[w[BRK_LO] + b] >= w[NOW])


@kernel
def _bound_break(
    w: Buffer,
    st: Buffer,
    shift: int,
    at: int,
    opening: int,
    closing: int,
    work: int,
    ahead: int,
) -> None:
    """Write when the tail at `at` must be reached to take the break of its shift behind its first stop.

    The tail after it is written. `opening` and `closing` bound the start of the stop, which takes
    `work` seconds and with the way to the next one `ahead`.
    """
    b, after = w[w[BRK_PTR] + shift], at + TAIL_CELLS
    low, high, rest = w[w[BRK_LO] + b], w[w[BRK_HI] + b], w[w[BRK_WORK] + b]
    last, begin = -FOREVER, FOREVER
    # On the way to the next stop: at its door, or on the road when the door is reached too late.
    latest = min(closing, high - work, st[after + LAST] - rest - ahead)
    if opening <= latest and low + rest <= st[after + LAST]:
        last, begin = latest, max(opening, low - ahead, st[after + OPEN] - rest - ahead)
    # On a later way.
    latest = min(closing, st[after + BREAK_LAST] - ahead)
    if opening <= latest:
        last, begin = max(last, latest), min(begin, max(opening, st[after + BREAK_OPEN] - ahead))
    st[at + BREAK_LAST], st[at + BREAK_OPEN] = last, begin


@kernel
def owed(w: Buffer, st: Buffer, tail: int, arrive: int) -> int:
    """Money of the stops of a tail at the least when it is reached at `arrive`."""
    if w[TAIL_WIDTH] == PLAIN_CELLS:
        return 0
    least = st[tail + LEAST]
    for i in range(tail + FEE_AT, tail + FEE_AT + 2 * FEES, 2):
        if arrive > st[i]:
            least += st[i + 1]
    return int(max(least, st[tail + OWED]) if arrive >= st[tail + REACHED] else least)


@kernel
def _add_fee(st: Buffer, at: int, late: int, fee: int) -> None:
    """Have a tail remember that an arrival after `late` costs a fee, unless others are dearer."""
    lowest = at + FEE_AT
    for i in range(lowest + 2, at + FEE_AT + 2 * FEES, 2):
        if st[i + 1] < st[lowest + 1]:
            lowest = i
    if fee > st[lowest + 1]:
        st[lowest], st[lowest + 1] = late, fee


@kernel
def _write_fees(
    w: Buffer, st: Buffer, at: int, node: int, arrive: int, opening: int, ahead: int
) -> None:
    """Write the fees of the tail at `at`; those of the tail after it are written.

    Its first stop is not reached before `arrive` nor begun before `opening`, and it and the way to
    the next take `ahead` seconds. What is owed whatever happens goes to `LEAST`.
    """
    for i in range(at + FEE_AT, at + FEE_AT + 2 * FEES, 2):
        late, fee = st[i + TAIL_CELLS] - ahead, st[i + TAIL_CELLS + 1]
        if opening > late:
            st[at + LEAST] += fee
            fee = 0
        st[i], st[i + 1] = late, fee
    if arrive <= w[w[SLA_BY] + node] < FOREVER:
        _add_fee(st, at, w[w[SLA_BY] + node], w[w[SLA_FEE] + node])
    if opening <= w[w[PROMISE_HI] + node] < FOREVER:
        _add_fee(st, at, w[w[PROMISE_HI] + node], w[w[PROMISE_PRICE] + node])


@kernel
def write_tails(w: Buffer, st: Buffer, shift: int, seq: int, count: int, tails: int) -> None:
    """Describe the tails of the nodes at `seq`; tail `count` is the way home alone."""
    at = tails + count * w[TAIL_WIDTH]
    st[at + LAST] = w[w[SHIFT_LIMIT] + shift]
    st[at + OPEN] = -FOREVER
    st[at + SPAN] = 0
    st[at + QUIET] = FOREVER
    st[at + HOME] = 0
    st[at + FAR] = 0
    st[at + LOOSE] = 0
    st[at + OWED] = 0
    st[at + REACHED] = FOREVER
    rich = w[TAIL_WIDTH] == TAIL_CELLS
    if rich:
        st[at + LEAST] = 0
        for i in range(at + FEE_AT, at + FEE_AT + 2 * FEES):
            st[i] = 0
        st[at + BREAK_LAST] = -FOREVER
        st[at + BREAK_OPEN] = FOREVER
    single, limit = has_single_break(w, shift), w[w[SHIFT_LIMIT] + shift]
    # Who has begun already may have come before the shift began.
    soonest = w[w[SHIFT_START] + shift]
    if count > 0 and w[w[STARTED] + st[seq]] == 1:
        soonest = -FOREVER
    place = w[w[SHIFT_TO] + shift]
    matrix, places, loc = ways_of(w, shift), w[PLACES], w[LOC]
    for i in range(count - 1, -1, -1):
        node = st[seq + i]
        after, at = at, at - w[TAIL_WIDTH]
        cell = w[matrix + w[loc + node] * places + place]
        work = work_of(w, st, node, shift)
        ahead = work + (cell >> 32)
        opening, closing = FOREVER, -FOREVER
        first, end = w[w[WIN_PTR] + node], w[w[WIN_PTR] + node + 1]
        if end > first:
            opening = max(w[w[WIN_LO] + first], st[st[LOW] + node])
            closing = min(w[w[WIN_HI] + end - 1], st[st[HIGH] + node])
        if cell < 0:
            closing = -FOREVER
        if single:
            _bound_break(w, st, shift, at, opening, closing, work, ahead)
        if cell >= 0 and (i + 1 == count or w[w[STARTED] + st[seq + i + 1]] == 0):
            closing = min(closing, st[after + LAST] - ahead)
        quiet = st[after + QUIET]
        if quiet < FOREVER:
            quiet = -FOREVER if opening + ahead > quiet else quiet - ahead
        st[at + LAST] = closing
        st[at + OPEN] = max(opening, st[after + OPEN] - ahead)
        st[at + SPAN] = st[after + SPAN] + ahead
        quiet = min(quiet, w[w[SLA_BY] + node])
        if w[w[DUE_LATE] + node] > 0:
            quiet = (
                -FOREVER if opening > w[w[DUE_IDEAL] + node] else min(quiet, w[w[DUE_IDEAL] + node])
            )
        st[at + QUIET] = quiet
        st[at + HOME] = st[after + HOME] + (cell >> 32)
        st[at + FAR] = st[after + FAR] + (cell & 0xFFFFFFFF)
        st[at + LOOSE] = st[after + LOOSE] | w[w[SUBTLE] + node]
        st[at + OWED] = 0
        st[at + REACHED] = FOREVER
        if rich:
            st[at + LEAST] = st[after + LEAST]
        if rich and end > first:
            begin = max(opening, soonest)
            latest = max(begin, min(closing, limit))
            st[at + LEAST] += least_money(w, node, soonest, begin, latest)
            _write_fees(w, st, at, node, soonest, begin, ahead)
        place = w[loc + node]


@kernel
def note_owed(
    w: Buffer, st: Buffer, shift: int, seq: int, count: int, labels: int, tails: int
) -> None:
    """Note the money for being late of each tail of a route without breaks, whose labels are written."""
    total = st[labels + count * FIELDS + C] - st[labels + count * FIELDS + G]
    if total == 0:
        return
    place = w[w[SHIFT_FROM] + shift]
    for i in range(count):
        at, target = tails + i * w[TAIL_WIDTH], w[w[LOC] + st[seq + i]]
        ready = max(st[labels + i * FIELDS + T], w[NOW])
        st[at + REACHED] = ready + seconds(w, shift, place, target)
        # What a later start may save is left out.
        st[at + OWED] = total - st[labels + i * FIELDS + C] + st[labels + i * FIELDS + G]
        place = target
