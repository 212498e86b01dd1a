"""The straight line of one pair by geopy: what the matrices are measured against."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from dispatch.domain import Location
from dispatch.travel.straight_line import great_circle_m

__all__ = ["largest_deviation", "straight_line_m"]


def straight_line_m(one: Location, other: Location) -> float:
    """Measure one great circle in metres, as ``geopy.distance.great_circle`` does.

    For single pairs; a matrix of 500 places takes geopy seconds and `great_circle_m`
    milliseconds.
    """
    # Imported here because it costs a tenth of a second that planning does not need.
    from geopy.distance import great_circle

    return float(great_circle(one.coordinates, other.coordinates).m)


def largest_deviation(places: Sequence[Location]) -> float:
    """Compare the matrix with the reference over all pairs of places.

    Parameters
    ----------
    places
        With coordinates; a few dozen at most, since each pair is measured alone.

    Returns
    -------
    float
        Largest relative difference; differences below a metre do not count.
    """
    degrees = np.array([place.coordinates for place in places], dtype=np.float64).reshape(-1, 2)
    metres = great_circle_m(degrees[:, 0], degrees[:, 1])
    worst = 0.0
    for i, one in enumerate(places):
        for j, other in enumerate(places[:i]):
            expected = straight_line_m(one, other)
            difference = abs(float(metres[i, j]) - expected)
            if difference >= 1.0:
                worst = max(worst, difference / expected)
    return worst
