"""Compiled random draws of the search: one generator, one seed."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.kernel import kernel
from dispatch.solver.layout import RNG

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def draw(st: Buffer) -> float:
    """A uniform random number in [0, 1) (xorshift64*; signed arithmetic wraps around)."""
    x = st[st[RNG]]
    x ^= (x >> 12) & 0xFFFFFFFFFFFFF
    x ^= x << 25
    x ^= (x >> 27) & 0x1FFFFFFFFF
    st[st[RNG]] = x
    return float(((x * 2685821657736338717) >> 11) & 0x1FFFFFFFFFFFFF) / 9007199254740992.0
