"""`weights.risk`: a plan is priced by what breaches will cost on average, and chosen by it."""

from __future__ import annotations

from dataclasses import replace

from planning_worlds import at, case, visit

from dispatch.domain import Case, Plan, SlaTerms, Weights
from dispatch.planning.audit import audit
from dispatch.planning.planner import plan
from dispatch.planning.risk import arrivals, assess


def tight(risk: float) -> Case:
    """Chen could do both repairs, the second one just in time; Li costs another way there.

    One hour of work from 8:10, ten minutes on the road: the second arrival is at 9:20, five
    minutes before its deadline, and 30,000 are to be paid where it is missed.
    """
    terms = SlaTerms(at(9 + 5 / 12), breach_fee=30_000, lateness_per_hour=0)
    return case(
        visits=(
            visit("first", "north", sla=SlaTerms(at(8.25), breach_fee=90_000)),
            visit("second", "south", sla=terms),
        ),
        weights=Weights(risk=risk),
    )


def planned(world: Case) -> Plan:
    """A plan with few iterations."""
    return plan(world, engine="lns", time_limit_s=None, iterations=100)


def test_without_a_weight_one_engineer_does_both() -> None:
    """The breach is likely but not planned, so it costs nothing, and a second start would."""
    made = planned(tight(0))
    assert len(made.routes) == 1
    assert made.cost is not None
    assert made.kpis is not None
    assert (made.cost.risk, made.cost.sla) == (0, 0)
    assert (made.kpis.expected_breach or 0) > 5_000


def test_with_a_weight_two_engineers_are_worth_their_way() -> None:
    """A second way home costs less than the likely breach; the price of what is left is told."""
    careless, careful = planned(tight(0)), planned(tight(1))
    assert len(careful.routes) == 2
    assert careful.cost is not None
    assert careful.kpis is not None
    assert careless.kpis is not None
    assert careful.kpis.expected_breach is not None
    assert careful.kpis.expected_breach < (careless.kpis.expected_breach or 0) / 2
    assert careful.cost.risk == careful.kpis.expected_breach
    parts = (careful.cost.travel, careful.cost.labour, careful.cost.risk)
    assert careful.cost.total == sum(parts)
    assert audit(tight(1), careful) == []


def test_days_that_nobody_looked_at_agree() -> None:
    """On other days than those the plan was chosen by its breaches cost less as well."""
    careless, careful = (
        sum(one.expected_breach for one in assess(tight(risk), made, samples=4000, seed=77))
        for risk, made in ((0, planned(tight(0))), (1, planned(tight(1))))
    )
    assert careful < careless / 2


def test_the_auditor_drives_the_plan_again() -> None:
    """A price of risk that is not what the days say is refused, and so is one that is missing."""
    world, made = tight(2), planned(tight(2))
    assert made.cost is not None
    assert made.kpis is not None
    assert audit(world, made) == []
    for wrong in (made.cost.risk + 1, 0):
        total = made.cost.total - made.cost.risk + wrong
        claimed = replace(made, cost=replace(made.cost, risk=wrong, total=total))
        assert [one.rule for one in audit(world, claimed)] == ["COST_RISK"]
    undriven = replace(made, kpis=replace(made.kpis, expected_breach=None))
    assert [one.rule for one in audit(world, undriven)] == ["COST_RISK"]


def test_cautious_arrivals_lie_later_for_who_comes_later() -> None:
    """Nine days of ten: what adds up on the road and at work makes later arrivals less certain."""
    world = tight(0)
    made = planned(world)
    (route,) = made.routes
    stops = {str(stop.visit): stop.arrive for stop in route.stops}
    late = arrivals(world, made, 0.9)
    first, second = (late[name] - stops[name] for name in ("first", "second"))
    assert late["second"] > stops["second"]
    assert first < second
