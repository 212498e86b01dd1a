"""A timed schedule in ids and times, its figures, and back to orders and claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from planning_worlds import at, case, depot, engineer, shift, visit, window

from dispatch.domain import (
    Break,
    Case,
    Plan,
    PlanStatus,
    Priority,
    SlaTerms,
    StopKind,
    Unassigned,
    Verdict,
)
from dispatch.errors import InputError
from dispatch.planning.figures import count_cost, find_status
from dispatch.planning.kpis import count_kpis
from dispatch.planning.legend import Legend, make_legend
from dispatch.planning.to_claim import to_claim
from dispatch.planning.to_plan import to_routes
from dispatch.planning.to_problem import to_problem
from dispatch.planning.to_solution import to_solution
from dispatch.planning.travel_times import find_ways
from dispatch.solver import solution
from dispatch.solver.claim import UNKNOWN
from dispatch.solver.problem import Problem
from dispatch.solver.solution import Schedule, Solution
from dispatch.solver.timetable import schedule


def part_and_break() -> Case:
    """Chen fetches a board, mends v1 by 09:00 (SLA 08:30), rests, serves v2; v3 is left out."""
    rest = Break(at(10), at(10.5), timedelta(minutes=30))
    terms = SlaTerms(arrive_by=at(8.5), breach_fee=50000, lateness_per_hour=20000)
    return case(
        engineers=(engineer("chen", shifts=(shift("chen-mon", breaks=(rest,)),)),),
        depots=(depot(tools=("crimper",)),),
        visits=(
            visit("v1", time_windows=(window(9, 9),), sla=terms, parts={"board": 2}),
            visit("v2", "south", time_windows=(window(10.5, 12),)),
            visit("v3", priority=Priority.HIGH),
        ),
    )


def timed() -> tuple[Case, Legend, Problem, Schedule]:
    """The day of `part_and_break` on the clock."""
    world = part_and_break()
    legend = make_legend(world)
    problem = to_problem(world, legend, find_ways(world, legend))
    stop, kind = solution.Stop, solution.StopKind
    orders = (
        stop(kind.PICKUP, 0, parts=((0, 2),)),
        stop(kind.VISIT, 0, parts=((0, 2),)),
        stop(kind.VISIT, 1),
    )
    return world, legend, problem, schedule(problem, Solution((orders,)))


def test_a_route_reads_as_the_plan_file_says_it() -> None:
    """Home 8:00, store 8:10-8:20, north 8:30 (just in time), 9-10 work, break, south, home 11:50.

    Leaving later would save half an hour of wages and break the SLA.
    """
    _, legend, problem, clock = timed()
    (route,) = to_routes(clock, problem, legend)
    assert (route.shift, route.engineer) == ("chen-mon", "chen")
    pickup, first, *rest = route.stops
    assert (pickup.kind, pickup.depot, pickup.visit) == (StopKind.PICKUP, "d1", None)
    assert (pickup.loaded, pickup.parts, pickup.tools_loaded) == ({"board": 2}, {}, ("crimper",))
    assert (first.visit, first.location, first.parts) == ("v1", "north", {"board": 2})
    assert (first.start, first.finish) == (at(9), at(10))
    assert (first.arrive, first.wait_s) == (at(8.5), 1800)
    assert (first.sla_headroom_s, first.late_s) == (0, 0)
    assert [stop.kind for stop in rest] == [StopKind.BREAK, StopKind.VISIT]
    assert rest[1].sla_headroom_s is None
    assert (route.start, route.end) == (at(8), at(11 + 5 / 6))
    assert route.start.utcoffset() == timedelta(hours=8)


def test_figures_are_counted_from_the_routes() -> None:
    """Two visits of three, the one SLA kept, four legs of 600 s and 6000 m, 8:00 to 11:50."""
    world, legend, problem, clock = timed()
    routes = to_routes(clock, problem, legend)
    kpis = count_kpis(world, routes)
    assert (kpis.visits, kpis.unassigned, kpis.sla_total) == (2, 1, 1)
    assert (kpis.travel_s, kpis.travel_m) == (2400, 24000)
    assert (kpis.sla_met, kpis.wait_s, kpis.working_time_s) == (1, 1800, 13800)
    assert kpis.utilisation == pytest.approx(13800 / 32400)


def test_nothing_planned_has_figures_too() -> None:
    """No route: nothing is used, so utilisation is 0 and not a division by zero."""
    kpis = count_kpis(part_and_break(), ())
    assert (kpis.visits, kpis.unassigned, kpis.sla_met, kpis.utilisation) == (0, 3, 0, 0.0)


def test_the_price_of_what_is_left_out_stands_apart() -> None:
    """One HIGH visit costs its tier price, which is more than all the money."""
    _, _, problem, clock = timed()
    cost = count_cost(problem, clock.cost)
    assert cost.total == clock.cost.money + cost.unassigned
    assert cost.unassigned > clock.cost.money
    assert str(cost.unassigned).rstrip("0") == "1"


def test_the_status_tells_what_is_left_out() -> None:
    """Nothing, a visit, a mandatory visit."""
    world = case(visits=(visit("v1"), visit("v2", priority=Priority.MANDATORY)))
    left = [Unassigned(id, Verdict.IMPOSSIBLE) for id in ("v1", "v2")]
    assert find_status(world, []) is PlanStatus.FEASIBLE
    assert find_status(world, left[:1]) is PlanStatus.PARTIAL
    assert find_status(world, left) is PlanStatus.INFEASIBLE


def test_orders_read_out_of_a_plan_are_the_orders_put_in() -> None:
    """Schedule to plan to solution to schedule changes nothing."""
    _, legend, problem, clock = timed()
    plan = Plan(PlanStatus.PARTIAL, to_routes(clock, problem, legend))
    assert schedule(problem, to_solution(plan, problem, legend)) == clock


def test_a_plan_for_another_case_has_no_orders_here() -> None:
    """A visit that the case does not know is bad input with its place."""
    _, legend, problem, clock = timed()
    (route,) = to_routes(clock, problem, legend)
    stranger = replace(route.stops[1], visit="v9")
    plan = Plan(PlanStatus.PARTIAL, (replace(route, stops=(stranger,)),))
    with pytest.raises(InputError, match="/routes/0/stops/0/visit"):
        to_solution(plan, problem, legend)


def test_a_claim_repeats_the_plan_in_indices() -> None:
    """The claim has the clock of the schedule; unknown names become UNKNOWN with a label."""
    _, legend, problem, clock = timed()
    (route,) = to_routes(clock, problem, legend)
    stranger = replace(route.stops[1], visit="v9", parts={"fuse": 1}, location="moon")
    plan = Plan(PlanStatus.PARTIAL, (route, replace(route, shift="x", stops=(stranger,))))
    claim = to_claim(plan, legend)
    known, unknown = claim.routes
    timed_stops = clock.routes[0].stops
    assert [stop.start for stop in known.stops] == [stop.start for stop in timed_stops]
    assert [stop.wait for stop in known.stops] == [stop.wait for stop in timed_stops]
    assert known.working_time == clock.routes[0].working_time
    assert (unknown.shift, unknown.label) == (UNKNOWN, "x")
    (stop,) = unknown.stops
    assert (stop.index, stop.label, stop.location) == (UNKNOWN, "v9", UNKNOWN)
    assert stop.parts == ((UNKNOWN, 1),)
    assert stop.unknown == ("location moon", "part fuse")
