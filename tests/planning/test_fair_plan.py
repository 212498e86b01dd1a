"""Prices of the plan as a whole, from the case file to the audited plan and back."""

from __future__ import annotations

from dataclasses import replace

import pytest
from planning_worlds import at, case, engineer, hours, visit, window

from dispatch.domain import Case, DueWindow, LoadSpread, Plan, PlanStatus, SlaTerms, Weights
from dispatch.errors import InputError
from dispatch.formats import format_plan, parse_plan
from dispatch.planning.audit import audit
from dispatch.planning.kpis import count_kpis
from dispatch.planning.legend import make_legend
from dispatch.planning.planner import plan
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways
from dispatch.solver.problem import Problem

FAIR = Weights(fairness_per_squared_hour=900, worst_lateness_per_hour=600)


def tired_chen(weights: Weights = FAIR) -> Case:
    """Chen has worked 30 hours already; one visit is an unpopular one; all must start at ten."""
    ten = (window(10, 10),)
    return case(
        engineers=(engineer("chen", workload_history=hours(30)), engineer("li")),
        visits=(
            visit("v1", time_windows=ten, unpopular=hours(0.5)),
            visit("v2", "south", time_windows=ten, due=DueWindow(ideal=at(9.5))),
        ),
        weights=weights,
    )


def translate(world: Case) -> Problem:
    """The problem of a world."""
    legend = make_legend(world)
    return to_problem(world, legend, find_ways(world, legend))


def test_the_problem_counts_in_seconds() -> None:
    """Thirty hours, half an hour, both weights as they stand."""
    problem = translate(tired_chen())
    assert [one.workload for one in problem.engineers] == [108000, 0]
    assert [one.unpopular for one in problem.visits] == [1800, 0]
    assert (problem.fairness_rate, problem.worst_lateness_per_hour) == (900, 600)


def test_weights_beyond_64_bits_are_refused_by_their_name() -> None:
    """Forty hours at the dearest rate are refused, saying whose; lateness of 55 years still fits."""
    world = tired_chen(Weights(fairness_per_squared_hour=10**9))
    with pytest.raises(InputError) as refused:
        translate(world)
    (issue,) = refused.value.issues
    assert issue.pointer == "/weights/fairness_per_squared_hour"
    assert issue.message.startswith("fairness_per_squared_hour: 1000000000 times the square of ")
    assert "the longest load of engineers[0], expected at most" in issue.message
    old = visit("v1", sla=SlaTerms(at(0, day=-20000)))
    world = case(visits=(old,), weights=Weights(worst_lateness_per_hour=10**9))
    assert translate(world).worst_lateness_per_hour == 10**9


def test_a_plan_tells_its_prices_and_loads() -> None:
    """Each serves one visit in 1 1/3 h; half an hour late for the ideal start of v2.

    If Chen takes v2 the squares are 900 * ((31 1/3)**2 - 30**2 + (1 5/6)**2).
    """
    world = tired_chen()
    made = plan(world, iterations=50)
    assert made.status is PlanStatus.FEASIBLE
    assert made.cost is not None
    assert made.kpis is not None
    by = {stop.visit: route.engineer for route in made.routes for stop in route.stops}
    chen, li = (4800, 6600) if by["v2"] == "chen" else (6600, 4800)
    assert made.kpis.load == LoadSpread(li, (108000 + chen + li) // 2, 108000 + chen)
    squares = (108000 + chen) ** 2 - 108000**2 + li**2
    assert made.cost.fairness == pytest.approx(900 * squares / 3600**2, abs=1)
    assert made.cost.worst_lateness == 300
    parts = (made.cost.travel, made.cost.labour, made.cost.fairness, made.cost.worst_lateness)
    assert made.cost.total == sum(parts)
    read = parse_plan(format_plan(made))
    assert read == made
    assert audit(world, read) == []


def test_a_plan_made_without_the_weights_is_refused_by_a_case_that_has_them() -> None:
    """The auditor recomputes both prices; without money it has nothing to say."""
    made = plan(tired_chen(Weights()), iterations=50)
    rules = {found.rule for found in audit(tired_chen(), made)}
    assert rules == {"COST_FAIRNESS", "COST_WORST_LATENESS", "COST_TOTAL"} | (
        {"COST_UNASSIGNED"} & rules
    )
    assert audit(tired_chen(), made, with_cost=False) == []


def test_the_routing_model_says_that_it_does_not_search_for_fairness() -> None:
    """The plan is priced all the same; without the weight there is nothing to say."""
    made = plan(tired_chen(), engine="ortools", iterations=200)
    assert made.run is not None
    assert made.cost is not None
    assert made.cost.fairness > 0
    assert [note.partition(":")[0] for note in made.run.notes] == ["fairness"]
    plain = plan(tired_chen(Weights(worst_lateness_per_hour=600)), engine="ortools", iterations=200)
    assert plain.run is not None
    assert plain.run.notes == ()


def test_a_wrong_spread_of_loads_is_refused() -> None:
    """One second more than the mean."""
    made = plan(tired_chen(), iterations=50)
    assert made.kpis is not None
    assert made.kpis.load is not None
    load = replace(made.kpis.load, mean_s=made.kpis.load.mean_s + 1)
    wrong = replace(made, kpis=replace(made.kpis, load=load))
    assert [found.rule for found in audit(tired_chen(), wrong)] == ["KPI_LOAD"]


def test_history_and_unpopular_work_without_a_weight_change_nothing() -> None:
    """The plan and its figures are those of the case without these fields, byte for byte."""
    plain = tired_chen(Weights())
    fresh = replace(
        plain,
        engineers=tuple(replace(one, workload_history=hours(0)) for one in plain.engineers),
        visits=tuple(replace(one, unpopular=hours(0)) for one in plain.visits),
    )
    told = [format_plan(_timeless(one)) for one in (plain, fresh)]
    assert told[0] == told[1]
    assert '"fairness"' not in told[0]
    assert '"load"' not in told[0]


def _timeless(world: Case) -> Plan:
    made = plan(world, iterations=50)
    assert made.run is not None
    return replace(made, run=replace(made.run, elapsed_s=0.0))


def test_engineers_without_shifts_do_not_count_in_the_spread() -> None:
    """Who is off today pulls no average down; a case without shifts has no spread."""
    off = engineer("wang", shifts=())
    world = replace(tired_chen(), engineers=(*tired_chen().engineers, off))
    assert count_kpis(world, ()).load == LoadSpread(0, 54000, 108000)
    assert count_kpis(replace(world, engineers=(off,)), ()).load is None
