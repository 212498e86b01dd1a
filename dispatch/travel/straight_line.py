"""The straight line with a detour factor and a speed: travel without any map."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
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
    phi, theta = np.radians(lat), np.radians(lon)
    across = np.sin((phi[:, None] - phi[None, :]) / 2.0) ** 2
    along = np.sin((theta[:, None] - theta[None, :]) / 2.0) ** 2
    cosine = np.cos(phi)
    chord = across + cosine[:, None] * cosine[None, :] * along
    # Rounding may lift antipodes a hair above 1, where the arc sine does not exist.
    result: Metres = 2.0 * EARTH_RADIUS_M * np.arcsin(np.sqrt(np.minimum(chord, 1.0)))
    return result


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
        road = great_circle_m(degrees[:, 0], degrees[:, 1]) * self.detour_factor
        seconds = np.floor(road * 3.6 / self.speed_at(depart) + 0.5)
        if seconds.size and seconds.max() > LONGEST_SECONDS:
            raise TravelUnavailable(
                f"travel: {seconds.max():.0f} s for one way, expected at most {LONGEST_SECONDS} s",
                advice="speed_kmh is too low or a place lies on another continent.",
            )
        metres = np.floor(road + 0.5)
        return TravelMatrix(seconds.astype(np.int64), metres.astype(np.int64), "haversine")

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
