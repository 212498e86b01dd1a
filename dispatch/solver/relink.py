"""Compiled clock of linked visits over all routes together: crews in step, visits after others.

While a solution is rebuilt, a linked visit holds `LOW`, the least start that the orders of all
routes allow, and no latest start: whoever is put before it pushes it, its crew and what hangs on
them (the longest path over all differences between starts). When the solution is complete each
linked visit gets a latest start too, so that every route can be timed alone again.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.affected import affected
from dispatch.solver.bank import position_of
from dispatch.solver.clock import INFEASIBLE, begin_route, visit_next
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    AFFECTED,
    BEFORE,
    BEFORE_MAX,
    BEFORE_MIN,
    BEFORE_PTR,
    BEHIND,
    BEHIND_PTR,
    COST,
    CREW,
    CREW_WIDTH,
    ENGINEERS,
    HIGH,
    IS_STALE,
    KEPT_LOW,
    LEAST,
    LENGTH,
    LINK,
    LINKED,
    LINKS,
    LOC,
    LOW,
    MEMBER,
    NODES,
    OWN_HIGH,
    OWN_LOW,
    PARENT,
    PUSHING,
    ROUTE,
    SHIFT_FROM,
    SHIFTS,
    SOUND,
    STALE,
    STALE_COUNT,
    STALE_HEAD,
    STARTED,
    STOPS,
    VISITS,
    WHERE,
    WORK,
)
from dispatch.solver.problem import FOREVER
from dispatch.solver.route_clock import earliest_to_go_on, finish_of, flow_at, work_of
from dispatch.solver.route_state import refresh
from dispatch.solver.undo import touch
from dispatch.solver.withdraw import withdraw_one

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def _queue(w: Buffer, st: Buffer, s: int) -> None:
    """Note that a route must be timed again."""
    if st[st[IS_STALE] + s] == 1:
        return
    st[st[IS_STALE] + s] = 1
    st[st[STALE] + (st[STALE_HEAD] + st[STALE_COUNT]) % w[SHIFTS]] = s
    st[STALE_COUNT] += 1


@kernel
def queue_routes(w: Buffer, st: Buffer, v: int) -> None:
    """Note that every route of a planned visit must be timed again."""
    for c in range(st[CREW_WIDTH]):
        s = st[st[MEMBER] + v * st[CREW_WIDTH] + c]
        if s >= 0:
            _queue(w, st, s)


@kernel
def _next(w: Buffer, st: Buffer) -> int:
    s = st[st[STALE] + st[STALE_HEAD]]
    st[STALE_HEAD] = (st[STALE_HEAD] + 1) % w[SHIFTS]
    st[STALE_COUNT] -= 1
    st[st[IS_STALE] + s] = 0
    return int(s)


@kernel
def _delay(w: Buffer, st: Buffer, v: int, start: int, by: int) -> bool:
    """Let a planned visit not start before a moment; False if it has begun before."""
    if start <= st[st[LEAST] + v]:
        return True
    if w[w[STARTED] + v] == 1:
        return bool(w[w[STARTED] + by] == 1)
    queue_routes(w, st, v)
    st[st[LEAST] + v] = start
    return True


@kernel
def _push(w: Buffer, st: Buffer, v: int, s: int, start: int) -> bool:
    """Pass the start of a linked visit in a route on to those that hang on it."""
    if w[w[CREW] + v] > 1:
        if not _delay(w, st, v, start, v):
            return False
    elif w[w[STARTED] + v] == 0:
        st[st[LEAST] + v] = max(st[st[LEAST] + v], start)
    start = st[st[LEAST] + v]
    work = work_of(w, st, v, s)
    for j in range(w[w[BEFORE_PTR] + v], w[w[BEFORE_PTR] + v + 1]):
        a, most = w[w[BEFORE] + j], w[w[BEFORE_MAX] + j]
        if most < FOREVER and st[st[WHERE] + a] >= 0:
            ahead = most + work_of(w, st, a, st[st[WHERE] + a])
            if not _delay(w, st, a, start - ahead, v):
                return False
    for j in range(w[w[BEHIND_PTR] + v], w[w[BEHIND_PTR] + v + 1]):
        b = w[w[BEHIND] + j]
        if st[st[WHERE] + b] < 0:
            continue
        for k in range(w[w[BEFORE_PTR] + b], w[w[BEFORE_PTR] + b + 1]):
            least = start + work + w[w[BEFORE_MIN] + k]
            if w[w[BEFORE] + k] == v and not _delay(w, st, b, least, v):
                return False
    return True


@kernel
def _pass(w: Buffer, st: Buffer, s: int) -> bool:
    """Time a route with the least starts known, and push what hangs on it."""
    count, seq = st[st[LENGTH] + s], st[ROUTE] + s * st[STOPS]
    now, free = flow_at(st, 0), flow_at(st, 1)
    begin_route(w, st, s, st[seq], now)
    place = w[w[SHIFT_FROM] + s]
    for i in range(count):
        node = st[seq + i]
        low, high = st[st[LOW] + node], st[st[HIGH] + node]
        linked = node < w[VISITS] and w[w[LINKED] + node] == 1
        if linked and w[w[STARTED] + node] == 0:
            low, high = st[st[LEAST] + node], st[st[OWN_HIGH] + node]
        work = work_of(w, st, node, s)
        if not visit_next(w, st, s, place, node, low, high, work, False, now, free, st[PARENT]):
            return False
        if linked and not _push(w, st, node, s, earliest_to_go_on(w, st, s, free) - work):
            return False
        place = w[w[LOC] + node]
        now, free = free, now
    return True


@kernel
def _least_starts(w: Buffer, st: Buffer) -> int:
    """Time the queued routes and all that they push; the route that refuses, or -1."""
    left = 16 * w[SHIFTS] + 64
    while st[STALE_COUNT] > 0:
        s = _next(w, st)
        left -= 1
        if left < 0 or not _pass(w, st, s):
            while st[STALE_COUNT] > 0:
                _next(w, st)
            return int(s)
    return -1


@kernel
def _take_over(w: Buffer, st: Buffer, u: Buffer, v: int, low: int, high: int) -> None:
    """Change the bounds of a visit and queue its routes."""
    if low == st[st[LOW] + v] and high == st[st[HIGH] + v]:
        return
    for c in range(st[CREW_WIDTH]):
        s = st[st[MEMBER] + v * st[CREW_WIDTH] + c]
        if s >= 0:
            touch(w, st, u, s)
    st[st[LOW] + v], st[st[HIGH] + v] = low, high
    queue_routes(w, st, v)


@kernel
def _refresh_queued(w: Buffer, st: Buffer) -> int:
    """Recompute the queued routes; one that a rule forbids, or -1."""
    refused = -1
    while st[STALE_COUNT] > 0:
        s = _next(w, st)
        if not refresh(w, st, s):
            refused = s
    return int(refused)


@kernel
def broken(w: Buffer, st: Buffer) -> int:
    """A route that breaks a rule as it stands, or -1.

    The sum of all costs does not tell: so many routes may be broken at once that it runs over.
    """
    for s in range(w[SHIFTS]):
        if st[st[COST] + s] >= INFEASIBLE // 2:
            return int(s)
    return -1


@kernel
def _is_free(w: Buffer, st: Buffer, v: int) -> bool:
    """Whether a visit is planned and has not begun."""
    return st[st[WHERE] + v] >= 0 and w[w[STARTED] + v] == 0


@kernel
def push_from(w: Buffer, st: Buffer, u: Buffer, v: int) -> bool:
    """Time all that a visit just placed pushes; False, and nothing changed, if a rule forbids it.

    The least starts before are remembered, see `push_back`.
    """
    for i in range(w[LINKS]):
        a = w[w[LINK] + i]
        st[st[LEAST] + a] = st[st[KEPT_LOW] + a] = st[st[LOW] + a]
    queue_routes(w, st, v)
    if _least_starts(w, st) >= 0:
        return False
    for i in range(w[LINKS]):
        a = w[w[LINK] + i]
        if _is_free(w, st, a):
            _take_over(w, st, u, a, st[st[LEAST] + a], st[st[HIGH] + a])
    return _refresh_queued(w, st) < 0


@kernel
def push_back(w: Buffer, st: Buffer, u: Buffer) -> None:
    """Go back to the least starts before `push_from`, the visit placed being gone."""
    for i in range(w[LINKS]):
        a = w[w[LINK] + i]
        if _is_free(w, st, a):
            _take_over(w, st, u, a, st[st[KEPT_LOW] + a], st[st[HIGH] + a])
    _refresh_queued(w, st)


@kernel
def _latest(w: Buffer, st: Buffer, v: int, starts: int) -> int:
    """The latest start of a visit that leaves all linked with it their `starts`."""
    high = st[st[OWN_HIGH] + v]
    if w[w[CREW] + v] > 1:
        high = st[starts + v]
    for j in range(w[w[BEFORE_PTR] + v], w[w[BEFORE_PTR] + v + 1]):
        a, most = w[w[BEFORE] + j], w[w[BEFORE_MAX] + j]
        if most < FOREVER and st[st[WHERE] + a] >= 0:
            high = min(high, st[starts + a] + work_of(w, st, a, st[st[WHERE] + a]) + most)
    for j in range(w[w[BEHIND_PTR] + v], w[w[BEHIND_PTR] + v + 1]):
        b = w[w[BEHIND] + j]
        if st[st[WHERE] + b] < 0:
            continue
        for k in range(w[w[BEFORE_PTR] + b], w[w[BEFORE_PTR] + b + 1]):
            if w[w[BEFORE] + k] == v:
                work = work_of(w, st, v, st[st[WHERE] + v])
                high = min(high, st[starts + b] - w[w[BEFORE_MIN] + k] - work)
    return high


@kernel
def longest_work(w: Buffer, v: int) -> int:
    """Seconds of work of a visit by whoever is slowest at it."""
    most = 0
    for e in range(w[ENGINEERS]):
        most = max(most, w[w[WORK] + e * w[NODES] + v])
    return most


@kernel
def room_of(w: Buffer, st: Buffer, v: int) -> tuple[int, int]:
    """Earliest and latest start that the planned visits linked with a visit leave it."""
    low, high = -FOREVER, FOREVER
    for j in range(w[w[BEFORE_PTR] + v], w[w[BEFORE_PTR] + v + 1]):
        a, most = w[w[BEFORE] + j], w[w[BEFORE_MAX] + j]
        if st[st[WHERE] + a] >= 0:
            finish = st[st[LOW] + a] + work_of(w, st, a, st[st[WHERE] + a])
            low = max(low, finish + w[w[BEFORE_MIN] + j])
            if most < FOREVER:
                high = min(high, finish + most)
    for j in range(w[w[BEHIND_PTR] + v], w[w[BEHIND_PTR] + v + 1]):
        b = w[w[BEHIND] + j]
        if st[st[WHERE] + b] < 0:
            continue
        for k in range(w[w[BEFORE_PTR] + b], w[w[BEFORE_PTR] + b + 1]):
            if w[w[BEFORE] + k] == v:
                # The work of a crew is not known before it is chosen: the relink has the last word.
                work, most = longest_work(w, v), w[w[BEFORE_MAX] + k]
                high = min(high, st[st[LOW] + b] - w[w[BEFORE_MIN] + k] - work)
                if most < FOREVER:
                    low = max(low, st[st[LOW] + b] - most - work)
    return low, high


@kernel
def hold(w: Buffer, st: Buffer, u: Buffer, v: int) -> bool:
    """Fix the start of a visit just placed, and the room of those linked with it."""
    for c in range(st[CREW_WIDTH]):
        s = st[st[MEMBER] + v * st[CREW_WIDTH] + c]
        if s >= 0:
            start = finish_of(w, st, s, position_of(st, s, v)) - work_of(w, st, v, s)
            st[st[LOW] + v] = max(st[st[LOW] + v], start)
    _take_over(w, st, u, v, st[st[LOW] + v], _latest(w, st, v, st[LOW]))
    for j in range(w[w[BEFORE_PTR] + v], w[w[BEFORE_PTR] + v + 1]):
        a = w[w[BEFORE] + j]
        if _is_free(w, st, a):
            _take_over(w, st, u, a, st[st[LOW] + a], _latest(w, st, a, st[LOW]))
    for j in range(w[w[BEHIND_PTR] + v], w[w[BEHIND_PTR] + v + 1]):
        b = w[w[BEHIND] + j]
        if _is_free(w, st, b):
            _take_over(w, st, u, b, st[st[LOW] + b], _latest(w, st, b, st[LOW]))
    return _refresh_queued(w, st) < 0


@kernel
def relink(w: Buffer, st: Buffer, u: Buffer, bound: bool) -> None:
    """Give all linked visits the least starts that the orders of the routes allow.

    Parameters
    ----------
    bound
        Whether they get latest starts too, so that each route can be timed alone.

    Visits that do not fit, which the steps before should not leave, go to the bank.
    """
    doubt = False
    near = bound and st[SOUND] == 1 and st[PUSHING] == 0
    while True:
        for i in range(w[LINKS]):
            v = w[w[LINK] + i]
            st[st[LEAST] + v] = st[st[LOW] + v]
        count = affected(w, st, near)
        for i in range(count):
            v = st[st[AFFECTED] + i]
            if _is_free(w, st, v):
                st[st[LEAST] + v] = st[st[OWN_LOW] + v]
            if st[st[WHERE] + v] >= 0:
                queue_routes(w, st, v)
        refused = _least_starts(w, st)
        if refused < 0:
            for i in range(count):
                v = st[st[AFFECTED] + i]
                if _is_free(w, st, v):
                    high = st[st[OWN_HIGH] + v]
                    if bound:
                        high = _latest(w, st, v, st[LEAST])
                    _take_over(w, st, u, v, st[st[LEAST] + v], high)
            refused = _refresh_queued(w, st)
        if refused < 0 and doubt:
            # Of several routes refused at once only one was told, and the rest stay unchanged.
            refused = broken(w, st)
        if refused < 0 or not withdraw_one(w, st, u, refused):
            return
        doubt = True
