"""The lower bound of all plans: by hand where it is tight, never above the exact optimum."""

from __future__ import annotations

from dataclasses import replace

import pytest
from named_worlds import EIGHT, HOUR, NINE, NOON, TEN, day_shift, visit, world
from small_problems import small_problem

from dispatch.solver.bound import lower_bound
from dispatch.solver.exact import solve_exact
from dispatch.solver.problem import (
    UNREACHABLE,
    Break,
    Engineer,
    Objective,
    Promise,
    Sla,
    Tier,
    Window,
)

SHIFT_ROUNDING = 1
"""Travel and labour of a route may each have been rounded up by half a unit."""


def test_one_visit_costs_what_it_costs() -> None:
    """80 min at 100 and 12 km at 80; the bound allows for what rounding may give."""
    bound = lower_bound(world((visit(1),)))
    assert bound.unassigned == (0, 0, 0, 0)
    assert bound.money == 8000 + 960 - SHIFT_ROUNDING
    assert bound.finished


def test_working_time_is_bounded_in_seconds() -> None:
    """The way out to place 2 and back over place 1: two hours of work and 40 min of travel."""
    bound = lower_bound(world((visit(1), visit(2)), objective=Objective.WORKING_TIME))
    assert bound.money == 2 * HOUR + 2400


def test_a_visit_that_nobody_may_serve_is_left_out_by_every_plan() -> None:
    """It needs skill 1, which nobody has; the money is that of the other visit."""
    skilled = visit(3, skills=((1, 1),), tier=Tier.HIGH)
    bound = lower_bound(world((visit(1), skilled)))
    assert bound.unassigned == (0, 0, 1, 0)
    assert bound.money == 8960 - SHIFT_ROUNDING


def test_plans_that_leave_a_visit_out_may_be_cheaper() -> None:
    """Whoever may leave one normal visit out saves the far one."""
    problem = world((visit(1), visit(3)))
    assert lower_bound(problem, left_out=(0, 1, 0, 0)).money == 8960 - SHIFT_ROUNDING
    assert lower_bound(problem).money == 18000 + 2880 - SHIFT_ROUNDING


def test_waiting_is_paid_up_to_the_rounding_of_time() -> None:
    """From 8:10 to 12:10 there are three hours to wait, of which each leg may lose 2 min."""
    early = visit(1, windows=(Window(EIGHT + 600, EIGHT + 600),))
    late = visit(1, windows=(Window(NOON + 600, NOON + 600),))
    bound = lower_bound(world((early, late)))
    # 8:00 to 13:20 and 12 km.
    assert 320 * 100 + 960 - 300 <= bound.money <= 320 * 100 + 960


def test_a_break_that_must_be_taken_is_paid() -> None:
    """The visits fill the morning and the afternoon, so the break at noon lies between."""
    rest = Break(NOON, NOON, 2700)
    three = Window(15 * HOUR, 15 * HOUR)
    visits = (visit(1, windows=(Window(TEN, TEN),)), visit(1, windows=(three,)))
    bound = lower_bound(world(visits, (day_shift(breaks=(rest,), latest_end=17 * HOUR),)))
    # 9:50 to 16:00 regular, 10 min of overtime at 150; the break lies in the wait.
    assert 370 * 100 + 1500 + 960 - 400 <= bound.money <= 370 * 100 + 1500 + 960


def test_a_late_arrival_and_a_broken_promise_are_paid() -> None:
    """Nobody gets to place 3 by 8:20: ten minutes late at 6000 an hour, and a fee of 500."""
    late = visit(3, sla=Sla(EIGHT + 1200, 500, 6000), promise=Promise(EIGHT, EIGHT + 60, 700))
    bound = lower_bound(world((late,)))
    exact = solve_exact(world((late,)), time_limit_s=20)
    assert exact.cost == 12000 + 2880 + 500 + 1000 + 700
    assert exact.cost - 3 <= bound.money <= exact.cost


def test_unreachable_places_are_left_out() -> None:
    """No road leads to place 3."""
    problem = world((visit(1), visit(3)))
    seconds = problem.travel_seconds.copy()
    seconds[:, :, 3] = UNREACHABLE
    seconds[:, 3, 3] = 0
    bound = lower_bound(replace(problem, travel_seconds=seconds))
    assert bound.unassigned == (0, 1, 0, 0)


def test_crews_pay_for_each_member() -> None:
    """Two engineers go to place 1: twice the price of one."""
    shifts = (day_shift(0), day_shift(1))
    problem = world((visit(1, crew_size=2),), shifts, (Engineer(), Engineer()))
    assert lower_bound(problem).money == 2 * (8960 - SHIFT_ROUNDING)


def test_no_visits_no_bound() -> None:
    """An empty day costs nothing."""
    assert lower_bound(world(())).money == 0


def test_visits_of_a_moment_are_refused_with_the_reason() -> None:
    """Two visits of no length in one place are closer than the finest step of time."""
    bound = lower_bound(world((visit(1, duration=0), visit(1, duration=0))))
    assert bound.money == 0
    assert bound.method.startswith("none: a visit and its way take 0 s")


def test_whoever_cancels_gets_a_bound_that_holds() -> None:
    """Broken off before the first pricing, nothing is proved but that money is not negative."""
    bound = lower_bound(world((visit(1), visit(2))), cancelled=lambda: True)
    assert (bound.money, bound.finished) == (0, False)


@pytest.mark.parametrize("seed", [3, 4, 5, 6, 7, 8, 9, 11, 19, 26, 29, 33, 38, 42, 303, 310, 347])
def test_no_plan_is_below_the_bound(seed: int) -> None:
    """With every rule in it, the best plan known never costs less than the bound."""
    problem = small_problem(seed)
    exact = solve_exact(problem, time_limit_s=5)
    assert exact.schedule is not None
    bound = lower_bound(problem, left_out=exact.unassigned, time_limit_s=5)
    assert all(a <= b for a, b in zip(bound.unassigned, exact.unassigned, strict=True))
    assert bound.money <= exact.cost


def test_a_window_at_the_end_of_a_step_is_open() -> None:
    """A start at 9:59:59 is not lost to the rounding of time."""
    narrow = visit(1, windows=(Window(NINE + 3599, NINE + 3599),))
    assert lower_bound(world((narrow,))).money == 8960 - SHIFT_ROUNDING
