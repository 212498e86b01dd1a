"""Compiled tails: what the rest of a route costs, told by the moment it is reached.

A tail is the part of a route from one stop to its end. While windows are single and breaks aside,
the end of the route is `max(arrive, OPEN) + SPAN`, as long as the arrival is not after `LAST`
(the concatenation of Vidal et al. 2013, doi 10.1016/j.cor.2012.07.018, with the departure free).
So one place for a visit is priced in constant time. Where a tail holds what this does not
describe, the figure is a lower bound and the clock has the last word.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import INFEASIBLE, route_money
from dispatch.solver.fair_loads import fair_money
from dispatch.solver.kernel import kernel
from dispatch.solver.label import FIELDS, C, G, T
from dispatch.solver.layout import (
    BRK_HI,
    BRK_PTR,
    BRK_WORK,
    DUE_IDEAL,
    DUE_LATE,
    HIGH,
    LOC,
    LOW,
    MAX_TRAVEL,
    NOW,
    PER_HOUR,
    PER_OVERTIME,
    PLACES,
    SHIFT_FROM,
    SHIFT_LIMIT,
    SHIFT_TO,
    SLA_BY,
    STARTED,
    SUBTLE,
    WIN_HI,
    WIN_LO,
    WIN_PTR,
    WORKING_TIME,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.road import seconds, ways_of
from dispatch.solver.route_clock import work_of

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

LAST, OPEN, SPAN, QUIET, HOME, FAR, LOOSE, OWED, REACHED = 0, 1, 2, 3, 4, 5, 6, 7, 8
"""Cells of a tail: the latest arrival that keeps every window; the earliest that does not wait;
seconds of travel and work; the latest arrival with which nobody is served late; seconds and
metres of travel; whether the figures are bounds only; money of the tail for being late as the route is, and
the arrival that this money belongs to."""
TAIL_CELLS = 9


@kernel
def write_tails(w: Buffer, st: Buffer, shift: int, seq: int, count: int, tails: int) -> None:
    """Describe the tails of the nodes at `seq`; tail `count` is the way home alone."""
    at = tails + count * TAIL_CELLS
    st[at + LAST] = w[w[SHIFT_LIMIT] + shift]
    st[at + OPEN] = -FOREVER
    st[at + SPAN] = 0
    st[at + QUIET] = FOREVER
    st[at + HOME] = 0
    st[at + FAR] = 0
    st[at + LOOSE] = 0
    st[at + OWED] = 0
    st[at + REACHED] = FOREVER
    place = w[w[SHIFT_TO] + shift]
    matrix, places, loc = ways_of(w, shift), w[PLACES], w[LOC]
    for i in range(count - 1, -1, -1):
        node = st[seq + i]
        after, at = at, at - TAIL_CELLS
        cell = w[matrix + w[loc + node] * places + place]
        ahead = work_of(w, st, node, shift) + (cell >> 32)
        opening, closing = FOREVER, -FOREVER
        first, end = w[w[WIN_PTR] + node], w[w[WIN_PTR] + node + 1]
        if end > first:
            opening = max(w[w[WIN_LO] + first], st[st[LOW] + node])
            closing = min(w[w[WIN_HI] + end - 1], st[st[HIGH] + node])
        if cell < 0:
            closing = -FOREVER
        elif i + 1 == count or w[w[STARTED] + st[seq + i + 1]] == 0:
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
        at, target = tails + i * TAIL_CELLS, w[w[LOC] + st[seq + i]]
        ready = max(st[labels + i * FIELDS + T], w[NOW])
        st[at + REACHED] = ready + seconds(w, shift, place, target)
        # What a later start may save is left out.
        st[at + OWED] = total - st[labels + i * FIELDS + C] + st[labels + i * FIELDS + G]
        place = target


@kernel
def with_tail(
    w: Buffer,
    st: Buffer,
    v: int,
    shift: int,
    tail: int,
    behind: int,
    arrive: int,
    wait: int,
    slide: int,
    money: int,
    leave: int,
    travel: int,
    metres: int,
) -> int:
    """Price the route that reaches a tail at `arrive`.

    Parameters
    ----------
    v
        The visit that is new in the route.
    tail
        Offset of the tail.
    behind
        Breaks taken by then.
    arrive, wait, slide, money, leave
        The label on arrival at the first stop of the tail (see `clock`).
    travel, metres
        Travel so far, the leg to the tail included.

    Returns
    -------
    Twice the cost, plus 1 if it is a lower bound only.
    """
    if arrive > st[tail + LAST] or travel + st[tail + HOME] > w[w[MAX_TRAVEL] + shift]:
        return 2 * INFEASIBLE
    bound = 1 if st[tail + LOOSE] != 0 else 0
    opening, span, quiet = st[tail + OPEN], st[tail + SPAN], st[tail + QUIET]
    end = max(arrive, opening) + span
    slide = min(slide, wait + st[tail + LAST] - arrive)
    if arrive <= quiet:
        slide = min(slide, wait + quiet - arrive)
    else:
        bound = 1
        if arrive >= st[tail + REACHED]:
            money += st[tail + OWED]
    waits = wait + max(0, opening - arrive)
    working = end - leave - min(waits, slide)
    rest = 0
    for b in range(w[w[BRK_PTR] + shift] + behind, w[w[BRK_PTR] + shift + 1]):
        if end > w[w[BRK_HI] + b]:
            rest += w[w[BRK_WORK] + b]
    if rest > 0:
        # A break ahead may lie in a wait, but never in travel or work.
        bound = 1
        end = max(end, arrive + span + rest)
        if end > w[w[SHIFT_LIMIT] + shift]:
            return 2 * INFEASIBLE
        working = max(working, arrive - leave - min(wait, slide) + span + rest)
    if w[WORKING_TIME] == 1:
        return 2 * working + bound
    if bound == 1 and w[w[PER_OVERTIME] + shift] < w[w[PER_HOUR] + shift]:
        # Overtime that is cheaper than the hours before it turns a late end into a saving.
        end = max(end, w[w[SHIFT_LIMIT] + shift])
    money += fair_money(w, st, shift, v, working)
    money += route_money(w, shift, end, working, metres + st[tail + FAR])
    return 2 * money + bound
