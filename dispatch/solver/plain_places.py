"""Compiled pricing of every position of a visit in a route as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import INFEASIBLE, begin_route
from dispatch.solver.equipment import equipped, stocked
from dispatch.solver.fair_loads import fair_base
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BOUND,
    BRK_PTR,
    COST,
    CREW,
    ENGINEER,
    ENGINEERS,
    GAINING,
    GAINS,
    HIGH,
    LENGTH,
    LOC,
    LOW,
    METRES_RUN,
    OUT,
    PLACES,
    ROUTE,
    SEQ,
    SHIFT_FROM,
    SHIFT_TO,
    SIDE,
    SIDE_COST,
    STARTED,
    STOPS,
    SUBTLE,
    TAIL,
    TAIL_WIDTH,
    TRAVEL,
    TWO_WAY,
    VISITS,
    WIN_HI,
    WIN_LO,
    WIN_PTR,
    WISHED,
    WORKING_TIME,
)
from dispatch.solver.place_bound import place_bound
from dispatch.solver.problem import FOREVER
from dispatch.solver.road import way, ways_of
from dispatch.solver.route_clock import (
    earliest_finish,
    flow_at,
    is_charged,
    labels_at,
    run_on,
    work_of,
)
from dispatch.solver.search_world import WISHES
from dispatch.solver.swift_places import swift_bounds
from dispatch.solver.tail_cells import LAST

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

DELTA, POSITION, PICKUP_AT, OPTION, STRIPPED, WAIT = 0, 1, 2, 3, 4, 5
"""Cells of `out`: where the best place found so far is, and what it adds."""


@kernel
def side_price(w: Buffer, v: int, shift: int) -> int:
    """Preference and engineer-change money of a visit without a crew on a shift."""
    if w[WORKING_TIME] == 1 or w[w[CREW] + v] > 1:
        return 0
    return w[w[SIDE] + v * w[ENGINEERS] + w[w[ENGINEER] + shift]]


@kernel
def last_start(w: Buffer, st: Buffer, v: int) -> int:
    """The latest start that windows and bounds of a visit allow; `-FOREVER` if there is none."""
    if w[w[WIN_PTR] + v + 1] == w[w[WIN_PTR] + v]:
        return -FOREVER
    return min(w[w[WIN_HI] + w[w[WIN_PTR] + v + 1] - 1], st[st[HIGH] + v])


@kernel
def stops_gain(w: Buffer, st: Buffer, seq: int, count: int) -> bool:
    """Whether a stop of a sequence has money that a later departure may save."""
    if w[GAINING] == 1:
        for i in range(count):
            if w[w[GAINS] + st[seq + i]] == 1:
                return True
    return False


@kernel
def _bound_places(
    w: Buffer, st: Buffer, v: int, shift: int, lead: int, every: bool, limit: int
) -> None:
    """Write a lower bound of the cost with the visit at each position, see `place_bound`.

    Without `every` positions that cost `limit` or more, or more than another, may be infeasible.
    """
    count = st[st[LENGTH] + shift]
    route, bounds = st[ROUTE] + shift * st[STOPS], st[BOUND]
    tails = st[TAIL] + shift * (st[STOPS] + 1) * w[TAIL_WIDTH]
    run = shift * (st[STOPS] + 1)
    places, loc = w[PLACES], w[LOC]
    closing = last_start(w, st, v)
    opening = max(w[w[WIN_LO] + w[w[WIN_PTR] + v]], st[st[LOW] + v])
    work = work_of(w, st, v, shift)
    charged = is_charged(w, st, v) or v == lead
    gains = w[w[GAINS] + v] == 1 or stops_gain(w, st, route, count)
    place_v = w[loc + v]
    place = w[w[SHIFT_FROM] + shift]
    rests = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift] + 1
    if rests == 1 and not gains and w[w[SUBTLE] + v] == 0:
        swift_bounds(
            w,
            st,
            v,
            shift,
            charged,
            every,
            limit,
            route,
            count,
            count,
            labels_at(st, shift, 0),
            tails,
            st[TRAVEL] + run,
            st[METRES_RUN] + run,
            1,
            False,
        )
        return
    # Where both ways are equal one row of the matrix serves for both, see `swift_bounds`.
    from_v = ways_of(w, shift) + place_v * places
    to_v, step = (from_v, 1) if w[TWO_WAY] == 1 else (ways_of(w, shift) + place_v, places)
    most = min(limit, INFEASIBLE)
    for pos in range(count + 1):
        st[bounds + pos] = 2 * INFEASIBLE
    for pos in range(count + 1):
        target = w[w[SHIFT_TO] + shift]
        started = False
        if pos < count:
            target = w[loc + st[route + pos]]
            started = w[w[STARTED] + st[route + pos]] == 1
        labels = labels_at(st, shift, pos)
        if not started:
            if pos == 0:
                labels = flow_at(st, 4)
                begin_route(w, st, shift, v, labels)
            ready = earliest_finish(st, labels, rests)
            if ready > closing:
                return
            if max(ready, opening) + work > st[tails + pos * w[TAIL_WIDTH] + LAST]:
                # Even on the spot it would end too late for what comes next.
                place = target
                continue
            there, onward = w[to_v + place * step], w[from_v + target]
            tail = tails + pos * w[TAIL_WIDTH]
            if there >= 0 and onward >= 0:
                bound = place_bound(
                    w,
                    st,
                    v,
                    shift,
                    work,
                    charged,
                    labels,
                    gains,
                    there,
                    onward,
                    tail,
                    st[st[TRAVEL] + run + pos],
                    st[st[METRES_RUN] + run + pos],
                    most,
                )
                st[bounds + pos] = bound
                if bound & 1 == 0 and not every:
                    most = min(most, (bound >> 1) + 1)
        place = target


@kernel
def plain_places(w: Buffer, st: Buffer, v: int, shift: int, lead: int, needs: bool) -> None:
    """Try every position without a new pickup, cheapest bound first; writes the best to `out`."""
    count = st[st[LENGTH] + shift]
    route, bounds = st[ROUTE] + shift * st[STOPS], st[BOUND]
    base = fair_base(w, st, shift) + st[st[COST] + shift] - st[st[SIDE_COST] + shift]
    side = side_price(w, v, shift)
    closing = last_start(w, st, v)
    if closing <= -FOREVER:
        return
    opening = max(w[w[WIN_LO] + w[w[WIN_PTR] + v]], st[st[LOW] + v])
    seq, out = st[SEQ], st[OUT]
    breaks = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift]
    _bound_places(w, st, v, shift, lead, needs, st[out + DELTA] + base - side)
    placed = -1
    while True:
        # Of equals the last: it makes the fewest others wait.
        pos, bound = 0, st[bounds]
        for i in range(1, count + 1):
            if st[bounds + i] <= bound:
                pos, bound = i, st[bounds + i]
        most = st[out + DELTA] + (1 if 0 <= placed < pos else 0)
        if bound >= 2 * INFEASIBLE or (bound >> 1) - base + side >= most:
            return
        st[bounds + pos] = 2 * INFEASIBLE
        if bound & 1 == 0 and not needs:
            st[out + DELTA] = (bound >> 1) - base + side
            st[out + POSITION] = placed = pos
            st[out + WAIT] = st[st[LOW] + v]
            continue
        for i in range(pos):
            st[seq + i] = st[route + i]
        st[seq + pos] = v
        for i in range(pos, count):
            st[seq + i + 1] = st[route + i]
        seen = 0
        for i in range(pos):
            if st[route + i] < w[VISITS]:
                seen += 1
        place = w[w[SHIFT_FROM] + shift] if pos == 0 else w[w[LOC] + st[route + pos - 1]]
        labels = labels_at(st, shift, pos)
        if pos == 0:
            labels = flow_at(st, 4)
            begin_route(w, st, shift, v, labels)
        soonest = earliest_finish(st, labels, breaks + 1) + way(w, shift, place, w[w[LOC] + v])
        # The first round starts as early as it can; the others wait for a moment worth it.
        own = st[st[LOW] + v]
        for wish in range(WISHES + 1 if w[GAINING] == 1 else 1):
            low = own
            if wish > 0:
                low = w[w[WISHED] + v * WISHES + wish - 1]
                if low <= max(soonest, opening) or low > closing:
                    continue
            st[st[LOW] + v] = low
            cost = bound >> 1
            if bound & 1 == 1:
                cost = run_on(
                    w,
                    st,
                    shift,
                    seq,
                    pos,
                    count + 1,
                    labels,
                    place,
                    st[st[TRAVEL] + shift * (st[STOPS] + 1) + pos],
                    st[st[METRES_RUN] + shift * (st[STOPS] + 1) + pos],
                    seen,
                    lead,
                    v,
                    most + base - side,
                )
                # The bound alone knows what the largest lateness of the plan becomes.
                cost = max(cost, bound >> 1)
            ready = cost < INFEASIBLE and cost - base + side < most
            if ready and needs:
                ready = equipped(w, st, shift, seq, count + 1, lead) and stocked(
                    w, st, shift, seq, count + 1, pos
                )
            st[st[LOW] + v] = own
            if ready:
                most = st[out + DELTA] = cost - base + side
                st[out + POSITION] = placed = pos
                st[out + WAIT] = low
