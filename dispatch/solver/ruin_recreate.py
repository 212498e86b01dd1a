"""Compiled ruin and recreate: strings of neighbouring visits leave their routes and come back.

Slack induction by string removals of Christiaens and Vanden Berghe (2020, doi
10.1287/trsc.2019.0914), with exact insertion prices, pickups and links, under simulated annealing.
"""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from dispatch.solver.draws import draw
from dispatch.solver.fair_loads import settle_worst
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    GOOD,
    LEFT_OUT,
    LINKED,
    LINKS,
    ORDER,
    PENALTY,
    PLANTING,
    PUSHING,
    SOUND,
    TOTAL,
    TOUCHED,
    TOUCHED_COUNT,
    WORST,
)
from dispatch.solver.memory import plant, remember
from dispatch.solver.recreate import recreate
from dispatch.solver.relink import broken, relink
from dispatch.solver.ruin import ruin
from dispatch.solver.undo import copy_all, open_step, take_back

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

PUSHES = 2.0
"""Steps in which visits placed may push linked ones, times the number of linked visits.

Such a step sees more and costs more, the more links there are.
"""


@kernel
def value(st: Buffer, plan: Buffer) -> float:
    """What the annealing compares: money (or working time) plus a penalty per visit left out.

    `plan` is the state itself or a copy of it; the penalties are those of the state.
    """
    total = float(plan[TOTAL] + plan[WORST])
    for t in range(4):
        total += float(st[st[PENALTY] + t]) * float(plan[LEFT_OUT + t])
    return total


@kernel
def better(st: Buffer, best: Buffer) -> bool:
    """Whether the state beats the best: tiers from the highest down, then money."""
    for t in range(3, -1, -1):
        if st[LEFT_OUT + t] != best[LEFT_OUT + t]:
            return bool(st[LEFT_OUT + t] < best[LEFT_OUT + t])
    return bool(st[TOTAL] + st[WORST] < best[TOTAL] + best[WORST])


@kernel
def _settled(w: Buffer, st: Buffer, count: int) -> bool:
    """Whether the linked visits stand where they are while the visits `order[:count]` are placed."""
    if w[LINKS] == 0:
        return True
    if st[PUSHING] == 1:
        return False
    for i in range(count):
        if w[w[LINKED] + st[st[ORDER] + i]] == 1:
            return False
    return True


@kernel
def anneal(
    w: Buffer,
    st: Buffer,
    u: Buffer,
    best: Buffer,
    iterations: int,
    temperature: float,
    blink: float,
) -> int:
    """Run ruin and recreate at one temperature.

    Parameters
    ----------
    u, best
        Copies for the step that may be taken back, and for the best solution.
    blink
        Chance that a shift is overlooked for a visit. At 0 nothing is ruined: all that has a place
        is inserted.

    Returns
    -------
    How often the best was beaten.
    """
    found = 0
    fresh = False
    st[SOUND] = 0
    good = value(st, best) + st[GOOD]
    for i in range(iterations):
        before = value(st, st)
        open_step(w, st, u)
        count = 0
        if blink > 0.0:
            planted = st[PLANTING] > 0 and draw(st) * 1000.0 < st[PLANTING]
            count = plant(w, st, u) if planted else ruin(w, st, u)
        if w[LINKS] > 0:
            st[PUSHING] = draw(st) * w[LINKS] < PUSHES if blink > 0.0 else i % 2
            relink(w, st, u, st[PUSHING] == 0)
        allowed = before - temperature * math.log(max(draw(st), 1e-12))
        # Linked visits move when all is placed: while some are out, the money says little.
        early = allowed if blink > 0.0 and _settled(w, st, count) else math.inf
        if not recreate(w, st, u, count, blink, early):
            take_back(w, st, u)
            continue
        if w[LINKS] > 0:
            relink(w, st, u, True)
        settle_worst(w, st)
        after = value(st, st)
        # So many routes may be refused at once that the sum of their costs runs over.
        refused = w[LINKS] > 0 and broken(w, st) >= 0
        if refused or after > allowed:
            take_back(w, st, u)
            continue
        st[SOUND] = 1
        if after < good and st[PLANTING] > 0:
            for j in range(st[TOUCHED_COUNT]):
                remember(w, st, st[st[TOUCHED] + j])
        if fresh and better(u, st):
            # The best is copied when it is left, not at each of many small gains on the way to it.
            take_back(w, st, u)
            copy_all(w, st, best)
            fresh = False
        elif better(st, u if fresh else best):
            fresh = True
            found += 1
    if fresh:
        copy_all(w, st, best)
    return found
