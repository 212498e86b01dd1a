"""Re-plans in the middle of a day that once could not be made, each with its story."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from planning_worlds import (
    at,
    case,
    depot,
    engineer,
    hours,
    shift,
    ten_minutes_apart,
    visit,
    window,
)
from random_days import in_force, random_day

from dispatch.domain import (
    After,
    Break,
    Case,
    CurrentPlan,
    CurrentRoute,
    CurrentStop,
    Plan,
    PlanRoute,
    SlaTerms,
    StopKind,
    TravelSettings,
)
from dispatch.errors import InputError
from dispatch.planning.audit import audit
from dispatch.planning.planner import plan

MINUTE = timedelta(minutes=1)


def quick(world: Case) -> Plan:
    """A plan after few iterations; the planner itself raises when the auditor finds anything."""
    return plan(world, iterations=200, seed=1)


def day_of_chen(
    *stops: CurrentStop, now: float, freeze: float | None = None, left: float | None = None
) -> Case:
    """Chen's Monday: v1 in the north and v2 in the south, 10 min from everywhere; a plan in force."""
    route = CurrentRoute("chen-mon", stops, None if left is None else at(left))
    return case(
        engineers=(engineer("chen"),),
        visits=(visit("v1", "north"), visit("v2", "south")),
        now=at(now),
        freeze_until=None if freeze is None else at(freeze),
        current_plan=CurrentPlan((route,)),
    )


def only_route(made: Plan) -> PlanRoute:
    """The one route of a plan that has one."""
    (route,) = made.routes
    return route


def test_a_frozen_visit_to_which_the_engineer_drives_is_kept() -> None:
    """v1 ends at 9:10, v2 is frozen at 9:20; at 9:15 Chen is on the road and arrives at 9:20.

    Leaving only at 9:15 he would be there at 9:25, and the visit was lost.
    """
    first, second = (
        CurrentStop(at(8) + 10 * MINUTE, visit="v1"),
        CurrentStop(at(9) + 20 * MINUTE, visit="v2"),
    )
    made = quick(day_of_chen(first, second, now=9.25, freeze=10))
    assert made.unassigned == ()
    stop = only_route(made).stops[1]
    assert (stop.visit, stop.arrive, stop.start) == ("v2", second.start, second.start)


def test_a_leg_that_can_still_wait_leaves_now() -> None:
    """v2 is frozen at 10:00: leaving at 9:15 is early enough, so the plan says 9:25 and waits."""
    first, second = CurrentStop(at(8) + 10 * MINUTE, visit="v1"), CurrentStop(at(10), visit="v2")
    made = quick(day_of_chen(first, second, now=9.25, freeze=10.5))
    stop = only_route(made).stops[1]
    assert (stop.arrive, stop.start) == (at(9) + 25 * MINUTE, at(10))


def test_a_leg_under_way_keeps_its_arrival_for_the_sla() -> None:
    """v2 waits at the door from 9:20 to 10:00 and has to be reached by 9:22: it is in time."""
    first, second = CurrentStop(at(8) + 10 * MINUTE, visit="v1"), CurrentStop(at(10), visit="v2")
    world = day_of_chen(first, second, now=9.25, freeze=10.5)
    late = replace(world.visits[1], sla=SlaTerms(arrive_by=at(9) + 22 * MINUTE, breach_fee=5000))
    made = quick(replace(world, visits=(world.visits[0], late)))
    assert only_route(made).stops[1].arrive == at(9) + 20 * MINUTE
    assert made.cost is not None
    assert made.cost.sla == 0


def test_the_first_leg_may_be_under_way() -> None:
    """Chen left home at 8:00 for a frozen 8:10; at 8:05 the departure is still 8:00."""
    stop = CurrentStop(at(8) + 10 * MINUTE, visit="v1")
    world = day_of_chen(stop, now=8 + 1 / 12, freeze=9, left=8)
    route = only_route(quick(world))
    assert (route.start, route.stops[0].start) == (at(8), stop.start)


def test_who_has_not_left_cannot_have_left_before_now() -> None:
    """The plan in force leaves at 8:06 for 8:10, which no 10 minutes allow: v1 loses its start."""
    stop = CurrentStop(at(8) + 10 * MINUTE, visit="v1")
    made = quick(day_of_chen(stop, now=8 + 1 / 12, freeze=9, left=8.1))
    (left_out,) = made.unassigned
    assert (left_out.visit, left_out.reasons[0].code) == ("v1", "FROZEN")


def test_a_visit_that_overran_the_shift_does_not_stop_planning() -> None:
    """v1 takes 3 h from 15:00 in a shift until 17:00: home by 18:10, an hour and ten late.

    v2 cannot be done by Chen any more, and Li takes it.
    """
    world = day_of_chen(CurrentStop(at(15), visit="v1"), now=16)
    both = (visit("v1", "north", 3), visit("v2", "south", 0.5))
    world = replace(world, visits=both, engineers=(engineer("chen"), engineer("li")))
    made = quick(world)
    assert made.unassigned == ()
    assert {r.shift: r.end for r in made.routes}["chen-mon"] == at(18) + 10 * MINUTE
    assert audit(world, made) == []


def test_travel_beyond_its_bound_does_not_stop_planning() -> None:
    """15 min of travel are allowed, the way there and back is 20: the past is admitted."""
    world = day_of_chen(CurrentStop(at(9), visit="v1"), now=9.5)
    chen = engineer("chen", shifts=(shift("chen-mon", max_travel=hours(0.25)),))
    made = quick(replace(world, engineers=(chen,)))
    assert [s.visit for s in only_route(made).stops] == ["v1"]
    assert [(u.visit, u.verdict.value) for u in made.unassigned] == [("v2", "impossible")]


def test_a_part_used_before_now_was_there() -> None:
    """The van stock of the case is that of noon: the board that v1 took is gone from it."""
    world = day_of_chen(CurrentStop(at(9), visit="v1", parts={"board": 1}), now=12)
    first = replace(world.visits[0], parts={"board": 1})
    second = replace(world.visits[1], parts={"board": 1})
    made = quick(replace(world, visits=(first, second)))
    assert only_route(made).stops[0].parts == {"board": 1}
    (left_out,) = made.unassigned
    assert (left_out.visit, left_out.reasons[0].code) == ("v2", "NO_PART")


def test_a_route_that_is_done_ended_when_it_ended() -> None:
    """At 12:00 Chen, whose only visit ended at 10:00, has been home since 10:10."""
    made = quick(
        replace(day_of_chen(CurrentStop(at(9), visit="v1"), now=12), visits=(visit("v1"),))
    )
    assert only_route(made).end == at(10) + 10 * MINUTE


def test_a_plan_that_sends_somebody_home_after_the_shift_can_be_moved() -> None:
    """v1 was over at 9:10, the van broke at 9:00 and ended the shift; at 9:20 v2 is given away.

    That plan has Chen leave at 9:20 and be home at 9:30. Held against itself, as hand-made moves
    do, it says that he had nothing left to do at 9:10: he may have been home at 9:20, or at 9:30.
    """
    first, second = (
        CurrentStop(at(8) + 10 * MINUTE, visit="v1"),
        CurrentStop(at(10), visit="v2"),
    )
    world = day_of_chen(first, second, now=9 + 1 / 3)
    short = replace(shift("chen-mon"), end=at(9), overtime_end=None, breaks=())
    world = replace(world, engineers=(replace(engineer("chen"), shifts=(short,)),))
    made = quick(world)
    assert only_route(made).end == at(9.5)
    again = replace(world, current_plan=CurrentPlan.of(made))
    assert audit(again, made) == []


def test_a_break_at_the_door_before_what_has_begun_is_repeated() -> None:
    """Chen left at 8:30, rested at the door from 9:00 to 9:30 and began v1 then."""
    rest = Break(at(9), at(9), hours(0.5))
    chen = engineer("chen", shifts=(shift("chen-mon", breaks=(rest,)),))
    pause = CurrentStop(at(9), StopKind.BREAK, location="north", finish=at(9.5))
    world = day_of_chen(pause, CurrentStop(at(9.5), visit="v1"), now=10, left=8.5)
    route = only_route(quick(replace(world, engineers=(chen,), visits=(visit("v1"),))))
    assert route.start == at(8.5)
    assert [(s.kind.value, s.start) for s in route.stops] == [("break", at(9)), ("visit", at(9.5))]


def test_begun_work_waits_for_nobody() -> None:
    """v1 has begun although it should follow v2, which nobody has done."""
    world = day_of_chen(CurrentStop(at(9), visit="v1"), now=9.5)
    first = replace(world.visits[0], after=(After("v2", timedelta(0), None),))
    made = quick(replace(world, visits=(first, world.visits[1])))
    assert made.unassigned == ()


def test_no_road_on_from_what_has_begun_is_told_as_wrong_input() -> None:
    """Nobody gets away from the north: the message names the route of the plan in force."""
    world = day_of_chen(CurrentStop(at(9), visit="v1"), now=9.5)
    matrix = ten_minutes_apart().matrix
    assert matrix is not None
    seconds, metres = matrix.duration_s.copy(), matrix.distance_m.copy()
    seconds[1, [0, 2, 3]] = metres[1, [0, 2, 3]] = -1
    blocked = replace(matrix, duration_s=seconds, distance_m=metres)
    travel = TravelSettings(source=world.travel.source, matrix=blocked)
    with pytest.raises(InputError) as caught:
        quick(replace(world, travel=travel))
    assert caught.value.issues[0].pointer == "/current_plan/routes/0"
    assert "v1" in str(caught.value)


def test_a_shut_store_frees_a_frozen_pickup() -> None:
    """The store shuts for the day: the frozen pickup of 9:30 goes, and v1 is left without its part."""
    pickup = CurrentStop(at(9.5), StopKind.PICKUP, depot="d1", loaded={"board": 1})
    world = day_of_chen(pickup, CurrentStop(at(11), visit="v1"), now=9, freeze=10)
    needs = replace(world.visits[0], parts={"board": 1})
    shut = depot(opening=(window(20, 21),))
    made = quick(replace(world, visits=(needs,), depots=(shut,)))
    assert [(u.visit, u.verdict.value) for u in made.unassigned] == [("v1", "impossible")]


@pytest.mark.parametrize(
    ("seed", "now", "freeze"),
    [
        (7, 11, 1),  # history's travel was not counted by the auditor of MAX_TRAVEL
        (46, 13.25, 3),  # what history took from the van was counted before what it loaded
        (47, 9.5, 1),  # kept pickups ended in a refused schedule
        (67, 12, 0),  # a break at the door before the first visit could not be repeated
        (115, 9.5, 0),  # the auditor let a predecessor's part be used twice
        (131, 11, 0),  # a remedy's part was taken by a pinned visit
        (171, 12, 0),  # the break of the past moved onto the road
        (294, 12, 3),  # a break was taken in the past that never was
    ],
)
def test_random_days_that_once_were_refused(seed: int, now: float, freeze: float) -> None:
    """Each of these days is planned, put in force and planned again; the planner audits both."""
    world = random_day(seed)
    made = plan(world, iterations=200, seed=seed)
    again = plan(in_force(world, made, now, freeze), iterations=200, seed=seed)
    assert {u.visit for u in again.unassigned} <= {v.id for v in world.visits}
