"""Compiled pricing of a visit together with a new pickup on the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.clock import FIELDS, INFEASIBLE, begin_route, visit_next
from dispatch.solver.equipment import equipped, stocked
from dispatch.solver.fair_loads import fair_base
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BASE,
    BASE_LABELS,
    BASE_TAIL,
    BRK_PTR,
    CHOICE,
    CHOICE_PTR,
    COST,
    DEPOT_TOOLS,
    ENGINEER,
    ENGINEER_TOOLS,
    GAINING,
    GAINS,
    HIGH,
    LENGTH,
    LOC,
    LOW,
    OPTION_DEPOT,
    OPTION_SHIFT,
    OUT,
    PARENT,
    PART,
    PART_PTR,
    PARTS,
    PER_HOUR,
    PER_OVERTIME,
    RESTS,
    ROUTE,
    SEQ,
    SHIFT_FROM,
    SHIFT_TO,
    SIDE_COST,
    STARTED,
    STOPS,
    SUPPLY,
    VISIT_TOOLS,
    VISITS,
    WISHED,
    WORDS,
    WORKING_TIME,
)
from dispatch.solver.plain_places import (
    DELTA,
    OPTION,
    PICKUP_AT,
    POSITION,
    STRIPPED,
    WAIT,
    last_start,
    place_bound,
    side_price,
    stops_gain,
)
from dispatch.solver.road import leg, way
from dispatch.solver.route_clock import earliest_finish, flow_at, is_charged, run_on, work_of
from dispatch.solver.search_world import WISHES
from dispatch.solver.tail import LAST, TAIL_CELLS, write_tails

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
def _known(w: Buffer, st: Buffer, v: int, shift: int) -> int:
    """What the route costs as it is, less what the visit adds wherever it stands."""
    cost = st[st[COST] + shift] - st[st[SIDE_COST] + shift]
    return cost + fair_base(w, st, shift) - side_price(w, v, shift)


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
    bound: int,
    labels: int,
    place: int,
    travel: int,
    metres: int,
    seen: int,
) -> None:
    """Price a pickup before stop `at` and the visit before stop `pos`; keep it if cheapest.

    The stops before the visit are timed already; `bound` is what `place_bound` says.
    """
    base, seq, out = st[BASE], st[SEQ], st[OUT]
    for i in range(at):
        st[seq + i] = st[base + i]
    st[seq + at] = w[VISITS] + option
    for i in range(at, pos):
        st[seq + i + 1] = st[base + i]
    st[seq + pos + 1] = v
    for i in range(pos, count):
        st[seq + i + 2] = st[base + i]
    known = _known(w, st, v, shift)
    own, closing = st[st[LOW] + v], last_start(w, st, v)
    for wish in range(WISHES + 1 if w[GAINING] == 1 else 1):
        low = own
        if wish > 0:
            low = w[w[WISHED] + v * WISHES + wish - 1]
            if low <= own or low > closing:
                continue
        st[st[LOW] + v] = low
        cost = bound >> 1
        if bound & 1 == 1:
            cost = run_on(
                w, st, shift, seq, pos + 1, count + 2, labels, place, travel, metres, seen, lead, v
            )
        if (
            cost < INFEASIBLE
            and cost - known < st[out + DELTA]
            and equipped(w, st, shift, seq, count + 2, lead)
            and stocked(w, st, shift, seq, count + 2)
        ):
            st[out + DELTA] = cost - known
            st[out + POSITION] = pos
            st[out + PICKUP_AT] = at
            st[out + OPTION] = option
            st[out + STRIPPED] = 1
            st[out + WAIT] = low
        st[st[LOW] + v] = own


@kernel
def _step(
    w: Buffer, st: Buffer, shift: int, place: int, node: int, before: int, after: int
) -> bool:
    """Extend labels by a node of the base route or a pickup."""
    return visit_next(
        w,
        st,
        shift,
        place,
        node,
        st[st[LOW] + node],
        st[st[HIGH] + node],
        work_of(w, st, node, shift),
        True,
        before,
        after,
        st[PARENT],
    )


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
    gains: bool,
) -> None:
    """Time a pickup before stop `at` of the base, then try the visit at every later position."""
    base, node = st[BASE], w[VISITS] + option
    rests = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift] + 1
    known = _known(w, st, v, shift)
    closing, place_v = last_start(w, st, v), w[w[LOC] + v]
    work, charged = work_of(w, st, v, shift), is_charged(w, st, v) or v == lead
    now, spare = flow_at(st, 5), flow_at(st, 6)
    if not _step(w, st, shift, place, node, labels, now):
        return
    cell = leg(w, shift, place, w[w[LOC] + node])
    travel += cell >> 32
    metres += cell & 0xFFFFFFFF
    place = w[w[LOC] + node]
    for pos in range(at, count + 1):
        if earliest_finish(st, now, rests) > closing:
            return
        target = w[w[SHIFT_TO] + shift] if pos == count else w[w[LOC] + st[base + pos]]
        there, onward = leg(w, shift, place, place_v), leg(w, shift, place_v, target)
        blocked = pos < count and w[w[STARTED] + st[base + pos]] == 1
        if not blocked and there >= 0 and onward >= 0:
            bound = place_bound(
                w,
                st,
                v,
                shift,
                work,
                charged,
                now,
                gains,
                there,
                onward,
                st[BASE_TAIL] + pos * TAIL_CELLS,
                travel,
                metres,
            )
            if bound < 2 * INFEASIBLE and (bound >> 1) - known < st[st[OUT] + DELTA]:
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
                    bound,
                    now,
                    place,
                    travel,
                    metres,
                    seen,
                )
        if pos == count:
            return
        node, cell = st[base + pos], leg(w, shift, place, target)
        if cell < 0 or not _step(w, st, shift, place, node, now, spare):
            return
        if (
            earliest_finish(st, spare, rests) - work_of(w, st, node, shift)
            > (st[st[BASE_TAIL] + pos * TAIL_CELLS + LAST])
        ):
            return
        travel += cell >> 32
        metres += cell & 0xFFFFFFFF
        place = target
        now, spare = spare, now
        if node < w[VISITS]:
            seen += 1


@kernel
def places_with_pickup(w: Buffer, st: Buffer, v: int, shift: int, lead: int) -> None:
    """Try a new pickup before the visit, in place of the free pickups of the route."""
    if st[st[OUT] + DELTA] < INFEASIBLE:
        # The route can do it as it is; a search that moves pickups is for when it cannot.
        return
    if w[w[CHOICE_PTR] + v] == w[w[CHOICE_PTR] + v + 1]:
        return
    count, dropped = base_route(w, st, shift)
    base, block = st[BASE], st[RESTS] * FIELDS
    closing = last_start(w, st, v)
    rests = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift] + 1
    gains = w[w[GAINS] + v] == 1 or stops_gain(w, st, base, count)
    # A detour that costs more than the best place found need not be timed (a little room is left
    # for roads that do not obey the triangle inequality, and for the pickups that are dropped).
    rate = min(w[w[PER_HOUR] + shift], w[w[PER_OVERTIME] + shift])
    rate = 3600 if w[WORKING_TIME] == 1 else rate
    slack = max(0, _known(w, st, v, shift)) // 4 if dropped else 0
    write_tails(w, st, shift, base, count, st[BASE_TAIL])
    begin_route(w, st, shift, st[base] if count > 0 else -1, st[BASE_LABELS])
    place = w[w[SHIFT_FROM] + shift]
    travel = metres = seen = 0
    for at in range(count + 1):
        blocked = at < count and w[w[STARTED] + st[base + at]] == 1
        labels = st[BASE_LABELS] + at * block
        if earliest_finish(st, labels, rests) > closing:
            return
        onto = w[w[SHIFT_TO] + shift] if at == count else w[w[LOC] + st[base + at]]
        for choice in range(w[w[CHOICE_PTR] + v], w[w[CHOICE_PTR] + v + 1]):
            option = w[w[CHOICE] + choice]
            if blocked or not useful(w, v, option, shift):
                continue
            depot = w[w[LOC] + w[VISITS] + option]
            detour = way(w, shift, place, depot) + way(w, shift, depot, onto)
            detour -= way(w, shift, place, onto)
            if detour * rate // 3600 > st[st[OUT] + DELTA] + slack:
                continue
            start = labels
            if at == 0:
                start = flow_at(st, 4)
                begin_route(w, st, shift, w[VISITS] + option, start)
            _along(
                w, st, v, shift, lead, option, at, count, start, place, travel, metres, seen, gains
            )
        if at == count:
            return
        node = st[base + at]
        if not _step(w, st, shift, place, node, labels, labels + block):
            return
        cell = leg(w, shift, place, w[w[LOC] + node])
        travel += cell >> 32
        metres += cell & 0xFFFFFFFF
        place = w[w[LOC] + node]
        if node < w[VISITS]:
            seen += 1
