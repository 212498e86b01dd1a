"""The straight line: against a reference, by hand at the boundaries, and by the hour."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import numpy as np
import pytest
from geopy.distance import great_circle
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain import Location
from dispatch.errors import TravelUnavailable
from dispatch.travel import Haversine, great_circle_m, largest_deviation, straight_line_m

MORNING = datetime(2026, 11, 23, 8, tzinfo=UTC)
spots = st.tuples(st.floats(-90, 90), st.floats(-180, 180))


@given(st.lists(spots, min_size=1, max_size=6))
def test_distance_agrees_with_geopy_everywhere(points: list[tuple[float, float]]) -> None:
    """Within 0.5 % of the reference, or a metre for points that almost coincide."""
    degrees = np.array(points)
    metres = great_circle_m(degrees[:, 0], degrees[:, 1])
    for i, one in enumerate(points):
        for j, other in enumerate(points):
            assert metres[i, j] == pytest.approx(great_circle(one, other).m, rel=0.005, abs=1.0)
    assert np.array_equal(metres, metres.T)
    assert not metres.diagonal().any()


def test_one_degree_of_latitude_by_hand() -> None:
    """6371.009 km x pi / 180 = 111.19508 km; x 1.3 = 144,554 m; at 35 km/h 14,868 s."""
    places = [Location("a", 21.0, 110.0), Location("b", 22.0, 110.0)]
    matrix = Haversine().matrix(places, MORNING)
    assert matrix.metres.tolist() == [[0, 144554], [144554, 0]]
    assert matrix.seconds.tolist() == [[0, 14868], [14868, 0]]
    assert matrix.source == "haversine"


def test_one_pair_is_measured_by_the_reference() -> None:
    """A degree of latitude is 111,195 m, and the matrix agrees for every pair of a few towns."""
    towns = [Location("a", 21.0, 110.0), Location("b", 22.0, 110.0), Location("c", -33.9, 151.2)]
    assert straight_line_m(towns[0], towns[1]) == pytest.approx(111_195.08, abs=0.01)
    assert largest_deviation(towns) < 1e-6
    assert largest_deviation([]) == largest_deviation(towns[:1]) == 0.0


def test_detour_and_speed_scale_the_way() -> None:
    """Without detour 111,195 m; at 70 km/h half the time of 35 km/h."""
    places = [Location("a", 21.0, 110.0), Location("b", 22.0, 110.0)]
    matrix = Haversine(speed_kmh=70.0, detour_factor=1.0).matrix(places, MORNING)
    assert matrix.metres[0, 1] == 111195
    assert matrix.seconds[0, 1] == 5719


def test_seconds_come_from_the_unrounded_way_and_round_half_up() -> None:
    """A way of 0.4 m is 0 m long and still takes a second at a crawl."""
    places = [Location("a", 0.0, 0.0), Location("b", 0.0, 0.4 / 111195.08)]
    matrix = Haversine(speed_kmh=1.0, detour_factor=1.0).matrix(places, MORNING)
    assert (matrix.metres[0, 1], matrix.seconds[0, 1]) == (0, 1)


def test_antimeridian_and_poles_are_near_what_lies_across() -> None:
    """179.9 E to 179.9 W is 0.2 degrees, and every longitude meets at the pole."""
    metres = great_circle_m(np.array([0.0, 0.0]), np.array([179.9, -179.9]))
    assert metres[0, 1] == pytest.approx(0.2 * 111195.08, rel=1e-6)
    metres = great_circle_m(np.array([90.0, 90.0]), np.array([0.0, 120.0]))
    assert metres[0, 1] == pytest.approx(0.0, abs=1e-6)


def test_speed_of_the_hour_is_that_of_the_departure_on_its_own_clock() -> None:
    """07:30 in Zhanjiang is rush hour there although it is 23:30 in UTC."""
    china = timezone(timedelta(hours=8))
    line = Haversine(speed_kmh=50.0, detour_factor=1.0, speed_by_hour={7: 25.0})
    places = [Location("a", 21.0, 110.0), Location("b", 21.1, 110.0)]
    rush = line.matrix(places, datetime(2026, 11, 23, 7, 30, tzinfo=china))
    late = line.matrix(places, datetime(2026, 11, 23, 8, 0, tzinfo=china))
    assert rush.metres[0, 1] == late.metres[0, 1] == 11120
    assert (rush.seconds[0, 1], late.seconds[0, 1]) == (1601, 801)
    assert line.speed_at(datetime(2026, 11, 22, 23, 30, tzinfo=UTC)) == 50.0


def test_no_places_and_one_place_are_fine() -> None:
    """A case without locations still has a matrix."""
    assert Haversine().matrix([], MORNING).seconds.shape == (0, 0)
    assert Haversine().matrix([Location("a", 1.0, 1.0)], MORNING).seconds.tolist() == [[0]]


def test_place_without_coordinates_is_named() -> None:
    """Such a place belongs to a matrix."""
    with pytest.raises(TravelUnavailable, match="'warehouse'"):
        Haversine().matrix([Location("warehouse")], MORNING)


def test_way_no_plan_can_use_is_refused() -> None:
    """Around the world at walking pace does not fit into 32 bits of seconds for long."""
    places = [Location("a", 0.0, 0.0), Location("b", 0.0, 180.0)]
    with pytest.raises(TravelUnavailable, match="speed_kmh is too low"):
        Haversine(speed_kmh=0.001).matrix(places, MORNING)
