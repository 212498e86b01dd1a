"""Check what a travel provider answered before anything is computed with it."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from dispatch.domain import UNREACHABLE
from dispatch.errors import InputError, TravelUnavailable
from dispatch.travel.matrix import LONGEST_METRES, LONGEST_SECONDS, TravelMatrix

__all__ = ["matrix_from_answer"]

SLOWEST_KMH, FASTEST_KMH = 1.0, 400.0
FAR_ENOUGH_M = 500.0
"""Shorter ways say little about the unit: a traffic light doubles them."""


def matrix_from_answer(seconds: object, metres: object, size: int, source: str) -> TravelMatrix:
    """Make a matrix of an answer from outside, or refuse it.

    Parameters
    ----------
    seconds, metres
        What should be ``size`` rows of ``size`` numbers; None marks a pair without a way.
        Fractions are rounded half up.
    size
        Number of places that were asked for.
    source
        Name of the provider.

    Returns
    -------
    TravelMatrix
        Nothing but checked whole numbers.

    Raises
    ------
    TravelUnavailable
        When the shape is wrong, a cell is not a number, negative, not finite or absurd, the
        diagonal is not zero, or the usual speed shows another unit.
    """
    time = _cells(seconds, size, LONGEST_SECONDS, "seconds", source)
    length = _cells(metres, size, LONGEST_METRES, "metres", source)
    both = (time >= 0) & (length >= 0)
    far = both & (length > FAR_ENOUGH_M)
    if far.any():
        usual = float(np.median(length[far] * 3.6 / np.maximum(time[far], 1)))
        if not SLOWEST_KMH <= usual <= FASTEST_KMH:
            raise _refusal(source, f"a usual speed of {usual:.2f} km/h", "seconds and metres")
    try:
        return TravelMatrix(
            np.where(both, time, UNREACHABLE), np.where(both, length, UNREACHABLE), source
        )
    except InputError as error:
        raise _refusal(source, str(error), "a usable matrix") from error


def _cells(rows: object, size: int, longest: int, unit: str, source: str) -> npt.NDArray[np.int64]:
    if not isinstance(rows, list | tuple | np.ndarray) or len(rows) != size:
        raise _refusal(source, f"{unit} of another size", f"{size} rows")
    for row in rows:
        if not isinstance(row, list | tuple | np.ndarray) or len(row) != size:
            raise _refusal(source, f"a row of {unit} of another size", f"{size} values")
        if not isinstance(row, np.ndarray):
            kinds = set(map(type, row))
            if not kinds <= {int, float, type(None)}:
                names = ", ".join(sorted(kind.__name__ for kind in kinds))
                raise _refusal(source, f"{unit} as {names}", "numbers or null")
    try:
        values = np.array([list(row) for row in rows], dtype=np.float64).reshape(size, size)
        empty = np.array([[cell is None for cell in row] for row in rows], dtype=bool)
    except (OverflowError, TypeError, ValueError) as error:
        raise _refusal(source, f"{unit} that are no numbers", "numbers or null") from error
    empty = empty.reshape(size, size)
    wrong = ~empty & ~((values >= 0) & (values <= longest))
    if wrong.any():
        raise _refusal(source, f"{values[wrong][0]} {unit}", f"0 to {longest}")
    return np.where(empty, UNREACHABLE, np.floor(np.where(empty, 0.0, values) + 0.5)).astype(
        np.int64
    )


def _refusal(source: str, value: str, expected: str) -> TravelUnavailable:
    return TravelUnavailable(f"travel source {source}: {value} answered, expected {expected}")
