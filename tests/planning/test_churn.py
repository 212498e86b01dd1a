"""What a new plan changes, whom to phone, and the bill."""

from __future__ import annotations

from dataclasses import replace

from planning_worlds import at, case, visit

from dispatch.domain import (
    Case,
    CurrentPlan,
    CurrentRoute,
    CurrentStop,
    Plan,
    PlanRoute,
    PlanStatus,
    PlanStop,
    Promise,
    PromiseStage,
    StopKind,
)
from dispatch.planning.churn import ChangeKind, compare_plans


def routes(**stops: list[tuple[str, float]]) -> CurrentPlan:
    """Plans in short: engineer to (visit, hour) pairs."""
    return CurrentPlan(
        tuple(
            CurrentRoute(f"{name}-mon", tuple(CurrentStop(at(hour), visit=id) for id, hour in day))
            for name, day in stops.items()
        )
    )


def three_promises() -> Case:
    """v1 notified for 8-10, v2 published for 10-12, v3 dispatched for 8-9, v4 not promised."""
    return case(
        visits=(
            visit("v1", promise=Promise(at(8), at(10), PromiseStage.NOTIFIED)),
            visit("v2", promise=Promise(at(10), at(12), PromiseStage.PUBLISHED)),
            visit("v3", promise=Promise(at(8), at(9), PromiseStage.DISPATCHED)),
            visit("v4"),
        )
    )


def test_equal_plans_have_an_empty_bill() -> None:
    """Nothing moves, nobody is phoned."""
    plan = routes(chen=[("v1", 9), ("v2", 11)])
    bill = compare_plans(three_promises(), plan, plan)
    assert (bill.changes, bill.total, bill.phone, bill.engineers) == ((), 0, (), ())


def test_a_moved_promise_is_priced_and_phoned_from_notified_on() -> None:
    """v1 to 10:30 costs 5000 and a call, v2 to 13:00 costs 1000 and no call."""
    before = routes(chen=[("v1", 9), ("v2", 11)])
    after = routes(chen=[("v1", 10.5), ("v2", 13)])
    bill = compare_plans(three_promises(), before, after)
    assert [(c.visit, c.kind, c.price, c.phone) for c in bill.changes] == [
        ("v1", ChangeKind.MOVED, 5000, True),
        ("v2", ChangeKind.MOVED, 1000, False),
    ]
    assert (bill.total, bill.phone, bill.engineers) == (6000, ("v1",), ("chen",))


def test_a_start_at_the_end_of_the_promise_keeps_it() -> None:
    """Both ends of the promised window are kept promises."""
    bill = compare_plans(three_promises(), routes(chen=[("v1", 9)]), routes(chen=[("v1", 10)]))
    assert [(c.price, c.phone) for c in bill.changes] == [(0, False)]


def test_another_engineer_costs_once() -> None:
    """v1 keeps its time but goes to Li: 500; v4 was never promised and costs nothing."""
    before = routes(chen=[("v1", 9), ("v4", 11)])
    after = routes(li=[("v1", 9), ("v4", 11)])
    bill = compare_plans(three_promises(), before, after)
    assert [(c.visit, c.kind, c.price) for c in bill.changes] == [
        ("v1", ChangeKind.REASSIGNED, 500),
        ("v4", ChangeKind.REASSIGNED, 0),
    ]
    assert bill.engineers == ("chen", "li")


def test_a_visit_left_out_is_phoned_and_one_added_is_not() -> None:
    """v3 was dispatched and is gone; v2 is new in the plan."""
    bill = compare_plans(three_promises(), routes(chen=[("v3", 8)]), routes(chen=[("v2", 10)]))
    assert [(c.visit, c.kind, c.phone) for c in bill.changes] == [
        ("v2", ChangeKind.ADDED, False),
        ("v3", ChangeKind.REMOVED, True),
    ]


def test_who_has_lost_the_shift_could_not_have_kept_the_visit() -> None:
    """Wu's shift is over: the bill names Wu, and nobody pays for the change of engineer."""
    lost = PlanRoute("wu-sun", "wu", at(7), at(10), (stop("v1", 9),))
    before = Plan(PlanStatus.FEASIBLE, (lost,))
    (change,) = compare_plans(three_promises(), before, routes(chen=[("v1", 9)])).changes
    assert change.before is not None
    assert (change.before.engineers, change.kind, change.price) == (
        ("wu",),
        ChangeKind.REASSIGNED,
        0,
    )


def test_who_was_taken_away_by_a_disruption_costs_no_change_of_engineer() -> None:
    """Chen falls ill: v1 and v2 go to Li at the promised times; the case says v2 was still his."""
    before = routes(chen=[("v1", 9), ("v2", 11)])
    world = replace(three_promises(), current_plan=routes(chen=[("v2", 11)]))
    bill = compare_plans(world, before, routes(li=[("v1", 9), ("v2", 11)]))
    assert [(c.visit, c.kind, c.price) for c in bill.changes] == [
        ("v1", ChangeKind.REASSIGNED, 0),
        ("v2", ChangeKind.REASSIGNED, 500),
    ]


def stop(visit: str, hour: float) -> PlanStop:
    """A stop that starts as soon as it is reached."""
    return PlanStop(StopKind.VISIT, at(hour), at(hour), at(hour + 1), visit=visit)
