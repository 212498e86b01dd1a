"""Compiled recreation: visits come back, each at its cheapest place."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.bank import enter_bank, evict, leave_bank
from dispatch.solver.candidates import candidates
from dispatch.solver.clock import INFEASIBLE
from dispatch.solver.draws import draw
from dispatch.solver.insertion import (
    AT_LEAST,
    cheapest,
    is_kept,
    price_key,
    price_slot,
    put,
    stock_key,
)
from dispatch.solver.kernel import kernel
from dispatch.solver.layout import (
    BANK,
    BANKED,
    CACHE_KEY,
    CHOSEN,
    CLOSES,
    CREW_WIDTH,
    HOMES_WIDTH,
    LEFT_OUT,
    LINKED,
    MARK,
    MEMBER,
    NEAR,
    NEAR_WIDTH,
    OPENS,
    ORDER,
    PENALTY,
    PUSHING,
    RANK,
    REMOTE,
    SCORE,
    SLA_BY,
    TOTAL,
    WHERE,
    WORK,
)
from dispatch.solver.linked import place_among_links
from dispatch.solver.undo import note, touch

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

EXTRA_FROM_BANK = 12
NEARBY_FROM_BANK, OTHERS_FROM_BANK = 8, 8
"""Visits of the bank that are tried in a step: any, or on a large day near the ruin and others."""
LINKED_FROM_BANK = 0.1
"""Share of the linked visits in the bank that are tried in a step: they are dear to price."""
FAR = 1 << 50


@kernel
def _sort(w: Buffer, st: Buffer, count: int) -> None:
    """Order the visits to insert by a rule drawn at random; higher tiers mostly go first."""
    rule = int(draw(st) * 11.0)
    by_tier = draw(st) < 0.7
    for i in range(count):
        v = st[st[ORDER] + i]
        score = int(draw(st) * 1000000.0)
        if rule < 4:
            pass
        elif rule < 6:
            score = -w[w[WORK] + v]
        elif rule < 8:
            score = w[w[CLOSES] + v] - w[w[OPENS] + v]
        elif rule < 9:
            score = w[w[OPENS] + v]
        elif rule < 10:
            # A promised arrival presses like a closing window does.
            score = min(w[w[CLOSES] + v], w[w[SLA_BY] + v])
        else:
            score = -w[w[REMOTE] + v]
        if by_tier:
            score -= FAR * w[w[RANK] + v]
        st[st[SCORE] + v] = score
    # Shell's sort with gaps of Tokuda's kind: a few visits mostly, all of them at the first construction.
    gap = 1
    while gap * 9 // 4 < count:
        gap = gap * 9 // 4 + 1
    while gap > 0:
        for i in range(gap, count):
            v = st[st[ORDER] + i]
            j = i - gap
            while j >= 0 and st[st[SCORE] + st[st[ORDER] + j]] > st[st[SCORE] + v]:
                st[st[ORDER] + j + gap] = st[st[ORDER] + j]
                j -= gap
            st[st[ORDER] + j + gap] = v
        gap = (gap - 1) * 4 // 9


@kernel
def _best_shift(w: Buffer, st: Buffer, v: int, blink: float, near: bool, most: int) -> int:
    """The shift that serves a visit at the least cost below `most`, -1 if there is none."""
    best, best_shift = most, -1
    keep, stock = is_kept(w, v), stock_key(w, st, v)
    asked = 0
    for i in range(candidates(w, st, v, near)):
        s = st[st[CHOSEN] + i]
        if blink > 0.0 and draw(st) < blink:
            continue
        at = st[CACHE_KEY] + 2 * price_slot(w, st, v, s)
        if keep and st[at] == price_key(w, st, v, s, stock):
            if st[at + 1] < best:
                best, best_shift = st[at + 1], s
        else:
            st[st[CHOSEN] + asked] = s
            asked += 1
    # Prices that are known come first: most others need only be shown to be above them.
    for i in range(asked):
        s = st[st[CHOSEN] + i]
        at = st[CACHE_KEY] + 2 * price_slot(w, st, v, s)
        if keep and st[at] == price_key(w, st, v, s, stock) ^ AT_LEAST and st[at + 1] >= best:
            continue
        price = cheapest(w, st, v, s, -1, False, best)
        if price < best:
            best, best_shift = price, s
    return best_shift


@kernel
def _place(w: Buffer, st: Buffer, u: Buffer, v: int, blink: float, most: int) -> bool:
    best_shift = _best_shift(w, st, v, blink, True, most)
    if best_shift < 0 and blink == 0.0 and w[HOMES_WIDTH] > 0:
        best_shift = _best_shift(w, st, v, blink, False, most)
    if best_shift < 0:
        return False
    cheapest(w, st, v, best_shift, -1, False, INFEASIBLE)
    slot = price_slot(w, st, v, best_shift)
    note(st, u, v)
    touch(w, st, u, best_shift)
    st[st[WHERE] + v] = st[st[MEMBER] + v * st[CREW_WIDTH] + 0] = best_shift
    leave_bank(w, st, v)
    if put(w, st, v, best_shift):
        return True
    # The remembered price was not true any more: the place is not used, and priced anew next time.
    evict(w, st, u, v)
    enter_bank(w, st, v)
    st[st[CACHE_KEY] + 2 * slot] = 0
    return False


@kernel
def _add_nearby(w: Buffer, st: Buffer, count: int) -> int:
    """Add visits of the bank that lie around the ruin, where room has just been made."""
    around, most = st[st[ORDER] + 0], count + NEARBY_FROM_BANK
    for i in range(w[NEAR_WIDTH]):
        if count == most:
            break
        v = w[w[NEAR] + around * w[NEAR_WIDTH] + i]
        if st[st[WHERE] + v] >= 0 or st[st[MARK] + v] != 0:
            continue
        if w[w[LINKED] + v] == 0 or draw(st) < LINKED_FROM_BANK:
            st[st[MARK] + v] = 1
            st[st[ORDER] + count] = v
            count += 1
    return count


@kernel
def _penalty(w: Buffer, st: Buffer, v: int) -> float:
    return float(st[st[PENALTY] + w[w[RANK] + v]])


@kernel
def _penalties_of_others(w: Buffer, st: Buffer, count: int) -> float:
    """Penalties of the visits left out that are not among `order[:count]`."""
    total = 0.0
    for t in range(4):
        total += float(st[st[PENALTY] + t]) * float(st[LEFT_OUT + t])
    for i in range(count):
        total -= _penalty(w, st, st[st[ORDER] + i])
    return total


@kernel
def recreate(w: Buffer, st: Buffer, u: Buffer, count: int, blink: float, allowed: float) -> bool:
    """Insert the visits `order[:count]` and some from the bank, each at its cheapest place.

    Parameters
    ----------
    allowed
        What the plan may be worth, penalties and all, to be accepted. A place so dear that the plan
        is refused with it is not looked for: what is still to come hardly ever makes it cheaper.

    Returns
    -------
    False where the plan would be refused; it is unfinished then.
    """
    for i in range(count):
        st[st[MARK] + st[st[ORDER] + i]] = 1
    most = EXTRA_FROM_BANK
    if blink > 0.0 and count > 0 and w[HOMES_WIDTH] > 0:
        count = _add_nearby(w, st, count)
        most = OTHERS_FROM_BANK
    others = st[BANKED] - count
    extra = min(others, most) if blink > 0.0 else others
    offset = int(draw(st) * st[BANKED]) if st[BANKED] > 0 else 0
    for i in range(st[BANKED]):
        if extra == 0:
            break
        v = st[st[BANK] + (i + offset) % st[BANKED]]
        if blink > 0.0 and w[w[LINKED] + v] == 1 and draw(st) > LINKED_FROM_BANK:
            continue
        if st[st[MARK] + v] == 0:
            st[st[MARK] + v] = 1
            st[st[ORDER] + count] = v
            count += 1
            extra -= 1
    for i in range(count):
        st[st[MARK] + st[st[ORDER] + i]] = 0
    _sort(w, st, count)
    left_out = _penalties_of_others(w, st, count)
    # A successor can only be placed after its predecessor: the second round takes those left.
    for _ in range(2):
        waiting = False
        for i in range(count):
            v = st[st[ORDER] + i]
            if st[st[WHERE] + v] >= 0:
                continue
            if w[w[LINKED] + v] == 1 or st[PUSHING] == 1:
                if not place_among_links(w, st, u, v, blink):
                    waiting = waiting or w[w[LINKED] + v] == 1
            else:
                spare = allowed - float(st[TOTAL]) - left_out
                if spare < 0.0:
                    return False
                penalty = _penalty(w, st, v)
                dearest = int(spare) + 1 if spare < penalty else INFEASIBLE
                if _place(w, st, u, v, blink, dearest):
                    continue
                if spare < penalty:
                    return False
                left_out += penalty
        if not waiting:
            break
    return True
