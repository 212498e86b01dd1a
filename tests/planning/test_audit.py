"""The auditor on plan files: nothing found in a right plan, the rule and the place in a wrong one."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from planning_worlds import at, case, visit

from dispatch.domain import Case, Plan, PlanStatus, RequiredSkill
from dispatch.planning.audit import audit
from dispatch.planning.figures import count_cost
from dispatch.planning.kpis import count_kpis
from dispatch.planning.legend import make_legend
from dispatch.planning.to_plan import to_routes
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways
from dispatch.solver.solution import Solution, Stop, StopKind
from dispatch.solver.timetable import schedule


def two_visits_planned() -> tuple[Case, Plan]:
    """Chen serves v1 in the north and then v2 in the south."""
    world = case(visits=(visit("v1"), visit("v2", "south")))
    legend = make_legend(world)
    problem = to_problem(world, legend, find_ways(world, legend))
    orders = (Stop(StopKind.VISIT, 0), Stop(StopKind.VISIT, 1))
    clock = schedule(problem, Solution((orders, ())))
    routes = to_routes(clock, problem, legend)
    return world, Plan(
        PlanStatus.FEASIBLE,
        routes,
        travel_source="matrix",
        cost=count_cost(problem, clock.cost),
        kpis=count_kpis(world, routes),
    )


def test_nothing_is_found_in_a_right_plan() -> None:
    """Times, figures and cost of the timetable are those of the auditor."""
    world, plan = two_visits_planned()
    assert audit(world, plan) == []


def test_a_wrong_start_is_found_with_its_place_and_as_a_time() -> None:
    """v2 starts one minute before Chen arrives: the second stop of his shift is named."""
    world, plan = two_visits_planned()
    (route,) = plan.routes
    early = route.stops[1].start - timedelta(minutes=1)
    late = replace(route.stops[1], start=early)
    wrong = replace(plan, routes=(replace(route, stops=(route.stops[0], late)),))
    found = {one.rule: one for one in audit(world, wrong)}
    named = found["START_BEFORE_ARRIVE"]
    assert (named.shift, named.visit, named.stop) == ("chen-mon", "v2", 1)
    assert "v2" in str(named)


def test_an_engineer_without_the_skill_is_found() -> None:
    """The same plan for a world in which v1 needs a skill that nobody has."""
    world, plan = two_visits_planned()
    needing = visit("v1", required_skills=(RequiredSkill("ups"),))
    found = audit(replace(world, visits=(needing, world.visits[1])), plan)
    assert [(one.rule, one.visit) for one in found] == [("SKILL", "v1")]


def test_people_and_things_are_called_by_their_names() -> None:
    """The auditor counts from 0; whoever reads it has ids, also such as look like its own words."""
    world, plan = two_visits_planned()
    needing = replace(
        world.visits[0],
        id="1",
        required_skills=(RequiredSkill("ups"),),
        required_tools=("meter", "hoist"),
        parts={"board": 1},
    )
    world = replace(world, visits=(needing, world.visits[1]))
    (route,) = plan.routes
    stops = (replace(route.stops[0], visit="1", parts={"board": 1}), route.stops[1])
    said = {
        one.rule: one.message
        for one in audit(world, replace(plan, routes=(replace(route, stops=stops),)))
    }
    place = "shift chen-mon, stop 0 (visit 1): "
    assert said["SKILL"] == f"{place}engineer chen has skill ups at level 0, expected 1"
    assert said["TOOL"] == f"{place}tools hoist, meter are not on board"
    assert said["PART_STOCK"] == f"{place}the van carries 0 of part board, 1 are used"


def test_the_price_is_judged_unless_asked_otherwise() -> None:
    """Travel that is one unit too dear is a violation with money and none without."""
    world, plan = two_visits_planned()
    assert plan.cost is not None
    dear = replace(plan.cost, travel=plan.cost.travel + 1)
    wrong = replace(plan, cost=dear)
    assert [one.rule for one in audit(world, wrong)] == ["COST_TRAVEL"]
    assert audit(world, wrong, with_cost=False) == []


def test_a_plan_of_another_case_is_a_violation_and_no_crash() -> None:
    """Unknown visits and shifts are named."""
    _, plan = two_visits_planned()
    other = case(visits=(visit("w1"),), planning_window=case().planning_window)
    rules = {one.rule for one in audit(other, plan)}
    assert {"UNKNOWN_VISIT", "MISSING_VISIT"} <= rules
    assert at(0) == other.planning_window.start
