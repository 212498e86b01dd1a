"""Corners in which the search once left out what had a place."""

from __future__ import annotations

from dataclasses import replace

from named_worlds import EIGHT, FOUR, HOUR, NINE, NOON, day_shift, line, visit, world

from dispatch.solver.problem import (
    UNREACHABLE,
    Break,
    Depot,
    Engineer,
    Pin,
    Problem,
    Tier,
    Window,
)
from dispatch.solver.search import Search
from dispatch.solver.solution import Schedule, StopKind
from dispatch.solver.timetable import schedule

TWO = (Engineer(), Engineer())


def planned(problem: Problem) -> Schedule:
    """What the construction alone makes of a problem; everything must be served."""
    search = Search(problem, 1)
    search.construct()
    timed = schedule(problem, search.solution())
    assert timed.unassigned == ()
    return timed


def visits_of(timed: Schedule, shift: int) -> list[int]:
    """Visits of a shift in order."""
    route = next(route for route in timed.routes if route.shift == shift)
    return [stop.index for stop in route.stops if stop.kind is StopKind.VISIT]


def test_a_crew_starts_when_a_member_is_back_from_a_break() -> None:
    """From 9:10 on; by 9:30 one of the two must be on a break of 45 minutes, and another follows.

    Without the first break behind him he cannot start, however early he could be there.
    """
    rests = (Break(NINE, NINE + 1800, 2700), Break(NOON, NOON + HOUR, 900))
    team = visit(1, crew_size=2, windows=(Window(NINE + 600, FOUR),))
    timed = planned(world((team,), (day_shift(0, breaks=rests), day_shift(1)), TWO))
    starts = {stop.start for r in timed.routes for stop in r.stops if stop.kind is StopKind.VISIT}
    assert len(starts) == 1
    assert min(starts) >= NINE + 2700


def test_a_depot_may_lie_on_a_one_way_road() -> None:
    """Nobody gets home from the depot, but through the visit that needs the part."""
    roads = line()
    for name in ("travel_seconds", "travel_metres"):
        roads[name][..., 2, 0] = UNREACHABLE
    needing = visit(1, parts=((0, 1),))
    timed = planned(world((needing,), depots=(Depot(2, 0, {0: 1}),), **roads))
    assert [stop.kind for stop in timed.routes[0].stops] == [StopKind.PICKUP, StopKind.VISIT]


def test_the_position_of_a_pin_binds_the_pinned_member_alone() -> None:
    """Second in the route of one engineer, the crew's visit is the first of the other's day."""
    early = visit(1, windows=(Window(EIGHT, NINE),), required_engineers=frozenset({0}))
    team = visit(2, crew_size=2, pins=(Pin(0, 1),))
    timed = planned(world((early, team), (day_shift(0), day_shift(1)), TWO))
    assert visits_of(timed, 0) == [0, 1]
    assert visits_of(timed, 1) == [1]
    first = replace(team, pins=(Pin(0, 0),))
    timed = planned(world((visit(3), first), (day_shift(0), day_shift(1)), TWO))
    assert visits_of(timed, 0)[0] == 1


def test_a_crew_without_its_slowest_candidate_may_end_in_time() -> None:
    """From 14:00 on two hours are left for a visit that takes one engineer three."""
    factors = ({0: (3, 2)}, {}, {})
    team = tuple(Engineer({0: 1}, duration_factors=paces) for paces in factors)
    late = visit(
        0, crew_size=2, duration=2 * HOUR, skills=((0, 1),), windows=(Window(14 * HOUR, FOUR),)
    )
    timed = planned(world((late,), tuple(day_shift(e) for e in range(3)), team))
    assert {route.shift for route in timed.routes} == {1, 2}


def test_a_crew_may_start_at_the_end_of_a_full_day() -> None:
    """Twelve calls every half an hour leave one engineer an hour in the afternoon alone."""
    calls = tuple(
        visit(
            0,
            duration=600,
            tier=Tier.MANDATORY,
            windows=(Window(start, start),),
            required_engineers=frozenset({0}),
        )
        for start in range(EIGHT, EIGHT + 6 * HOUR, HOUR // 2)
    )
    team = visit(0, crew_size=2, tier=Tier.LOW)
    timed = planned(world((*calls, team), (day_shift(0), day_shift(1)), TWO))
    assert visits_of(timed, 1) == [12]
