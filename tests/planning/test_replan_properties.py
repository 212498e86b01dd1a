"""Whatever the day brings: a budget of none moves nothing, and a larger one never costs more."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as some
from planning_worlds import at, case, engineer, shift, visit

from dispatch.domain import Case, Plan, Promise, PromiseStage, SlaTerms, Visit
from dispatch.planning.audit import audit
from dispatch.planning.planner import plan
from dispatch.planning.replan import BUDGETS, Search, churn_curve, replan
from dispatch.planning.rolling import world_at

SEARCH = Search("lns", None, 200)
HALF = timedelta(minutes=30)
STAGES = tuple(PromiseStage)


@some.composite
def broken_days(draw: some.DrawFn) -> Case:
    """A morning with promises; then urgent calls come in, or somebody goes home early."""
    visits = tuple(
        visit(
            f"v{number}",
            draw(some.sampled_from(("north", "south", "store"))),
            draw(some.sampled_from((0.5, 1.0, 1.5))),
        )
        for number in range(draw(some.integers(3, 7)))
    )
    made = plan(case(visits=visits), engine="lns", time_limit_s=None, iterations=50)
    promised = tuple(_promise(draw, one, made) for one in visits)
    urgent = tuple(
        visit(
            f"u{number}",
            "south",
            draw(some.sampled_from((0.5, 2.0))),
            sla=SlaTerms(at(draw(some.sampled_from((9.5, 11.0)))), breach_fee=50_000),
        )
        for number in range(draw(some.integers(0, 2)))
    )
    world = case(visits=(*promised, *urgent))
    if draw(some.booleans()):
        early = engineer(
            "li", shifts=(shift("li-mon", end=at(draw(some.sampled_from((9.5, 11))))),)
        )
        world = replace(world, engineers=(world.engineers[0], early))
    return world_at(world, made, at(draw(some.sampled_from((8.0, 8.5, 9.0)))))


def _promise(draw: some.DrawFn, one: Visit, made: Plan) -> Visit:
    """Half an hour around the planned start, at any stage, for most visits."""
    starts = {stop.visit: stop.start for route in made.routes for stop in route.stops}
    if one.id not in starts or draw(some.integers(0, 4)) == 0:
        return one
    stage = draw(some.sampled_from(STAGES))
    return replace(one, promise=Promise(starts[one.id] - HALF, starts[one.id] + HALF, stage))


@settings(max_examples=12, deadline=None, derandomize=True)
@given(broken_days())
def test_a_budget_of_none_moves_no_promise(world: Case) -> None:
    """Whoever was promised a time is reached within it, but for those whom nobody can reach."""
    found = replan(world, 0, SEARCH)
    assert found.moved == ()
    assert audit(found.case, found.plan) == []
    starts = {stop.visit: stop.start for route in found.plan.routes for stop in route.stops}
    for one in world.visits:
        if one.promise is not None and one.id not in found.lost:
            assert one.promise.kept_by(starts[one.id])


@settings(max_examples=6, deadline=None, derandomize=True)
@given(broken_days())
def test_the_curve_never_rises(world: Case) -> None:
    """Neither in visits left out nor in money; and nobody moves more than the budget."""
    points = churn_curve(world, SEARCH)
    assert [point.budget for point in points] == list(BUDGETS)
    for before, after in pairwise(points):
        assert after.replan.figures <= before.replan.figures
    for point in points:
        assert point.budget is None or len(point.replan.moved) <= point.budget
