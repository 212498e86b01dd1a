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
# stand in the order of their shifts; `BEGINS` has one more than there are shifts, `FIRST` one more
# than there are columns.
SHIFTS, BEGINS, COST, FIRST, SERVED, REDUCED, HEADER = range(7)


@kernel
def choose_cheapest(columns: Address, prices: Address, cover: Address) -> int:
    """Take the prices of its visits off each column, and have each shift drive its cheapest.

    Parameters
    ----------
    columns
        Address of packed columns; `reduced` is written.
    prices, cover
        Addresses of int64 tables by visit: the price, and how many of the routes driven serve it,
        which is added. A shift whose cheapest column costs nothing or more drives none; of equals
        all are driven.

    Returns
    -------
    The reduced cost of the columns driven, one of each shift.
    """
    c, price, times = pointer(columns), pointer(prices), pointer(cover)
    total = 0
    for k in range(c[SHIFTS]):
        begin, end = c[c[BEGINS] + k], c[c[BEGINS] + k + 1]
        least = 0
        for j in range(begin, end):
            left = c[c[COST] + j]
            for i in range(c[c[FIRST] + j], c[c[FIRST] + j + 1]):
                left -= price[c[c[SERVED] + i]]
            c[c[REDUCED] + j] = left
            least = min(least, left)
        if least == 0:
            continue
        total += least
        for j in range(begin, end):
            if c[c[REDUCED] + j] == least:
                for i in range(c[c[FIRST] + j], c[c[FIRST] + j + 1]):
                    times[c[c[SERVED] + i]] += 1
    return total
