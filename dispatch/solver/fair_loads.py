"""Compiled prices that look beyond one route: fair loads and the worst lateness (ADR 19)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    CHAIN,
    CHAIN_PTR,
    CREW,
    CREW_LATE,
    CREW_WIDTH,
    DUE_IDEAL,
    ENGINEER,
    FAIR_RATE,
    HISTORY,
    LENGTH,
    MOST_LATE,
    SHIFTS,
    SLA_BY,
    UNPOPULAR,
    VISITS,
    WHERE,
    WORKED,
    WORST,
    WORST_RATE,
)
from dispatch.solver.leg import half_up
from dispatch.solver.problem import FOREVER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

SQUARED_HOUR = 3600 * 3600


@kernel
def _carried(w: Buffer, st: Buffer, engineer: int, but: int) -> int:
    """Load of an engineer in seconds, history included, without the route of one shift."""
    load = w[w[HISTORY] + engineer]
    for i in range(w[w[CHAIN_PTR] + engineer], w[w[CHAIN_PTR] + engineer + 1]):
        if w[w[CHAIN] + i] != but:
            load += st[st[WORKED] + 2 * w[w[CHAIN] + i]] + st[st[WORKED] + 2 * w[w[CHAIN] + i] + 1]
    return load


@kernel
def _price(w: Buffer, load: int) -> int:
    return half_up(w[FAIR_RATE] * load * load, SQUARED_HOUR)


@kernel
def fair_base(w: Buffer, st: Buffer, shift: int) -> int:
    """Fairness money of the engineer of a shift as the routes are."""
    if w[FAIR_RATE] == 0:
        return 0
    return _price(w, _carried(w, st, w[w[ENGINEER] + shift], -1))


@kernel
def fair_money(w: Buffer, st: Buffer, shift: int, v: int, working: int) -> int:
    """Fairness money of the engineer once a visit is in the route, which then takes `working`."""
    if w[FAIR_RATE] == 0:
        return 0
    load = _carried(w, st, w[w[ENGINEER] + shift], shift) + st[st[WORKED] + 2 * shift + 1]
    return _price(w, load + w[w[UNPOPULAR] + v] + working)


@kernel
def _crew_lateness(w: Buffer, st: Buffer, v: int) -> int:
    """How late the first member of a crew arrives."""
    first = 1 << 60
    for c in range(w[w[CREW] + v]):
        late = st[st[CREW_LATE] + v * st[CREW_WIDTH] + c]
        if late >= 0:
            first = min(first, late)
    return first if first < 1 << 60 else 0


@kernel
def settle_worst(w: Buffer, st: Buffer) -> None:
    """Note the money of the largest lateness of all planned visits."""
    if w[WORST_RATE] == 0:
        return
    worst = 0
    for s in range(w[SHIFTS]):
        if st[st[LENGTH] + s] > 0:
            worst = max(worst, st[st[MOST_LATE] + s])
    if st[CREW_WIDTH] > 1:
        for v in range(w[VISITS]):
            if st[st[WHERE] + v] >= 0 and w[w[CREW] + v] > 1:
                worst = max(worst, _crew_lateness(w, st, v))
    st[WORST] = half_up(w[WORST_RATE] * worst, 3600)


@kernel
def worse(w: Buffer, st: Buffer, v: int, arrive: int, start: int, behind: int) -> int:
    """What a visit adds to the money of the largest lateness.

    `behind` is how late it makes the stop behind it that has the least room.
    """
    if w[WORST_RATE] == 0:
        return 0
    late = min(behind, FOREVER)
    if w[w[SLA_BY] + v] < FOREVER:
        late = max(late, arrive - w[w[SLA_BY] + v])
    if w[w[DUE_IDEAL] + v] < FOREVER:
        late = max(late, start - w[w[DUE_IDEAL] + v])
    return max(0, half_up(w[WORST_RATE] * max(0, late), 3600) - st[WORST])
