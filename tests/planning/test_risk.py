"""Probabilities of breaches: exact where nothing varies, right on average where it does."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest
from planning_worlds import at, case, engineer, shift, visit, window

from dispatch.domain import Break, Case, EngineerRules, SlaTerms
from dispatch.domain.risk import DEFAULT_RISK, PRIOR_WEIGHT, RiskModel, Spread, learn_risk
from dispatch.formats import format_case, format_plan, parse_case, parse_plan
from dispatch.planning.planner import plan
from dispatch.planning.risk import assess, with_risk

STILL = Spread(0.0, 0.0)
CERTAIN = RiskModel(dict.fromkeys(DEFAULT_RISK.work, STILL), STILL)
UPS_AND_DOWNS = RiskModel({"corrective": Spread(0.0, 0.5)}, STILL)


def two_in_a_row(by: float = 10.0, **changes: object) -> Case:
    """Chen does an hour in the north from 08:10 and is then expected in the south."""
    sla = SlaTerms(arrive_by=at(by), breach_fee=60_000, lateness_per_hour=0)
    first = visit("first", "north", 1.0, time_windows=(window(8, 8.5),))
    second = visit("second", "south", 0.5, sla=sla)
    given = {"engineers": (engineer("chen"),), "visits": (first, second)}
    return case(**(given | changes))


def risks(world: Case, model: RiskModel, **changes: int) -> dict[str, float]:
    """Probability by visit of the best plan."""
    made = plan(world, engine="lns", iterations=200)
    return {one.visit: one.breach_probability for one in assess(world, made, model, **changes)}


def test_without_spread_the_plan_comes_true() -> None:
    """Arrival at 09:20: an SLA of that minute is kept for sure, one a second earlier is not."""
    assert risks(two_in_a_row(9 + 1 / 3), CERTAIN) == {"first": 0.0, "second": 0.0}
    late = two_in_a_row(9 + 1 / 3 - 1 / 3600)
    assert risks(late, CERTAIN)["second"] == 1.0


def test_a_log_normal_hour_is_longer_than_its_median_half_the_time() -> None:
    """With the SLA at the median arrival the probability is a half, at one sigma 15.9 %."""
    assert risks(two_in_a_row(9 + 1 / 3), UPS_AND_DOWNS, samples=20_000)["second"] == pytest.approx(
        0.5, abs=0.02
    )
    sigma = 8 + 1 / 3 + math.exp(0.5)
    assert risks(two_in_a_row(sigma), UPS_AND_DOWNS, samples=20_000)["second"] == pytest.approx(
        0.1587, abs=0.01
    )


def test_a_window_that_is_missed_counts_too() -> None:
    """Without an SLA the last start allowed decides."""
    south = visit("second", "south", 0.5, time_windows=(window(9, 9 + 1 / 3),))
    world = two_in_a_row()
    world = replace(world, visits=(world.visits[0], south))
    made = plan(world, engine="lns", iterations=200)
    (first, second) = assess(world, made, UPS_AND_DOWNS, samples=20_000)
    assert first.window_probability == 0.0
    assert second.sla_probability is None
    assert second.window_probability == pytest.approx(0.5, abs=0.02)


def test_a_break_soaks_up_a_delay() -> None:
    """A visit that overruns by less than the slack before the break delays nobody after it."""
    rest = Break(at(11), at(11.5), at(11.5) - at(11))
    world = two_in_a_row(
        11.75, engineers=(engineer("chen", shifts=(shift("chen-mon", breaks=(rest,)),)),)
    )
    later = replace(world.visits[1], time_windows=(window(11.5, 12.5),))
    world = replace(world, visits=(world.visits[0], later))
    assert risks(world, RiskModel({"corrective": Spread(0.0, 0.2)}, STILL))["second"] < 0.01


def test_the_expected_breach_is_probability_times_fee() -> None:
    """Half of a fee of 60000."""
    world = two_in_a_row(9 + 1 / 3)
    made = plan(world, engine="lns", iterations=200)
    second = assess(world, made, UPS_AND_DOWNS, samples=20_000)[1]
    assert second.expected_breach == pytest.approx(30_000, rel=0.05)
    told = with_risk(made, world, UPS_AND_DOWNS)
    assert told.kpis is not None
    assert told.kpis.expected_breach == pytest.approx(30_000, rel=0.1)


def test_a_crew_waits_for_its_last_member() -> None:
    """Li comes late from the south one time in two, and so the pair starts late."""
    both = visit("pair", "north", 1.0, crew_size=2, time_windows=(window(9, 9 + 1 / 3),))
    before = visit("alone", "south", 1.0, engineers=EngineerRules(required=("li",)))
    before = replace(before, time_windows=(window(8, 8 + 1 / 6),))
    world = case(visits=(before, both))
    found = risks(world, UPS_AND_DOWNS, samples=20_000)
    assert found["pair"] == pytest.approx(0.5, abs=0.02)


def test_what_has_begun_is_not_at_risk() -> None:
    """At nine the first visit is under way, in its window as planned."""
    world = two_in_a_row()
    made = plan(world, engine="lns", iterations=200)
    from dispatch.domain import CurrentPlan

    later = replace(world, now=at(9), current_plan=CurrentPlan.of(made))
    again = plan(later, engine="lns", iterations=200)
    found = {one.visit: one for one in assess(later, again, UPS_AND_DOWNS)}
    assert found["first"].breach_probability == 0.0


def test_a_plan_file_carries_the_probabilities() -> None:
    """Written, read back, and the same for the same seed; absent where nothing can be missed."""
    world = two_in_a_row(9.4)
    world = replace(world, visits=(*world.visits, visit("free", "north", 0.5)))
    made = plan(world, engine="lns", iterations=200)
    told = {s.visit: s.breach_probability for r in made.routes for s in r.stops}
    assert told["free"] is None
    assert told["second"] is not None
    assert parse_plan(format_plan(made)) == made
    again = plan(world, engine="lns", iterations=200)
    assert [r.stops for r in again.routes] == [r.stops for r in made.routes]


def test_learning_draws_the_default_towards_what_was_seen() -> None:
    """As many observations as the prior weighs move it half way; nonsense is left out."""
    seen = [("corrective", math.e)] * PRIOR_WEIGHT + [("corrective", 1000.0)]
    model = learn_risk(seen, [1.0] * 5)
    prior = DEFAULT_RISK.of("corrective")
    assert model.of("corrective").mu == pytest.approx((prior.mu + 1) / 2)
    assert model.observations == PRIOR_WEIGHT
    assert model.of("maintenance") == DEFAULT_RISK.of("maintenance")
    assert learn_risk([]) == replace(DEFAULT_RISK, observations=0)
    many = learn_risk([("survey", 2.0)] * 10_000)
    assert many.of("survey").mu == pytest.approx(math.log(2.0), abs=0.01)


def test_a_case_brings_its_own_spreads() -> None:
    """They are written and read back, and a plan is told by them and audited by them."""
    wild = RiskModel({"corrective": Spread(0.7, 0.1)}, Spread(0.0, 0.0), 12)
    model = replace(wild, work={**DEFAULT_RISK.work, **wild.work})
    world = replace(two_in_a_row(9.4), risk_model=model)
    assert parse_case(format_case(world)) == world
    made = plan(world, engine="lns", iterations=200)
    told = {s.visit: s.breach_probability for r in made.routes for s in r.stops}
    calm = plan(two_in_a_row(9.4), engine="lns", iterations=200)
    before = {s.visit: s.breach_probability for r in calm.routes for s in r.stops}
    # An hour of work takes two hours there.
    assert told["second"] == 1.0
    assert before["second"] is not None
    assert before["second"] < 0.9
