"""Re-planning with a churn budget: which promises move, what that saves, and never too many."""

from __future__ import annotations

from dataclasses import replace

from planning_worlds import at, case, engineer, shift, visit, window

from dispatch.domain import (
    Case,
    CurrentPlan,
    CurrentRoute,
    CurrentStop,
    Promise,
    PromiseStage,
    Visit,
)
from dispatch.planning.audit import audit
from dispatch.planning.promises import bind_promises, moved_promises
from dispatch.planning.replan import BUDGETS, Search, budgets_up_to, churn_curve, replan, tell_curve

QUICK = Search(engine="lns", time_limit_s=None, iterations=4000)


def promised(id: str, hour: float, place: str = "north", stage: str = "notified") -> Visit:
    """An hour of work, promised within ten minutes of an hour."""
    promise = Promise(at(hour - 1 / 6), at(hour + 1 / 6), PromiseStage(stage))
    return visit(id, place, 1.0, promise=promise)


def gaps(**changes: object) -> Case:
    """One engineer waits an hour between each of four promised visits; waiting is paid."""
    hours = (9.0, 11.5, 14.0, 16.5)
    stops = tuple(CurrentStop(at(hour), visit=f"v{hour:g}") for hour in hours)
    given = {
        "engineers": (engineer("chen", shifts=(shift("chen-mon", end=at(19)),)),),
        "visits": tuple(promised(f"v{hour:g}", hour, stage="published") for hour in hours),
        "current_plan": CurrentPlan((CurrentRoute("chen-mon", stops),)),
        "now": at(7),
    }
    return case(**(given | changes))


def test_nothing_moves_at_a_budget_of_none() -> None:
    """A budget of 0 keeps every promise to the minute, and the plan is sound for its own case."""
    anew = replan(gaps(), 0, QUICK)
    assert (anew.moved, anew.lost, anew.bill.total, anew.bill.phone) == ((), (), 0, ())
    assert audit(anew.case, anew.plan) == []
    assert anew.plan.unassigned == ()


def test_the_curve_never_rises_and_never_overdraws() -> None:
    """A waiting hour costs 6000 and a moved promise 1000, so it pays to move the ends of the day."""
    points = churn_curve(gaps(), QUICK)
    assert [point.budget for point in points] == list(BUDGETS)
    costs = [point.replan.figures for point in points]
    assert costs == sorted(costs, reverse=True)
    for point in points:
        assert point.budget is None or len(point.replan.moved) <= point.budget
        assert audit(point.replan.case, point.replan.plan) == []
    told = tell_curve(points)
    assert told[0]["saved"] == 0
    assert told[1]["saved"] > 0
    assert told[-1]["saved"] >= told[2]["saved"] >= told[1]["saved"]
    # What is moved is in the bill, to the promise.
    assert [one["churn"] for one in told] == [1000 * len(one["moved"]) for one in told]


def test_an_ill_engineer_loses_only_what_nobody_can_keep() -> None:
    """Chen falls ill: of two promises at nine Li can keep one; the other is lost, not moved."""
    visits = (promised("a", 9.0), promised("b", 11.0), promised("c", 9.0, "south"))
    force = CurrentPlan(
        (
            CurrentRoute(
                "chen-mon", (CurrentStop(at(9), visit="a"), CurrentStop(at(11), visit="b"))
            ),
            CurrentRoute("li-mon", (CurrentStop(at(9), visit="c"),)),
        )
    )
    ill = case(visits=visits, current_plan=force, engineers=(engineer("li"),), now=at(7))
    ill = replace(ill, current_plan=CurrentPlan(force.routes[1:]))
    anew = replan(ill, 0, QUICK)
    assert anew.moved == ()
    assert anew.lost in (("a",), ("c",))
    starts = {stop.visit: stop.start for route in anew.plan.routes for stop in route.stops}
    assert anew.case.visits[1].promise is not None
    assert anew.case.visits[1].promise.kept_by(starts["b"])
    assert starts.keys() == {"a", "b", "c"}


def test_promises_are_windows_unless_they_are_free() -> None:
    """A bound promise cuts the windows; one that misses them all binds nothing."""
    morning = replace(promised("a", 9.0), time_windows=(window(8.9, 9.0), window(9.1, 12.0)))
    odd = replace(promised("b", 15.0), time_windows=(window(8.0, 9.0),))
    world = case(visits=(morning, odd, promised("c", 11.0), visit("d")))
    bound = bind_promises(world, {"c"}).visits
    assert [(w.start, w.end) for w in bound[0].time_windows] == [
        (at(8.9), at(9.0)),
        (at(9.1), at(9 + 1 / 6)),
    ]
    assert bound[1:] == world.visits[1:]


def test_only_broken_promises_count_as_moved() -> None:
    """A plan that is the plan in force has moved nothing."""
    world = gaps()
    kept = replan(world, 0, QUICK).plan
    assert moved_promises(world, kept) == ()
    empty = replace(kept, routes=())
    assert moved_promises(world, empty) == ("v9", "v11.5", "v14", "v16.5")


def test_budgets_lead_up_to_the_one_asked_for() -> None:
    """Between the points of the curve and its ends."""
    assert budgets_up_to(0) == (0,)
    assert budgets_up_to(3) == (0, 1, 2, 3)
    assert budgets_up_to(None) == (0, None)
