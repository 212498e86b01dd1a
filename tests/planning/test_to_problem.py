"""A case in integers: what each field of the case file becomes."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from planning_worlds import at, case, depot, engineer, hours, shift, visit, window

from dispatch.domain import (
    After,
    Break,
    Case,
    CurrentPlan,
    CurrentRoute,
    CurrentStop,
    DueWindow,
    EngineerRules,
    Inbound,
    Objective,
    Pin,
    Priority,
    Promise,
    PromiseStage,
    RequiredSkill,
    SlaTerms,
    StopKind,
    Weights,
)
from dispatch.errors import InputError
from dispatch.planning.legend import make_legend
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways
from dispatch.planning.warm_start import warm_start
from dispatch.solver import problem as solver
from dispatch.solver import solution


def translate(world: Case) -> solver.Problem:
    """The problem of a world."""
    legend = make_legend(world)
    return to_problem(world, legend, find_ways(world, legend))


def test_times_count_from_the_start_of_the_planning_window() -> None:
    """08:00 is second 28800, and the day ends at second 86400."""
    problem = translate(case(visits=(visit("v1"),)))
    assert problem.horizon == 86400
    assert problem.shifts[0].start == 28800
    assert problem.shifts[0].end == problem.shifts[0].latest_end == 17 * 3600
    assert problem.visits[0].duration == 3600
    assert problem.now is None


def test_overlapping_windows_become_one_and_others_stay() -> None:
    """9-11 and 10-12 are 9-12; 14-15 stands alone; the order of the file does not matter."""
    windows = (window(14, 15), window(10, 12), window(9, 11))
    found = translate(case(visits=(visit("v1", time_windows=windows),))).visits[0].windows
    assert found == (solver.Window(32400, 43200), solver.Window(50400, 54000))


def test_windows_that_share_one_instant_become_one() -> None:
    """9-10 and 10-11 share 10:00 and are one window."""
    windows = (window(9, 10), window(10, 11))
    found = translate(case(visits=(visit("v1", time_windows=windows),))).visits[0].windows
    assert found == (solver.Window(32400, 39600),)


def test_due_bounds_cut_the_windows_and_may_leave_none() -> None:
    """A window of 9-12 with the due date from 11:00 is 11-12; one of 9-10 is none at all."""
    due = DueWindow(earliest=at(11), ideal=at(13), latest=at(30))
    late = visit("late", time_windows=(window(9, 12),), due=due)
    never = visit("never", time_windows=(window(9, 10),), due=due)
    problem = translate(case(visits=(late, never)))
    assert problem.visits[0].windows == (solver.Window(39600, 43200),)
    assert problem.visits[1].windows == ()
    assert problem.visits[0].due == solver.Due(39600, 108000, 46800, 0, 0)


def test_a_visit_without_windows_may_start_in_the_whole_planning_window() -> None:
    """Both ends of the planning window belong to it."""
    assert translate(case(visits=(visit("v1"),))).visits[0].windows == (solver.Window(0, 86400),)


def test_factors_are_the_decimal_numbers_that_were_written() -> None:
    """1.1 times 3600 s is 3960 s to the second, which floats would make 3961."""
    slow = engineer("chen", {"ups": 2}, duration_factor={"ups": 1.1})
    problem = translate(
        case(engineers=(slow,), visits=(visit("v1", required_skills=(RequiredSkill("ups"),)),))
    )
    assert problem.engineers[0].duration_factors == {0: (11, 10)}
    assert problem.duration(0, 0) == 3960


def test_a_skill_without_a_factor_counts_one() -> None:
    """Fast at ups (0.5) and ordinary at fans: a visit that needs both takes the full hour."""
    fast = engineer("chen", {"ups": 1, "fans": 1}, duration_factor={"ups": 0.5})
    both = visit("both", required_skills=(RequiredSkill("ups"), RequiredSkill("fans")))
    one = visit("one", required_skills=(RequiredSkill("ups"),))
    problem = translate(case(engineers=(fast,), visits=(both, one)))
    assert [problem.duration(v, 0) for v in (0, 1)] == [3600, 1800]


def test_people_rules_are_indices() -> None:
    """Required, preferred and forbidden engineers; the preference has the default price."""
    rules = EngineerRules(required=("chen", "li"), preferred=("li",), forbidden=("chen",))
    found = translate(case(visits=(visit("v1", engineers=rules),))).visits[0]
    assert found.required_engineers == {0, 1}
    assert found.preferred_engineers == {1}
    assert found.forbidden_engineers == {0}
    assert found.preference_price == 2000


def test_stock_null_is_unlimited_and_absent_is_none() -> None:
    """Three depots: four boards and unlimited fans; everything unlimited; nothing but a delivery."""
    inbound = (Inbound("board", 5, at(12)),)
    world = case(
        depots=(
            depot(stock={"board": 4, "fan": None}, opening=(window(8, 12), window(11, 18))),
            depot(id="d2", stock=None),
            depot(id="d3", stock={}, inbound=inbound, tools=("crimper",)),
        )
    )
    first, second, third = translate(world).depots
    assert (first.stock, first.unlimited) == ({0: 4, 1: solver.UNLIMITED}, False)
    assert first.opening == (solver.Window(28800, 64800),)
    assert first.pickup_duration == 600
    assert second.unlimited
    assert (third.stock, third.inbound, third.tools) == ({}, ((43200, 0, 5),), {0})


def test_sla_priority_objective_and_chain() -> None:
    """The remaining fields of a visit arrive where they belong."""
    terms = SlaTerms(arrive_by=at(10), breach_fee=50000, lateness_per_hour=20000)
    later = visit("v2", after=(After("v1", hours(0.5), hours(2)),), crew_size=2)
    world = case(
        visits=(visit("v1", sla=terms, priority=Priority.MANDATORY), later),
        weights=Weights(objective=Objective.WORKING_TIME),
    )
    problem = translate(world)
    assert problem.objective is solver.Objective.WORKING_TIME
    assert problem.visits[0].sla == solver.Sla(36000, 50000, 20000)
    assert problem.visits[0].tier is solver.Tier.MANDATORY
    assert problem.visits[1].after == (solver.After(0, 1800, 7200),)
    assert problem.visits[1].crew_size == 2


def test_a_circle_that_nobody_noticed_is_refused() -> None:
    """The solver's own check becomes an InputError rather than a crash."""
    world = case(visits=(visit("a", after=(After("b"),)), visit("b", after=(After("a"),))))
    with pytest.raises(InputError, match="wait for each other"):
        translate(world)


def planned_morning(**changes: object) -> Case:
    """Chen has a pickup at 8:10, visits at 8:30 and 10:30 and a break at 9:30; it is 8:20."""
    rest = Break(at(9), at(13), hours(0.5))
    stops = (
        CurrentStop(at(8 + 1 / 6), StopKind.PICKUP, depot="d1", loaded={"board": 1}),
        CurrentStop(at(8.5), visit="v1", parts={"board": 1}),
        CurrentStop(at(9.5), StopKind.BREAK, finish=at(10)),
        CurrentStop(at(10.5), visit="v2"),
    )
    return case(
        engineers=(engineer("chen", shifts=(shift("chen-mon", breaks=(rest,)),)), engineer("li")),
        depots=(depot(),),
        visits=(visit("v1", parts={"board": 1}), visit("v2")),
        current_plan=CurrentPlan((CurrentRoute("chen-mon", stops),)),
        **changes,
    )


def test_nothing_is_kept_without_now_and_freeze() -> None:
    """A plan in force alone is a warm start, not a chain."""
    problem = translate(planned_morning())
    assert [one.pins for one in problem.visits] == [(), ()]
    assert problem.shifts[0].fixed_pickups == ()
    assert problem.shifts[0].breaks == (solver.Break(32400, 46800, 1800),)


def test_the_freeze_keeps_visits_pickups_and_breaks() -> None:
    """Frozen until 10:00 at 8:20: pickup (history), first visit and break stay, the rest is free."""
    problem = translate(planned_morning(now=at(8 + 1 / 3), freeze_until=at(10)))
    assert problem.now == 30000
    assert problem.visits[0].pins == (solver.Pin(0, None, 30600, frozen=True, under_way=True),)
    assert problem.visits[1].pins == ()
    assert problem.shifts[0].fixed_pickups == (
        solver.FixedPickup(0, 29400, ((0, 1),), started=True),
    )
    assert problem.shifts[0].breaks == (solver.Break(34200, 34200, 1800),)


def test_the_freeze_ends_before_its_own_instant() -> None:
    """A start at exactly freeze_until is free; one second earlier it is kept."""
    free = translate(planned_morning(freeze_until=at(8.5)))
    kept = translate(planned_morning(freeze_until=at(8.5) + timedelta(seconds=1)))
    assert free.visits[0].pins == ()
    assert kept.visits[0].pins == (solver.Pin(0, None, 30600, frozen=True, started=False),)


def test_history_is_kept_without_a_freeze() -> None:
    """At 9:00 the visit of 8:30 has started, which no plan can change."""
    problem = translate(planned_morning(now=at(9)))
    assert problem.visits[0].pins == (solver.Pin(0, None, 30600, frozen=True, started=True),)


def test_a_pin_of_the_dispatcher_joins_the_freeze_or_stands_alone() -> None:
    """A pinned visit keeps its position; a frozen start is added where both name one shift."""
    pinned = Pin("chen-mon", position=1)
    world = planned_morning()
    alone = case(visits=(visit("v1", pinned=Pin("li-mon", start=at(9))),))
    both = Case(
        planning_window=world.planning_window,
        locations=world.locations,
        depots=world.depots,
        engineers=world.engineers,
        visits=(visit("v1", pinned=pinned), visit("v2")),
        travel=world.travel,
        current_plan=world.current_plan,
        freeze_until=at(9),
    )
    assert translate(alone).visits[0].pins == (solver.Pin(1, None, 32400),)
    assert translate(both).visits[0].pins == (solver.Pin(0, 1, 30600, frozen=True),)


def test_promises_are_priced_by_stage_and_by_the_engineer_who_gave_them() -> None:
    """A notified promise costs 5000 to move and 500 to hand to somebody else."""
    world = planned_morning()
    promised = visit("v1", promise=Promise(at(8), at(10), PromiseStage.NOTIFIED))
    told = Case(
        planning_window=world.planning_window,
        locations=world.locations,
        depots=world.depots,
        engineers=world.engineers,
        visits=(promised, visit("v2")),
        travel=world.travel,
        current_plan=world.current_plan,
    )
    first, second = translate(told).visits
    assert first.promise == solver.Promise(28800, 36000, 5000)
    assert (first.promised_engineers, first.engineer_change_price) == ({0}, 500)
    assert (second.promise, second.promised_engineers, second.engineer_change_price) == (
        None,
        frozenset(),
        0,
    )


def test_the_plan_in_force_is_the_warm_start() -> None:
    """Pickup, then both visits with what they use; the break is not an engine's decision."""
    world = planned_morning()
    found = warm_start(world, make_legend(world))
    assert found is not None
    assert [(stop.kind, stop.index, stop.parts) for stop in found.routes[0]] == [
        (solution.StopKind.PICKUP, 0, ((0, 1),)),
        (solution.StopKind.VISIT, 0, ((0, 1),)),
        (solution.StopKind.VISIT, 1, ()),
    ]
    assert found.routes[1] == ()
    assert warm_start(case(), make_legend(case())) is None


def test_a_trip_to_the_depot_that_began_is_no_second_trip() -> None:
    """A kept pickup goes into the search with its start, so that it is known again there."""
    world = planned_morning(now=at(8.25), freeze_until=at(8.5))
    found = warm_start(world, make_legend(world))
    assert found is not None
    assert found.routes[0][0].not_before == 29400
    free = planned_morning()
    found = warm_start(free, make_legend(free))
    assert found is not None
    assert found.routes[0][0].not_before == -solver.FOREVER


def test_a_stop_whose_visit_is_gone_binds_nothing() -> None:
    """The customer cancelled v1 after the plan was made."""
    world = planned_morning(now=at(9))
    rest = Case(
        planning_window=world.planning_window,
        locations=world.locations,
        engineers=world.engineers,
        visits=(visit("v2"),),
        travel=world.travel,
        current_plan=world.current_plan,
        now=world.now,
    )
    assert translate(rest).visits[0].pins == ()
    found = warm_start(rest, make_legend(rest))
    assert found is not None
    assert [stop.index for stop in found.routes[0]] == [0]


def test_a_break_that_was_missed_binds_nothing_any_more() -> None:
    """At 14:00 the break of 9 to 13 was never taken on the shift under way; Li's shift is untouched."""
    world = planned_morning(now=at(14))
    route = CurrentRoute("chen-mon", (CurrentStop(at(8.5), visit="v1", finish=at(9.5)),))
    late = replace(world, current_plan=CurrentPlan((route,)))
    assert translate(late).shifts[0].breaks == ()


def test_a_frozen_pickup_out_of_reach_is_free_again() -> None:
    """The store is 10 min from home: whoever leaves at 8:01 cannot keep a pickup of 8:10.

    At 8:00 it can be kept; at 8:01 it can as well, when the engineer is driving there already.
    """
    world = planned_morning(freeze_until=at(9))
    assert world.current_plan is not None
    minute = timedelta(minutes=1)
    later = replace(world.current_plan.routes[0], start=at(8) + 2 * minute)
    at_home = replace(world, current_plan=CurrentPlan((later,)))
    for case_, now, pickups in (
        (at_home, at(8), [29400]),
        (at_home, at(8) + minute, []),
        (world, at(8) + minute, [29400]),
    ):
        shift = translate(replace(case_, now=now)).shifts[0]
        assert [one.start for one in shift.fixed_pickups] == pickups
