"""Rules of time in the routing model, each binding in a world small enough to compute by hand."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from named_worlds import EIGHT, FOUR, HOUR, NINE, NOON, TEN, day_shift, line, visit, world
from routing_plans import plan, shifts_of, starts

from dispatch.solver.problem import Break, Depot, Engineer, FixedPickup, Pin, Tier, Window
from dispatch.solver.solution import StopKind


def test_work_starts_in_any_of_the_windows() -> None:
    """Two visits share the window at nine; the second must take its other one at noon."""
    both = (Window(NINE, NINE), Window(NOON, NOON + 600))
    timed = plan(world((visit(1, windows=both), visit(1, windows=both))))
    assert sorted(starts(timed).values()) == [NINE, NOON]
    alone = (Window(NINE, NINE),)
    timed = plan(world((visit(1, windows=alone), visit(1, windows=alone))))
    assert timed.cost.unassigned == (0, 1, 0, 0)


def test_route_is_home_by_the_latest_end() -> None:
    """Two visits of 3 h 50 min and 20 min of travel fill eight hours; a second more does not fit."""
    long = visit(1, duration=3 * HOUR + 50 * 60)
    assert plan(world((long, long))).cost.unassigned == (0, 0, 0, 0)
    longer = replace(long, duration=long.duration + 1)
    assert plan(world((long, longer))).cost.unassigned == (0, 1, 0, 0)


def test_overtime_is_allowed_and_dearer() -> None:
    """Until 17:00 at the dearer rate one second more is served: 9000 / 3600 = 2.5 rounds to 3."""
    long = visit(1, duration=3 * HOUR + 50 * 60)
    longer = replace(long, duration=long.duration + 1)
    timed = plan(world((long, longer), (day_shift(latest_end=FOUR + HOUR),)))
    assert timed.cost.unassigned == (0, 0, 0, 0)
    assert (timed.cost.labour, timed.cost.overtime) == (48000, 3)


def test_travel_stays_within_the_limit() -> None:
    """Place 3 and back takes 3600 s of travel: exactly allowed, then one second short."""
    far = (visit(3),)
    assert starts(plan(world(far, (day_shift(max_travel=3600),))))
    assert not starts(plan(world(far, (day_shift(max_travel=3599),))))


def test_unreachable_place_is_left_out() -> None:
    """No road leads back from place 3."""
    roads = line()
    roads["travel_seconds"][0][3, :3] = -1
    assert set(starts(plan(world((visit(1), visit(3)), **roads)))) == {0}


def test_asymmetric_travel_decides_the_direction() -> None:
    """Going 0-1-2-0 takes 3 x 600 s, the other way round 3 x 1200 s."""
    seconds = np.array([[0, 600, 1200], [1200, 0, 600], [600, 1200, 0]], dtype=np.int64)
    metres = np.where(seconds > 0, 1000, 0).astype(np.int64)
    problem = world((visit(2), visit(1)), travel_seconds=seconds[None], travel_metres=metres)
    timed = plan(problem)
    assert [stop.index for stop in timed.routes[0].stops] == [1, 0]
    assert timed.routes[0].working_time == 2 * HOUR + 1800


def test_break_interrupts_no_work() -> None:
    """Lunch starts between noon and half past: eight hours of work around it end at 17:05."""
    lunch = Break(NOON, NOON + 1800, 2700)
    work = visit(1, duration=4 * HOUR)
    shift = day_shift(fixed_start=True, latest_end=17 * HOUR + 300, breaks=(lunch,))
    timed = plan(world((work, work), (shift,)))
    rest = next(stop for stop in timed.routes[0].stops if stop.kind is StopKind.BREAK)
    assert (rest.start, timed.routes[0].end) == (NOON + 600, 17 * HOUR + 300)
    tight = replace(shift, latest_end=17 * HOUR + 299)
    assert len(starts(plan(world((work, work), (tight,))))) == 1


def test_break_is_needed_only_by_routes_that_reach_it() -> None:
    """A route that ends by the latest start of the break goes without it, a second later not."""
    rest = Break(NINE, NINE + 4800, 2700)
    shift = day_shift(fixed_start=True, breaks=(rest,))
    # Home at 8:00 + 600 + 7200 + 600 = 10:20, which is NINE + 4800.
    timed = plan(world((visit(1, duration=7200),), (shift,)))
    assert timed.routes[0].end == NINE + 4800
    assert timed.routes[0].working_time == 8400
    timed = plan(world((visit(1, duration=7201),), (shift,)))
    assert timed.routes[0].working_time == 8401 + 2700


def test_fixed_start_counts_from_the_start_of_the_shift() -> None:
    """The visit begins at ten, yet the working time runs from eight."""
    late = (visit(1, windows=(Window(TEN, TEN),)),)
    assert plan(world(late)).routes[0].start == TEN - 600
    timed = plan(world(late, (day_shift(fixed_start=True),)))
    assert (timed.routes[0].start, timed.routes[0].working_time) == (EIGHT, 3 * HOUR + 600)


def test_nothing_departs_before_now() -> None:
    """At noon the first arrival in place 1 is ten past."""
    early = (visit(1, windows=(Window(0, NOON + 600),)),)
    assert starts(plan(world(early, now=NOON))) == {0: NOON + 600}
    assert not starts(plan(world(early, now=NOON + 1)))


def test_history_is_repeated_and_the_rest_leaves_after_now() -> None:
    """A visit begun at nine ended at ten; at noon the next place is ten minutes away."""
    begun = visit(1, pins=(Pin(0, None, NINE, frozen=True, started=True),))
    timed = plan(world((begun, visit(2)), now=NOON))
    assert starts(timed) == {0: NINE, 1: NOON + 600}
    assert timed.routes[0].start == NINE - 600


def test_history_is_not_given_up_for_a_higher_tier() -> None:
    """The visit begun is of the lowest tier and its engineer forbidden, but it has happened."""
    begun = visit(
        1,
        tier=Tier.LOW,
        forbidden_engineers=frozenset({0}),
        pins=(Pin(0, None, NINE, frozen=True, started=True),),
    )
    rival = visit(1, tier=Tier.MANDATORY, windows=(Window(NINE, NINE + 600),))
    assert set(starts(plan(world((begun, rival), now=NINE + 60)))) == {0}


def test_pin_binds_shift_position_and_start() -> None:
    """The pin sends the visit to the other engineer, behind another visit, to a given minute."""
    engineers = (Engineer(), Engineer())
    shifts = (day_shift(0), day_shift(1))
    pinned = visit(1, pins=(Pin(1),))
    assert shifts_of(plan(world((visit(1), pinned), shifts, engineers)))[1] == [1]
    second = visit(1, windows=(Window(NINE, FOUR),), pins=(Pin(0, position=1),))
    timed = plan(world((visit(3, windows=(Window(NINE, FOUR),)), second)))
    assert [stop.index for stop in timed.routes[0].stops] == [0, 1]
    timed = plan(world((visit(1, pins=(Pin(0, start=TEN + 60),)),)))
    assert starts(timed) == {0: TEN + 60}


def test_impossible_pin_leaves_the_visit_out() -> None:
    """Position 1 needs another visit before it, and there is none."""
    assert not starts(plan(world((visit(1, pins=(Pin(0, position=1),)),))))


def test_duration_is_the_engineers_own() -> None:
    """One window for two visits of an hour: only the engineer who is twice as quick does both."""
    needs = visit(0, skills=((0, 1),), windows=(Window(NINE, NINE + 1800),))
    quick = Engineer({0: 1}, duration_factors={0: (1, 2)})
    assert len(starts(plan(world((needs, needs), engineers=(quick,))))) == 2
    assert len(starts(plan(world((needs, needs), engineers=(Engineer({0: 1}),))))) == 1


def test_fixed_pickup_is_kept() -> None:
    """The freeze keeps a pickup at nine in place 1, so a visit far away at nine is left out."""
    kept = FixedPickup(0, NINE, ())
    shift = day_shift(fixed_pickups=(kept,))
    far = visit(3, windows=(Window(NINE, NINE + 1200),))
    problem = world((far,), (shift,), depots=(Depot(1, 300),))
    timed = plan(problem)
    assert [stop.start for stop in timed.routes[0].stops] == [NINE]
    later = world(
        (replace(far, windows=(Window(NINE, NINE + 1500),)),), (shift,), depots=(Depot(1, 300),)
    )
    assert starts(plan(later)) == {0: NINE + 1500}


def test_travel_profile_of_the_shift_holds() -> None:
    """In the slow profile place 1 is an hour away, so the window until nine is missed by one."""
    roads = line()
    slow = roads["travel_seconds"][0] * 6
    roads["travel_seconds"] = np.stack([roads["travel_seconds"][0], slow])
    near = (visit(1, windows=(Window(EIGHT, NINE - 1),)),)
    assert starts(plan(world(near, **roads)))
    assert not starts(plan(world(near, (day_shift(profile=1),), **roads)))
