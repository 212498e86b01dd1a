"""Compiled look at many routes under prices of their visits: what each is worth, and the cheapest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.kernel import kernel, pointer

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]

Address = int

# The header of packed columns: how many shifts have some, and the offsets of the tables. Columns
# stand in the order of their shifts; `FIRST` has one more than there are columns.
SHIFTS, COST, FIRST, SERVED, REDUCED, HEADER = range(6)


@kernel
def choose_cheapest(
    columns: Address, at_hand: Address, begins: Address, prices: Address, cover: Address
) -> int:
    """Take the prices of its visits off each column, and have each shift drive its cheapest.

    Parameters
    ----------
    columns
        Address of packed columns; `reduced` is written.
    at_hand, begins
        Addresses of the columns that are looked at, in the order of their shifts, and where those of
        each shift begin, with one more at the end.
    prices, cover
        Addresses of int64 tables by visit: the price, and how many of the routes driven serve it,
        which is added. A shift whose cheapest column costs nothing or more drives none; of equals
        all are driven.

    Returns
    -------
    The reduced cost of the columns driven, one of each shift.
    """
    c, hand, begin = pointer(columns), pointer(at_hand), pointer(begins)
    price, times = pointer(prices), pointer(cover)
    total = 0
    for k in range(c[SHIFTS]):
        least = 0
        for i in range(begin[k], begin[k + 1]):
            j = hand[i]
            left = c[c[COST] + j]
            for at in range(c[c[FIRST] + j], c[c[FIRST] + j + 1]):
                left -= price[c[c[SERVED] + at]]
            c[c[REDUCED] + j] = left
            least = min(least, left)
        if least == 0:
            continue
        total += least
        for i in range(begin[k], begin[k + 1]):
            j = hand[i]
            if c[c[REDUCED] + j] == least:
                for at in range(c[c[FIRST] + j], c[c[FIRST] + j + 1]):
                    times[c[c[SERVED] + at]] += 1
    return total


@kernel
def raise_bound(
    columns: Address,
    at_hand: Address,
    begins: Address,
    visits: Address,
    count: int,
    steps: int,
    highest: int,
    target: int,
    length: float,
) -> int:
    """Change the prices by a few subgradient steps, and keep the best that are met.

    Parameters
    ----------
    columns, at_hand, begins
        As of `choose_cheapest`.
    visits
        Address of four int64 tables of `count` cells, one behind the other: the prices, which are
        changed; the best prices met, which are written when their bound is above `highest`; 1 for
        visits that some column serves; scratch.
    target
        A cost that the bound cannot exceed by much.
    length
        Of a step, as a share of Polyak's.

    Returns
    -------
    The highest bound met so far.
    """
    t = pointer(visits)
    best, served, cover = count, 2 * count, 3 * count
    for _ in range(steps):
        bound = 0
        for v in range(count):
            t[cover + v] = 0
            bound += t[v]
        bound += choose_cheapest(columns, at_hand, begins, visits, visits + 8 * cover)
        if bound > highest:
            highest = bound
            for v in range(count):
                t[best + v] = t[v]
        steep = 0
        for v in range(count):
            if t[served + v] == 1:
                steep += (1 - t[cover + v]) * (1 - t[cover + v])
        if steep == 0:
            break
        far = length * max(target - bound, abs(target) // 10_000) / steep
        for v in range(count):
            if t[served + v] == 1:
                t[v] = max(0, t[v] + int(far * (1 - t[cover + v])))
    return highest
