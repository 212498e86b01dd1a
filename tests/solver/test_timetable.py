"""The clock of routes without breaks: starts, departures, bounds, money; hand-computed.

Places 0 to 3 lie on a line, a step takes 10 minutes and 6000 m; shifts run from 8:00 to 16:00.
"""

from __future__ import annotations

from dataclasses import replace

import pytest
from hand_made import at, go
from named_worlds import EIGHT, FOUR, HOUR, NINE, TEN, day_shift, two_engineers, visit, world

from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.problem import (
    After,
    Due,
    Engineer,
    Pin,
    Problem,
    Promise,
    Sla,
    Tier,
    Window,
)
from dispatch.solver.solution import Solution, Stop, StopKind, TimedRoute
from dispatch.solver.timetable import Timetable, schedule

TEN_MINUTES = 600


def route_of(problem: Problem, *orders: tuple[Stop, ...]) -> TimedRoute:
    """The first route of a timed plan."""
    return schedule(problem, Solution(orders)).routes[0]


def test_starts_are_as_early_as_travel_allows() -> None:
    """Place 1 is reached at 8:10 and place 2 ten minutes after the first hour of work."""
    route = route_of(world((visit(1), visit(2))), go(0, 1))
    assert [(s.arrive, s.start, s.finish) for s in route.stops] == [
        (EIGHT + 600, EIGHT + 600, NINE + 600),
        (NINE + 1200, NINE + 1200, TEN + 1200),
    ]
    assert (route.start, route.end, route.working_time) == (EIGHT, TEN + 2400, 2 * HOUR + 2400)
    assert (route.travel_back_seconds, route.travel_back_metres) == (1200, 12000)


def test_money_follows_the_default_tariff() -> None:
    """Eighty minutes at 6000 an hour are 8000; twelve kilometres at 80 are 960."""
    cost = schedule(world((visit(1),)), Solution((go(0),))).cost
    assert (cost.labour, cost.travel, cost.money) == (8000, 960, 8960)


def test_departure_slides_to_the_window() -> None:
    """The door opens at nine, so the engineer leaves at 8:50 and does not wait."""
    route = route_of(world((visit(1, windows=(Window(NINE, TEN),)),)), go(0))
    stop = route.stops[0]
    assert (route.start, stop.arrive, stop.start, stop.wait) == (NINE - 600, NINE, NINE, 0)


def test_departure_slides_no_further_than_an_earlier_window() -> None:
    """Forty minutes of waiting at the second door, but the first one closes at 8:30."""
    first = visit(1, windows=(Window(EIGHT, EIGHT + 1800),))
    second = visit(2, windows=(Window(TEN, TEN + HOUR),))
    route = route_of(world((first, second)), go(0, 1))
    assert route.start == EIGHT + 1200
    assert [s.start for s in route.stops] == [EIGHT + 1800, TEN]
    assert [s.wait for s in route.stops] == [0, 1200]


@pytest.mark.parametrize(
    ("arrive_by", "leave", "late"),
    [(EIGHT + 1800, EIGHT + 1200, 0), (EIGHT + 600, EIGHT, 0), (EIGHT, EIGHT, 600)],
)
def test_departure_holds_the_sla_arrival(arrive_by: int, leave: int, late: int) -> None:
    """The work starts at nine anyway; the arrival slides to its limit, a late one not at all."""
    only = visit(1, windows=(Window(NINE, TEN),), sla=Sla(arrive_by, 0, 6000))
    route = route_of(world((only,)), go(0))
    assert (route.start, route.stops[0].arrive) == (leave, leave + TEN_MINUTES)
    assert (route.stops[0].start, route.stops[0].late) == (NINE, late)


def test_the_next_window_is_taken_when_one_is_missed() -> None:
    """The first window closes at 8:05, five minutes before anybody can be there."""
    windows = (Window(EIGHT, EIGHT + 300), Window(NINE, NINE + 300))
    route = route_of(world((visit(1, windows=windows),)), go(0))
    assert (route.start, route.stops[0].start) == (NINE - 600, NINE)


def test_both_ends_of_a_window_count() -> None:
    """A window that closes at 8:10 is met to the second; one second less is not."""
    just = visit(1, windows=(Window(EIGHT, EIGHT + 600),))
    assert route_of(world((just,)), go(0)).stops[0].start == EIGHT + 600
    missed = replace(just, windows=(Window(EIGHT, EIGHT + 599),))
    with pytest.raises(InfeasibleSolution, match="TIME: shift 0, stop 0"):
        schedule(world((missed,)), Solution((go(0),)))


def test_overtime_is_what_lies_behind_the_end() -> None:
    """Home at 9:20, end at 9:00: an hour at 6000 and a third of an hour at 9000."""
    short = day_shift(end=NINE, latest_end=NINE + 1200)
    timed = schedule(world((visit(1),), (short,)), Solution((go(0),)))
    assert (timed.routes[0].working_time, timed.routes[0].overtime) == (4800, 1200)
    assert (timed.cost.labour, timed.cost.overtime) == (6000, 3000)


def test_nobody_comes_home_after_the_limit() -> None:
    """One second less than 9:20 is too early; the way home is the stop after the last."""
    short = day_shift(end=NINE, latest_end=NINE + 1199)
    with pytest.raises(InfeasibleSolution) as error:
        schedule(world((visit(1),), (short,)), Solution((go(0),)))
    assert (error.value.rule, error.value.position) == ("TIME", 1)


def test_a_fixed_start_is_paid_from_the_start() -> None:
    """The engineer leaves at eight and waits fifty minutes: 130 minutes at 6000 are 13000."""
    only = visit(1, windows=(Window(NINE, TEN),))
    timed = schedule(world((only,), (day_shift(fixed_start=True),)), Solution((go(0),)))
    route = timed.routes[0]
    assert (route.start, route.stops[0].wait, timed.cost.labour) == (EIGHT, 3000, 13000)


def test_travel_is_bounded_the_way_home_included() -> None:
    """There and back are twenty minutes."""
    assert route_of(world((visit(1),), (day_shift(max_travel=1200),)), go(0)).end == NINE + 1200
    with pytest.raises(InfeasibleSolution, match="TIME"):
        schedule(world((visit(1),), (day_shift(max_travel=1199),)), Solution((go(0),)))


def test_nobody_leaves_before_now() -> None:
    """It is half past eight: place 1 is reached at 8:40."""
    route = route_of(world((visit(1),), now=EIGHT + 1800), go(0))
    assert (route.start, route.stops[0].start) == (EIGHT + 1800, EIGHT + 2400)


def test_history_is_repeated_and_the_rest_follows() -> None:
    """The first visit began at 8:20, before now; the second follows when it is done."""
    begun = visit(1, pins=(Pin(0, None, EIGHT + 1200, frozen=True, started=True),))
    problem = world((begun, visit(1)), now=NINE)
    route = route_of(problem, (at(0, EIGHT + 1200), *go(1)))
    assert (route.start, [s.start for s in route.stops]) == (
        EIGHT + 600,
        [EIGHT + 1200, NINE + 1200],
    )


def test_a_pinned_start_is_kept() -> None:
    """The dispatcher wants the visit at 10:05 and at no other moment."""
    route = route_of(world((visit(1, pins=(Pin(0, None, TEN + 300),)),)), go(0))
    assert (route.start, route.stops[0].start) == (TEN - 300, TEN + 300)


def test_a_crew_finishes_with_its_slowest_member() -> None:
    """Engineer 1 takes half as long again; both start at 8:20 and are done at 9:50."""
    both = visit(1, crew_size=2, skills=((0, 1),))
    engineers = (Engineer({0: 1}), Engineer({0: 1}, duration_factors={0: (3, 2)}))
    shifts = (day_shift(0), day_shift(1, start_location=3, end_location=3))
    meet = (at(0, EIGHT + 1200),)
    timed = schedule(world((both,), shifts, engineers), Solution((meet, meet)))
    assert [r.start for r in timed.routes] == [EIGHT + 600, EIGHT]
    assert [r.stops[0].finish for r in timed.routes] == [NINE + 3000, NINE + 3000]


def test_a_crew_pays_for_its_first_arrival_and_once_for_each_wish() -> None:
    """The member from place 0 is ten minutes late, the one from place 3 twenty: ten count.

    The start misses its promise once, one member is the preferred one, one is not promised.
    """
    both = visit(
        1,
        crew_size=2,
        sla=Sla(EIGHT, 500, 6000),
        promise=Promise(NINE, TEN, 5000),
        promised_engineers=frozenset({0}),
        engineer_change_price=300,
        preferred_engineers=frozenset({1}),
        preference_price=2000,
    )
    shifts = (day_shift(0), day_shift(1, start_location=3, end_location=3))
    meet = (at(0, EIGHT + 1200),)
    cost = schedule(world((both,), shifts, (Engineer(), Engineer())), Solution((meet, meet))).cost
    assert (cost.sla, cost.churn, cost.preference) == (500 + 1000, 5300, 0)


def test_due_money_is_pro_rata_on_both_sides() -> None:
    """An hour before ideal costs a day's earliness / 24, an hour after a day's lateness / 24."""
    due = Due(0, 24 * HOUR, TEN, 2400, 4800)
    for start, money in ((NINE, 100), (TEN, 0), (TEN + HOUR, 200)):
        timed = schedule(world((visit(1, due=due),)), Solution(((at(0, start),),)))
        assert timed.cost.due == money


def test_a_linked_visit_keeps_its_delay() -> None:
    """Visit 0 is done at 9:10; half an hour later visit 1 may start, one second sooner not.

    The engine bounds the start of the predecessor too: left free, it would slide with the departure.
    """
    problem = world((visit(1), visit(1, after=(After(0, 1800),))))
    timed = schedule(problem, Solution(((at(0, EIGHT + 600), at(1, NINE + 2400)),)))
    assert timed.routes[0].stops[1].start == NINE + 2400
    with pytest.raises(InfeasibleSolution, match="AFTER"):
        schedule(problem, Solution(((at(0, EIGHT + 600), at(1, NINE + 2399)),)))


def test_what_is_in_no_route_is_counted_by_tier() -> None:
    """Three visits stay out: one low, two mandatory."""
    problem = two_engineers()
    visits = [replace(v, tier=t) for v, t in zip(problem.visits, (0, 3, 3), strict=True)]
    visits = [replace(v, tier=Tier(v.tier)) for v in visits]
    timed = schedule(replace(problem, visits=tuple(visits)), Solution(((), ())))
    assert (timed.routes, timed.unassigned, timed.cost.money) == ((), (0, 1, 2), 0)
    assert timed.cost.unassigned == (1, 0, 0, 2)


def test_one_timetable_times_many_plans() -> None:
    """The compiled arrays are kept; the answers are those of a new timetable."""
    problem = two_engineers()
    timetable = Timetable(problem)
    for orders in ((go(0), go(1)), (go(1, 2), ()), ((), go(2, 1))):
        solution = Solution(orders)
        assert timetable.schedule(solution) == schedule(problem, solution)


def test_the_kind_of_stop_is_told() -> None:
    """A stop names its visit and where it is."""
    stop = route_of(world((visit(2),)), go(0)).stops[0]
    assert (stop.kind, stop.index, stop.location) == (StopKind.VISIT, 0, 2)
    assert stop.start < FOUR
