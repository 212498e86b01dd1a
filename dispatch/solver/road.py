"""Compiled access to the travel matrix: seconds and metres of a leg in one cell."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.kernel import kernel
from dispatch.solver.layout import PLACES, PROFILE, WAYS
from dispatch.solver.problem import FOREVER

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Buffer = NDArray[np.int64]


@kernel
def ways_of(w: Buffer, shift: int) -> int:
    """Offset of the matrix of a shift: one row of `PLACES` cells for each place left."""
    return w[WAYS] + w[w[PROFILE] + shift] * w[PLACES] * w[PLACES]


@kernel
def leg(w: Buffer, shift: int, start: int, end: int) -> int:
    """The cell of a leg during a shift: seconds in its upper half, metres in its lower.

    One cell instead of two is one cache miss instead of two, and half the memory. Where there is
    no road the cell is -1, and so are its seconds.
    """
    return w[w[WAYS] + (w[w[PROFILE] + shift] * w[PLACES] + start) * w[PLACES] + end]


@kernel
def seconds(w: Buffer, shift: int, start: int, end: int) -> int:
    """Seconds of a leg; -1 where there is no road."""
    return leg(w, shift, start, end) >> 32


@kernel
def metres_of(w: Buffer, shift: int, start: int, end: int) -> int:
    """Metres of a leg."""
    return leg(w, shift, start, end) & 0xFFFFFFFF


@kernel
def way(w: Buffer, shift: int, start: int, end: int) -> int:
    """Seconds of a leg; `FOREVER` where there is no road."""
    cell = leg(w, shift, start, end)
    return cell >> 32 if cell >= 0 else FOREVER
