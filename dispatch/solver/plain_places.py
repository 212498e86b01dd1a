"""Compiled pricing of every position of a visit in a route as it is."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import INFEASIBLE, begin_route
from dispatch.solver.equipment import equipped, stocked
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BRK_PTR,
    COST,
    CREW,
    ENGINEER,
    ENGINEERS,
    GAINING,
    HIGH,
    LATEST,
    LENGTH,
    LOC,
    LOW,
    METRES_RUN,
    OUT,
    PER_HOUR,
    PER_KM,
    PER_OVERTIME,
    PER_SHIFT,
    PLACES,
    PROFILE,
    ROUTE,
    SECONDS,
    SEQ,
    SHIFT_FROM,
    SHIFT_TO,
    SIDE,
    SIDE_COST,
    STARTED,
    STOPS,
    TRAVEL,
    VISITS,
    WIN_HI,
    WIN_LO,
    WIN_PTR,
    WISHED,
    WORKING_TIME,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.route_clock import (
    earliest_finish,
    flow_at,
    labels_at,
    run_on,
    work_of,
)
from dispatch.solver.search_world import WISHES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

DELTA, POSITION, PICKUP_AT, OPTION, STRIPPED, WAIT, BASE_BUSY = 0, 1, 2, 3, 4, 5, 6
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
def way(w: Buffer, shift: int, start: int, end: int) -> int:
    """Seconds between two locations during a shift; `FOREVER` where there is no road."""
    seconds = w[w[SECONDS] + (w[w[PROFILE] + shift] * w[PLACES] + start) * w[PLACES] + end]
    return seconds if seconds >= 0 else FOREVER


@kernel
def least_cost(w: Buffer, shift: int, busy: int, metres: int) -> int:
    """A lower bound of a route's cost from its work and travel alone: it never waits or is late."""
    if w[WORKING_TIME] == 1:
        return busy
    hour = min(w[w[PER_HOUR] + shift], w[w[PER_OVERTIME] + shift])
    money = w[w[PER_SHIFT] + shift] + hour * busy // 3600
    return money + w[w[PER_KM] + shift] * metres // 1000 - 2


@kernel
def plain_places(w: Buffer, st: Buffer, v: int, shift: int, lead: int, needs: bool) -> None:
    """Try every position without a new pickup; writes the best to `out`."""
    count, profile = st[st[LENGTH] + shift], w[w[PROFILE] + shift]
    route = st[ROUTE] + shift * st[STOPS]
    base = st[st[COST] + shift] - st[st[SIDE_COST] + shift]
    side = side_price(w, v, shift)
    closing = last_start(w, st, v)
    opening = max(w[w[WIN_LO] + w[w[WIN_PTR] + v]], st[st[LOW] + v]) if closing > -FOREVER else 0
    work = work_of(w, st, v, shift)
    place_v = w[w[LOC] + v]
    breaks = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift]
    seq = st[SEQ]
    for i in range(count):
        st[seq + i + 1] = st[route + i]
    busy = st[st[TRAVEL] + shift * (st[STOPS] + 1) + count] + work
    last = w[w[SHIFT_FROM] + shift]
    for i in range(count):
        busy += work_of(w, st, st[route + i], shift)
        last = w[w[LOC] + st[route + i]]
    busy += way(w, shift, last, w[w[SHIFT_TO] + shift])
    for pos in range(count + 1):
        # `seq` holds the route with a hole at `pos`; the hole wanders to the right.
        if pos > 0:
            st[seq + pos - 1] = st[route + pos - 1]
        st[seq + pos] = v
        if pos < count and w[w[STARTED] + st[route + pos]] == 1:
            continue
        place = w[w[SHIFT_FROM] + shift] if pos == 0 else w[w[LOC] + st[route + pos - 1]]
        there = w[w[SECONDS] + (profile * w[PLACES] + place) * w[PLACES] + place_v]
        labels = labels_at(st, shift, pos)
        soonest = earliest_finish(st, labels, breaks + 1)
        if soonest > closing:
            break
        if there < 0 or soonest + there > closing:
            continue
        target = w[w[SHIFT_TO] + shift] if pos == count else w[w[LOC] + st[route + pos]]
        onward = w[w[SECONDS] + (profile * w[PLACES] + place_v) * w[PLACES] + target]
        if onward < 0:
            continue
        if (
            max(soonest + there, opening) + work + onward
            > st[st[LATEST] + shift * (st[STOPS] + 1) + pos]
        ):
            continue
        added = there + onward - way(w, shift, place, target)
        if least_cost(w, shift, busy + added, 0) + side >= base + st[st[OUT] + DELTA]:
            continue
        seen = 0
        for i in range(pos):
            if st[route + i] < w[VISITS]:
                seen += 1
        if pos == 0:
            begin_route(w, st, shift, v, flow_at(st, 4))
            labels = flow_at(st, 4)
        # The first round starts as early as it can; the others wait for a moment worth it.
        own = st[st[LOW] + v]
        for wish in range(WISHES + 1 if w[GAINING] == 1 else 1):
            low = own
            if wish > 0:
                low = w[w[WISHED] + v * WISHES + wish - 1]
                if low <= max(soonest + there, opening) or low > closing:
                    continue
            st[st[LOW] + v] = low
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
            )
            st[st[LOW] + v] = own
            if cost >= INFEASIBLE or cost - base + side >= st[st[OUT] + DELTA]:
                continue
            if needs:
                st[st[LOW] + v] = low
                ready = equipped(w, st, shift, seq, count + 1, lead) and stocked(
                    w, st, shift, seq, count + 1
                )
                st[st[LOW] + v] = own
                if not ready:
                    continue
            st[st[OUT] + DELTA] = cost - base + side
            st[st[OUT] + POSITION] = pos
            st[st[OUT] + WAIT] = low
