"""Compiled money of a crew: what its members pay together, and what the routes count twice.

The clock of every member carries the whole money of the visit, so that each route knows what its
own lateness would cost. The contract charges it once (SLA: on the first arrival), so the search
takes the rest off again as a rebate of the visit.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    CREW,
    CREW_CHANGE,
    CREW_LATE,
    CREW_WIDTH,
    CREW_WISH,
    DUE_IDEAL,
    ENGINEER,
    ENGINEERS,
    HIGH,
    LENGTH,
    LOW,
    MEMBER,
    MOST_LATE,
    REBATE,
    ROUTE,
    SIDE,
    SLA_BY,
    STOPS,
    TOTAL,
    TRACE,
    VISITS,
    WORKING_TIME,
    WORST_RATE,
)
from dispatch.solver.leg import sla_money, start_money
from dispatch.solver.problem import FOREVER
from dispatch.solver.route_clock import work_of
from dispatch.solver.trace import ARRIVE, CHARGED, EARLIEST, LATEST, START, WORKS, trace

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def crew_side(w: Buffer, st: Buffer, v: int) -> int:
    """Preference and engineer-change money of the members noted for a crew visit."""
    if w[WORKING_TIME] == 1:
        return 0
    pleased = changed = False
    for c in range(w[w[CREW] + v]):
        s = st[st[MEMBER] + v * st[CREW_WIDTH] + c]
        if s >= 0:
            flags = w[w[SIDE] + v * w[ENGINEERS] + w[w[ENGINEER] + s]]
            pleased = pleased or flags & 1 == 1
            changed = changed or flags & 2 == 2
    money = 0 if pleased else w[w[CREW_WISH] + v]
    if changed:
        money += w[w[CREW_CHANGE] + v]
    return money


@kernel
def _settle_rebate(w: Buffer, st: Buffer, v: int) -> None:
    known, paid, least = 0, 0, FOREVER
    for c in range(st[CREW_WIDTH]):
        late = st[st[CREW_LATE] + v * st[CREW_WIDTH] + c]
        if late >= 0:
            known += 1
            paid += sla_money(w, v, late)
            least = min(least, late)
    rebate = 0
    if known > 1:
        rebate = paid - sla_money(w, v, least)
        rebate += (known - 1) * start_money(w, v, st[st[LOW] + v])
    st[TOTAL] += st[st[REBATE] + v] - rebate
    st[st[REBATE] + v] = rebate


@kernel
def forget_crew(st: Buffer, v: int) -> None:
    """Take the rebate of a visit back when it leaves its routes."""
    if st[CREW_WIDTH] == 1:
        return
    st[TOTAL] += st[st[REBATE] + v]
    st[st[REBATE] + v] = 0
    for c in range(st[CREW_WIDTH]):
        st[st[CREW_LATE] + v * st[CREW_WIDTH] + c] = -1


@kernel
def _arrivals(w: Buffer, st: Buffer, shift: int, count: int) -> int:
    """Time a feasible route as the timetable will, the departure slid; offset of its arrivals."""
    at = st[TRACE]
    for i in range(count):
        node = st[st[ROUTE] + shift * st[STOPS] + i]
        st[at + i] = node
        st[at + EARLIEST * count + i] = st[st[LOW] + node]
        st[at + LATEST * count + i] = st[st[HIGH] + node]
        st[at + WORKS * count + i] = work_of(w, st, node, shift)
        st[at + CHARGED * count + i] = 1
    trace(w, st, at, shift, count)
    return at + ARRIVE * count


@kernel
def settle_crews(w: Buffer, st: Buffer, shift: int) -> None:
    """Note how late the crew visits of a feasible route are and settle their rebates."""
    if st[CREW_WIDTH] == 1 or w[WORKING_TIME] == 1:
        return
    count, seq = st[st[LENGTH] + shift], st[ROUTE] + shift * st[STOPS]
    crews, clocks = False, False
    for i in range(count):
        node = st[seq + i]
        if node < w[VISITS] and w[w[CREW] + node] > 1:
            crews = True
            clocks = clocks or w[w[SLA_BY] + node] < FOREVER
    if not crews:
        return
    arrive = _arrivals(w, st, shift, count) if clocks else -1
    for i in range(count):
        node = st[seq + i]
        if node >= w[VISITS] or w[w[CREW] + node] == 1:
            continue
        for c in range(st[CREW_WIDTH]):
            if st[st[MEMBER] + node * st[CREW_WIDTH] + c] == shift:
                late = max(0, st[arrive + i] - w[w[SLA_BY] + node]) if clocks else 0
                st[st[CREW_LATE] + node * st[CREW_WIDTH] + c] = late
        _settle_rebate(w, st, node)


@kernel
def note_lateness(w: Buffer, st: Buffer, shift: int) -> None:
    """Note the largest lateness in a feasible route: of an arrival, or of a start after its ideal.

    The arrivals of a crew are compared by `settle_worst`, for the first of them counts.
    """
    count = st[st[LENGTH] + shift]
    if w[WORST_RATE] == 0 or count == 0:
        return
    arrive = _arrivals(w, st, shift, count)
    start, most = arrive + (START - ARRIVE) * count, 0
    for i in range(count):
        node = st[st[ROUTE] + shift * st[STOPS] + i]
        if node >= w[VISITS]:
            continue
        if w[w[CREW] + node] == 1 and w[w[SLA_BY] + node] < FOREVER:
            most = max(most, st[arrive + i] - w[w[SLA_BY] + node])
        if w[w[DUE_IDEAL] + node] < FOREVER:
            most = max(most, st[start + i] - w[w[DUE_IDEAL] + node])
    st[st[MOST_LATE] + shift] = most
