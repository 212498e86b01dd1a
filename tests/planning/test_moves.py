"""Hand-made moves: new times, the price, and every rule they break."""

from __future__ import annotations

from dataclasses import replace

import pytest
from planning_worlds import at, case, depot, engineer, hours, shift, visit, window

from dispatch.domain import (
    After,
    Break,
    Case,
    Pin,
    Plan,
    PlanStatus,
    Promise,
    PromiseStage,
    RequiredSkill,
    SlaTerms,
    Unassigned,
    Verdict,
)
from dispatch.errors import InputError
from dispatch.planning.audit import audit, audit_against
from dispatch.planning.legend import make_legend
from dispatch.planning.move_clock import MoveClock
from dispatch.planning.move_orders import Orders, orders_of
from dispatch.planning.moves import Move, Moved, MoveKind, make_moves
from dispatch.planning.to_plan import to_routes
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways

NORTH, SOUTH = "north", "south"


def nobody_goes(world: Case) -> Plan:
    """A plan without any route."""
    left_out = tuple(Unassigned(one.id, Verdict.DISPLACED) for one in world.visits)
    return Plan(status=PlanStatus.PARTIAL, unassigned=left_out)


def place(name: str, to: str | None = None, position: int | None = None, **more: object) -> Move:
    """Put a visit onto Monday's shift of an engineer."""
    shift_id = None if to is None else f"{to}-mon"
    return Move(MoveKind.PLACE, name, shift_id, position, **more)  # type: ignore[arg-type]


def chen_does_both(**changes: object) -> tuple[Case, Plan]:
    """Chen goes north at 8:10 and south at 9:20; Li has nothing to do."""
    world = case(visits=(visit("v1"), visit("v2", SOUTH)), **changes)
    first = make_moves(world, nobody_goes(world), [place("v1", "chen", 0), place("v2", "chen", 1)])
    return world, first.plan


def starts(plan: Plan) -> dict[str, list[tuple[str | None, str]]]:
    """Visits and their starts, route by route."""
    return {
        route.shift: [(stop.visit, f"{stop.start:%H:%M}") for stop in route.stops]
        for route in plan.routes
    }


def rules(moved: Moved) -> list[tuple[str, str | None]]:
    """What is newly broken, with the visit."""
    return [(one.rule, one.visit) for one in moved.new_broken]


def test_a_visit_goes_to_another_engineer_and_the_price_is_told() -> None:
    """One more hour-free way out and back: 10 minutes of work and 6 km more."""
    world, plan = chen_does_both()
    assert starts(plan) == {"chen-mon": [("v1", "08:10"), ("v2", "09:20")]}
    moved = make_moves(world, plan, [place("v2", "li", 0)])
    assert starts(moved.plan) == {"chen-mon": [("v1", "08:10")], "li-mon": [("v2", "08:10")]}
    # Four ways of ten minutes instead of three: 1000 of labour and 480 of travel.
    assert (moved.difference.labour, moved.difference.travel) == (1000, 480)
    assert moved.difference.total == 1480
    assert moved.broken == ()
    assert moved.shifts == ("chen-mon", "li-mon")
    assert [one.visit for one in moved.bill.changes] == ["v2"]


def test_the_plan_after_the_moves_passes_the_auditor() -> None:
    """What is told of routes nobody touched stays as it was."""
    world, plan = chen_does_both()
    moved = make_moves(world, plan, [place("v1", "li", 0), Move(MoveKind.PIN, "v1")])
    assert audit(moved.case, moved.plan, with_cost=False) == []
    assert moved.case.visits[0].pinned == Pin("li-mon")
    assert moved.plan.kpis is not None
    assert (moved.plan.kpis.visits, moved.plan.status) == (2, PlanStatus.FEASIBLE)


def test_a_chosen_start_is_kept_and_does_not_slide_back_with_the_next_move() -> None:
    """Put off to 15:00, the visit stays there when another one leaves the route."""
    world, plan = chen_does_both()
    late = make_moves(world, plan, [place("v2", start=at(15))])
    assert starts(late.plan) == {"chen-mon": [("v1", "08:10"), ("v2", "15:00")]}
    both = make_moves(world, late.plan, [place("v1", "li", 0)])
    assert starts(both.plan)["li-mon"] == [("v1", "08:10")]
    again = make_moves(world, late.plan, [place("v1", start=at(9))])
    assert ("v2", "15:00") in starts(again.plan)["chen-mon"]


@pytest.mark.parametrize(("start", "order"), [(8.5, ["v2", "v1"]), (9, ["v1", "v2"])])
def test_the_start_decides_the_order(start: float, order: list[str]) -> None:
    """Before the middle of a stop (8:40) the visit goes before it, after it behind."""
    world, plan = chen_does_both()
    moved = make_moves(world, plan, [place("v2", start=at(start))])
    assert [stop.visit for stop in moved.plan.routes[0].stops] == order


def test_tools_and_parts_that_lack_are_named() -> None:
    """Li has neither meter nor board; the word for the dispatcher says so, by name."""
    world, plan = chen_does_both(
        engineers=(
            engineer("chen", tools=("meter",), van_stock={"board": 1}),
            engineer("li", name="李娜", tools=("hoist",)),
        )
    )
    needing = replace(world.visits[0], required_tools=("meter",), parts={"board": 1}, title="UPS")
    world = replace(world, visits=(needing, world.visits[1]))
    moved = make_moves(world, plan, [place("v1", "li", 0)])
    said = {one.rule: (one.message, one.message_zh) for one in moved.broken}
    assert said["TOOL"] == (
        "李娜 has no tool for UPS on board: meter.",
        "李娜 未携带 UPS 所需工具：meter。",
    )
    assert said["PARTS"][0] == "The parts for UPS are not all brought: board."


def test_a_missing_skill_is_a_broken_rule_with_times_all_the_same() -> None:
    """Li is not trained: the route is timed, the rule is named in both languages."""
    world, plan = chen_does_both(
        engineers=(engineer("chen", {"ups": 2}, name="陈伟"), engineer("li", name="李娜"))
    )
    needing = replace(
        world.visits[0], required_skills=(RequiredSkill("ups", 2),), title="UPS alarm"
    )
    world = replace(world, visits=(needing, world.visits[1]))
    moved = make_moves(world, plan, [place("v1", "li", 0)])
    assert rules(moved) == [("SKILL", "v1")]
    assert moved.broken[0].message == "李娜 lacks a skill that UPS alarm needs: ups (level 2)."
    assert moved.broken[0].message_zh == "李娜 缺少 UPS alarm 所需技能：ups（2 级）。"
    assert starts(moved.plan)["li-mon"] == [("v1", "08:10")]


def test_windows_shift_ends_and_pins_are_broken_in_words() -> None:
    """A window until 9 is missed by going second; a shift until 17 by starting at 16:30."""
    world = case(visits=(visit("v1"), visit("v2", SOUTH, time_windows=(window(8, 9),))))
    plan = make_moves(world, nobody_goes(world), [place("v2", "chen", 0)]).plan
    assert rules(make_moves(world, plan, [place("v1", "chen", 0)])) == [("WINDOW", "v2")]
    late = make_moves(world, plan, [place("v1", "li", 0, start=at(16.5))])
    assert rules(late) == [("SHIFT_END", None)]
    pinned = make_moves(world, plan, [Move(MoveKind.PIN, "v2")])
    gone = make_moves(pinned.case, pinned.plan, [place("v2", "li", 0)])
    assert rules(gone) == [("PIN", "v2")]
    free = make_moves(pinned.case, pinned.plan, [Move(MoveKind.UNPIN, "v2"), place("v2", "li", 0)])
    assert free.broken == ()


def test_a_rule_broken_before_is_not_laid_at_the_move() -> None:
    """The late window was there already; moving another visit only repeats it."""
    world = case(visits=(visit("v1"), visit("v2", SOUTH, time_windows=(window(8, 9),))))
    moves = [place("v2", "chen", 0), place("v1", "chen", 0)]
    forced = make_moves(world, nobody_goes(world), moves)
    more = make_moves(world, forced.plan, [Move(MoveKind.PIN, "v1")])
    assert [(one.rule, one.was_there) for one in more.broken] == [("WINDOW", True)]
    assert more.new_broken == ()


def test_swapping_exchanges_the_places_also_within_a_route() -> None:
    """Across engineers and in one route, whichever is named first."""
    world, plan = chen_does_both()
    apart = make_moves(world, plan, [place("v2", "li", 0)]).plan
    for pair in (("v1", "v2"), ("v2", "v1")):
        swap = Move(MoveKind.SWAP, pair[0], other=pair[1])
        within = make_moves(world, plan, [swap])
        assert [stop.visit for stop in within.plan.routes[0].stops] == ["v2", "v1"]
        across = make_moves(world, apart, [swap])
        assert starts(across.plan) == {"chen-mon": [("v2", "08:10")], "li-mon": [("v1", "08:10")]}


def test_taking_out_and_in_again_changes_nothing() -> None:
    """The tray gets the visit with a reason, and gives it back at no price."""
    world, plan = chen_does_both()
    out = make_moves(world, plan, [Move(MoveKind.UNASSIGN, "v2")])
    assert out.left_out == ("v2",)
    assert out.plan.unassigned[0].reasons[0].message_zh == "已由调度员手动移出路线。"
    assert out.plan.status is PlanStatus.PARTIAL
    assert audit(out.case, out.plan, with_cost=False) == []
    back = make_moves(world, out.plan, [place("v2", "chen", 1)])
    assert back.taken_in == ("v2",)
    assert starts(back.plan) == starts(plan)
    assert back.difference.total + out.difference.total == 0


def test_without_a_place_the_cheapest_is_found() -> None:
    """A second visit in the south goes next to the first one: no way more, an hour of work."""
    world, plan = chen_does_both()
    world = replace(world, visits=(*world.visits, visit("v3", SOUTH)))
    moved = make_moves(world, plan, [place("v3", "chen")])
    assert moved.difference.travel == 0
    assert moved.difference.labour == 6000


def test_promises_and_deadlines_have_their_price() -> None:
    """Half an hour late at 20000 an hour, and a promise of 5000 moved."""
    sla = SlaTerms(arrive_by=at(9), breach_fee=50000, lateness_per_hour=20000)
    promise = Promise(at(8), at(8.5), PromiseStage.NOTIFIED)
    world = case(visits=(visit("v1", sla=sla, promise=promise),))
    plan = make_moves(world, nobody_goes(world), [place("v1", "chen", 0)]).plan
    moved = make_moves(world, plan, [place("v1", start=at(9.5))])
    # The engineer arrives when he starts: he leaves as late as it costs nothing, but the
    # arrival counts, and it was in time at 8:10.
    assert moved.difference.churn == 5000
    assert moved.bill.phone == ("v1",)
    assert moved.broken == ()


def test_what_ties_visits_comes_along() -> None:
    """The successor on another route is timed with its predecessor."""
    tied = visit("v2", SOUTH, after=(After("v1", min_delay=hours(1)),))
    world = case(visits=(visit("v1"), tied, visit("v3", SOUTH)))
    moves = [place("v1", "chen", 0), place("v2", "li", 0)]
    moved = make_moves(world, nobody_goes(world), moves)
    assert starts(moved.plan)["li-mon"] == [("v2", "10:10")]
    first = make_moves(world, moved.plan, [Move(MoveKind.UNASSIGN, "v1")])
    assert ("AFTER_UNASSIGNED", "v2") in rules(first)


def test_a_crew_waits_for_its_last_member() -> None:
    """Li is south first and comes north at 9:20; with Wang in her place both start at 8:10."""
    people = (*case().engineers, engineer("wang"))
    world = case(visits=(visit("v1", crew_size=2), visit("v2", SOUTH)), engineers=people)
    chen = make_moves(world, nobody_goes(world), [place("v1", "chen", 0)]).plan
    turns = [place("v2", "li", 0), place("v1", "li", 1)]
    li = make_moves(world, nobody_goes(world), turns).plan
    apart = replace(chen, routes=(*chen.routes, *li.routes), unassigned=())
    together = make_moves(world, apart, [Move(MoveKind.PIN, "v2")])
    assert starts(together.plan) == {
        "chen-mon": [("v1", "09:20")],
        "li-mon": [("v2", "08:10"), ("v1", "09:20")],
    }
    given = make_moves(world, apart, [place("v1", "wang", 0, from_shift="li-mon")])
    assert starts(given.plan) == {
        "chen-mon": [("v1", "08:10")],
        "li-mon": [("v2", "08:10")],
        "wang-mon": [("v1", "08:10")],
    }
    assert rules(given) == []
    put_off = make_moves(world, given.plan, [place("v1", from_shift="wang-mon", start=at(11))])
    assert starts(put_off.plan)["chen-mon"] == [("v1", "11:00")]


def test_the_stock_of_the_van_and_of_the_depot_is_looked_at() -> None:
    """Li has no board in the van: the part is missing, and the auditor says so."""
    world = case(
        engineers=(engineer("chen", van_stock={"board": 1}), engineer("li")),
        visits=(visit("v1", parts={"board": 1}),),
        depots=(depot(),),
    )
    plan = make_moves(world, nobody_goes(world), [place("v1", "chen", 0)]).plan
    assert rules(make_moves(world, plan, [place("v1", "li", 0)])) == [("PART_STOCK", "v1")]


def test_what_has_begun_stays() -> None:
    """At 8:30 the first visit is under way and nothing goes to before now."""
    world, plan = chen_does_both()
    moved = make_moves(world, plan, [place("v1", "li", 0)], now=at(8.5))
    assert sorted(rules(moved)) == [("HISTORY", "v1"), ("NOW", "v1"), ("NOW", "v2")]
    calm = make_moves(world, plan, [place("v2", start=at(11))], now=at(8.5))
    assert calm.broken == ()


def test_a_broken_rule_does_not_shift_what_has_begun() -> None:
    """Put off to nine, the first visit has begun; the world without rules leaves it there."""
    needs = visit("v2", SOUTH, required_skills=(RequiredSkill("welding", 1),))
    world = case(visits=(visit("v1"), needs))
    plan = make_moves(world, nobody_goes(world), [place("v1", "chen", start=at(9))]).plan
    moved = make_moves(world, plan, [place("v2", "chen", 1)], now=at(9.5))
    assert rules(moved) == [("SKILL", "v2")]
    assert starts(moved.plan) == {"chen-mon": [("v1", "09:00"), ("v2", "10:10")]}
    unbegun = make_moves(world, nobody_goes(world), [place("v1", "chen", 0)]).plan
    late = make_moves(world, unbegun, [place("v2", "li", 0)], now=at(7.9))
    assert rules(late) == [("SKILL", "v2")]


def test_other_routes_are_not_touched() -> None:
    """Of three routes the third is the very object it was."""
    people = (engineer("chen"), engineer("li"), engineer("wu"))
    world = case(engineers=people, visits=(visit("v1"), visit("v2", SOUTH), visit("v3")))
    moves = [place("v1", "chen", 0), place("v2", "li", 0), place("v3", "wu", 0)]
    plan = make_moves(world, nobody_goes(world), moves).plan
    moved = make_moves(world, plan, [place("v2", "chen", 1)])
    assert moved.plan.routes[-1] is plan.routes[-1]
    assert moved.shifts == ("chen-mon", "li-mon")


def test_a_break_that_has_no_room_pushes_the_work_out_of_the_shift() -> None:
    """Eight and a half hours of work can only begin after the half hour from eleven on."""
    rest = Break(at(11), at(13), hours(0.5))
    people = (engineer("chen", shifts=(shift("chen-mon", breaks=(rest,)),)),)
    world = case(engineers=people, visits=(visit("v1", length=8.5),))
    moved = make_moves(world, nobody_goes(world), [place("v1", "chen", 0)])
    assert rules(moved) == [("SHIFT_END", None)]


@pytest.mark.parametrize(
    ("move", "pointer"),
    [
        (place("v9", "chen", 0), "/moves/0/visit"),
        (place("v1", "wu", 0), "/moves/0/shift"),
        (place("v3"), "/moves/0/shift"),
        (Move(MoveKind.UNASSIGN, "v3"), "/moves/0/visit"),
        (Move(MoveKind.PIN, "v3"), "/moves/0/visit"),
        (Move(MoveKind.SWAP, "v1", other="v1"), "/moves/0/other"),
        (Move(MoveKind.SWAP, "v1", other="v3"), "/moves/0/other"),
        (place("v1", start=at(30)), "/moves/0/start"),
        (place("v1", "chen", 0, from_shift="li-mon"), "/moves/0/from_shift"),
    ],
)
def test_moves_that_mean_nothing_are_refused_with_their_place(move: Move, pointer: str) -> None:
    """The pointer says which word of which move."""
    world, plan = chen_does_both()
    world = replace(world, visits=(*world.visits, visit("v3")))
    with pytest.raises(InputError) as refused:
        make_moves(world, plan, [move])
    assert [issue.pointer for issue in refused.value.issues] == [pointer]


def test_crews_that_wait_for_each_other_are_told_and_not_refused() -> None:
    """Chen goes to v1 first and Li to v2 first, and both visits need both: no start fits."""
    people = (engineer("chen"), engineer("li"))
    world = case(
        visits=(visit("v1", crew_size=2), visit("v2", SOUTH, crew_size=2)), engineers=people
    )
    chen = make_moves(world, nobody_goes(world), [place("v1", "chen", 0), place("v2", "chen", 1)])
    ring = {**orders_of(chen.plan, world).routes}
    first, second = ring["chen-mon"]
    orders = Orders({"chen-mon": [first, second], "li-mon": [second, first]}, world)
    legend = make_legend(world)
    problem = to_problem(world, legend, find_ways(world, legend))
    timed, sound = MoveClock(problem, legend).time(orders)
    assert not sound
    assert [len(route.stops) for route in timed.routes] == [2, 2]
    claim = replace(chen.plan, routes=to_routes(timed, problem, legend), unassigned=())
    broken = {one.rule for one in audit_against(problem, legend, claim, with_cost=False)}
    assert "CREW_START" in broken
