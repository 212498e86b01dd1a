"""Recombination on random problems with every rule: always better, always right."""

from __future__ import annotations

from dataclasses import replace

import pytest
from claims import claim_of
from small_problems import Mix, small_problem

from dispatch.solver.check import check
from dispatch.solver.claim import ClaimedUnassigned
from dispatch.solver.ortools_engine import rank_of
from dispatch.solver.problem import Problem
from dispatch.solver.recombine import Recombination, recombine
from dispatch.solver.recombine_stops import route_cost
from dispatch.solver.route_pool import RoutePool
from dispatch.solver.search import ContradictoryHistory, Search
from dispatch.solver.solution import Solution
from dispatch.solver.stages import validate
from dispatch.solver.timetable import Timetable

MIX = replace(Mix(), most_visits=16, most_engineers=4)


def short_searches(problem: Problem, seeds: int) -> tuple[RoutePool, list[Solution]]:
    """A pool that has seen what some short searches found, and their last plans."""
    pool, timetable, plans = RoutePool(problem), Timetable(problem), []
    for seed in range(seeds):
        search = Search(problem, seed)
        search.construct()
        for piece in range(4):
            search.improve(1, piece / 4)
            plan = search.solution()
            for route in timetable.schedule(plan).routes:
                cost = route_cost(problem, route)
                pool.offer(route.shift, plan.routes[route.shift], cost)
        plans.append(plan)
    return pool, plans


@pytest.mark.parametrize("first", [0, 40])
def test_what_is_returned_is_better_and_breaks_no_rule(first: int) -> None:
    """The timetable prices it lower, the auditor finds nothing, the routing model agrees."""
    figures = Recombination()
    for seed in range(first, first + 40):
        problem = small_problem(seed, MIX)
        try:
            pool, plans = short_searches(problem, 3)
        except ContradictoryHistory:
            continue
        timetable = Timetable(problem)
        for plan in plans:
            found = recombine(
                problem,
                pool,
                plan,
                time_limit_s=5.0,
                deterministic_limit=0.5,
                timetable=timetable,
                figures=figures,
            )
            if found is None:
                continue
            old, new = timetable.schedule(plan), timetable.schedule(found)
            assert rank_of(problem, new) < rank_of(problem, old), seed
            left_out = tuple(ClaimedUnassigned(v, "displaced") for v in new.unassigned)
            broken = check(problem, claim_of(problem, new, left_out))
            validate(problem, found, new, time_limit_s=9.0)
            assert [v for v in broken if v.visit not in new.unassigned] == [], seed
    assert figures.better >= 3
    assert figures.refused <= 1
