"""Breaks on the clock: at the door, on the road, left out before and after, two of them."""

from __future__ import annotations

import pytest
from hand_made import go
from named_worlds import EIGHT, HOUR, NINE, NOON, TEN, day_shift, visit, world

from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.problem import Break, Problem, Visit, Window
from dispatch.solver.solution import Solution, StopKind, TimedRoute
from dispatch.solver.timetable import schedule

LUNCH = Break(NOON, NOON + HOUR, 2700)
UNTIL_NOON = visit(1, duration=3 * HOUR + 3000)
"""Started at 8:10 in place 1, this is done at 12:00."""


def day(visits: tuple[Visit, ...], *breaks: Break) -> Problem:
    """One engineer who must rest."""
    return world(visits, (day_shift(breaks=breaks),))


def only_route(problem: Problem) -> TimedRoute:
    """All visits in their order, on the only shift."""
    return schedule(problem, Solution((go(*range(len(problem.visits))),))).routes[0]


def kinds(route: TimedRoute) -> list[StopKind]:
    """What the stops are."""
    return [stop.kind for stop in route.stops]


def test_a_break_is_taken_at_the_door() -> None:
    """The next visit is next door: lunch from 12:00 to 12:45 there, then work; no waiting."""
    route = only_route(day((UNTIL_NOON, visit(1, duration=2 * HOUR)), LUNCH))
    _, rest, work = route.stops
    assert (rest.kind, rest.start, rest.finish, rest.location) == (
        StopKind.BREAK,
        NOON,
        NOON + 2700,
        1,
    )
    assert (work.arrive, work.start, work.wait) == (NOON, NOON + 2700, 0)


def test_a_break_is_taken_on_the_road() -> None:
    """Place 3 is reached at 12:20, lunch must begin by 12:05: the engineer stops on the way."""
    route = only_route(day((UNTIL_NOON, visit(3)), Break(NOON, NOON + 300, 2700)))
    _, rest, work = route.stops
    assert (rest.start, rest.location) == (NOON, None)
    assert (work.arrive, work.start, work.wait) == (NOON + 3900, NOON + 3900, 0)


def test_no_break_when_the_route_ends_before() -> None:
    """Home at 12:10: lunch may begin until 13:00, so it is taken at home."""
    route = only_route(day((UNTIL_NOON,), LUNCH))
    assert (kinds(route), route.end) == ([StopKind.VISIT], NOON + 600)


def test_no_break_when_the_route_starts_after() -> None:
    """The door opens at 14:00; whoever leaves at 13:50 has had lunch."""
    late = visit(1, windows=(Window(NOON + 2 * HOUR, NOON + 3 * HOUR),))
    route = only_route(day((late,), LUNCH))
    assert (kinds(route), route.start) == ([StopKind.VISIT], NOON + 2 * HOUR - 600)


def test_a_break_is_due_one_second_after_its_latest_start() -> None:
    """The route ends at 13:00 without lunch; one second more and lunch must be on it."""
    just = visit(1, duration=4 * HOUR + 2400)
    assert only_route(day((just,), LUNCH)).end == NOON + HOUR
    more = visit(1, duration=4 * HOUR + 2401)
    route = only_route(day((more,), LUNCH))
    assert StopKind.BREAK in kinds(route)
    assert route.end > NOON + HOUR


def test_two_breaks_are_taken_in_their_order() -> None:
    """Coffee after the first visit, tea after the second."""
    coffee, tea = Break(TEN, TEN + 1800, 900), Break(NOON + HOUR, NOON + HOUR + 1800, 900)
    visits = (visit(1, duration=2 * HOUR), visit(1, duration=9900), visit(1))
    route = only_route(day(visits, coffee, tea))
    work, rest = StopKind.VISIT, StopKind.BREAK
    assert kinds(route) == [work, rest, work, rest, work]
    assert [s.start for s in route.stops] == [
        EIGHT + 600,
        TEN + 600,
        TEN + 1500,
        NOON + HOUR + 600,
        NOON + HOUR + 1500,
    ]


def test_a_break_interrupts_no_visit() -> None:
    """Six hours of work from 8:10 leave no moment for a lunch between 12:00 and 12:30."""
    long = visit(1, duration=6 * HOUR)
    with pytest.raises(InfeasibleSolution, match="TIME"):
        only_route(day((long,), Break(NOON, NOON + 1800, 900)))


def test_a_break_may_be_waited_for() -> None:
    """Nothing to do between 10:20 and noon: the work begins after lunch, not through it."""
    long = visit(1, duration=3 * HOUR)
    route = only_route(day((visit(1), long), Break(TEN, TEN, 900)))
    assert [s.start for s in route.stops][1:] == [TEN, TEN + 900]
    assert route.stops[0].start <= NINE
