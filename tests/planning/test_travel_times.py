"""Which travel times hold in which shift."""

from __future__ import annotations

from planning_worlds import at, case, engineer, shift, visit

from dispatch.domain import Location, TravelSettings
from dispatch.planning.legend import make_legend
from dispatch.planning.travel_times import find_ways

PLACES = (
    Location("home", 21.0, 110.0),
    Location("north", 21.1, 110.0),
    Location("far", 22.0, 111.0),
)


def test_one_matrix_without_speeds_by_hour() -> None:
    """0.1 degrees are 11119.5 m of straight line, 14455 m of road, 1487 s at 35 km/h."""
    world = case(locations=PLACES, visits=(visit("v1"),), travel=TravelSettings())
    legend = make_legend(world)
    ways = find_ways(world, legend)
    assert legend.locations.ids == ("home", "north")
    assert ways.seconds.shape == (1, 2, 2)
    assert (ways.metres[0, 1], ways.seconds[0, 0, 1]) == (14455, 1487)
    assert (ways.profiles, ways.source) == ((0, 0), "haversine")


def test_seconds_are_averaged_over_the_span_of_the_shift() -> None:
    """8 to 17 with the first hour at half the speed: (1 h x 2974 + 8 h x 1487) / 9 = 1652.2 s."""
    settings = TravelSettings(speed_by_hour={8: 17.5})
    late = engineer("li", shifts=(shift("li-mon", start=at(9)),))
    world = case(
        locations=PLACES,
        engineers=(engineer("chen"), late, engineer("wu")),
        visits=(visit("v1"),),
        travel=settings,
    )
    ways = find_ways(world, make_legend(world))
    assert ways.profiles == (0, 1, 0)
    assert ways.seconds[:, 0, 1].tolist() == [1652, 1487]


def test_a_world_without_shifts_has_one_matrix() -> None:
    """Nobody is on duty; the problem still has travel times."""
    settings = TravelSettings(speed_by_hour={8: 17.5})
    world = case(locations=PLACES, engineers=(), visits=(visit("v1"),), travel=settings)
    assert find_ways(world, make_legend(world)).seconds.shape == (1, 1, 1)
