"""The matrix that stands in the case file itself."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import numpy as np

from dispatch.domain import GivenMatrix, Location
from dispatch.errors import TravelUnavailable
from dispatch.travel.matrix import TravelMatrix

__all__ = ["WrittenOut"]


@dataclass(frozen=True, slots=True)
class WrittenOut:
    """Travel source that looks ways up by the ids of places, the same at every hour."""

    given: GivenMatrix

    def matrix(self, places: Sequence[Location], depart: datetime) -> TravelMatrix:  # noqa: ARG002
        """Pick rows and columns; a place may be asked for twice.

        Raises
        ------
        TravelUnavailable
            When a place is not in the matrix.
        """
        index = {id: i for i, id in enumerate(self.given.locations)}
        missing = [place.id for place in places if place.id not in index]
        if missing:
            raise TravelUnavailable(
                f"matrix: locations {', '.join(missing[:5])} are not in it,"
                " expected every place of the case"
            )
        picked = np.array([index[place.id] for place in places], dtype=np.intp)
        grid = np.ix_(picked, picked)
        return TravelMatrix(self.given.duration_s[grid], self.given.distance_m[grid], "matrix")
