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
    PLACES,
    PROFILE,
    RESTS,
    ROUTE,
    SECONDS,
    SEQ,
    SHIFT_FROM,
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

DELTA, POSITION, PICKUP_AT, OPTION, STRIPPED = 0, 1, 2, 3, 4


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
    for pos in range(count + 1):
        # `seq` holds the route with a hole at `pos`; the hole wanders to the right.
        if pos > 0:
            st[seq + pos - 1] = st[route + pos - 1]
        st[seq + pos] = v
        if pos < count and w[w[STARTED] + st[route + pos]] == 1:
            continue
        place = w[w[SHIFT_FROM] + shift] if pos == 0 else w[w[LOC] + st[route + pos - 1]]
        way = w[w[SECONDS] + (profile * w[PLACES] + place) * w[PLACES] + place_v]
        labels = labels_at(st, shift, pos)
        soonest = earliest_finish(st, labels, breaks + 1)
        if soonest > closing:
            break
        if way < 0 or soonest + way > closing:
            continue
        target = w[w[SHIFT_TO] + shift] if pos == count else w[w[LOC] + st[route + pos]]
        onward = w[w[SECONDS] + (profile * w[PLACES] + place_v) * w[PLACES] + target]
        if onward < 0:
            continue
        if (
            max(soonest + way, opening) + work + onward
            > st[st[LATEST] + shift * (st[STOPS] + 1) + pos]
        ):
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
def _places_with_pickup(w: Buffer, st: Buffer, v: int, shift: int, lead: int) -> None:
    """Try a new pickup before the visit, in place of the free pickups of the route."""
    count, dropped = _base_route(w, st, shift)
    if not dropped and st[st[OUT] + DELTA] < INFEASIBLE:
        # The van alone can do it; a pickup would only add to the way.
        return
    base_cost = st[st[COST] + shift] - st[st[SIDE_COST] + shift]
    side, profile, n = _side(w, v, shift), w[w[PROFILE] + shift], w[VISITS]
    closing = _closing(w, st, v)
    breaks = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift]
    base, seq, rests = st[BASE], st[SEQ], st[RESTS] * FIELDS
    begin_route(w, st, shift, st[base] if count > 0 else -1, st[BASE_LABELS])
    place = w[w[SHIFT_FROM] + shift]
    travel = metres = seen = 0
    for at in range(count + 1):
        blocked = at < count and w[w[STARTED] + st[base + at]] == 1
        for option in range(w[OPTIONS]):
            if blocked or w[w[OPTION_SHIFT] + option] >= 0 or not useful(w, v, option, shift):
                continue
            node = n + option
            way = w[w[SECONDS] + (profile * w[PLACES] + place) * w[PLACES] + w[w[LOC] + node]]
            if way < 0:
                continue
            if earliest_finish(st, st[BASE_LABELS] + at * rests, breaks + 1) + way > closing:
                continue
            start = st[BASE_LABELS] + at * rests
            if at == 0:
                begin_route(w, st, shift, node, flow_at(st, 4))
                start = flow_at(st, 4)
            for i in range(at):
                st[seq + i] = st[base + i]
            st[seq + at] = node
            for pos in range(at, count + 1):
                if pos < count and w[w[STARTED] + st[base + pos]] == 1:
                    continue
                for i in range(at, pos):
                    st[seq + i + 1] = st[base + i]
                st[seq + pos + 1] = v
                for i in range(pos, count):
                    st[seq + i + 2] = st[base + i]
                cost = run_on(
                    w, st, shift, seq, at, count + 2, start, place, travel, metres, seen, lead
                )
                if cost >= INFEASIBLE or cost - base_cost + side >= st[st[OUT] + DELTA]:
                    continue
                if not equipped(w, st, shift, seq, count + 2, lead):
                    continue
                if not stocked(w, st, shift, seq, count + 2):
                    continue
                st[st[OUT] + DELTA] = cost - base_cost + side
                st[st[OUT] + POSITION] = pos
                st[st[OUT] + PICKUP_AT] = at
                st[st[OUT] + OPTION] = option
                st[st[OUT] + STRIPPED] = 1
        if at == count:
            break
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
            st[BASE_LABELS] + at * rests,
            st[BASE_LABELS] + (at + 1) * rests,
            st[PARENT],
        ):
            break
        travel += w[w[SECONDS] + (profile * w[PLACES] + place) * w[PLACES] + w[w[LOC] + node]]
        metres += w[w[METRES] + place * w[PLACES] + w[w[LOC] + node]]
        place = w[w[LOC] + node]
        if node < n:
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
