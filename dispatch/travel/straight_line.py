"""The straight line with a detour factor and a speed: travel without any map."""

from __future__ import annotations

import math
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

import numpy as np
import numpy.typing as npt

from dispatch.domain import Location
from dispatch.errors import TravelUnavailable
from dispatch.travel.matrix import LONGEST_SECONDS, TravelMatrix

__all__ = ["EARTH_RADIUS_M", "Haversine", "great_circle_m"]

EARTH_RADIUS_M = 6_371_009.0
"""Mean radius, the one of ``geopy.distance.great_circle``."""

Metres = npt.NDArray[np.float64]
ROWS = 128
"""Rows of the matrix that are computed at a time."""


def great_circle_m(lat: Metres, lon: Metres) -> Metres:
    """Compute the great-circle distance between all points.

    Parameters
    ----------
    lat, lon
        Degrees, shape (n,).

    Returns
    -------
    numpy.ndarray
        Metres, shape (n, n), symmetric, 0 on the diagonal.

    References
    ----------
    R. W. Sinnott, "Virtues of the Haversine", Sky and Telescope 68 (1984).
    """
    result: Metres = np.zeros((len(lat), len(lat)))
    for rows, block in _blocks(lat, lon):
        result[rows, rows.start :] = block
        result[rows.start :, rows] = block.T
    return result


def _blocks(lat: Metres, lon: Metres) -> Iterator[tuple[slice, Metres]]:
    """Rows of the matrix from the diagonal on: it is symmetric, and a block stays in the cache."""
    phi, theta = np.radians(lat), np.radians(lon)
    cosine = np.cos(phi)
    for first in range(0, len(lat), ROWS):
        rows, rest = slice(first, min(first + ROWS, len(lat))), slice(first, None)
        across = np.sin((phi[rows, None] - phi[None, rest]) / 2.0) ** 2
        along = np.sin((theta[rows, None] - theta[None, rest]) / 2.0) ** 2
        chord = across + cosine[rows, None] * cosine[None, rest] * along
        # Rounding may lift antipodes a hair above 1, where the arc sine does not exist.
        yield rows, 2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))


@dataclass(frozen=True, slots=True)
class Haversine:
    """Travel source that needs nothing but coordinates.

    Parameters
    ----------
    speed_kmh
        Speed along the road.
    detour_factor
        Road metres for one metre of straight line.
    speed_by_hour
        Other speeds by local hour of departure, 0 to 23. The whole way is driven at the speed
        of the hour of departure.
    """

    speed_kmh: float = 35.0
    detour_factor: float = 1.3
    speed_by_hour: Mapping[int, float] = field(default_factory=dict)

    def matrix(self, places: Sequence[Location], depart: datetime) -> TravelMatrix:
        """Give the ways between places; metres and seconds are each rounded half up.

        Raises
        ------
        TravelUnavailable
            When a place has no coordinates or a way takes longer than any plan can use.
        """
        spots = [self._spot(place) for place in places]
        degrees = np.array(spots, dtype=np.float64).reshape(len(spots), 2)
        size, speed = len(spots), self.speed_at(depart)
        seconds = np.zeros((size, size), dtype=np.int64)
        metres = np.zeros((size, size), dtype=np.int64)
        for rows, block in _blocks(degrees[:, 0], degrees[:, 1]):
            road = block * self.detour_factor
            taken = np.floor(road * 3.6 / speed + 0.5)
            if taken.max() > LONGEST_SECONDS:
                raise TravelUnavailable(
                    f"travel: {taken.max():.0f} s for one way, expected at most {LONGEST_SECONDS} s",
                    advice="speed_kmh is too low or a place lies on another continent.",
                )
            for cells, found in ((seconds, taken), (metres, np.floor(road + 0.5))):
                whole = found.astype(np.int64)
                cells[rows, rows.start :] = whole
                cells[rows.start :, rows] = whole.T
        return TravelMatrix(seconds, metres, "haversine")

    def speed_at(self, depart: datetime) -> float:
        """Speed in km/h for a departure; the hour is that of its own offset."""
        return self.speed_by_hour.get(depart.hour, self.speed_kmh)

    def _spot(self, place: Location) -> tuple[float, float]:
        if place.coordinates is None or not all(map(math.isfinite, place.coordinates)):
            raise TravelUnavailable(
                f"location {place.id!r}: no coordinates, expected lat and lon",
                advice="a matrix of travel times was meant.",
            )
        return place.coordinates
