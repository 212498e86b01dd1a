"""Recombination on small worlds: the best of two plans, and the rules that tie routes together."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from hand_made import at, go, pick, use
from named_worlds import EIGHT, HOUR, NINE, NOON, STEP, TEN, day_shift, visit, world

from dispatch.solver.problem import UNLIMITED, After, Depot, Engineer, Objective, Problem, Tier
from dispatch.solver.recombine import Recombination, recombine
from dispatch.solver.recombine_stops import route_cost
from dispatch.solver.route_pool import RoutePool
from dispatch.solver.solution import Schedule, Solution, Stop
from dispatch.solver.timetable import Timetable, schedule

Orders = tuple[tuple[Stop, ...], ...]


def pool_of(problem: Problem, *plans: Orders) -> RoutePool:
    """A pool that has seen these plans."""
    pool, timetable = RoutePool(problem), Timetable(problem)
    for orders in plans:
        for route in timetable.schedule(Solution(orders)).routes:
            pool.offer(route.shift, orders[route.shift], route_cost(problem, route))
    return pool


def recombined(
    problem: Problem, pool: RoutePool, incumbent: Orders, figures: Recombination | None = None
) -> Orders | None:
    """Orders of the better plan, or None."""
    found = recombine(
        problem,
        pool,
        Solution(incumbent),
        time_limit_s=5.0,
        deterministic_limit=1.0,
        figures=figures,
    )
    return None if found is None else found.routes


def timed(problem: Problem, orders: Orders | None) -> Schedule:
    """The schedule of orders that there must be."""
    assert orders is not None
    return schedule(problem, Solution(orders))


def near_and_far(**changes: object) -> Problem:
    """Three engineers at place 0; two visits of an hour at place 1 and two at place 3."""
    shifts = tuple(day_shift(e) for e in range(3))
    people = (Engineer(), Engineer(), Engineer())
    problem = world((visit(1), visit(1), visit(3), visit(3)), shifts, people)
    return replace(problem, **changes)


NEAR_TOGETHER: Orders = (go(0, 1), go(2), go(3))
FAR_TOGETHER: Orders = (go(0), go(2, 3), go(1))


def test_the_good_halves_of_two_plans_make_a_better_third() -> None:
    """8400 s of the first plan and 10800 s of the second beat 22800 s and 20400 s."""
    problem = near_and_far(objective=Objective.WORKING_TIME)
    pool = pool_of(problem, NEAR_TOGETHER, FAR_TOGETHER)
    found = recombined(problem, pool, FAR_TOGETHER)
    assert found == (go(0, 1), go(2, 3), ())
    assert sum(r.working_time for r in timed(problem, found).routes) == 19200


def test_money_is_recombined_as_well_as_time() -> None:
    """19200 s at 6000 an hour are 32000, and 48 km at 80 are 3840."""
    problem = near_and_far()
    pool = pool_of(problem, NEAR_TOGETHER, FAR_TOGETHER)
    assert timed(problem, recombined(problem, pool, NEAR_TOGETHER)).cost.money == 35840


def test_nothing_better_is_none() -> None:
    """The best combination is not beaten, and a pool of one plan has no other."""
    problem = near_and_far()
    figures = Recombination()
    best: Orders = (go(0, 1), go(2, 3), ())
    pool = pool_of(problem, NEAR_TOGETHER, FAR_TOGETHER)
    assert recombined(problem, pool, best, figures) is None
    assert recombined(problem, pool_of(problem, NEAR_TOGETHER), NEAR_TOGETHER, figures) is None
    assert recombined(problem, RoutePool(problem), NEAR_TOGETHER, figures) is None
    assert (figures.calls, figures.better, figures.refused) == (3, 0, 0)


def test_a_visit_covered_twice_is_taken_out_of_one_route() -> None:
    """Two routes share visit 1; a shift costs 5000, so two shorter routes beat three."""
    shifts = tuple(
        replace(s, tariff=replace(s.tariff, per_shift=5000)) for s in near_and_far().shifts
    )
    problem = near_and_far(shifts=shifts)
    pool = pool_of(problem, NEAR_TOGETHER, ((), go(1, 2, 3), ()))
    found = recombined(problem, pool, NEAR_TOGETHER)
    assert found == (go(0, 1), go(2, 3), ())
    assert timed(problem, found).cost.money == 35840 + 10000


def test_no_money_buys_a_visit() -> None:
    """A plan that serves one visit more wins at any price, and a low one is given up for a high."""
    visits = (visit(1, tier=Tier.LOW), visit(1), visit(3, tier=Tier.HIGH), visit(3))
    problem = near_and_far(visits=visits)
    pool = pool_of(problem, ((), go(2), go(1, 3)), (go(0, 1), (), ()))
    found = recombined(problem, pool, (go(0), (), go(1, 3)))
    assert timed(problem, found).unassigned == ()
    problem = replace(problem, shifts=problem.shifts[:1])
    pool = pool_of(problem, (go(2),))
    assert recombined(problem, pool, (go(0),)) == (go(2),)
    assert recombined(problem, pool_of(problem, (go(0),)), (go(2),)) is None


def one_part_at_the_depot(stock: int, van: int = 0) -> Problem:
    """Two engineers, two visits that need a part each, a depot in place 1 with `stock` parts."""
    depot = Depot(1, 300, stock={0: stock})
    visits = (visit(1, parts=((0, 1),)), visit(2, parts=((0, 1),)))
    people = (Engineer(stock={0: van}), Engineer())
    return world(visits, (day_shift(0), day_shift(1)), people, depots=(depot,))


def test_two_routes_never_share_the_last_part() -> None:
    """With one part only one of the two routes may load it; with two both may."""
    short, enough = one_part_at_the_depot(1), one_part_at_the_depot(2)
    first: Orders = ((pick(), use(0)), ())
    second: Orders = ((), (pick(), use(1)))
    assert recombined(short, pool_of(short, first, second), first) is None
    found = recombined(enough, pool_of(enough, first, second), first)
    assert found == (first[0], second[1])


def test_a_part_in_the_van_leaves_the_depot_its_own() -> None:
    """The same order without the pickup frees the last part for the other route."""
    problem = one_part_at_the_depot(1, van=1)
    first: Orders = ((pick(), use(0)), ())
    pool = pool_of(problem, first, ((use(0),), ()), ((), (pick(), use(1))))
    assert recombined(problem, pool, first) == ((use(0),), (pick(), use(1)))


def test_a_delivery_is_drawn_on_after_it_came() -> None:
    """The depot has one part now and one from 10:00: a pickup from 10:00 may have the second."""
    inbound = ((TEN, 0, 1),)
    problem = one_part_at_the_depot(1)
    problem = replace(problem, depots=(replace(problem.depots[0], inbound=inbound),))
    first: Orders = ((pick(), use(0)), ())
    late: Orders = ((), (replace(pick(), not_before=TEN), use(1)))
    early: Orders = ((), (pick(), use(1)))
    assert recombined(problem, pool_of(problem, first, early), first) is None
    assert recombined(problem, pool_of(problem, first, late), first) == (first[0], late[1])


def test_nodes_get_their_loads_here() -> None:
    """Routes offered as nodes: what the van has is not loaded, what it lacks is."""
    problem = one_part_at_the_depot(5, van=1)
    pool, n = RoutePool(problem), 2
    first: Orders = ((use(0),), ())
    pool.offer_nodes(0, np.array([0]), 1)
    pool.offer_nodes(1, np.array([n, 1]), 1)
    assert recombined(problem, pool, first) == ((use(0),), (pick(), use(1)))
    endless = replace(problem, depots=(replace(problem.depots[0], stock={0: UNLIMITED}),))
    pool = RoutePool(endless)
    pool.offer_nodes(1, np.array([n, 0, 1]), 1)
    found = recombined(endless, pool, ((), (pick(), use(1))))
    assert found == ((), (pick(parts=((0, 2),)), use(0), use(1)))


def test_two_shifts_share_one_van() -> None:
    """One part in the van serves one of two shifts of the engineer, two parts serve both."""
    block = day_shift()
    evening = replace(
        block, start=block.end, end=block.end + 4 * HOUR, latest_end=block.end + 4 * HOUR
    )
    visits = (visit(1, parts=((0, 1),)), visit(2, parts=((0, 1),)))
    for stock in (1, 2):
        problem = world(visits, (block, evening), (Engineer(stock={0: stock}),))
        first: Orders = ((use(0),), ())
        found = recombined(problem, pool_of(problem, first, ((), (use(1),))), first)
        assert found == (None if stock == 1 else ((use(0),), (use(1),)))


def test_a_successor_waits_where_the_incumbent_has_it() -> None:
    """Visit 1 follows visit 0 by other hands; its new route may start it no earlier than now."""
    visits = (visit(1), visit(1, after=(After(0),)), visit(2))
    shifts = tuple(day_shift(e) for e in range(3))
    problem = world(visits, shifts, (Engineer(), Engineer(), Engineer()))
    first_ends = EIGHT + STEP + HOUR
    incumbent: Orders = (go(0), (at(1, first_ends),), go(2))
    pool = pool_of(problem, incumbent)
    pool.offer(1, go(1, 2), 0)
    found = recombined(problem, pool, incumbent)
    plan = timed(problem, found)
    assert [route.shift for route in plan.routes] == [0, 1]
    assert plan.routes[1].stops[0].start == first_ends


def test_a_crew_keeps_its_start() -> None:
    """A member's new route serves the crew at the old start; one that cannot is not used."""
    visits = (visit(1, crew_size=2), visit(2), visit(2))
    shifts = tuple(day_shift(e) for e in range(3))
    problem = world(visits, shifts, (Engineer(), Engineer(), Engineer()))
    incumbent: Orders = ((at(0, NOON),), (at(0, NOON),), go(1, 2))
    pool = pool_of(problem, incumbent)
    pool.offer(0, (at(0, NINE), *go(1, 2)), 0)
    plan = timed(problem, recombined(problem, pool, incumbent))
    assert [route.shift for route in plan.routes] == [0, 1]
    assert {route.stops[0].start for route in plan.routes} == {NOON}
    late = replace(problem, shifts=(replace(shifts[0], end=NOON, latest_end=NOON), *shifts[1:]))
    pool = RoutePool(late)
    pool.offer(0, (at(0, NINE), *go(1)), 0)
    incumbent = ((), (at(0, NOON),), (at(0, NOON), *go(1, 2)))
    assert recombined(late, pool, incumbent) is None


def test_the_same_call_gives_the_same_plan() -> None:
    """Limited by work units, the choice among equals does not depend on the clock."""
    problem = near_and_far()
    swapped: Orders = (go(1), go(3, 2), go(0))
    found = {
        recombined(problem, pool_of(problem, NEAR_TOGETHER, FAR_TOGETHER, swapped), NEAR_TOGETHER)
        for _ in range(3)
    }
    assert len(found) == 1
