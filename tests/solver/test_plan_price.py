"""Prices of a whole plan by the timetable: squared loads of engineers, the largest lateness."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from hand_made import BASE_ORDERS, Orders, at, change_visit, go
from named_worlds import DAY, EIGHT, FOUR, HOUR, NINE, NOON, day_shift, two_engineers, visit, world

from dispatch.solver.plan_price import carried, price_of_load
from dispatch.solver.problem import Due, Engineer, Problem, Sla, Window
from dispatch.solver.solution import Cost, Solution
from dispatch.solver.tiers import money_bound
from dispatch.solver.timetable import schedule


def _cost(problem: Problem, orders: Orders = BASE_ORDERS) -> Cost:
    return schedule(problem, Solution(orders)).cost


def _history(problem: Problem, *seconds: int) -> Problem:
    people = zip(problem.engineers, seconds, strict=True)
    return replace(problem, engineers=tuple(replace(p, workload=s) for p, s in people))


def test_without_rates_nothing_is_added() -> None:
    """History and unpopular visits alone change no price: travel 4800, labour 25000."""
    problem = change_visit(_history(two_engineers(), HOUR, 0), 2, unpopular=HOUR)
    assert _cost(problem).money == 29800
    assert money_bound(problem) == money_bound(two_engineers())


def test_a_load_is_priced_by_its_square() -> None:
    """9600 s and 5400 s are 2 2/3 h and 1.5 h: at 900 per squared hour 6400 and 2025."""
    cost = _cost(replace(two_engineers(), fairness_rate=900))
    assert cost.fairness == 6400 + 2025
    assert cost.money == 29800 + 8425


def test_each_engineer_is_rounded_half_up() -> None:
    """7.11 and 2.25 at a rate of 1 become 7 and 2; 14.22 and 4.5 at a rate of 2 become 14 and 5."""
    assert _cost(replace(two_engineers(), fairness_rate=1)).fairness == 9
    assert _cost(replace(two_engineers(), fairness_rate=2)).fairness == 19
    assert [price_of_load(2, s) for s in (5399, 5400)] == [4, 5]


def test_history_makes_further_work_dearer() -> None:
    """An hour before makes 1.5 h of work cost 900 * (2.5**2 - 1) instead of 2025."""
    problem = _history(replace(two_engineers(), fairness_rate=900), 0, HOUR)
    assert _cost(problem).fairness == 6400 + 4725


def test_who_has_no_route_costs_nothing() -> None:
    """Ten hours of history of an engineer who stays at home are no price of this plan."""
    problem = _history(replace(two_engineers(), fairness_rate=900), 0, 10 * HOUR)
    assert _cost(problem, (go(0, 1), ())).fairness == 6400
    assert _cost(problem, ((), ())).fairness == 0


def test_unpopular_visits_weigh_more_than_their_time() -> None:
    """Half an hour on top of 1.5 h: 900 * 4; a visit left out weighs nothing."""
    problem = change_visit(replace(two_engineers(), fairness_rate=900), 2, unpopular=1800)
    assert _cost(problem).fairness == 6400 + 3600
    assert _cost(problem, (go(0, 1), ())).fairness == 6400


def test_every_member_of_a_crew_carries_the_unpopular_visit() -> None:
    """Two steps of travel, an hour of work, half an hour more each: (1 1/3 + 1/2) h squared."""
    shifts = (day_shift(0), day_shift(1))
    both = visit(1, crew_size=2, unpopular=1800)
    problem = world((both,), shifts, (Engineer(), Engineer()), fairness_rate=900)
    orders = ((at(0, NINE),), (at(0, NINE),))
    assert carried(problem, schedule(problem, Solution(orders)).routes) == {0: 6600, 1: 6600}
    assert _cost(problem, orders).fairness == 2 * 3025


def test_shifts_of_one_engineer_add_up() -> None:
    """Two days of 1 1/3 h: (2 2/3 h)**2 and not twice (1 1/3 h)**2."""
    days = (day_shift(), day_shift(start=EIGHT + DAY, end=FOUR + DAY, latest_end=FOUR + DAY))
    later = visit(1, windows=(Window(0, 2 * DAY),))
    problem = world((visit(1), later), days, horizon=2 * DAY, fairness_rate=900)
    assert _cost(problem, (go(0), go(1))).fairness == 6400


def test_even_loads_are_cheapest() -> None:
    """Of four hours in all, two and two cost less than three and one, and these than four."""
    prices = [price_of_load(100, a * HOUR) + price_of_load(100, (4 - a) * HOUR) for a in (2, 3, 4)]
    assert prices == [800, 1000, 1600]


def _late(**changes: Any) -> Problem:
    """Visit 0 starts at 9:00, visit 1 at 10:10, visit 2 at 8:30; 3600 per hour of the worst."""
    problem = replace(two_engineers(), worst_lateness_per_hour=3600)
    for number, rules in changes.items():
        problem = change_visit(problem, int(number[1:]), **rules)
    return problem


def test_the_largest_lateness_is_priced_once() -> None:
    """Arrivals half an hour and ten minutes after the promise: 1800 s at a money unit each."""
    problem = _late(v1={"sla": Sla(NINE + 40 * 60, 0, 0)}, v2={"sla": Sla(EIGHT + 1200, 0, 0)})
    cost = _cost(problem)
    assert (cost.worst_lateness, cost.sla) == (1800, 0)
    assert cost.money == 29800 + 1800


@pytest.mark.parametrize(("by", "price"), [(-1, 1), (0, 0), (1, 0)])
def test_an_arrival_in_time_is_not_late(by: int, price: int) -> None:
    """Visit 1 is reached at 10:10; one second earlier would have been promised."""
    problem = _late(v1={"sla": Sla(NINE + 4200 + by, 0, 0)})
    assert _cost(problem).worst_lateness == price


def test_a_start_after_its_ideal_is_late_too() -> None:
    """Visit 2 starts at 8:30, a quarter of an hour after the ideal; early is never late."""
    assert _cost(_late(v2={"due": Due(0, DAY, EIGHT + 900, 0, 0)})).worst_lateness == 900
    assert _cost(_late(v2={"due": Due(0, DAY, NOON, 0, 0)})).worst_lateness == 0
    assert _cost(_late(v2={"due": Due(0, DAY, None, 0, 0)})).worst_lateness == 0


def test_the_larger_of_both_latenesses_of_one_visit_counts() -> None:
    """Ten minutes after the promise of arrival, a quarter of an hour after the ideal start."""
    late = {"sla": Sla(EIGHT + 1200, 0, 0), "due": Due(0, DAY, EIGHT + 900, 0, 0)}
    assert _cost(_late(v2=late)).worst_lateness == 900


def test_a_visit_left_out_is_not_late() -> None:
    """Only planned visits are looked at; leaving one out has its own price."""
    problem = _late(v2={"sla": Sla(EIGHT, 0, 0)})
    assert _cost(problem).worst_lateness == 1800
    assert _cost(problem, (go(0, 1), ())).worst_lateness == 0


def test_the_first_of_a_crew_is_the_arrival() -> None:
    """One is there at 8:10, the other at 8:50; promised for 8:30 and both start at 9:00."""
    both = visit(1, crew_size=2, sla=Sla(EIGHT + 1800, 0, 0))
    early = day_shift(0, fixed_start=True)
    problem = world(
        (both,), (early, day_shift(1)), (Engineer(), Engineer()), worst_lateness_per_hour=3600
    )
    orders = ((at(0, NINE),), (at(0, NINE),))
    assert _cost(problem, orders).worst_lateness == 0


def test_the_bound_of_all_money_holds_both_prices() -> None:
    """Two engineers with eight hours each at 900, one visit that may be seven hours late."""
    problem = _late(v1={"sla": Sla(NINE, 0, 0)})
    dearer = replace(problem, fairness_rate=900)
    assert money_bound(problem) == money_bound(two_engineers()) + 7 * HOUR
    assert money_bound(dearer) == money_bound(problem) + 2 * 900 * 64
