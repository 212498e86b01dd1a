"""Pickups on the clock and in the books: tools, stock, inbound deliveries, vans over two shifts."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hand_made import go, pick, use
from named_worlds import DAY, EIGHT, HOUR, NINE, NOON, day_shift, one_part_short, visit, world

from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.problem import (
    UNLIMITED,
    Depot,
    Engineer,
    FixedPickup,
    Problem,
    Visit,
    Window,
)
from dispatch.solver.solution import Solution, Stop, StopKind
from dispatch.solver.timetable import schedule

NEEDY = visit(2, parts=((0, 1),))


def with_depot(depot: Depot, *visits: Visit, **changes: object) -> Problem:
    """One engineer with an empty van, one depot in place 1."""
    return world(visits or (NEEDY,), depots=(depot,), **changes)


def test_a_pickup_takes_its_time() -> None:
    """Five minutes at the depot from 8:10, then ten minutes to place 2."""
    route = schedule(with_depot(Depot(1, 300, {0: 1})), Solution(((pick(), use(0)),))).routes[0]
    assert [(s.kind, s.start, s.finish) for s in route.stops] == [
        (StopKind.PICKUP, EIGHT + 600, EIGHT + 900),
        (StopKind.VISIT, EIGHT + 1500, NINE + 1500),
    ]


def test_a_pickup_starts_and_finishes_while_the_depot_is_open() -> None:
    """Open until 8:15 is just long enough; open until 8:14:59 is not."""
    shut = Depot(1, 300, {0: 1}, opening=(Window(EIGHT, EIGHT + 900),))
    orders = Solution(((pick(), use(0)),))
    assert schedule(with_depot(shut), orders).routes[0].stops[0].start == EIGHT + 600
    early = replace(shut, opening=(Window(EIGHT, EIGHT + 899),))
    with pytest.raises(InfeasibleSolution, match="TIME"):
        schedule(with_depot(early), orders)


def test_a_finite_depot_gives_what_it_has() -> None:
    """One part for two visits: the second load is refused; an endless depot gives both."""
    orders = Solution(((pick(parts=((0, 2),)), use(0), use(1)),))
    with pytest.raises(InfeasibleSolution, match="DEPOT_STOCK"):
        schedule(with_depot(Depot(1, 300, {0: 1}), NEEDY, NEEDY), orders)
    for depot in (Depot(1, 300, {0: UNLIMITED}), Depot(1, 300, unlimited=True)):
        assert schedule(with_depot(depot, NEEDY, NEEDY), orders).unassigned == ()


def test_a_delivery_can_be_fetched_when_it_is_there() -> None:
    """The part comes at noon: a pickup bound to noon has it, one at 8:10 has not."""
    problem = one_part_short()
    late = Stop(StopKind.PICKUP, 0, not_before=NOON, parts=((0, 1),))
    timed = schedule(problem, Solution(((use(0), late, use(1)),)))
    assert [s.start for s in timed.routes[0].stops][1] == NOON
    with pytest.raises(InfeasibleSolution, match="DEPOT_STOCK"):
        schedule(problem, Solution(((pick(), use(0), use(1)),)))


def test_a_van_is_not_refilled_overnight() -> None:
    """One part for two days: what the first day used is gone on the second."""
    tomorrow = day_shift(start=EIGHT + DAY, end=EIGHT + DAY + 8 * HOUR)
    shifts = (day_shift(), replace(tomorrow, latest_end=tomorrow.end))
    both = replace(NEEDY, windows=(Window(0, 2 * DAY),))
    problem = world((both, both), shifts, (Engineer(stock={0: 1}),), horizon=2 * DAY)
    with pytest.raises(InfeasibleSolution, match="VAN_STOCK: shift 1"):
        schedule(problem, Solution(((use(0),), (use(1),))))
    full = replace(problem, engineers=(Engineer(stock={0: 2}),))
    assert schedule(full, Solution(((use(0),), (use(1),)))).unassigned == ()


def test_parts_fetched_today_are_there_tomorrow() -> None:
    """Two parts loaded on the first day serve both days."""
    tomorrow = day_shift(start=EIGHT + DAY, end=EIGHT + DAY + 8 * HOUR)
    shifts = (day_shift(), replace(tomorrow, latest_end=tomorrow.end))
    both = replace(NEEDY, windows=(Window(0, 2 * DAY),))
    depots = (Depot(1, 300, {0: 2}),)
    problem = world((both, both), shifts, depots=depots, horizon=2 * DAY)
    orders = Solution(((pick(parts=((0, 2),)), use(0)), (use(1),)))
    assert schedule(problem, orders).unassigned == ()


def test_depot_tools_stay_on_board() -> None:
    """The tool of the depot serves every visit after the pickup and none before."""
    handy = visit(2, tools=(1,))
    problem = with_depot(Depot(1, 300, tools=frozenset({1})), handy, handy)
    assert schedule(problem, Solution(((pick(parts=()), *go(0, 1)),))).unassigned == ()
    with pytest.raises(InfeasibleSolution, match="TOOL"):
        schedule(problem, Solution(((*go(0), pick(parts=()), *go(1)),)))


def test_a_kept_pickup_must_be_repeated() -> None:
    """The freeze keeps a pickup at 8:30: a plan without it is refused."""
    kept = FixedPickup(0, EIGHT + 1800, ((0, 1),))
    problem = with_depot(Depot(1, 300, {0: 1}), shifts=(day_shift(fixed_pickups=(kept,)),))
    same = pick(start=EIGHT + 1800)
    route = schedule(problem, Solution(((same, use(0)),))).routes[0]
    assert route.stops[0].start == EIGHT + 1800
    with pytest.raises(InfeasibleSolution, match="FREEZE"):
        schedule(problem, Solution(((pick(), use(0)),)))
