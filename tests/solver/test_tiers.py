"""Tier prices: powers of ten above all money, so that no money buys a visit."""

from __future__ import annotations

from dataclasses import replace

import pytest
from named_worlds import NINE, day_shift, visit, world
from small_problems import small_problem

from dispatch.solver.problem import Promise, Sla, Tariff, Tier
from dispatch.solver.tiers import money_bound, tier_prices, unassigned_money

ONE_OF_EACH = world(tuple(visit(1, tier=tier) for tier in Tier))


def test_the_bound_of_money_adds_the_dearest_of_everything() -> None:
    """Eight hours at 9000 an hour, and 18 km at 80 on each of (2 legs of 4 visits + 1) legs."""
    assert money_bound(ONE_OF_EACH) == 8 * 9000 + 1440 * 9


def test_prices_of_visits_are_in_the_bound() -> None:
    """Fee, lateness until the last route ends (9:00 to 16:00), preference, change, promise."""
    dear = visit(
        1,
        sla=Sla(NINE, 500, 1000),
        preference_price=2000,
        engineer_change_price=300,
        promise=Promise(NINE, NINE, 5000),
    )
    assert money_bound(world((dear,))) == 8 * 9000 + 1440 * 3 + 500 + 7000 + 2000 + 300 + 5000


def test_each_tier_is_the_next_power_of_ten_above_all_below() -> None:
    """Money stays below 84960: the tiers follow each other by tens from 100000."""
    assert tier_prices(ONE_OF_EACH) == (10**5, 10**6, 10**7, 10**8)
    assert unassigned_money(ONE_OF_EACH, (0, 3)) == 10**5 + 10**8


def test_many_low_visits_do_not_buy_a_normal_one() -> None:
    """Ten low visits at 1000000 weigh more than 10^7, so the normal tier goes to 10^8."""
    low = (visit(1, tier=Tier.LOW),) * 10
    problem = world((*low, visit(1)))
    assert money_bound(problem) == 8 * 9000 + 1440 * 23
    assert tier_prices(problem)[:2] == (10**6, 10**8)


def test_an_empty_world_has_prices() -> None:
    """Without shifts there is no money to exceed."""
    assert tier_prices(world((), ())) == (1, 1, 1, 1)
    free = world((), (day_shift(tariff=Tariff(0, 0, 0, 0)),))
    assert tier_prices(free) == (1, 1, 1, 1)


@pytest.mark.parametrize("seed", range(40))
def test_no_money_buys_a_visit(seed: int) -> None:
    """One visit of a tier weighs more than all money and every visit below it together."""
    problem = small_problem(seed)
    below = money_bound(problem)
    for tier, price in zip(Tier, tier_prices(problem), strict=True):
        assert price > below
        assert set(str(price)) <= {"1", "0"}
        below += price * sum(v.tier is tier for v in problem.visits)


def test_a_dearer_tariff_raises_the_tiers() -> None:
    """The powers follow the money of the case."""
    rich = replace(ONE_OF_EACH, shifts=(day_shift(tariff=Tariff(per_hour=10**6)),))
    assert tier_prices(rich)[0] == 10**7
