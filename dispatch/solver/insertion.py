"""Compiled insertion: the cheapest place of a visit in a route, a pickup on the way included.

Every place is priced exactly by the clock. Prices are remembered under a hash of the route and
the visit, so a route that did not change, or that comes back after an undo, is not priced again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import FIELDS, INFEASIBLE, begin_route, visit_next
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    ALLOWED,
    BASE,
    BASE_LABELS,
    BASE_LATEST,
    BRK_PTR,
    BUCKETS,
    CACHE,
    CACHE_KEY,
    CACHE_SIZE,
    COST,
    CREW,
    DEPOT_TOOLS,
    ENGINEER,
    ENGINEER_TOOLS,
    ENGINEERS,
    HASH,
    HIGH,
    LATEST,
    LENGTH,
    LINKED,
    LOC,
    LOW,
    METRES,
    METRES_RUN,
    MULTI_SHIFT,
    NEEDS,
    OPTION_DEPOT,
    OPTION_SHIFT,
    OPTIONS,
    OUT,
    PARENT,
    PART,
    PART_PTR,
    PARTS,
    PER_HOUR,
    PER_KM,
    PER_OVERTIME,
    PER_SHIFT,
    PLACES,
    PROFILE,
    RESTS,
    ROUTE,
    SECONDS,
    SEQ,
    SHIFT_FROM,
    SHIFT_LIMIT,
    SHIFT_TO,
    SHIFTS,
    SIDE,
    SIDE_COST,
    STARTED,
    STOPS,
    SUPPLY,
    TRAVEL,
    VISIT_TOOLS,
    VISITS,
    WIN_HI,
    WIN_LO,
    WIN_PTR,
    WORDS,
    WORKING_TIME,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.route_state import (
    earliest_finish,
    equipped,
    flow_at,
    labels_at,
    mixed,
    refresh,
    run_on,
    stocked,
    work_of,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

DELTA, POSITION, PICKUP_AT, OPTION, STRIPPED, BASE_BUSY = 0, 1, 2, 3, 4, 5


@kernel
def _side(w: Buffer, v: int, shift: int) -> int:
    if w[WORKING_TIME] == 1 or w[w[CREW] + v] > 1:
        return 0
    return w[w[SIDE] + v * w[ENGINEERS] + w[w[ENGINEER] + shift]]


@kernel
def _closing(w: Buffer, st: Buffer, v: int) -> int:
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
def _plain_places(w: Buffer, st: Buffer, v: int, shift: int, lead: int, needs: bool) -> None:
    """Try every position without a new pickup; writes the best to `out`."""
    count, profile = st[st[LENGTH] + shift], w[w[PROFILE] + shift]
    route = st[ROUTE] + shift * st[STOPS]
    base = st[st[COST] + shift] - st[st[SIDE_COST] + shift]
    side = _side(w, v, shift)
    closing = _closing(w, st, v)
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
        if cost >= INFEASIBLE or cost - base + side >= st[st[OUT] + DELTA]:
            continue
        if needs and not (
            equipped(w, st, shift, seq, count + 1, lead) and stocked(w, st, shift, seq, count + 1)
        ):
            continue
        st[st[OUT] + DELTA] = cost - base + side
        st[st[OUT] + POSITION] = pos


@kernel
def _base_route(w: Buffer, st: Buffer, shift: int) -> tuple[int, bool]:
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
    cost = run_on(w, st, shift, seq, first, count + 2, labels, place, travel, metres, seen, lead)
    if cost >= INFEASIBLE:
        return
    delta = cost - st[st[COST] + shift] + st[st[SIDE_COST] + shift] + _side(w, v, shift)
    if delta >= st[st[OUT] + DELTA]:
        return
    if not equipped(w, st, shift, seq, count + 2, lead):
        return
    if not stocked(w, st, shift, seq, count + 2):
        return
    st[st[OUT] + DELTA] = delta
    st[st[OUT] + POSITION] = pos
    st[st[OUT] + PICKUP_AT] = at
    st[st[OUT] + OPTION] = option
    st[st[OUT] + STRIPPED] = 1


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
    known = st[st[COST] + shift] - st[st[SIDE_COST] + shift] - _side(w, v, shift)
    closing = _closing(w, st, v)
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
def _places_with_pickup(w: Buffer, st: Buffer, v: int, shift: int, lead: int) -> None:
    """Try a new pickup before the visit, in place of the free pickups of the route."""
    if st[st[OUT] + DELTA] < INFEASIBLE:
        # The route can do it as it is; a search that moves pickups is for when it cannot.
        return
    count, _ = _base_route(w, st, shift)
    base, block = st[BASE], st[RESTS] * FIELDS
    closing = _closing(w, st, v)
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


@kernel
def cheapest(w: Buffer, st: Buffer, v: int, shift: int, lead: int, bare: bool) -> int:
    """Price the cheapest feasible place of a visit in a route.

    Parameters
    ----------
    v, shift
        The visit, which is not in the route, and the shift.
    lead
        `v` if this shift would carry the money of a crew visit, else -1.
    bare
        Whether tools and parts come from another member of the crew.

    Returns
    -------
    The added cost, `INFEASIBLE` if there is no place; `out` holds the place: position before
    which the visit goes, position before which a pickup goes (-1: none), its option, and whether
    the pickups of the route are dropped first.
    """
    if w[w[ALLOWED] + v * w[SHIFTS] + shift] == 0 or st[st[LENGTH] + shift] + 3 > st[STOPS]:
        return INFEASIBLE
    needs = w[w[NEEDS] + v] == 1 and not bare
    keep = w[w[LINKED] + v] == 0
    if needs and (w[MULTI_SHIFT] == 1 or w[BUCKETS] > 0):
        keep = False
    key = mixed(mixed(st[st[HASH] + shift], v + 1), 7)
    slot = key & (st[CACHE_SIZE] - 1)
    if keep and st[st[CACHE_KEY] + slot] == key:
        for f in range(5):
            st[st[OUT] + f] = st[st[CACHE] + slot * 5 + f]
        return st[st[OUT] + DELTA]
    st[st[OUT] + DELTA] = INFEASIBLE
    st[st[OUT] + STRIPPED] = 0
    st[st[OUT] + PICKUP_AT] = -1
    _plain_places(w, st, v, shift, lead, needs)
    if needs:
        _places_with_pickup(w, st, v, shift, lead)
    if keep:
        st[st[CACHE_KEY] + slot] = key
        for f in range(5):
            st[st[CACHE] + slot * 5 + f] = st[st[OUT] + f]
    return st[st[OUT] + DELTA]


@kernel
def put(w: Buffer, st: Buffer, v: int, shift: int) -> bool:
    """Insert a visit at the place in `out`; the bank and the crew are the caller's matter."""
    count, stripped = st[st[LENGTH] + shift], st[st[OUT] + STRIPPED] == 1
    if stripped:
        count, _ = _base_route(w, st, shift)
    else:
        for i in range(count):
            st[st[BASE] + i] = st[st[ROUTE] + shift * st[STOPS] + i]
    route, at = st[ROUTE] + shift * st[STOPS], 0
    for i in range(count + 1):
        if stripped and i == st[st[OUT] + PICKUP_AT]:
            st[route + at] = w[VISITS] + st[st[OUT] + OPTION]
            at += 1
        if i == st[st[OUT] + POSITION]:
            st[route + at] = v
            at += 1
        if i < count:
            st[route + at] = st[st[BASE] + i]
            at += 1
    st[st[LENGTH] + shift] = at
    return refresh(w, st, shift)
