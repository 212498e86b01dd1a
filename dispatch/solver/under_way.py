"""What was under way at `now`: the leg to a frozen stop, left for before (ADR 17)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BRK_HI,
    BRK_LO,
    BRK_PTR,
    BRK_WORK,
    NOW,
    SLA_BY,
    UNDER_WAY,
    WIN_HI,
    WIN_PTR,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def was_under_way(w: Buffer, shift: int, node: int, travel: int, ready: int) -> bool:
    """Whether the travel to a frozen stop must have begun before `now`, as the plan in force says.

    It has when leaving at `now` would miss the start that the freeze keeps or arrive too late for
    the SLA; `ready` is when the engineer was free.
    """
    first, last = w[w[WIN_PTR] + node], w[w[WIN_PTR] + node + 1]
    if w[w[UNDER_WAY] + node] == 0 or ready >= w[NOW] or first == last:
        return False
    start, leave, rests = w[w[WIN_HI] + last - 1], w[NOW], 0
    for b in range(w[w[BRK_PTR] + shift], w[w[BRK_PTR] + shift + 1]):
        low, rest = w[w[BRK_LO] + b], w[w[BRK_WORK] + b]
        if low < w[w[BRK_HI] + b]:
            continue
        if low < w[NOW]:
            leave = max(leave, low + rest)
        elif low < start:
            rests += rest
    return leave + travel + rests > start or leave + travel > w[w[SLA_BY] + node]
