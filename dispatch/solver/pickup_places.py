"""Compiled pricing of a visit together with a new pickup on the way to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.base_route import (
    RUN_CELLS,
    RUN_METRES,
    RUN_SEEN,
    RUN_TRAVEL,
    base_gains,
    bound_visit,
    find_base,
    pickup_bound,
    step_base,
)
from dispatch.solver.clock import INFEASIBLE, begin_route
from dispatch.solver.equipment import equipped, stocked
from dispatch.solver.fair_loads import fair_base
from dispatch.solver.kernel import kernel
from dispatch.solver.label import FIELDS
from dispatch.solver.layout import (
    BASE,
    BASE_LABELS,
    BASE_RUN,
    BASE_TAIL,
    BOUND,
    BRK_PTR,
    CHOICE,
    CHOICE_PTR,
    COST,
    DEPOT_TOOLS,
    ENGINEER,
    ENGINEER_TOOLS,
    GAINING,
    GAINS,
    LOC,
    LOW,
    OPTION_DEPOT,
    OPTIONS,
    OUT,
    PART,
    PART_PTR,
    PARTS,
    PICKUP_BOUND,
    RESTS,
    SEQ,
    SHIFT_FROM,
    SHIFT_TO,
    SIDE_COST,
    SUPPLY,
    TAIL_WIDTH,
    VISIT_TOOLS,
    VISITS,
    WISHED,
    WORDS,
)
from dispatch.solver.place_bound import place_bound
from dispatch.solver.plain_places import (
    DELTA,
    OPTION,
    PICKUP_AT,
    POSITION,
    STRIPPED,
    WAIT,
    last_start,
    side_price,
)
from dispatch.solver.road import leg
from dispatch.solver.route_clock import earliest_finish, flow_at, is_charged, run_on, work_of
from dispatch.solver.search_world import WISHES
from dispatch.solver.tail_cells import LAST

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


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
                w,
                st,
                shift,
                seq,
                pos + 1,
                count + 2,
                labels,
                place,
                travel,
                metres,
                seen,
                lead,
                v,
                st[out + DELTA] + st[out + STRIPPED] + known,
            )
        # Of equals the last: it makes the fewest others wait.
        most = st[out + DELTA] + st[out + STRIPPED]
        if (
            cost < INFEASIBLE
            and cost - known < most
            and equipped(w, st, shift, seq, count + 2, lead)
            and stocked(w, st, shift, seq, count + 2, 0)
        ):
            st[out + DELTA] = cost - known
            st[out + POSITION] = pos
            st[out + PICKUP_AT] = at
            st[out + OPTION] = option
            st[out + STRIPPED] = 1
            st[out + WAIT] = low
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
    last: int,
    count: int,
    gains: bool,
) -> None:
    """Time a pickup before stop `at` of the base, then try the visit before each stop to `last`."""
    run = st[BASE_RUN] + at * RUN_CELLS
    travel, metres, seen = st[run + RUN_TRAVEL], st[run + RUN_METRES], st[run + RUN_SEEN]
    base, node = st[BASE], w[VISITS] + option
    rests = w[w[BRK_PTR] + shift + 1] - w[w[BRK_PTR] + shift] + 1
    known = _known(w, st, v, shift)
    closing, place_v = last_start(w, st, v), w[w[LOC] + v]
    work, charged = work_of(w, st, v, shift), is_charged(w, st, v) or v == lead
    now, spare = flow_at(st, 5), flow_at(st, 6)
    place = w[w[LOC] + st[base + at - 1]] if at > 0 else w[w[SHIFT_FROM] + shift]
    labels = st[BASE_LABELS] + at * st[RESTS] * FIELDS
    if at == 0:
        labels = flow_at(st, 4)
        begin_route(w, st, shift, node, labels)
    if not step_base(w, st, shift, place, node, labels, now):
        return
    cell = leg(w, shift, place, w[w[LOC] + node])
    travel += cell >> 32
    metres += cell & 0xFFFFFFFF
    place = w[w[LOC] + node]
    for pos in range(at, last + 1):
        if earliest_finish(st, now, rests) > closing:
            return
        target = w[w[SHIFT_TO] + shift] if pos == count else w[w[LOC] + st[base + pos]]
        if (st[st[BOUND] + pos] >> 1) - known < st[st[OUT] + DELTA] + st[st[OUT] + STRIPPED]:
            there, onward = leg(w, shift, place, place_v), leg(w, shift, place_v, target)
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
                st[BASE_TAIL] + pos * w[TAIL_WIDTH],
                travel,
                metres,
                known + st[st[OUT] + DELTA] + st[st[OUT] + STRIPPED],
            )
            most = st[st[OUT] + DELTA] + st[st[OUT] + STRIPPED]
            if bound < 2 * INFEASIBLE and (bound >> 1) - known < most:
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
        if pos == last:
            return
        node, cell = st[base + pos], leg(w, shift, place, target)
        if cell < 0 or not step_base(w, st, shift, place, node, now, spare):
            return
        if (
            earliest_finish(st, spare, rests) - work_of(w, st, node, shift)
            > (st[st[BASE_TAIL] + pos * w[TAIL_WIDTH] + LAST])
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
    """Try a new pickup before the visit, in place of the free pickups of the route.

    For when the route cannot do it as it is; places that cost what `out` says or more are left out.
    What the visit alone adds to the base route, and what the pickup alone adds, are lower bounds of
    what both add: pickups are tried in the order of these bounds while they leave hope.
    """
    first, options = w[w[CHOICE_PTR] + v], w[w[CHOICE_PTR] + v + 1] - w[w[CHOICE_PTR] + v]
    if options == 0:
        return
    count = find_base(w, st, shift)
    gains = w[w[GAINS] + v] == 1 or base_gains(st)
    known, bounds, pairs = _known(w, st, v, shift), st[BOUND], st[PICKUP_BOUND]
    charged = is_charged(w, st, v) or v == lead
    last = -1
    reach = bound_visit(w, st, v, shift, count, charged, gains, known + st[st[OUT] + DELTA])
    for pos in range(reach + 1):
        bound = st[bounds + pos]
        if bound < 2 * INFEASIBLE and (bound >> 1) - known < st[st[OUT] + DELTA]:
            last = pos
    ahead = 2 * INFEASIBLE
    for at in range(last, -1, -1):
        ahead = min(ahead, st[bounds + at])
        for choice in range(options):
            option = w[w[CHOICE] + first + choice]
            pair = 2 * INFEASIBLE
            if useful(w, v, option, shift):
                pair = max(ahead, pickup_bound(w, st, option, shift, at, count, gains))
            st[pairs + at * w[OPTIONS] + choice] = pair
    while True:
        best, best_at, best_choice = 2 * INFEASIBLE, -1, -1
        for at in range(last + 1):
            for choice in range(options):
                pair = st[pairs + at * w[OPTIONS] + choice]
                if pair < best:
                    best, best_at, best_choice = pair, at, choice
        if best_at < 0 or (best >> 1) - known >= st[st[OUT] + DELTA]:
            return
        st[pairs + best_at * w[OPTIONS] + best_choice] = 2 * INFEASIBLE
        option = w[w[CHOICE] + first + best_choice]
        _along(w, st, v, shift, lead, option, best_at, last, count, gains)
