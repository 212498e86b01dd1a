"""Compiled price of a route that is known up to a moment, and from there on by a tail."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import INFEASIBLE, route_money
from dispatch.solver.fair_loads import fair_money
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BRK_HI,
    BRK_LO,
    BRK_PTR,
    BRK_WORK,
    MAX_TRAVEL,
    PER_HOUR,
    PER_OVERTIME,
    SHIFT_LIMIT,
    WORKING_TIME,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.tail import has_single_break, owed
from dispatch.solver.tail_cells import (
    BREAK_LAST,
    BREAK_OPEN,
    FAR,
    HOME,
    LAST,
    LOOSE,
    OPEN,
    QUIET,
    SPAN,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def _with_break(
    w: Buffer,
    st: Buffer,
    shift: int,
    tail: int,
    left: int,
    arrive: int,
    wait: int,
    slide: int,
) -> tuple[int, int, int]:
    """Take the single break of a shift on the way to a tail or behind its first stop.

    Parameters are those of `with_tail`.

    Returns
    -------
    Lower bounds of the end of the route and of the end less what a later departure saves (`FOREVER`
    where there is no room for the break), and how much later the departure may be at most.
    """
    b = w[w[BRK_PTR] + shift]
    low, high, rest = w[w[BRK_LO] + b], w[w[BRK_HI] + b], w[w[BRK_WORK] + b]
    span, end, worked, later = st[tail + SPAN] + rest, FOREVER, FOREVER, 0
    last, opening = st[tail + BREAK_LAST], st[tail + BREAK_OPEN]
    if arrive <= last:
        end = max(arrive, opening) + span
        waits = wait + max(0, opening - arrive)
        later = min(waits, slide, wait + last - arrive)
        worked = end - later
    if left <= high:
        # At the door of the first stop, or on the road when that is reached too late.
        begin = max(arrive, low) if arrive <= high else arrive
        last, opening = st[tail + LAST] - rest, st[tail + OPEN] - rest
        if begin <= last:
            waits = wait + begin - arrive
            slide = min(slide, waits + (high - begin if arrive <= high else high - left))
            slide = min(slide, waits + last - begin)
            waits += max(0, opening - begin)
            end = min(end, max(begin, opening) + span)
            worked = min(worked, max(begin, opening) + span - min(waits, slide))
            later = max(later, min(waits, slide))
    return end, worked, later


@kernel
def with_tail(
    w: Buffer,
    st: Buffer,
    v: int,
    shift: int,
    tail: int,
    behind: int,
    left: int,
    arrive: int,
    wait: int,
    slide: int,
    money: int,
    hoped: int,
    leave: int,
    travel: int,
    metres: int,
) -> tuple[int, bool]:
    """Price the route that reaches a tail at `arrive`.

    Parameters
    ----------
    v
        The visit that is new in the route.
    tail
        Offset of the tail.
    behind
        Breaks taken by then.
    left
        When the new visit is done.
    arrive, wait, slide, money, leave
        The label on arrival at the first stop of the tail (see `clock`).
    hoped
        How much of the money a later departure may save.
    travel, metres
        Travel so far, the leg to the tail included.

    Returns
    -------
    Twice the cost, plus 1 if it is a lower bound only, and whether a break taken before `left` could
    make it cheaper.
    """
    if arrive > st[tail + LAST] or travel + st[tail + HOME] > w[w[MAX_TRAVEL] + shift]:
        return 2 * INFEASIBLE, False
    bound = 1 if st[tail + LOOSE] != 0 else 0
    opening, span, quiet = st[tail + OPEN], st[tail + SPAN], st[tail + QUIET]
    end = max(arrive, opening) + span
    slide = min(slide, wait + st[tail + LAST] - arrive)
    if arrive <= quiet:
        slide = min(slide, wait + quiet - arrive)
    else:
        bound = 1
    money += owed(w, st, tail, arrive)
    waits = wait + max(0, opening - arrive)
    later = min(waits, slide)
    working, sooner = end - leave - later, False
    if behind == 0 and has_single_break(w, shift) and end > w[w[BRK_HI] + w[w[BRK_PTR] + shift]]:
        bound = 1
        rest = w[w[BRK_WORK] + w[w[BRK_PTR] + shift]]
        least = arrive + span + rest - leave - wait
        end, working, later = _with_break(w, st, shift, tail, left, arrive, wait, slide)
        if end > w[w[SHIFT_LIMIT] + shift]:
            return 2 * INFEASIBLE, True
        working -= leave
        sooner = working > least or (later == 0 and hoped > 0)
    elif behind < w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift]:
        rest = 0
        for b in range(w[w[BRK_PTR] + shift] + behind, w[w[BRK_PTR] + shift + 1]):
            if end > w[w[BRK_HI] + b]:
                rest += w[w[BRK_WORK] + b]
        if rest > 0:
            # A break ahead may lie in a wait, one for the new visit too, but never in travel or work.
            bound = 1
            later = slide
            end = max(end, arrive - wait + span + rest)
            if end > w[w[SHIFT_LIMIT] + shift]:
                return 2 * INFEASIBLE, False
            working = max(working, arrive - wait - leave + span + rest)
    if w[WORKING_TIME] == 1:
        return 2 * working + bound, sooner
    if hoped > 0 and later > 0:
        bound = 1
        money -= hoped
    if bound == 1 and w[w[PER_OVERTIME] + shift] < w[w[PER_HOUR] + shift]:
        # Overtime that is cheaper than the hours before it turns a late end into a saving.
        end = max(end, w[w[SHIFT_LIMIT] + shift])
    money += fair_money(w, st, shift, v, working)
    money += route_money(w, shift, end, working, metres + st[tail + FAR])
    return 2 * money + bound, sooner
