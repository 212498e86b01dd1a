"""Compiled bounds of every place of a visit in a route, for the frequent case.

The visit has one window and no pin, the shift no break, and no stop has money that a later
departure may save: then one label stands before each stop, and a place is priced in a few dozen
instructions. `place_bound` says the same of every other case.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import INFEASIBLE, begin_route, route_money
from dispatch.solver.fair_loads import fair_money, worse
from dispatch.solver.kernel import kernel
from dispatch.solver.label import FIELDS, C, D, P, T, W
from dispatch.solver.layout import (
    BOUND,
    DUE_IDEAL,
    DUE_LATE,
    HIGH,
    LOC,
    LOW,
    MAX_TRAVEL,
    NOW,
    PER_HOUR,
    PER_KM,
    PER_OVERTIME,
    PER_SHIFT,
    PLACES,
    RESTS,
    SHIFT_FROM,
    SHIFT_LIMIT,
    SHIFT_TO,
    SLA_BY,
    STARTED,
    TAIL_WIDTH,
    TWO_WAY,
    WIN_HI,
    WIN_LO,
    WIN_PTR,
    WORKING_TIME,
)
from dispatch.solver.leg import half_up, sla_money
from dispatch.solver.problem import FOREVER
from dispatch.solver.road import ways_of
from dispatch.solver.route_clock import flow_at, work_of
from dispatch.solver.tail import owed
from dispatch.solver.tail_cells import (
    FAR,
    HOME,
    LAST,
    LEAST,
    LOOSE,
    OPEN,
    QUIET,
    SPAN,
    TAIL_CELLS,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


COMPARABLE = 1 << 48
"""Costs, doubled, from here on are none: 18,000 times as much would run over."""


@kernel
def least_prices(w: Buffer, shift: int) -> tuple[int, int, int]:
    """Prices of a second and a metre on a shift and of the shift itself, in 36,000ths.

    Each of three amounts of a route is rounded by half a unit at most. Overtime that is cheaper
    than the hours before it makes no second dear.
    """
    labour = 10 * w[w[PER_HOUR] + shift]
    if w[w[PER_OVERTIME] + shift] < w[w[PER_HOUR] + shift]:
        labour = 0
    return labour, 36 * w[w[PER_KM] + shift], 36000 * w[w[PER_SHIFT] + shift] - 54000


@kernel
def least_cost(
    working_time: bool, busy: int, metres: int, labour: int, ways: int, spent: int
) -> int:
    """What a route costs at the least by its ways and its work, in 36,000ths."""
    if working_time:
        return 36000 * busy
    return spent + labour * busy + ways * metres


@kernel
def swift_bounds(
    w: Buffer,
    st: Buffer,
    v: int,
    shift: int,
    charged: bool,
    every: bool,
    limit: int,
    route: int,
    count: int,
    last: int,
    labels: int,
    tail: int,
    travelled: int,
    metres_run: int,
    apart: int,
    fetched: bool,
) -> None:
    """Write twice the cost with the visit at each position, plus 1 where it is a bound only.

    Parameters
    ----------
    charged
        Whether this route carries the money of the visit.
    every
        Without it a position that an exact price before it beats is written as infeasible.
    limit
        The cost of the route from which on a position is written as infeasible.
    route, count
        Offset of the stops, and how many there are.
    last
        The last position that has labels.
    labels, tail
        Offsets of the labels and the tail of the first position.
    travelled, metres_run, apart
        Offsets of the travel before the first position, and cells from there to the next.
    fetched
        Whether a pickup is to come before the visit, perhaps just before it: then a visit without
        a way to it has a bound all the same, of nothing.
    """
    bounds = st[BOUND]
    matrix, places, loc = ways_of(w, shift), w[PLACES], w[LOC]
    window = w[w[WIN_PTR] + v]
    opening = max(w[w[WIN_LO] + window], st[st[LOW] + v])
    closing = min(w[w[WIN_HI] + window], st[st[HIGH] + v])
    work, by, now = work_of(w, st, v, shift), w[w[SLA_BY] + v], w[NOW]
    ideal, due_late = w[w[DUE_IDEAL] + v], w[w[DUE_LATE] + v]
    rich = w[TAIL_WIDTH] == TAIL_CELLS
    most, working_time = w[w[MAX_TRAVEL] + shift], w[WORKING_TIME] == 1
    odd_overtime = w[w[PER_OVERTIME] + shift] < w[w[PER_HOUR] + shift]
    stride = st[RESTS] * FIELDS
    place_v = w[loc + v]
    # Legs to the visit lie one in each row of the matrix, legs from it in one row: where both ways
    # are equal that row serves for both, and is in the processor's cache.
    from_v = matrix + place_v * places
    to_v, step = (from_v, 1) if w[TWO_WAY] == 1 else (matrix + place_v, places)
    label = flow_at(st, 4)
    begin_route(w, st, shift, v, label)
    following = labels
    best = 2 * min(limit, INFEASIBLE)
    # Ways and work alone, without a look at the clock, already make most positions too dear.
    labour, ways, spent = least_prices(w, shift)
    works = work + st[tail + SPAN] - st[tail + HOME]
    for pos in range(count + 1):
        st[bounds + pos] = 2 * INFEASIBLE
    for pos in range(last + 1):
        ready = st[label + T]
        if ready > closing:
            return
        wait = st[label + W]
        if ready < now:
            wait += now - ready
            ready = now
        if max(ready, opening) + work > st[tail + LAST]:
            # Even on the spot it would end too late for what comes next.
            following += stride
            label = following
            tail += w[TAIL_WIDTH]
            continue
        place = w[loc + st[route + pos - 1]] if pos > 0 else w[w[SHIFT_FROM] + shift]
        target, free = w[w[SHIFT_TO] + shift], True
        if pos < count:
            target = w[loc + st[route + pos]]
            free = w[w[STARTED] + st[route + pos]] == 0
        there, onward = w[to_v + place * step], w[from_v + target]
        arrive = ready + (there >> 32)
        start = max(arrive, opening)
        reach = start + work + (onward >> 32)
        road = st[travelled + apart * pos] + (there >> 32) + (onward >> 32) + st[tail + HOME]
        if (
            free
            and there >= 0
            and onward >= 0
            and start <= closing
            and reach <= st[tail + LAST]
            and road <= most
            and (
                best >= COMPARABLE
                or least_cost(
                    working_time,
                    road + works,
                    st[metres_run + apart * pos]
                    + st[tail + FAR]
                    + (there & 0xFFFFFFFF)
                    + (onward & 0xFFFFFFFF),
                    labour,
                    ways,
                    spent + 36000 * (st[label + C] + (st[tail + LEAST] if rich else 0)),
                )
                < 18000 * best
            )
        ):
            slide, money, late = st[label + D], st[label + C], arrive - by
            if late > 0:
                slide = min(slide, wait)
                if charged:
                    money += sla_money(w, v, late)
            elif by < FOREVER:
                slide = min(slide, wait - late)
            wait += start - arrive
            if charged and due_late > 0:
                money += half_up(due_late * max(0, start - ideal), 86400)
                slide = min(slide, wait + max(0, ideal - start))
            slide = min(slide, wait + min(closing - start, st[tail + LAST] - reach))
            loose, quiet = st[tail + LOOSE] != 0, st[tail + QUIET]
            if reach <= quiet:
                slide = min(slide, wait + quiet - reach)
            else:
                loose = True
            money += owed(w, st, tail, reach)
            behind = reach - quiet if quiet > -FOREVER else 0
            money += worse(w, st, v, arrive, start, behind)
            open_tail = st[tail + OPEN]
            end = max(reach, open_tail) + st[tail + SPAN]
            wait += max(0, open_tail - reach)
            cost = end - st[label + P] - min(wait, slide)
            if not working_time:
                metres = st[metres_run + apart * pos] + st[tail + FAR]
                metres += (there & 0xFFFFFFFF) + (onward & 0xFFFFFFFF)
                if loose and odd_overtime:
                    end = max(end, w[w[SHIFT_LIMIT] + shift])
                money += fair_money(w, st, shift, v, cost)
                cost = money + route_money(w, shift, end, cost, metres)
            if loose:
                if 2 * cost + 1 < best:
                    st[bounds + pos] = 2 * cost + 1
            elif 2 * cost < best:
                st[bounds + pos] = 2 * cost
                if not every:
                    best = 2 * cost
        elif fetched and free and there < 0 <= onward:
            st[bounds + pos] = 1
        following += stride
        label = following
        tail += w[TAIL_WIDTH]
