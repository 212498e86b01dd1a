"""Rules between visits in the routing model: crews in step and visits after others."""

from __future__ import annotations

from named_worlds import EIGHT, FOUR, HOUR, NINE, NOON, day_shift, visit, world
from routing_plans import plan, shifts_of, starts

from dispatch.solver.problem import After, Depot, Engineer, Pin, Tier, Window

PAIR = (Engineer(), Engineer())
TWO = (day_shift(0), day_shift(1))


def test_crew_starts_together() -> None:
    """One comes from place 0, the other from place 3: both begin when the second is there."""
    shifts = (day_shift(0), day_shift(1, start_location=3, end_location=3))
    timed = plan(world((visit(1, crew_size=2),), shifts, PAIR))
    begun = {stop.start for route in timed.routes for stop in route.stops}
    assert shifts_of(timed) == {0: [0, 1]}
    assert begun == {EIGHT + 1200}


def test_crew_needs_different_engineers() -> None:
    """Two shifts of one engineer are one person only."""
    assert not starts(plan(world((visit(1, crew_size=2),), (day_shift(0), day_shift(0)))))
    assert not starts(plan(world((visit(1, crew_size=3),), TWO, PAIR)))


def test_crew_finishes_with_the_slowest() -> None:
    """The quick one needs half an hour, yet both stay for the hour of the slow one."""
    people = (Engineer({0: 1}, duration_factors={0: (1, 2)}), Engineer({0: 1}))
    both = visit(1, crew_size=2, skills=((0, 1),))
    timed = plan(world((both,), TWO, people))
    assert [route.working_time for route in timed.routes] == [HOUR + 1200, HOUR + 1200]


def test_crew_shares_its_parts() -> None:
    """Two pieces are needed once per crew: each van gives the one it has."""
    both = visit(1, crew_size=2, parts=((0, 2),))
    people = (Engineer(stock={0: 1}), Engineer(stock={0: 1}))
    timed = plan(world((both,), TWO, people))
    given = [stop.parts for route in timed.routes for stop in route.stops]
    assert given == [((0, 1),), ((0, 1),)]
    assert not starts(plan(world((both,), TWO, (Engineer(stock={0: 1}), Engineer()))))


def test_crew_needs_its_tool_once() -> None:
    """One of the two owns the tool, or fetches it; otherwise nobody comes."""
    both = visit(1, crew_size=2, tools=(0,))
    assert starts(plan(world((both,), TWO, (Engineer(tools=frozenset({0})), Engineer()))))
    lender = (Depot(1, 0, tools=frozenset({0})),)
    assert starts(plan(world((both,), TWO, PAIR, depots=lender)))
    assert not starts(plan(world((both,), TWO, PAIR)))


def test_pinned_member_of_a_crew() -> None:
    """The pin binds one member to the third shift; the other is free to be anyone else."""
    people = (Engineer(), Engineer(), Engineer())
    shifts = (*TWO, day_shift(2))
    both = visit(1, crew_size=2, pins=(Pin(2),))
    assert 2 in shifts_of(plan(world((both,), shifts, people)))[0]


def test_visit_waits_for_its_predecessor() -> None:
    """Three engineers are free, but the second visit starts half an hour after the first ends."""
    after = visit(1, after=(After(0, 1800, None),))
    begun = starts(plan(world((visit(1), after), TWO, PAIR)))
    assert begun[1] - begun[0] >= HOUR + 1800


def test_longest_delay_holds() -> None:
    """The first visit starts at nine at the latest, the second at noon at the earliest."""
    first = visit(1, windows=(Window(0, NINE),))
    near = visit(1, windows=(Window(NOON, FOUR),), after=(After(0, 0, 2 * HOUR),))
    assert set(starts(plan(world((first, near), TWO, PAIR)))) == {0, 1}
    nearer = visit(1, windows=(Window(NOON, FOUR),), after=(After(0, 0, 2 * HOUR - 1),))
    assert set(starts(plan(world((first, nearer), TWO, PAIR)))) == {0}


def test_visit_without_predecessor_stays_out() -> None:
    """Nobody has the skill of the first visit, so the second, although mandatory, stays out too."""
    first = visit(1, skills=((0, 1),))
    second = visit(1, tier=Tier.MANDATORY, after=(After(0),))
    assert not starts(plan(world((first, second))))
    assert len(starts(plan(world((visit(1), second))))) == 2


def test_crew_after_a_crew() -> None:
    """A crew waits for the slowest of the crew before it."""
    people = (Engineer({0: 1}, duration_factors={0: (1, 2)}), Engineer({0: 1}))
    first = visit(1, crew_size=2, skills=((0, 1),))
    second = visit(2, crew_size=2, duration=600, after=(After(0, 600, 600),))
    begun = starts(plan(world((first, second), TWO, people)))
    assert begun[1] - begun[0] == HOUR + 600
