"""Travel times and lengths between places, and the one method that gives them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

import numpy as np
import numpy.typing as npt

from dispatch.domain import UNREACHABLE, Location
from dispatch.errors import InputError

__all__ = ["LONGEST_METRES", "LONGEST_SECONDS", "TravelMatrix", "TravelSource"]

LONGEST_SECONDS = 10**7
"""Longest way accepted, about 115 days; leaves room for sums in 32 bits."""
LONGEST_METRES = 10**8
"""Longest way accepted, two and a half times around the earth."""

Cells = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True, eq=False)
class TravelMatrix:
    """Ways between n places; nothing else of travel reaches the solver.

    Parameters
    ----------
    seconds, metres
        int64 of shape (n, n), row to column, `UNREACHABLE` (-1) in both where there is no way;
        the diagonal is 0. Both are kept read-only.
    source
        Name of the source that gave them, for the plan file.

    Raises
    ------
    InputError
        When a shape, a bound or the diagonal is wrong.
    """

    seconds: Cells
    metres: Cells
    source: str

    def __post_init__(self) -> None:
        size = len(self.seconds)
        for name, longest in (("seconds", LONGEST_SECONDS), ("metres", LONGEST_METRES)):
            given = np.asarray(getattr(self, name))
            if given.shape != (size, size):
                raise InputError.at(f"/{name}", given.shape, f"shape {(size, size)}")
            if given.size and given.dtype.kind not in "iu":
                raise InputError.at(f"/{name}", str(given.dtype), "whole numbers")
            cells = np.array(given, dtype=np.int64)
            if cells.size and (cells.min() < UNREACHABLE or cells.max() > longest):
                wrong = int(cells.min()) if cells.min() < UNREACHABLE else int(cells.max())
                raise InputError.at(f"/{name}", wrong, f"-1 or a number up to {longest}")
            if cells.diagonal().any():
                raise InputError.at(f"/{name}", "a way from a place to itself", "0")
            cells.setflags(write=False)
            object.__setattr__(self, name, cells)
        if not np.array_equal(self.seconds < 0, self.metres < 0):
            raise InputError.at("/metres", "other unreachable pairs", "the same as in seconds")

    def __len__(self) -> int:
        return len(self.seconds)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, TravelMatrix):
            return NotImplemented
        return (
            self.source == other.source
            and np.array_equal(self.seconds, other.seconds)
            and np.array_equal(self.metres, other.metres)
        )

    def __hash__(self) -> int:
        return hash((self.source, len(self)))


class TravelSource(Protocol):
    """Whoever knows the ways: the straight line, a given matrix, a map, a server."""

    def matrix(self, places: Sequence[Location], depart: datetime) -> TravelMatrix:
        """Give the ways between places for somebody who departs at an instant.

        Parameters
        ----------
        places
            n places; rows and columns come in their order.
        depart
            Aware; its own offset tells the local hour.

        Returns
        -------
        TravelMatrix
            Complete, checked.

        Raises
        ------
        TravelUnavailable
            When the source gives nothing usable.
        """
