"""The compiled search weighs fair loads and the worst lateness like all other money."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from random import Random

import pytest
from every_order import best_plan
from named_worlds import EIGHT, HOUR, day_shift, visit, world
from small_problems import Mix, small_problem
from test_ruin_recreate import CROWDED, searched, value_of

from dispatch.solver.problem import Engineer, Objective, Problem, Sla, Tariff
from dispatch.solver.solution import StopKind
from dispatch.solver.solve import Outcome, solve

ONE_DAY = Mix(
    most_visits=4,
    most_days=1,
    crews=0.0,
    after=0.0,
    depots=0.0,
    parts=0.0,
    history=0.0,
    pins=0.1,
    working_time=0.0,
)
"""One shift each and routes that do not depend on each other: fairness is a sum over routes."""


def weighed(problem: Problem, seed: int, worst: bool = True) -> Problem:
    """The same world with histories, unpopular visits and rates drawn for it."""
    dice = Random(seed)
    return replace(
        problem,
        engineers=tuple(replace(e, workload=dice.randrange(40 * HOUR)) for e in problem.engineers),
        visits=tuple(replace(v, unpopular=dice.choice((0, 1800, 3601))) for v in problem.visits),
        fairness_rate=dice.choice((1, 77, 900, 5000)),
        worst_lateness_per_hour=dice.choice((1, 999, 60_000)) if worst else 0,
    )


def found(problem: Problem) -> Outcome:
    """A short run that is the same on every machine."""
    return solve(problem, iterations=2000, seed=1)


def visits_by_shift(outcome: Outcome) -> Counter[int]:
    """How many visits each shift serves."""
    return Counter(
        route.shift
        for route in outcome.schedule.routes
        for stop in route.stops
        if stop.kind is StopKind.VISIT
    )


def four_visits(*people: Engineer, rate: int = 900) -> Problem:
    """An hour each in place 1; a second engineer costs 1200 s and 12 km more: 2960."""
    shifts = tuple(day_shift(e) for e in range(len(people)))
    return world((visit(1),) * 4, shifts, people, fairness_rate=rate)


def test_without_a_weight_one_engineer_does_it_all() -> None:
    """Nobody else needs to drive."""
    outcome = found(four_visits(Engineer(), Engineer(), rate=0))
    assert sorted(visits_by_shift(outcome).values()) == [4]


def test_the_search_prefers_the_fair_plan() -> None:
    """Squares of 4 1/3 h against twice 2 1/3 h: 16900 against 9800 at 900, for 2960 more."""
    outcome = found(four_visits(Engineer(), Engineer()))
    assert sorted(visits_by_shift(outcome).values()) == [2, 2]
    assert outcome.schedule.cost.fairness == 9800
    assert outcome.trace[-1].cost == outcome.schedule.cost.money


def test_who_has_had_much_is_left_at_home() -> None:
    """Thirty hours before: an hour of the tired costs more than four of the fresh."""
    outcome = found(four_visits(Engineer(workload=30 * HOUR), Engineer()))
    assert visits_by_shift(outcome) == {1: 4}
    assert outcome.schedule.cost.fairness == 16900


def test_unpopular_visits_are_shared() -> None:
    """Two that weigh three hours more each go to different engineers, two others follow freely."""
    problem = four_visits(Engineer(), Engineer())
    bad = replace(problem.visits[0], unpopular=3 * HOUR)
    problem = replace(problem, visits=(bad, bad, *problem.visits[2:]))
    served = {
        stop.index: route.shift
        for route in found(problem).schedule.routes
        for stop in route.stops
        if stop.kind is StopKind.VISIT
    }
    assert served[0] != served[1]


def test_nobody_is_kept_waiting_very_long() -> None:
    """Both are promised for 8:10; a second shift costs 5000 more, an hour of waiting 12000."""
    late = visit(1, sla=Sla(EIGHT + 600, 0, 0))
    dear = (day_shift(0), day_shift(1, tariff=replace(Tariff(), per_shift=5000)))
    problem = world((late, late), dear, (Engineer(), Engineer()))
    assert len(visits_by_shift(found(problem))) == 1
    outcome = found(replace(problem, worst_lateness_per_hour=12000))
    assert len(visits_by_shift(outcome)) == 2
    assert outcome.schedule.cost.worst_lateness == 0


def test_working_time_knows_no_fairness() -> None:
    """Under the other objective the price is told and not minimised."""
    problem = replace(four_visits(Engineer(), Engineer()), objective=Objective.WORKING_TIME)
    outcome = found(problem)
    assert sorted(visits_by_shift(outcome).values()) == [4]
    assert outcome.schedule.cost.fairness == 16900


@pytest.mark.parametrize(("mix", "first"), [(Mix(), 0), (CROWDED, 0)])
def test_the_search_believes_what_the_timetable_says(mix: Mix, first: int) -> None:
    """Whatever was inserted, undone and restored: both agree to the last unit."""
    for seed in range(first, first + 60):
        problem = weighed(small_problem(seed, mix), seed)
        result = searched(problem)
        if result is None:
            continue
        search, timed = result
        assert search.figures() == (timed.cost.unassigned, value_of(problem, timed)), seed


@pytest.mark.parametrize("first", [0, 40])
def test_a_short_search_finds_the_best_of_every_order(first: int) -> None:
    """Every order on every shift is tried; the search is never better and hardly ever worse."""
    worse = 0
    for seed in range(first, first + 40):
        problem = weighed(small_problem(seed, ONE_DAY), seed, worst=False)
        result = searched(problem)
        if result is None:
            continue
        timed = result[1]
        out, money = best_plan(problem)
        rank = (timed.cost.unassigned[::-1], timed.cost.money)
        assert rank >= (out[::-1], money), seed
        worse += rank > (out[::-1], money)
    assert worse <= 2


def test_a_lead_who_saves_money_does_not_free_a_crew_from_its_pin() -> None:
    """In this world a crew of two is pinned to shift 2; a lead that lowered the cost once hid it."""
    problem = weighed(small_problem(101, Mix()), 101)
    assert [pin.shift for pin in problem.visits[3].pins] == [2]
    result = searched(problem)
    assert result is not None
    serving = {
        r.shift
        for r in result[1].routes
        for s in r.stops
        if s.index == 3 and s.kind is StopKind.VISIT
    }
    assert not serving or 2 in serving
