"""The compiled clock of one leg: travel to a door with breaks on the way, then the start of work."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BRK_HI,
    BRK_LO,
    BRK_PTR,
    BRK_WORK,
    DUE_EARLY,
    DUE_IDEAL,
    DUE_LATE,
    GAINS,
    PROMISE_HI,
    PROMISE_LO,
    PROMISE_PRICE,
    SLA_BY,
    SLA_FEE,
    SLA_RATE,
    WIN_HI,
    WIN_LO,
    WIN_PTR,
)
from dispatch.solver.problem import FOREVER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def half_up(numerator: int, denominator: int) -> int:
    """Round a non-negative ratio half up."""
    return int((2 * numerator + denominator) // (2 * denominator))


@kernel
def drive(
    w: Buffer,
    shift: int,
    first: int,
    count: int,
    ready: int,
    wait: int,
    slide: int,
    travel: int,
    now: int,
) -> tuple[bool, int, int, int, int, int]:
    """Travel to a door with `count` breaks on the way, the `first` of the shift first.

    A break is taken at the door when the engineer can be there by its latest start, otherwise on
    the road; either way the arrival is the end of the travel (contract section 4a, Breaks). The
    travel does not begin before `now`; a kept break that began before it is over by then or goes
    on, and is taken where the engineer was.

    Returns
    -------
    feasible, arrive, wait absorbed at the arrival, ready to start, wait, slide
    """
    base = w[w[BRK_PTR] + shift] + first
    begun = 0
    while begun < count:
        low, high, rest = (
            w[w[BRK_LO] + base + begun],
            w[w[BRK_HI] + base + begun],
            w[w[BRK_WORK] + base + begun],
        )
        if low < high or low >= now:
            break
        if ready > low:
            return False, 0, 0, 0, 0, 0
        wait += low - ready
        slide = min(slide, wait)
        ready = low + rest
        begun += 1
    if ready < now:
        wait += now - ready
        ready = now
    free, arrive, door = ready, ready + travel, False
    start = arrive
    wait_at_arrival = wait
    for b in range(base + begun, base + count):
        low, high, rest = w[w[BRK_LO] + b], w[w[BRK_HI] + b], w[w[BRK_WORK] + b]
        if door or arrive <= high:
            begin = max(low, start)
            if begin > high:
                return False, 0, 0, 0, 0, 0
            wait += begin - start
            slide = min(slide, wait + high - begin)
            start = begin + rest
            door = True
        else:
            begin = max(low, free)
            if begin > high:
                return False, 0, 0, 0, 0, 0
            slide = min(slide, wait + high - free)
            free = begin + rest
            arrive += rest
            start = arrive
    return True, arrive, wait_at_arrival, start, wait, slide


@kernel
def sla_money(w: Buffer, node: int, late: int) -> int:
    """SLA money of an arrival that is late by so many seconds (not late: nothing)."""
    if late <= 0:
        return 0
    return w[w[SLA_FEE] + node] + half_up(w[w[SLA_RATE] + node] * late, 3600)


@kernel
def start_money(w: Buffer, node: int, start: int) -> int:
    """Money of a start away from its due ideal or outside its promised window."""
    money = 0
    ideal = w[w[DUE_IDEAL] + node]
    if ideal < FOREVER:
        if start >= ideal:
            money += half_up(w[w[DUE_LATE] + node] * (start - ideal), 86400)
        else:
            money += half_up(w[w[DUE_EARLY] + node] * (ideal - start), 86400)
    if start < w[w[PROMISE_LO] + node] or start > w[w[PROMISE_HI] + node]:
        money += w[w[PROMISE_PRICE] + node]
    return money


@kernel
def hoped_money(w: Buffer, node: int, start: int, latest: int) -> int:
    """How much of `start_money` a later start, but none after `latest`, may save at most."""
    if w[w[GAINS] + node] == 0:
        return 0
    money, ideal = 0, w[w[DUE_IDEAL] + node]
    if start < ideal < FOREVER:
        money += half_up(w[w[DUE_EARLY] + node] * (ideal - start), 86400)
        money -= half_up(w[w[DUE_EARLY] + node] * max(0, ideal - max(start, latest)), 86400)
    if start < w[w[PROMISE_LO] + node] <= latest:
        money += w[w[PROMISE_PRICE] + node]
    return money


@kernel
def least_money(w: Buffer, node: int, arrive: int, opening: int, latest: int) -> int:
    """Money of a stop at the least.

    Parameters
    ----------
    arrive
        The earliest arrival.
    opening, latest
        The earliest and the latest start.
    """
    money, ideal = 0, w[w[DUE_IDEAL] + node]
    if w[w[SLA_BY] + node] < FOREVER:
        money += sla_money(w, node, arrive - w[w[SLA_BY] + node])
    if ideal < FOREVER:
        money += half_up(w[w[DUE_LATE] + node] * max(0, opening - ideal), 86400)
        money += half_up(w[w[DUE_EARLY] + node] * max(0, ideal - latest), 86400)
    if opening > w[w[PROMISE_HI] + node] or latest < w[w[PROMISE_LO] + node]:
        money += w[w[PROMISE_PRICE] + node]
    return money


@kernel
def work_at(
    w: Buffer,
    node: int,
    arrive: int,
    wait_at_arrival: int,
    ready: int,
    wait: int,
    slide: int,
    low: int,
    high: int,
    charged: bool,
) -> tuple[bool, int, int, int, int]:
    """Start the work of a node as early as its windows and the bounds [low, high] allow.

    Returns
    -------
    feasible, start, wait, slide, money of the stop
    """
    money = 0
    by = w[w[SLA_BY] + node]
    if by < FOREVER:
        late = arrive - by
        if late > 0:
            slide = min(slide, wait_at_arrival)
            if charged:
                money += sla_money(w, node, late)
        else:
            slide = min(slide, wait_at_arrival - late)
    start = max(ready, low)
    closing = -FOREVER
    for i in range(w[w[WIN_PTR] + node], w[w[WIN_PTR] + node + 1]):
        if w[w[WIN_HI] + i] >= start:
            start = max(start, w[w[WIN_LO] + i])
            closing = w[w[WIN_HI] + i]
            break
    closing = min(closing, high)
    if start > closing:
        return False, 0, 0, 0, 0
    wait += start - ready
    slide = min(slide, wait + closing - start)
    if charged:
        money += start_money(w, node, start)
        ideal = w[w[DUE_IDEAL] + node]
        if ideal < FOREVER and w[w[DUE_LATE] + node] > 0:
            slide = min(slide, wait + max(0, ideal - start))
        if (
            w[w[PROMISE_PRICE] + node] > 0
            and w[w[PROMISE_LO] + node] <= start <= w[w[PROMISE_HI] + node]
        ):
            slide = min(slide, wait + w[w[PROMISE_HI] + node] - start)
    return True, start, wait, slide, money
