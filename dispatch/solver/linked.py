"""Compiled insertion where visits are linked: crews in step, and visits that follow another.

Visits that belong together are placed together. A place is first priced by its own route, as if
the linked visits behind it could start as late as that route brings them; then all that it pushes
is timed, and the best of the cheapest places by the true price is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.bank import enter_bank, evict, leave_bank
from dispatch.solver.candidates import candidates
from dispatch.solver.clock import INFEASIBLE
from dispatch.solver.crews import place_crew
from dispatch.solver.draws import draw
from dispatch.solver.insertion import cheapest, put
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    ALLOWED,
    BEFORE,
    BEFORE_PTR,
    BEHIND,
    BEHIND_PTR,
    CHOSEN,
    CREW,
    CREW_WIDTH,
    FAMILY,
    HIGH,
    LENGTH,
    LINKED,
    LOC,
    LOW,
    MEMBER,
    OWN_HIGH,
    OWN_LOW,
    PUSHING,
    ROUTE,
    SHIFTS,
    STOPS,
    TEAM,
    TEAM_BARE,
    TOTAL,
    WHERE,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.relink import broken, hold, push_back, push_from, relink, room_of
from dispatch.solver.road import seconds
from dispatch.solver.route_clock import finish_of
from dispatch.solver.undo import note, touch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

TRIALS = 4
"""How many of the cheapest routes are tried with all that the visit pushes there."""

LATER = 50.0
"""How often, in blinks, a pair is placed from a later moment on than the least."""


@kernel
def _give_up(w: Buffer, st: Buffer, u: Buffer, v: int) -> None:
    """Take a visit out again whose place turned out to break a rule somewhere."""
    evict(w, st, u, v)
    enter_bank(w, st, v)
    if broken(w, st) >= 0:
        relink(w, st, u, st[PUSHING] == 0)


@kernel
def _try_route(w: Buffer, st: Buffer, u: Buffer, v: int, s: int, low: int, high: int) -> bool:
    """Place a visit at its cheapest place in a route and time all that it pushes."""
    st[st[LOW] + v], st[st[HIGH] + v] = low, high
    if cheapest(w, st, v, s, -1, False, INFEASIBLE) >= INFEASIBLE:
        return False
    note(st, u, v)
    touch(w, st, u, s)
    st[st[WHERE] + v] = st[st[MEMBER] + v * st[CREW_WIDTH] + 0] = s
    leave_bank(w, st, v)
    if put(w, st, v, s) and (push_from(w, st, u, v) if st[PUSHING] == 1 else hold(w, st, u, v)):
        return True
    _give_up(w, st, u, v)
    return False


@kernel
def _cheapest_routes(w: Buffer, st: Buffer, v: int, blink: float) -> int:
    """Note the routes with the cheapest places for a visit; returns how many."""
    count = 0
    for i in range(candidates(w, st, v, True)):
        s = st[st[CHOSEN] + i]
        if blink > 0.0 and draw(st) < blink:
            continue
        limit = st[st[TEAM_BARE] + TRIALS - 1] if count == TRIALS else INFEASIBLE
        price = cheapest(w, st, v, s, -1, False, limit)
        if price >= limit:
            continue
        at = min(count, TRIALS - 1)
        while at > 0 and st[st[TEAM_BARE] + at - 1] > price:
            st[st[TEAM] + at] = st[st[TEAM] + at - 1]
            st[st[TEAM_BARE] + at] = st[st[TEAM_BARE] + at - 1]
            at -= 1
        st[st[TEAM] + at], st[st[TEAM_BARE] + at] = s, price
        count = min(count + 1, TRIALS)
    return count


@kernel
def _place_alone(w: Buffer, st: Buffer, u: Buffer, v: int, floor: int, blink: float) -> bool:
    """Place a visit without a crew where it adds the least, all that it pushes included."""
    low, high = room_of(w, st, v)
    low = max(low, floor)
    if st[PUSHING] == 1:
        high = FOREVER
    if low > high:
        return False
    note(st, u, v)
    st[st[LOW] + v], st[st[HIGH] + v] = low, high
    count = _cheapest_routes(w, st, v, blink)
    before = st[TOTAL]
    best, best_at, stands = INFEASIBLE, -1, -1
    for i in range(count):
        if st[st[TEAM_BARE] + i] >= best:
            break
        if stands >= 0:
            evict(w, st, u, v)
            enter_bank(w, st, v)
            push_back(w, st, u)
            stands = -1
        if not _try_route(w, st, u, v, st[st[TEAM] + i], low, high):
            continue
        if st[PUSHING] == 0:
            return True
        stands = i
        if st[TOTAL] - before < best:
            best, best_at = st[TOTAL] - before, i
    if best_at < 0:
        st[st[LOW] + v], st[st[HIGH] + v] = st[st[OWN_LOW] + v], st[st[OWN_HIGH] + v]
        return False
    if stands != best_at:
        if stands >= 0:
            evict(w, st, u, v)
            enter_bank(w, st, v)
            push_back(w, st, u)
        return _try_route(w, st, u, v, st[st[TEAM] + best_at], low, high)
    return True


@kernel
def _some_arrival(w: Buffer, st: Buffer, v: int) -> int:
    """A moment, drawn at random, at which somebody could be at a visit (-FOREVER: nobody)."""
    s = int(draw(st) * w[SHIFTS])
    if w[w[ALLOWED] + v * w[SHIFTS] + s] == 0 or st[st[LENGTH] + s] == 0:
        return -FOREVER
    at = int(draw(st) * st[st[LENGTH] + s])
    way = seconds(w, s, w[w[LOC] + st[st[ROUTE] + s * st[STOPS] + at]], w[w[LOC] + v])
    if way < 0:
        return -FOREVER
    return finish_of(w, st, s, at) + way


@kernel
def _place_team(w: Buffer, st: Buffer, u: Buffer, v: int, floor: int, blink: float) -> bool:
    """Place a crew visit and time all that it pushes."""
    low, high = room_of(w, st, v)
    if blink > 0.0 and draw(st) < 0.5:
        # Only the first of many common starts are tried: from another moment on they are others.
        floor = max(floor, _some_arrival(w, st, v))
    low = max(low, floor)
    if st[PUSHING] == 1:
        high = FOREVER
    if low > high:
        return False
    note(st, u, v)
    st[st[OWN_LOW] + v], st[st[OWN_HIGH] + v] = low, high
    leave_bank(w, st, v)
    if place_crew(w, st, u, v, blink):
        if st[PUSHING] == 0:
            if hold(w, st, u, v):
                return True
        else:
            st[st[HIGH] + v] = FOREVER
            if push_from(w, st, u, v):
                return True
    _give_up(w, st, u, v)
    return False


@kernel
def _gather(w: Buffer, st: Buffer, v: int) -> int:
    """Note a visit and those left out that it is linked with, predecessors first."""
    count = 0
    for j in range(w[w[BEFORE_PTR] + v], w[w[BEFORE_PTR] + v + 1]):
        if st[st[WHERE] + w[w[BEFORE] + j]] < 0:
            st[st[FAMILY] + count] = w[w[BEFORE] + j]
            count += 1
    st[st[FAMILY] + count] = v
    count += 1
    for j in range(w[w[BEHIND_PTR] + v], w[w[BEHIND_PTR] + v + 1]):
        b = w[w[BEHIND] + j]
        ready = st[st[WHERE] + b] < 0
        for k in range(w[w[BEFORE_PTR] + b], w[w[BEFORE_PTR] + b + 1]):
            a = w[w[BEFORE] + k]
            ready = ready and (a == v or st[st[WHERE] + a] >= 0)
        if ready:
            st[st[FAMILY] + count] = b
            count += 1
    return count


@kernel
def _follows_nobody_missing(w: Buffer, st: Buffer, count: int) -> bool:
    for i in range(count):
        v = st[st[FAMILY] + i]
        for j in range(w[w[BEFORE_PTR] + v], w[w[BEFORE_PTR] + v + 1]):
            if st[st[WHERE] + v] >= 0 and st[st[WHERE] + w[w[BEFORE] + j]] < 0:
                return False
    return True


@kernel
def _place_family(w: Buffer, st: Buffer, u: Buffer, v: int, blink: float, backwards: bool) -> bool:
    """Place a visit with its predecessors and, as far as they fit, those that follow it."""
    count = _gather(w, st, v)
    for i in range(count):
        f = st[st[FAMILY] + (count - 1 - i if backwards else i)]
        floor = -FOREVER
        if i == 0 and count > 1 and draw(st) < blink * LATER:
            floor = _some_arrival(w, st, st[st[FAMILY] + (0 if backwards else count - 1)])
        if w[w[CREW] + f] > 1:
            _place_team(w, st, u, f, floor, blink)
        else:
            _place_alone(w, st, u, f, floor, blink)
    if _follows_nobody_missing(w, st, count):
        return st[st[WHERE] + v] >= 0
    for i in range(count):
        f = st[st[FAMILY] + i]
        if st[st[WHERE] + f] >= 0:
            evict(w, st, u, f)
            enter_bank(w, st, f)
    relink(w, st, u, st[PUSHING] == 0)
    return False


@kernel
def place_among_links(w: Buffer, st: Buffer, u: Buffer, v: int, blink: float) -> bool:
    """Place a visit in a problem with linked visits, those that belong to it included."""
    if w[w[LINKED] + v] == 0:
        return _place_alone(w, st, u, v, -FOREVER, blink)
    backwards = blink > 0.0 and draw(st) < 0.5
    return _place_family(w, st, u, v, blink, backwards) or (
        blink == 0.0 and _place_family(w, st, u, v, blink, True)
    )
