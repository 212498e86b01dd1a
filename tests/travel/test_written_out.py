"""A matrix of the case file, the choice of a source, and what is kept."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime

import numpy as np
import pytest

from dispatch.domain import GivenMatrix, Location, TravelSettings, TravelSourceName
from dispatch.errors import InputError, TravelUnavailable
from dispatch.travel import (
    Cached,
    Haversine,
    TravelMatrix,
    WrittenOut,
    profile_of,
    source_for,
)

EIGHT = datetime(2026, 11, 23, 8, tzinfo=UTC)
NINE = datetime(2026, 11, 23, 9, tzinfo=UTC)
ONE_WAY = GivenMatrix(("a", "b"), np.array([[0, 60], [-1, 0]]), np.array([[0, 700], [-1, 0]]))


class Counting:
    """A source that counts how often it was asked."""

    def __init__(self) -> None:
        self.asked = 0

    def matrix(self, places: Sequence[Location], depart: datetime) -> TravelMatrix:
        """Answer with the straight line."""
        self.asked += 1
        return Haversine().matrix(places, depart)


def test_rows_and_columns_come_in_the_order_of_the_places() -> None:
    """One-way streets keep their direction, a place asked for twice is 0 from itself."""
    places = [Location("b"), Location("a"), Location("b")]
    matrix = WrittenOut(ONE_WAY).matrix(places, EIGHT)
    assert matrix.seconds.tolist() == [[0, -1, 0], [60, 0, 60], [0, -1, 0]]
    assert matrix.metres.tolist() == [[0, -1, 0], [700, 0, 700], [0, -1, 0]]
    assert matrix.source == "matrix"


def test_place_that_is_not_in_the_matrix_is_named() -> None:
    """Nothing is guessed for it."""
    with pytest.raises(TravelUnavailable, match="moon"):
        WrittenOut(ONE_WAY).matrix([Location("moon")], EIGHT)


@pytest.mark.parametrize(
    ("seconds", "metres"),
    [
        ([[0, 1]], [[0, 1]]),
        ([[0, 1], [1, 0]], [[0]]),
        ([[0, 1], [1, 5]], [[0, 1], [1, 0]]),
        ([[0, -2], [1, 0]], [[0, -1], [1, 0]]),
        ([[0, 10**8], [1, 0]], [[0, 1], [1, 0]]),
        ([[0, -1], [1, 0]], [[0, 1], [1, 0]]),
        ([[0.0, 1.5], [1.0, 0.0]], [[0, 1], [1, 0]]),
    ],
)
def test_matrix_with_a_wrong_shape_or_cell_is_never_made(
    seconds: list[list[float]], metres: list[list[int]]
) -> None:
    """A too small matrix would crash the solver, a NaN would be solved as cost 0."""
    with pytest.raises(InputError):
        TravelMatrix(np.array(seconds), np.array(metres), "test")


def test_matrix_is_a_copy_that_nobody_can_change() -> None:
    """One snapshot per run: the plan explains itself with the numbers it was made of."""
    mine = np.zeros((1, 1), dtype=np.int64)
    matrix = TravelMatrix(mine, mine, "test")
    mine[0, 0] = 9
    assert matrix.seconds[0, 0] == 0
    with pytest.raises(ValueError, match="read-only"):
        matrix.seconds[0, 0] = 1


def test_source_follows_the_settings() -> None:
    """The straight line by default, the matrix on request, no silent replacement."""
    assert source_for(TravelSettings(speed_kmh=20.0)) == Haversine(speed_kmh=20.0)
    given = TravelSettings(TravelSourceName.MATRIX, matrix=ONE_WAY)
    assert source_for(given) == WrittenOut(ONE_WAY)
    with pytest.raises(TravelUnavailable, match="roads"):
        source_for(TravelSettings(TravelSourceName.ROADS))


def test_departures_share_a_profile_unless_their_hour_has_a_speed() -> None:
    """One matrix per profile is enough."""
    settings = TravelSettings(speed_by_hour={8: 20.0})
    assert (profile_of(settings, EIGHT), profile_of(settings, NINE)) == (8, None)
    assert profile_of(TravelSettings(), EIGHT) is None


def test_kept_matrix_is_found_by_coordinates_and_profile() -> None:
    """Other ids at the same coordinates are the same question; another hour may not be."""
    settings = TravelSettings(speed_by_hour={8: 20.0})
    source = Counting()
    cached = Cached(source, lambda depart: profile_of(settings, depart), capacity=2)
    here, same = [Location("a", 1.0, 1.0)], [Location("z", 1.0, 1.0)]
    assert cached.matrix(here, EIGHT) is cached.matrix(same, EIGHT)
    assert source.asked == 1
    cached.matrix(here, NINE)
    assert source.asked == 2
    cached.matrix([Location("b", 2.0, 2.0)], EIGHT)
    cached.matrix(here, EIGHT)
    assert source.asked == 4
