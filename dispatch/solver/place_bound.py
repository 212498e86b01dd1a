"""Compiled price of a visit or a pickup between the labels and a tail of a route.

A label and a tail tell it in constant time: exactly where the tail says all there is to say, else
as a lower bound. A bound that is close spares the clock (`run_on`) most places.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import INFEASIBLE
from dispatch.solver.fair_loads import worse
from dispatch.solver.kernel import kernel
from dispatch.solver.label import FIELDS, C, D, G, P, T, W
from dispatch.solver.layout import (
    BRK_PTR,
    GAINS,
    HIGH,
    LOW,
    NOW,
    SHIFT_LIMIT,
    SUBTLE,
    UNDER_WAY,
    WISHED,
    WORKING_TIME,
)
from dispatch.solver.leg import drive, hoped_money, work_at
from dispatch.solver.problem import FOREVER
from dispatch.solver.route_clock import earliest_finish
from dispatch.solver.search_world import WISHES
from dispatch.solver.swift_places import COMPARABLE, least_cost, least_prices
from dispatch.solver.tail import owed
from dispatch.solver.tail_cells import (
    FAR,
    QUIET,
    SPAN,
)
from dispatch.solver.with_tail import with_tail
from dispatch.solver.world import PINNED

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def _break_before(
    w: Buffer,
    st: Buffer,
    v: int,
    shift: int,
    tail: int,
    work: int,
    ready: int,
    there: int,
    onward: int,
    wait: int,
    slide: int,
    money: int,
    hoped: int,
    leave: int,
    travel: int,
    metres: int,
    earliest: int,
) -> int:
    """Twice a lower bound of the route that takes its single break on the way to the new visit.

    Parameters
    ----------
    ready, wait, slide, leave
        The label before the way to the visit, `ready` not before now.
    there, onward
        Seconds to the visit and from it to the tail.
    money, hoped
        Of the stops before the tail, and how much of it a later departure may save.
    travel, metres
        Travel so far, the leg to the tail included.
    earliest
        The start of the visit at the earliest.
    """
    ok, arrive, at_arrival, free, wait, slide = drive(
        w, shift, 0, 1, ready, wait, slide, there, -FOREVER
    )
    if not ok:
        return 2 * INFEASIBLE
    ok, start, wait, slide, _ = work_at(
        w,
        v,
        arrive,
        at_arrival,
        free,
        wait,
        slide,
        earliest,
        st[st[HIGH] + v],
        False,
    )
    if not ok:
        return 2 * INFEASIBLE
    bound, _ = with_tail(
        w,
        st,
        v,
        shift,
        tail,
        1,
        start + work,
        start + work + onward,
        wait,
        slide,
        money,
        hoped,
        leave,
        travel,
        metres,
    )
    return bound


@kernel
def _started_from(
    w: Buffer,
    st: Buffer,
    v: int,
    shift: int,
    low: int,
    work: int,
    charged: bool,
    labels: int,
    gains: bool,
    there: int,
    onward: int,
    tail: int,
    travel: int,
    metres: int,
    limit: int,
) -> int:
    """`place_bound` of a visit that starts at `low` or later."""
    first = w[w[BRK_PTR] + shift]
    rests = w[w[BRK_PTR] + shift + 1] - first + 1
    best = 2 * INFEASIBLE
    # What is on its way already may have been left for before now.
    now = -FOREVER if w[w[UNDER_WAY] + v] == 1 else w[NOW]
    pinned = 1 if w[w[SUBTLE] + v] & PINNED != 0 else 0
    travel += (there >> 32) + (onward >> 32)
    metres += (there & 0xFFFFFFFF) + (onward & 0xFFFFFFFF)
    far, working_time = metres + st[tail + FAR], w[WORKING_TIME] == 1
    ahead = (there >> 32) + work + (onward >> 32) + st[tail + SPAN]
    labour, ways, spent = least_prices(w, shift)
    for k in range(rests):
        ready, wait = st[labels + k * FIELDS + T], st[labels + k * FIELDS + W]
        if ready >= FOREVER:
            continue
        if limit < COMPARABLE // 2:
            # Ways and work alone, without a look at the clock, already make most places too dear.
            busy = ready - wait - st[labels + k * FIELDS + P] + ahead
            soonest = max(ready, now) + ahead - st[tail + SPAN]
            known = st[labels + k * FIELDS + C] - st[labels + k * FIELDS + G]
            known += owed(w, st, tail, soonest)
            if (
                least_cost(working_time, busy, far, labour, ways, spent + 36000 * known)
                >= 36000 * limit
            ):
                continue
        if ready < now:
            wait += now - ready
            ready = now
        arrive = ready + (there >> 32)
        ok, start, waits, slide, money = work_at(
            w,
            v,
            arrive,
            wait,
            arrive,
            wait,
            st[labels + k * FIELDS + D],
            low,
            st[st[HIGH] + v],
            charged,
        )
        if not ok:
            continue
        hoped = st[labels + k * FIELDS + G]
        own = hoped_money(w, v, start, w[w[SHIFT_LIMIT] + shift]) if charged else 0
        if hoped + own > 0:
            # A later departure is not held back by what it saves.
            _, _, _, slide, _ = work_at(
                w,
                v,
                arrive,
                wait,
                arrive,
                wait,
                st[labels + k * FIELDS + D],
                low,
                st[st[HIGH] + v],
                False,
            )
        money += st[labels + k * FIELDS + C]
        if not gains:
            quiet = st[tail + QUIET]
            behind = start + work + (onward >> 32) - quiet if quiet > -FOREVER else 0
            money += worse(w, st, v, arrive, start, behind)
        bound, sooner = with_tail(
            w,
            st,
            v,
            shift,
            tail,
            k,
            start + work,
            start + work + (onward >> 32),
            waits,
            slide,
            money,
            hoped + own,
            st[labels + k * FIELDS + P],
            travel,
            metres,
        )
        best = min(best, bound | pinned)
        if sooner:
            bound = _break_before(
                w,
                st,
                v,
                shift,
                tail,
                work,
                ready,
                there >> 32,
                onward >> 32,
                wait,
                st[labels + k * FIELDS + D],
                money - own,
                hoped,
                st[labels + k * FIELDS + P],
                travel,
                metres,
                low,
            )
            best = min(best, bound | 1)
    return best


@kernel
def place_bound(
    w: Buffer,
    st: Buffer,
    v: int,
    shift: int,
    work: int,
    charged: bool,
    labels: int,
    gains: bool,
    there: int,
    onward: int,
    tail: int,
    travel: int,
    metres: int,
    limit: int,
) -> int:
    """Price a visit between a route's labels and one of its tails.

    Parameters
    ----------
    labels, tail
        Offsets of the clock before the visit and of the tail behind it.
    charged
        Whether this route carries the money of the visit.
    gains
        Whether the route or the visit has money that a later departure may save.
    there, onward
        Cells of the legs to the visit and from it.
    travel, metres
        Travel of the route before the leg to the visit.
    limit
        The cost of the route from which on the place need not be priced.

    Returns
    -------
    Twice the cost, plus 1 if it is a lower bound only.
    """
    best = _started_from(
        w,
        st,
        v,
        shift,
        st[st[LOW] + v],
        work,
        charged,
        labels,
        gains,
        there,
        onward,
        tail,
        travel,
        metres,
        limit,
    )
    if w[w[GAINS] + v] == 0:
        return best
    rests = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift] + 1
    soonest = max(st[st[LOW] + v], earliest_finish(st, labels, rests) + (there >> 32))
    for wish in range(WISHES):
        low = w[w[WISHED] + v * WISHES + wish]
        if soonest < low <= w[w[SHIFT_LIMIT] + shift]:
            bound = _started_from(
                w,
                st,
                v,
                shift,
                low,
                work,
                charged,
                labels,
                gains,
                there,
                onward,
                tail,
                travel,
                metres,
                limit,
            )
            # Whoever takes the place at this price must wait for that: the clock says so.
            best = min(best, bound | 1)
    return best
