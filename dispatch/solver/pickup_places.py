"""Compiled pricing of a visit together with a new pickup on the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import FIELDS, INFEASIBLE, begin_route, visit_next
from dispatch.solver.equipment import equipped, stocked
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BASE,
    BASE_LABELS,
    BASE_LATEST,
    BRK_PTR,
    COST,
    DEPOT_TOOLS,
    ENGINEER,
    ENGINEER_TOOLS,
    GAINING,
    HIGH,
    LENGTH,
    LOC,
    LOW,
    METRES,
    OPTION_DEPOT,
    OPTION_SHIFT,
    OPTIONS,
    OUT,
    PARENT,
    PART,
    PART_PTR,
    PARTS,
    PLACES,
    RESTS,
    ROUTE,
    SEQ,
    SHIFT_FROM,
    SHIFT_LIMIT,
    SHIFT_TO,
    SIDE_COST,
    STARTED,
    STOPS,
    SUPPLY,
    VISIT_TOOLS,
    VISITS,
    WIN_HI,
    WIN_PTR,
    WISHED,
    WORDS,
)
from dispatch.solver.plain_places import (
    BASE_BUSY,
    DELTA,
    OPTION,
    PICKUP_AT,
    POSITION,
    STRIPPED,
    WAIT,
    last_start,
    least_cost,
    side_price,
    way,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.route_clock import earliest_finish, flow_at, run_on, work_of
from dispatch.solver.search_world import WISHES

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def base_route(w: Buffer, st: Buffer, shift: int) -> tuple[int, bool]:
    """Copy the route without its free pickups to `base`; tell whether there were any."""
    count, dropped = 0, False
    for i in range(st[st[LENGTH] + shift]):
        node = st[st[ROUTE] + shift * st[STOPS] + i]
        if node >= w[VISITS] and w[w[OPTION_SHIFT] + node - w[VISITS]] < 0:
            dropped = True
        else:
            st[st[BASE] + count] = node
            count += 1
    return count, dropped


@kernel
def useful(w: Buffer, v: int, option: int, shift: int) -> bool:
    """Whether a pickup has a tool or part that the visit needs and the engineer may lack."""
    depot, engineer = w[w[OPTION_DEPOT] + option], w[w[ENGINEER] + shift]
    for word in range(w[WORDS]):
        lacking = (
            w[w[VISIT_TOOLS] + v * w[WORDS] + word]
            & ~w[w[ENGINEER_TOOLS] + engineer * w[WORDS] + word]
        )
        gained = lacking & w[w[DEPOT_TOOLS] + depot * w[WORDS] + word]
        if gained != 0:
            return True
    for j in range(w[w[PART_PTR] + v], w[w[PART_PTR] + v + 1]):
        if w[w[SUPPLY] + depot * w[PARTS] + w[w[PART] + j]] != 0:
            return True
    return False


@kernel
def _place_before(w: Buffer, shift: int, base: int, st: Buffer, at: int) -> int:
    return w[w[SHIFT_FROM] + shift] if at == 0 else w[w[LOC] + st[base + at - 1]]


@kernel
def _place_after(w: Buffer, shift: int, base: int, st: Buffer, at: int, count: int) -> int:
    return w[w[SHIFT_TO] + shift] if at == count else w[w[LOC] + st[base + at]]


@kernel
def _bound_base(w: Buffer, st: Buffer, shift: int, count: int) -> None:
    """Latest starts of the stops at `BASE`, breaks and middle windows ignored, to `BASE_LATEST`."""
    base, latest = st[BASE], st[BASE_LATEST]
    place, limit = w[w[SHIFT_TO] + shift], w[w[SHIFT_LIMIT] + shift]
    st[latest + count] = limit
    for i in range(count - 1, -1, -1):
        node = st[base + i]
        onward = way(w, shift, w[w[LOC] + node], place)
        closing = -FOREVER
        if w[w[WIN_PTR] + node + 1] > w[w[WIN_PTR] + node]:
            closing = min(w[w[WIN_HI] + w[w[WIN_PTR] + node + 1] - 1], st[st[HIGH] + node])
        if i + 1 < count and w[w[STARTED] + st[base + i + 1]] == 1:
            limit = closing
        else:
            limit = min(closing, limit - onward - work_of(w, st, node, shift))
        st[latest + i] = limit
        place = w[w[LOC] + node]


@kernel
def _with_pickup_at_least(
    w: Buffer, st: Buffer, v: int, shift: int, option: int, at: int, pos: int, count: int
) -> int:
    """A lower bound of the cost with a pickup before stop `at` of the base and `v` before `pos`."""
    base = st[BASE]
    depot, place = w[w[LOC] + w[VISITS] + option], w[w[LOC] + v]
    before = _place_before(w, shift, base, st, at)
    after = _place_after(w, shift, base, st, pos, count)
    if pos == at:
        busy = way(w, shift, before, depot) + way(w, shift, depot, place)
        busy += way(w, shift, place, after) - way(w, shift, before, after)
    else:
        middle = w[w[LOC] + st[base + at]]
        last = w[w[LOC] + st[base + pos - 1]]
        busy = way(w, shift, before, depot) + way(w, shift, depot, middle)
        busy += way(w, shift, last, place) + way(w, shift, place, after)
        busy -= way(w, shift, before, middle) + way(w, shift, last, after)
    busy += work_of(w, st, v, shift) + work_of(w, st, w[VISITS] + option, shift)
    return least_cost(w, shift, st[st[OUT] + BASE_BUSY] + busy, 0)


@kernel
def _try_with_pickup(
    w: Buffer,
    st: Buffer,
    v: int,
    shift: int,
    lead: int,
    option: int,
    at: int,
    pos: int,
    count: int,
    first: int,
    labels: int,
    place: int,
    travel: int,
    metres: int,
    seen: int,
) -> None:
    """Price one pair of positions, its first `first` stops timed already; keep it if cheapest."""
    base, seq = st[BASE], st[SEQ]
    for i in range(at):
        st[seq + i] = st[base + i]
    st[seq + at] = w[VISITS] + option
    for i in range(at, pos):
        st[seq + i + 1] = st[base + i]
    st[seq + pos + 1] = v
    for i in range(pos, count):
        st[seq + i + 2] = st[base + i]
    known = st[st[COST] + shift] - st[st[SIDE_COST] + shift] - side_price(w, v, shift)
    own, closing = st[st[LOW] + v], last_start(w, st, v)
    for wish in range(WISHES + 1 if w[GAINING] == 1 else 1):
        low = own
        if wish > 0:
            low = w[w[WISHED] + v * WISHES + wish - 1]
            if low <= own or low > closing:
                continue
        st[st[LOW] + v] = low
        cost = run_on(
            w, st, shift, seq, first, count + 2, labels, place, travel, metres, seen, lead
        )
        if (
            cost < INFEASIBLE
            and cost - known < st[st[OUT] + DELTA]
            and equipped(w, st, shift, seq, count + 2, lead)
            and stocked(w, st, shift, seq, count + 2)
        ):
            st[st[OUT] + DELTA] = cost - known
            st[st[OUT] + POSITION] = pos
            st[st[OUT] + PICKUP_AT] = at
            st[st[OUT] + OPTION] = option
            st[st[OUT] + STRIPPED] = 1
            st[st[OUT] + WAIT] = low
        st[st[LOW] + v] = own


@kernel
def _along(
    w: Buffer,
    st: Buffer,
    v: int,
    shift: int,
    lead: int,
    option: int,
    at: int,
    count: int,
    labels: int,
    place: int,
    travel: int,
    metres: int,
    seen: int,
) -> None:
    """Time a pickup before stop `at` of the base, then try the visit at every later position."""
    base, node = st[BASE], w[VISITS] + option
    rests = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift] + 1
    known = st[st[COST] + shift] - st[st[SIDE_COST] + shift] - side_price(w, v, shift)
    closing = last_start(w, st, v)
    now, spare = flow_at(st, 5), flow_at(st, 6)
    if not visit_next(
        w,
        st,
        shift,
        place,
        node,
        st[st[LOW] + node],
        st[st[HIGH] + node],
        work_of(w, st, node, shift),
        True,
        labels,
        now,
        st[PARENT],
    ):
        return
    travel += way(w, shift, place, w[w[LOC] + node])
    metres += w[w[METRES] + place * w[PLACES] + w[w[LOC] + node]]
    place = w[w[LOC] + node]
    for pos in range(at, count + 1):
        soonest = earliest_finish(st, now, rests)
        if soonest > closing:
            return
        blocked = pos < count and w[w[STARTED] + st[base + pos]] == 1
        reach = soonest + way(w, shift, place, w[w[LOC] + v])
        bound = _with_pickup_at_least(w, st, v, shift, option, at, pos, count)
        if not blocked and reach <= closing and bound < known + st[st[OUT] + DELTA]:
            _try_with_pickup(
                w,
                st,
                v,
                shift,
                lead,
                option,
                at,
                pos,
                count,
                pos + 1,
                now,
                place,
                travel,
                metres,
                seen,
            )
        if pos == count:
            return
        node = st[base + pos]
        if soonest + way(w, shift, place, w[w[LOC] + node]) > st[st[BASE_LATEST] + pos]:
            return
        if not visit_next(
            w,
            st,
            shift,
            place,
            node,
            st[st[LOW] + node],
            st[st[HIGH] + node],
            work_of(w, st, node, shift),
            True,
            now,
            spare,
            st[PARENT],
        ):
            return
        travel += way(w, shift, place, w[w[LOC] + node])
        metres += w[w[METRES] + place * w[PLACES] + w[w[LOC] + node]]
        place = w[w[LOC] + node]
        now, spare = spare, now
        if node < w[VISITS]:
            seen += 1


@kernel
def places_with_pickup(w: Buffer, st: Buffer, v: int, shift: int, lead: int) -> None:
    """Try a new pickup before the visit, in place of the free pickups of the route."""
    if st[st[OUT] + DELTA] < INFEASIBLE:
        # The route can do it as it is; a search that moves pickups is for when it cannot.
        return
    count, _ = base_route(w, st, shift)
    base, block = st[BASE], st[RESTS] * FIELDS
    closing = last_start(w, st, v)
    rests = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift] + 1
    _bound_base(w, st, shift, count)
    busy, place = 0, w[w[SHIFT_FROM] + shift]
    for i in range(count):
        node = st[base + i]
        busy += way(w, shift, place, w[w[LOC] + node]) + work_of(w, st, node, shift)
        place = w[w[LOC] + node]
    st[st[OUT] + BASE_BUSY] = busy + way(w, shift, place, w[w[SHIFT_TO] + shift])
    begin_route(w, st, shift, st[base] if count > 0 else -1, st[BASE_LABELS])
    place = w[w[SHIFT_FROM] + shift]
    travel = metres = seen = 0
    for at in range(count + 1):
        blocked = at < count and w[w[STARTED] + st[base + at]] == 1
        labels = st[BASE_LABELS] + at * block
        soonest = earliest_finish(st, labels, rests)
        if soonest > closing:
            return
        for option in range(w[OPTIONS]):
            if blocked or w[w[OPTION_SHIFT] + option] >= 0 or not useful(w, v, option, shift):
                continue
            node = w[VISITS] + option
            if soonest + way(w, shift, place, w[w[LOC] + node]) > closing:
                continue
            start = labels
            if at == 0:
                start = flow_at(st, 4)
                begin_route(w, st, shift, node, start)
            _along(w, st, v, shift, lead, option, at, count, start, place, travel, metres, seen)
        if at == count:
            return
        node = st[base + at]
        if not visit_next(
            w,
            st,
            shift,
            place,
            node,
            st[st[LOW] + node],
            st[st[HIGH] + node],
            work_of(w, st, node, shift),
            True,
            labels,
            labels + block,
            st[PARENT],
        ):
            return
        travel += way(w, shift, place, w[w[LOC] + node])
        metres += w[w[METRES] + place * w[PLACES] + w[w[LOC] + node]]
        place = w[w[LOC] + node]
        if node < w[VISITS]:
            seen += 1
