"""The auditor on prices of the whole plan: recomputed from the routes, refused when wrong."""

from __future__ import annotations

from dataclasses import replace
from random import Random

import pytest
from claims import claim_of
from hand_made import BASE_ORDERS, broken, change_visit, figure, plan, priced
from named_worlds import EIGHT, HOUR, NINE, two_engineers
from small_problems import small_problem

from dispatch.solver.check import check
from dispatch.solver.check_money import prices_of_tiers
from dispatch.solver.claim import ClaimedUnassigned
from dispatch.solver.problem import Problem, Sla
from dispatch.solver.search import Search
from dispatch.solver.tiers import tier_prices
from dispatch.solver.timetable import schedule


def _fair(rate: int = 900, workload: int = HOUR) -> Problem:
    """Engineer 1 brings an hour along; visit 2 counts half an hour more; visit 1 is late."""
    problem = two_engineers()
    people = (problem.engineers[0], replace(problem.engineers[1], workload=workload))
    problem = change_visit(problem, 2, unpopular=1800)
    problem = change_visit(problem, 1, sla=Sla(NINE, 0, 0))
    return replace(problem, engineers=people, fairness_rate=rate, worst_lateness_per_hour=600)


def test_the_right_prices_pass() -> None:
    """(2 2/3 h)**2 and 3**2 - 1**2 at 900; 70 minutes late at 600 an hour."""
    problem = _fair()
    claim = plan(problem, *BASE_ORDERS)
    assert claim.cost is not None
    assert (claim.cost.fairness, claim.cost.worst_lateness) == (6400 + 7200, 700)
    assert broken(problem, claim) == []


def test_a_plan_that_forgets_the_history_is_refused() -> None:
    """The plan is priced as if engineer 1 came fresh: 3600 instead of 7200."""
    wrong = plan(_fair(workload=0), *BASE_ORDERS)
    assert broken(_fair(), wrong) == ["COST_FAIRNESS", "COST_TOTAL"]


def test_a_plan_that_forgets_unpopular_work_is_refused() -> None:
    """The plan is priced as if visit 2 were like any other."""
    wrong = plan(change_visit(_fair(), 2, unpopular=0), *BASE_ORDERS)
    assert broken(_fair(), wrong) == ["COST_FAIRNESS", "COST_TOTAL"]


def test_a_plan_that_says_nothing_of_fairness_is_refused() -> None:
    """A case that prices fairness gets plans that tell its price."""
    wrong = plan(replace(_fair(), fairness_rate=0, worst_lateness_per_hour=0), *BASE_ORDERS)
    names = ["COST_FAIRNESS", "COST_TOTAL", "COST_WORST_LATENESS"]
    assert broken(_fair(), wrong) == names


def test_a_worst_lateness_that_is_not_the_worst_is_refused() -> None:
    """The second worst is claimed: visit 2 is there ten minutes late, visit 1 seventy."""
    problem = change_visit(_fair(), 2, sla=Sla(EIGHT + 1200, 0, 0))
    right = plan(problem, *BASE_ORDERS)
    assert broken(problem, right) == []
    assert right.cost is not None
    wrong = priced(right, worst_lateness=100, total=right.cost.total - 600)
    assert broken(problem, wrong) == ["COST_TOTAL", "COST_WORST_LATENESS"]


@pytest.mark.parametrize(
    ("least", "mean", "most", "right"),
    [(9600, 10200, 10800, True), (None, None, None, True), (9600, 10201, 10800, False)],
)
def test_loads_are_recomputed_where_they_are_claimed(
    least: int | None, mean: int | None, most: int | None, right: bool
) -> None:
    """Engineer 0 works 9600 s; engineer 1 5400 s, an hour before, half an hour of bad work."""
    problem = _fair()
    claim = plan(problem, *BASE_ORDERS)
    claim = figure(claim, least_load=least, mean_load=mean, most_load=most)
    assert broken(problem, claim) == ([] if right else ["KPI_LOAD"])


@pytest.mark.parametrize("seed", range(30))
def test_timetable_and_auditor_agree_on_any_problem(seed: int) -> None:
    """Random worlds with random histories, unpopular visits and rates: nothing to complain of."""
    problem, dice = small_problem(seed), Random(seed)
    problem = replace(
        problem,
        engineers=tuple(replace(e, workload=dice.randrange(40 * HOUR)) for e in problem.engineers),
        visits=tuple(replace(v, unpopular=dice.choice((0, 1800, 3601))) for v in problem.visits),
        fairness_rate=dice.choice((0, 1, 77, 5000)),
        worst_lateness_per_hour=dice.choice((0, 1, 999, 60_000)),
    )
    assert prices_of_tiers(problem) == tier_prices(problem)
    search = Search(problem, seed)
    search.construct()
    timed = schedule(problem, search.solution())
    left_out = [ClaimedUnassigned(v, "impossible") for v in timed.unassigned]
    found = check(problem, claim_of(problem, timed, left_out))
    assert [one for one in found if one.rule.startswith("COST")] == []
