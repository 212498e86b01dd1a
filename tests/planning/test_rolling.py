"""What binds while a plan runs: stops that began, and the one that somebody has set out for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from planning_worlds import at, case, visit, window

from dispatch.domain import Case, Plan
from dispatch.planning.audit import audit
from dispatch.planning.insert_now import insert_now
from dispatch.planning.planner import plan
from dispatch.planning.replan import ALL, Search, replan
from dispatch.planning.rolling import leaves_for, world_at

SEARCH = Search("lns", None, 50)


def morning() -> Case:
    """Work in the north at nine and in the south at noon; the ways take ten to twenty minutes."""
    early = visit("early", "north", 1.0, time_windows=(window(9, 9),))
    late = visit("late", "south", 1.0, time_windows=(window(12, 12),))
    return case(visits=(early, late))


def planned(world: Case) -> Plan:
    """Its plan, with everything in it."""
    made = plan(world, engine="lns", time_limit_s=None, iterations=50)
    assert not made.unassigned
    return made


def bound(world: Case) -> set[str]:
    """Visits that stand in the plan in force of a world."""
    assert world.current_plan is not None
    return {str(stop.visit) for route in world.current_plan.routes for stop in route.stops}


def test_who_has_not_set_out_is_free() -> None:
    """Until the last moment to leave for it a visit binds nothing; a second later it does."""
    made = planned(morning())
    route, place = next(
        (route, place)
        for route in made.routes
        for place, stop in enumerate(route.stops)
        if stop.visit == "late"
    )
    leave = leaves_for(route, place)
    assert at(11) < leave < at(12)
    second = timedelta(seconds=1)
    assert bound(world_at(morning(), made, at(8))) == set()
    assert bound(world_at(morning(), made, leave)) == {"early"}
    settled = world_at(morning(), made, leave + second)
    assert bound(settled) == {"early", "late"}
    assert settled.freeze_until == at(12) + second


def test_a_day_that_runs_to_plan_can_be_planned_again_at_any_time() -> None:
    """Six times between eight and half past twelve the rest is planned anew; nothing is lost and nothing contradicts."""
    made = planned(morning())
    for hour in (8, 8.75, 9.5, 11, 11.9, 12.5):
        world = world_at(morning(), made, at(hour))
        again = replan(world, ALL, SEARCH, start=made).plan
        assert again.unassigned == ()
        assert audit(world, again) == []


def test_an_urgent_visit_is_put_into_a_plan_that_the_case_tells_only_in_part() -> None:
    """At half past ten the early visit is history; the late one is in the orders given."""
    made = planned(morning())
    more = visit("more", "south", 0.5, time_windows=(window(10.5, 16),))
    known = replace(morning(), visits=(*morning().visits, more))
    found = insert_now(world_at(known, made, at(10.5)), "more", start=made)
    assert found.placed
    assert found.plan is not None
    assert found.plan.unassigned == ()
    assert [change.visit for change in found.bill.changes] == ["more"]
