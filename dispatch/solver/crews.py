"""Compiled insertion of crew visits: several engineers who start together."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.candidates import crew_candidates
from dispatch.solver.clock import INFEASIBLE
from dispatch.solver.crew_money import crew_side
from dispatch.solver.draws import draw
from dispatch.solver.insertion import cheapest, put
from dispatch.solver.kernel import kernel
from dispatch.solver.label import FIELDS, T
from dispatch.solver.layout import (
    ALLOWED,
    BRK_HI,
    BRK_LO,
    BRK_PTR,
    BRK_WORK,
    CHOSEN,
    CREW,
    CREW_TIME,
    CREW_WIDTH,
    ENGINEER,
    HIGH,
    LENGTH,
    LOC,
    LOW,
    MEMBER,
    NODES,
    NOW,
    OWN_HIGH,
    OWN_LOW,
    PIN_PTR,
    PIN_SHIFT,
    ROUTE,
    SCORE,
    SHIFT_FROM,
    SHIFTS,
    STOPS,
    TEAM,
    TEAM_BARE,
    TEAM_LEAD,
    WHERE,
    WIN_HI,
    WIN_LO,
    WIN_PTR,
    WISHED,
    WORK,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.road import seconds
from dispatch.solver.route_clock import labels_at
from dispatch.solver.route_state import refresh
from dispatch.solver.search_world import TRIES, WISHES
from dispatch.solver.undo import touch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def _work_on(w: Buffer, v: int, s: int) -> int:
    """Seconds that a visit takes on a shift."""
    return w[w[WORK] + w[w[ENGINEER] + s] * w[NODES] + v]


@kernel
def _soonest(w: Buffer, st: Buffer, v: int, s: int, pos: int, low: int) -> int:
    """When a visit could start behind the first stops of a route, those breaks over that must be."""
    place = w[w[SHIFT_FROM] + s]
    if pos > 0:
        place = w[w[LOC] + st[st[ROUTE] + s * st[STOPS] + pos - 1]]
    way = seconds(w, s, place, w[w[LOC] + v])
    if way < 0:
        return FOREVER
    base, low = w[w[BRK_PTR] + s], max(low, w[w[WIN_LO] + w[w[WIN_PTR] + v]])
    breaks = w[w[BRK_PTR] + s + 1] - base
    work = _work_on(w, v, s)
    best = FOREVER
    for k in range(breaks + 1):
        ready = st[labels_at(st, s, pos) + k * FIELDS + T]
        if ready >= FOREVER:
            continue
        start = ready + way
        for b in range(base + k, base + breaks):
            if max(start, low) + work <= w[w[BRK_HI] + b]:
                break
            # Not to be taken afterwards any more: it comes before, or this is no way.
            rest = w[w[BRK_WORK] + b]
            start = max(start + rest, max(ready, w[w[BRK_LO] + b]) + rest)
            if ready > w[w[BRK_HI] + b]:
                start = FOREVER
                break
        best = min(best, start)
    return best


@kernel
def crew_starts(w: Buffer, st: Buffer, v: int, team: int, low: int) -> int:
    """Write the first `TRIES` candidate common starts from `low` on to the scores; how many."""
    high = st[st[OWN_HIGH] + v]
    count = 0
    for t in range(team):
        s = st[st[TEAM] + t]
        if w[w[ALLOWED] + v * w[SHIFTS] + s] == 0:
            continue
        for pos in range(st[st[LENGTH] + s] + 1):
            start = _soonest(w, st, v, s, pos, low)
            if start >= FOREVER:
                continue
            start = max(max(start, w[NOW]), low)
            found = False
            for i in range(w[w[WIN_PTR] + v], w[w[WIN_PTR] + v + 1]):
                if w[w[WIN_HI] + i] >= start:
                    start = max(start, w[w[WIN_LO] + i])
                    found = True
                    break
            if not found or start > high:
                continue
            # Keep the smallest distinct candidates, sorted by insertion.
            at = count
            while at > 0 and st[st[SCORE] + at - 1] > start:
                at -= 1
            if at > 0 and st[st[SCORE] + at - 1] == start:
                continue
            if at >= TRIES:
                continue
            last = min(count, TRIES - 1)
            for i in range(last, at, -1):
                st[st[SCORE] + i] = st[st[SCORE] + i - 1]
            st[st[SCORE] + at] = start
            count = min(count + 1, TRIES)
    return count


@kernel
def _may_start(w: Buffer, st: Buffer, v: int, start: int) -> bool:
    """Whether windows and bounds of a visit allow a start."""
    if start < max(st[st[OWN_LOW] + v], w[NOW]) or start > st[st[OWN_HIGH] + v]:
        return False
    for i in range(w[w[WIN_PTR] + v], w[w[WIN_PTR] + v + 1]):
        if w[w[WIN_LO] + i] <= start <= w[w[WIN_HI] + i]:
            return True
    return False


@kernel
def _engaged(w: Buffer, st: Buffer, v: int, members: int, shift: int) -> bool:
    for c in range(members):
        if w[w[ENGINEER] + st[st[MEMBER] + v * st[CREW_WIDTH] + c]] == w[w[ENGINEER] + shift]:
            return True
    return False


@kernel
def _pinned_to(w: Buffer, v: int, shift: int) -> bool:
    for i in range(w[w[PIN_PTR] + v], w[w[PIN_PTR] + v + 1]):
        if w[w[PIN_SHIFT] + i] == shift:
            return True
    return False


@kernel
def _staff(w: Buffer, st: Buffer, v: int, team: int, lead: int) -> int:
    """Note a lead and the cheapest helpers of other engineers, pinned ones first; price them."""
    size = w[w[CREW] + v]
    for c in range(st[CREW_WIDTH]):
        st[st[MEMBER] + v * st[CREW_WIDTH] + c] = -1
    st[st[MEMBER] + v * st[CREW_WIDTH] + 0] = st[st[TEAM] + lead]
    total = 0
    for c in range(1, size):
        best, best_shift = INFEASIBLE, -1
        for i in range(team):
            s, price = st[st[TEAM] + i], st[st[TEAM_BARE] + i]
            if price >= INFEASIBLE or _engaged(w, st, v, c, s):
                continue
            if _pinned_to(w, v, s):
                price -= INFEASIBLE // 4
            if price < best:
                best, best_shift = price, s
        if best_shift < 0:
            return INFEASIBLE
        if best < -INFEASIBLE // 8:
            best += INFEASIBLE // 4
        total += best
        st[st[MEMBER] + v * st[CREW_WIDTH] + c] = best_shift
    for i in range(w[w[PIN_PTR] + v], w[w[PIN_PTR] + v + 1]):
        bound = False
        for c in range(size):
            if st[st[MEMBER] + v * st[CREW_WIDTH] + c] == w[w[PIN_SHIFT] + i]:
                bound = True
        if not bound:
            return INFEASIBLE
    return total + crew_side(w, st, v)


@kernel
def _best_crew(
    w: Buffer, st: Buffer, v: int, team: int, write: bool, limit: int
) -> tuple[int, int]:
    """Cheapest lead and helpers at the anchored start; `write` notes them in the member table.

    A lead pays what a helper pays and the money of the visit besides, so leads are priced in the
    order of what they would pay as helpers, while that leaves hope. Crews that cost `limit` or
    more need not be found.
    """
    bare, leading = st[TEAM_BARE], st[TEAM_LEAD]
    for i in range(team):
        price = cheapest(w, st, v, st[st[TEAM] + i], -1, True, limit)
        st[bare + i] = price if price < limit else INFEASIBLE
        st[leading + i] = st[bare + i]
    best, best_lead = limit, -1
    while True:
        lead = -1
        for i in range(team):
            if st[leading + i] < INFEASIBLE and (lead < 0 or st[leading + i] < st[leading + lead]):
                lead = i
        if lead < 0:
            break
        helpers = _staff(w, st, v, team, lead)
        st[leading + lead] = INFEASIBLE
        # A lead who saves money must not make up for helpers who do not exist.
        if helpers >= INFEASIBLE or st[bare + lead] + helpers >= best:
            continue
        price = cheapest(w, st, v, st[st[TEAM] + lead], v, False, INFEASIBLE)
        if price < INFEASIBLE and price + helpers < best:
            best, best_lead = price + helpers, lead
    if write and best_lead >= 0:
        _staff(w, st, v, team, best_lead)
    return best, best_lead


@kernel
def _price_crew(
    w: Buffer, st: Buffer, v: int, chosen: int, pace: int, every: bool
) -> tuple[int, int, int, int, int]:
    """Price the best crew of candidates who need `pace` seconds or less.

    The visit is priced with the work of the slowest of them, for who comes is not known yet.
    `every` asks for later starts too where the first ones are all in vain.

    Returns
    -------
    cost, common start, lead, soonest start that was possible, number of candidates
    """
    team = slowest = 0
    for t in range(chosen):
        s = st[st[CHOSEN] + t]
        if _work_on(w, v, s) <= pace:
            st[st[TEAM] + team] = s
            team += 1
            if w[w[ALLOWED] + v * w[SHIFTS] + s] == 1:
                slowest = max(slowest, _work_on(w, v, s))
    st[st[CREW_TIME] + v] = slowest
    best, best_start, best_lead, soonest = INFEASIBLE, 0, -1, FOREVER
    if team < w[w[CREW] + v]:
        return best, best_start, best_lead, soonest, team
    low = st[st[OWN_LOW] + v]
    while True:
        tries = crew_starts(w, st, v, team, low)
        for i in range(tries + WISHES):
            if i < tries:
                start = low = st[st[SCORE] + i]
            else:
                start = w[w[WISHED] + v * WISHES + i - tries]
                if not _may_start(w, st, v, start):
                    continue
            st[st[LOW] + v] = st[st[HIGH] + v] = start
            cost, lead = _best_crew(w, st, v, team, False, best)
            if lead >= 0:
                soonest = min(soonest, start)
            if cost < best:
                best, best_start, best_lead = cost, start, lead
        if best_lead >= 0 or tries < TRIES or not every:
            break
        low += 1
    return best, best_start, best_lead, soonest, team


@kernel
def _slower(w: Buffer, st: Buffer, v: int, chosen: int, pace: int) -> int:
    """The longest work of a candidate that is shorter than `pace`; -1 if there is none."""
    work = -1
    for t in range(chosen):
        s = st[st[CHOSEN] + t]
        if _work_on(w, v, s) < pace and w[w[ALLOWED] + v * w[SHIFTS] + s] == 1:
            work = max(work, _work_on(w, v, s))
    return work


@kernel
def place_crew(w: Buffer, st: Buffer, u: Buffer, v: int, blink: float) -> bool:
    """Place a crew visit on `crew_size` engineers at the common start that adds the least cost.

    Tools and parts come from the lead's van; the other members add their time only. All work as
    long as the slowest: where nothing else fits, and with blinks now and then before, the slowest
    candidates are left out.
    """
    size = w[w[CREW] + v]
    chosen = crew_candidates(w, st, v)
    slowest = _slower(w, st, v, chosen, FOREVER)
    several = _slower(w, st, v, chosen, slowest) >= 0
    pace = other = FOREVER
    if blink > 0.0 and several:
        other = _work_on(w, v, st[st[CHOSEN] + int(draw(st) * chosen)])
        if draw(st) < 0.5:
            pace, other = other, pace
    best, best_start, best_lead, soonest, team = _price_crew(w, st, v, chosen, pace, blink == 0.0)
    if blink > 0.0 and several and best_lead < 0:
        best, best_start, best_lead, soonest, team = _price_crew(
            w, st, v, chosen, other, blink == 0.0
        )
    while blink == 0.0 and best_lead < 0 and slowest > 0:
        slowest = _slower(w, st, v, chosen, slowest)
        best, best_start, best_lead, soonest, team = _price_crew(
            w, st, v, chosen, slowest, blink == 0.0
        )
    if best_lead < 0:
        return False
    if best >= INFEASIBLE:
        return False
    st[st[LOW] + v] = st[st[HIGH] + v] = best_start
    _best_crew(w, st, v, team, True, INFEASIBLE)
    # A start that was worth waiting for is kept when the others are timed again.
    st[st[OWN_LOW] + v] = best_start if best_start > soonest else -FOREVER
    st[st[OWN_HIGH] + v] = FOREVER
    for c in range(size):
        s = st[st[MEMBER] + v * st[CREW_WIDTH] + c]
        if s < 0:
            return False
        touch(w, st, u, s)
        cost = cheapest(w, st, v, s, v if c == 0 else -1, c > 0, INFEASIBLE)
        if cost >= INFEASIBLE:
            return False
        st[st[WHERE] + v] = st[st[MEMBER] + v * st[CREW_WIDTH] + 0]
        if not put(w, st, v, s):
            return False
    slowest = 0
    for c in range(size):
        slowest = max(slowest, _work_on(w, v, st[st[MEMBER] + v * st[CREW_WIDTH] + c]))
    if slowest != st[st[CREW_TIME] + v]:
        st[st[CREW_TIME] + v] = slowest
        for c in range(size):
            if not refresh(w, st, st[st[MEMBER] + v * st[CREW_WIDTH] + c]):
                return False
    return True
