"""The compiled clock of one leg on a shift with a single break: what `leg` says, in one go.

Most shifts have one break, and most of the time of a search goes into such legs. Nothing here
decides anything that `drive` and `work_at` do not; the tests hold both ways against each other.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.kernel import kernel
from dispatch.solver.label import FIELDS, C, D, G, P, T, W
from dispatch.solver.layout import (
    BRK_HI,
    BRK_LO,
    BRK_PTR,
    BRK_WORK,
    DUE_IDEAL,
    DUE_LATE,
    NOW,
    PROMISE_HI,
    PROMISE_LO,
    PROMISE_PRICE,
    SHIFT_LIMIT,
    SLA_BY,
    WIN_HI,
    WIN_LO,
    WIN_PTR,
)
from dispatch.solver.leg import hoped_money, sla_money, start_money
from dispatch.solver.problem import FOREVER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def next_with_one_break(
    w: Buffer,
    st: Buffer,
    shift: int,
    travel: int,
    node: int,
    low: int,
    high: int,
    work: int,
    charged: bool,
    before: int,
    after: int,
    parent: int,
) -> bool:
    """Extend the two labels of a shift with one break by a stop that has not begun.

    Parameters are those of `clock.visit_next`, with the seconds of travel to the node.

    Returns
    -------
    Whether any label is feasible. A label that could neither take the break any more nor do
    without it is not written.
    """
    b = w[w[BRK_PTR] + shift]
    break_low, break_high, rest = w[w[BRK_LO] + b], w[w[BRK_HI] + b], w[w[BRK_WORK] + b]
    now = w[NOW]
    by, ideal, price = w[w[SLA_BY] + node], w[w[DUE_IDEAL] + node], w[w[PROMISE_PRICE] + node]
    first, end = w[w[WIN_PTR] + node], w[w[WIN_PTR] + node + 1]
    found = False
    for way in range(3):
        # Without the break so far; taking it on this leg; having taken it before.
        label = before + FIELDS if way == 2 else before
        ready, wait, slide = st[label + T], st[label + W], st[label + D]
        if ready >= FOREVER:
            continue
        if ready < now:
            wait += now - ready
            ready = now
        arrive, at_arrival = ready + travel, wait
        free = arrive
        if way == 1:
            if ready > break_high:
                continue
            if arrive <= break_high:
                begin = max(break_low, arrive)
                wait += begin - arrive
                slide = min(slide, wait + break_high - begin)
                free = begin + rest
            else:
                slide = min(slide, wait + break_high - ready)
                arrive += rest
                free = arrive
        money = 0
        if by < FOREVER:
            late = arrive - by
            if late > 0:
                slide = min(slide, at_arrival)
                if charged:
                    money = sla_money(w, node, late)
            else:
                slide = min(slide, at_arrival - late)
        start, closing = max(free, low), -FOREVER
        for i in range(first, end):
            if w[w[WIN_HI] + i] >= start:
                start, closing = max(start, w[w[WIN_LO] + i]), w[w[WIN_HI] + i]
                break
        closing = min(closing, high)
        if start > closing:
            continue
        finish = start + work
        if way == 0 and finish > break_high:
            continue
        wait += start - free
        slide = min(slide, wait + closing - start)
        if charged and (ideal < FOREVER or price > 0):
            money += start_money(w, node, start)
            if ideal < FOREVER and w[w[DUE_LATE] + node] > 0:
                slide = min(slide, wait + max(0, ideal - start))
            if price > 0 and w[w[PROMISE_LO] + node] <= start <= w[w[PROMISE_HI] + node]:
                slide = min(slide, wait + w[w[PROMISE_HI] + node] - start)
        money += st[label + C]
        into = after if way == 0 else after + FIELDS
        if st[into + T] > finish or (
            st[into + T] == finish
            and (
                st[into + C] > money
                or (
                    st[into + C] == money
                    and st[into + P] + min(st[into + W], st[into + D])
                    < st[label + P] + min(wait, slide)
                )
            )
        ):
            st[into + T] = finish
            st[into + W] = wait
            st[into + D] = slide
            st[into + C] = money
            st[into + P] = st[label + P]
            hoped = hoped_money(w, node, start, w[w[SHIFT_LIMIT] + shift]) if charged else 0
            st[into + G] = st[label + G] + hoped if slide > 0 else 0
            st[parent + (0 if way == 0 else 1)] = 1 if way == 2 else 0
            found = True
    return found
