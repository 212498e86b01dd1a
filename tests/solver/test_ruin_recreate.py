"""Properties of the search over generated problems: what it says, what the auditor finds, how good."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from claims import claim_of
from every_order import best_plan
from small_problems import Mix, small_problem

from dispatch.solver.check import check
from dispatch.solver.claim import ClaimedReason, ClaimedUnassigned
from dispatch.solver.explain_settle import settle
from dispatch.solver.problem import Objective, Problem
from dispatch.solver.search import ContradictoryHistory, Search
from dispatch.solver.solution import Schedule, StopKind
from dispatch.solver.timetable import schedule

CROWDED = Mix(
    crews=0.5, promises=0.6, due=0.4, sla=0.6, breaks=0.7, skills=0.2, tools=0.1, parts=0.2
)
"""Crews, promises and due moments everywhere, where prices depend on each other most."""

ALONE = Mix(most_visits=4, crews=0.0, after=0.0, depots=0.0, parts=0.0, history=0.0, pins=0.1)
"""Routes that do not depend on each other, so that every order can be tried."""


def searched(problem: Problem, iterations: int = 240) -> tuple[Search, Schedule] | None:
    """A short search and its schedule; None when history contradicts itself."""
    try:
        search = Search(problem, 1)
    except ContradictoryHistory:
        return None
    search.construct()
    for heat in (0.0, 0.3, 0.6, 0.9):
        search.improve(iterations // 4, heat)
    search.polish()
    return search, schedule(problem, search.solution())


def value_of(problem: Problem, timed: Schedule) -> int:
    """What the search minimises beside the visits left out."""
    if problem.objective is Objective.WORKING_TIME:
        return sum(route.working_time for route in timed.routes)
    return timed.cost.money


@pytest.mark.parametrize(("mix", "first"), [(Mix(), 0), (Mix(), 75), (CROWDED, 0), (CROWDED, 75)])
def test_the_search_believes_what_the_timetable_says(mix: Mix, first: int) -> None:
    """Figures of search and schedule agree to the last unit, and each visit is planned once."""
    refused = 0
    for seed in range(first, first + 75):
        problem = small_problem(seed, mix)
        found = searched(problem)
        if found is None:
            refused += 1
            continue
        search, timed = found
        assert search.figures() == (timed.cost.unassigned, value_of(problem, timed)), seed
        planned = Counter(
            s.index for r in timed.routes for s in r.stops if s.kind is StopKind.VISIT
        )
        assert all(planned[v] == problem.visits[v].crew_size for v in planned), seed
        assert not planned.keys() & set(timed.unassigned), seed
        assert len(planned) + len(timed.unassigned) == len(problem.visits), seed
    assert refused <= 5


@pytest.mark.parametrize("first", [0, 30, 60])
def test_the_auditor_finds_nothing(first: int) -> None:
    """Settled and explained, the plan of a search breaks no rule of the contract."""
    for seed in range(first, first + 30):
        problem = small_problem(seed, replace(Mix(), most_visits=6))
        found = searched(problem, 120)
        if found is None:
            continue
        timed, explanations = settle(problem, found[1])
        reasons = [
            ClaimedUnassigned(
                e.visit,
                e.verdict.value,
                tuple(
                    ClaimedReason(b.code.value, b.engineer, b.shift, b.shortfall)
                    for b in e.blockers
                ),
                e.displaces,
                e.price,
            )
            for e in explanations
        ]
        assert check(problem, claim_of(problem, timed, reasons)) == [], seed


def test_the_search_reaches_the_best_plan_of_small_problems() -> None:
    """Of 60 problems with up to four visits at least 57 are solved to the optimum, none beyond it."""
    reached = 0
    for seed in range(1000, 1060):
        problem = small_problem(seed, ALONE)
        found = searched(problem, 400)
        assert found is not None
        left_out, cost = found[0].figures()
        best = best_plan(problem)
        assert (left_out[::-1], cost) >= (best[0][::-1], best[1]), seed
        reached += (left_out, cost) == best
    print(f"best plan reached in {reached} of 60 problems")
    assert reached >= 57
