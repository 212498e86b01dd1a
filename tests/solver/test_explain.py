"""Explanations of small worlds with hand-computed shortfalls, remedies and prices."""

from __future__ import annotations

from dataclasses import replace

from hand_made import change_shift, change_visit, go, pick, use
from named_worlds import (
    DAY,
    EIGHT,
    FOUR,
    HOUR,
    NINE,
    NOON,
    TEN,
    day_shift,
    lunch_day,
    one_part_short,
    overloaded_day,
    two_engineers,
    visit,
    world,
)

from dispatch.solver.claim import BlockerCode, Verdict
from dispatch.solver.explain import (
    Edit,
    EditKind,
    Explanation,
    apply_edits,
    explain,
    explain_visit,
    insertable,
    plannable_alone,
)
from dispatch.solver.problem import After, Break, Depot, Engineer, Pin, Problem, Sla, Tier, Window
from dispatch.solver.solution import Solution, Stop, StopKind
from dispatch.solver.timetable import schedule


def left_out(problem: Problem, *orders: tuple[Stop, ...]) -> tuple[Explanation, ...]:
    """Explanations of what these orders leave out; shifts not named stay at home."""
    idle = ((),) * (len(problem.shifts) - len(orders))
    return explain(problem, schedule(problem, Solution((*orders, *idle))))


def only(explanations: tuple[Explanation, ...]) -> Explanation:
    """The only explanation there is."""
    (explanation,) = explanations
    return explanation


def facts(explanation: Explanation) -> list[tuple[str, int | None, dict[str, int]]]:
    """Codes, shifts and shortfalls of an explanation."""
    return [(b.code.value, b.shift, dict(b.shortfall)) for b in explanation.blockers]


def remedy(explanation: Explanation) -> list[tuple[str, dict[str, int]]]:
    """Kinds and facts of the edits of a remedy."""
    assert explanation.remedy is not None
    return [(edit.kind.value, dict(edit.facts)) for edit in explanation.remedy.edits]


def test_nobody_has_the_skill() -> None:
    """Skill 1 at level 2 is nobody's; engineer 0 is as near as engineer 1, and first."""
    problem = change_visit(two_engineers(), 2, skills=((1, 2),))
    found = only(left_out(problem, go(0, 1)))
    assert found.verdict is Verdict.IMPOSSIBLE
    wanted = {"skill": 1, "level": 2}
    assert facts(found) == [("NO_SKILL", 0, wanted), ("NO_SKILL", 1, wanted)]
    assert remedy(found) == [("TRAIN_SKILL", {"engineer": 0, "skill": 1, "level": 2, "by": 2})]


def test_a_level_short_is_the_smaller_remedy() -> None:
    """Engineer 0 has level 2 and needs one more, engineer 1 has level 1 and needs two."""
    problem = change_visit(two_engineers(), 2, skills=((0, 3),))
    found = only(left_out(problem, go(0, 1)))
    assert facts(found) == [
        ("LEVEL_TOO_LOW", 0, {"skill": 0, "level": 3, "has": 2}),
        ("LEVEL_TOO_LOW", 1, {"skill": 0, "level": 3, "has": 1}),
    ]
    assert remedy(found) == [("TRAIN_SKILL", {"engineer": 0, "skill": 0, "level": 3, "by": 1})]


def test_the_only_engineer_is_forbidden() -> None:
    """The remedy lifts the ban."""
    problem = world((visit(1, forbidden_engineers=frozenset({0})),))
    found = only(left_out(problem))
    assert facts(found) == [("FORBIDDEN_ENGINEER", 0, {})]
    assert remedy(found) == [("ALLOW_ENGINEER", {"visit": 0, "engineer": 0})]


def test_the_shift_is_ten_minutes_too_short() -> None:
    """Seven and a half hours of work and forty minutes of travel need 8 h 10 min."""
    problem = world((visit(2, duration=7 * HOUR + 1800),))
    found = only(left_out(problem))
    assert facts(found) == [("SHIFT_TOO_SHORT", 0, {"seconds": 600})]
    assert remedy(found) == [("EXTEND_SHIFT", {"shift": 0, "time": FOUR + 600, "seconds": 600})]
    shorter = Edit(EditKind.EXTEND_SHIFT, {"shift": 0, "time": FOUR + 599, "seconds": 599})
    assert not can_go_alone(apply_edits(problem, [shorter]))


def can_go_alone(problem: Problem, number: int = 0) -> bool:
    """Whether the visit could be planned in an empty plan."""
    return plannable_alone(
        problem, schedule(problem, Solution(((),) * len(problem.shifts))), number
    )


def test_the_window_closes_before_anybody_is_there() -> None:
    """Place 3 is reached at 8:30 at the earliest, the window closes at 8:20."""
    problem = world((visit(3, windows=(Window(EIGHT, EIGHT + 1200),)),))
    found = only(left_out(problem))
    assert facts(found) == [("OUTSIDE_WINDOW", 0, {"seconds": 600})]
    wide = {"visit": 0, "window": 0, "earliest": EIGHT, "latest": EIGHT + 1800, "seconds": 600}
    assert remedy(found) == [("WIDEN_WINDOW", wide)]


def test_the_window_opens_after_the_shift() -> None:
    """The last start that brings the engineer home by 16:00 from place 1 is 14:50.

    With a window from 20:00 the visit is 5 h 10 min too late for the shift, whichever of the two
    is moved; a second less is not enough.
    """
    problem = world((visit(1, windows=(Window(20 * HOUR, 21 * HOUR),)),))
    found = only(left_out(problem))
    assert facts(found) == [("WINDOW_CLOSED", 0, {})]
    late, end = 5 * HOUR + 600, 21 * HOUR + 600
    assert remedy(found) == [("EXTEND_SHIFT", {"shift": 0, "time": end, "seconds": late})]
    opened = {"visit": 0, "window": 0, "earliest": 20 * HOUR - late, "latest": 21 * HOUR}
    assert can_go_alone(apply_edits(problem, [Edit(EditKind.WIDEN_WINDOW, opened)]))
    opened["earliest"] += 1
    assert not can_go_alone(apply_edits(problem, [Edit(EditKind.WIDEN_WINDOW, opened)]))


def test_the_smaller_of_two_changes_is_proposed() -> None:
    """To open the window earlier is less than to end the shift after one more break."""
    problem = world(
        (visit(1, windows=(Window(FOUR, FOUR + HOUR),)),),
        (day_shift(end_location=3),),
    )
    found = only(left_out(problem))
    # Home is two steps away: the last start is 14:40, one hour and twenty minutes before 16:00;
    # the shift would have to end at 17:20, which is as much, and the shift is asked first.
    assert remedy(found) == [("EXTEND_SHIFT", {"shift": 0, "time": FOUR + 4800, "seconds": 4800})]
    rested = change_shift(problem, 0, breaks=(Break(FOUR, FOUR, HOUR),))
    opened = {"visit": 0, "window": 0, "earliest": FOUR - 4800, "latest": FOUR + HOUR}
    assert remedy(only(left_out(rested))) == [("WIDEN_WINDOW", {**opened, "seconds": 4800})]


def test_travel_beyond_the_bound() -> None:
    """Place 3 and back is an hour of travel; 50 minutes are allowed."""
    problem = world((visit(3),), (day_shift(max_travel=3000),))
    found = only(left_out(problem))
    assert facts(found) == [("MAX_TRAVEL", 0, {"seconds": 600})]
    assert remedy(found) == [("RAISE_MAX_TRAVEL", {"shift": 0, "max_travel": 3600, "seconds": 600})]


def test_a_break_in_the_way() -> None:
    """Five hours of work cannot be cut by lunch, which starts between 12:00 and 13:00."""
    problem = replace(
        lunch_day(), visits=(visit(1, duration=5 * HOUR, windows=(Window(0, NINE),)),)
    )
    found = only(left_out(problem))
    assert [code for code, _, _ in facts(found)] == ["BREAK"]
    assert [kind for kind, _ in remedy(found)] == ["DROP_BREAK"]


def test_a_tool_that_nobody_has() -> None:
    """Tool 1 is in no van and no depot."""
    problem = world((visit(1, tools=(1,)),))
    found = only(left_out(problem))
    assert facts(found) == [("NO_TOOL", 0, {"tool": 1})]
    assert remedy(found) == [("GIVE_TOOL", {"engineer": 0, "tool": 1})]


def test_a_part_that_comes_too_late() -> None:
    """The delivery comes at noon; the visit must begin by ten."""
    problem = change_visit(one_part_short(), 1, windows=(Window(0, TEN),))
    problem = replace(problem, engineers=(Engineer(),))
    found = left_out(problem, (pick(start=NOON), use(0)))
    assert facts(only(found)) == [
        ("PART_TOO_LATE", 0, {"part": 0, "quantity": 1, "available_from": NOON})
    ]
    assert remedy(only(found)) == [("STOCK_VAN", {"engineer": 0, "part": 0, "quantity": 1})]


def test_a_part_that_is_nowhere() -> None:
    """Two pieces are needed, one is in the van and one in the depot for a third visit."""
    problem = change_visit(one_part_short(), 1, parts=((0, 3),))
    found = only(left_out(problem, (use(0),)))
    assert facts(found) == [("NO_PART", 0, {"part": 0, "quantity": 3, "available": 2})]
    ((kind, change),) = remedy(found)
    assert (kind, change["quantity"]) == ("STOCK_VAN", 2)


def test_a_pin_that_cannot_be_kept() -> None:
    """Place 3 cannot be reached by 8:20, where the visit is pinned."""
    problem = world((visit(3, pins=(Pin(0, start=EIGHT + 1200),)),))
    found = only(left_out(problem))
    assert facts(found) == [("PIN_BLOCKED", 0, {})]
    assert remedy(found) == [("UNPIN", {"visit": 0})]


def test_a_pin_to_another_shift() -> None:
    """The pinned shift lacks the skill; the other shift has it and is not asked."""
    problem = change_visit(two_engineers(), 2, skills=((0, 2),), pins=(Pin(1),))
    found = only(left_out(problem, go(0, 1)))
    assert found.verdict is Verdict.IMPOSSIBLE
    assert facts(found) == [
        ("PINNED_ELSEWHERE", 0, {"shift": 1}),
        ("LEVEL_TOO_LOW", 1, {"skill": 0, "level": 2, "has": 1}),
    ]


def test_a_crew_of_three_of_two_engineers() -> None:
    """Two engineers can come where three are needed."""
    problem = change_visit(two_engineers(), 2, crew_size=3)
    found = only(left_out(problem, go(0, 1)))
    assert facts(found) == [("CREW_TOO_SMALL", None, {"crew_size": 3, "available": 2})]
    assert remedy(found) == [("REDUCE_CREW", {"visit": 2, "crew_size": 1})]


def test_a_visit_after_an_impossible_one() -> None:
    """Visit 1 must follow visit 2, which nobody can serve."""
    problem = change_visit(two_engineers(), 2, skills=((1, 1),))
    problem = change_visit(problem, 1, after=(After(2),))
    first, second = left_out(problem, go(0))
    assert (first.visit, second.visit) == (1, 2)
    assert facts(first)[0] == ("PREDECESSOR_UNASSIGNED", None, {"visit": 2})
    assert first.verdict is second.verdict is Verdict.IMPOSSIBLE
    assert remedy(first) == [("DROP_AFTER", {"visit": 1, "before": 2})]


def test_an_overloaded_day_names_the_competitors() -> None:
    """Two of four visits of three hours fit; each of the others would have to replace one."""
    found = left_out(overloaded_day(), go(0, 1))
    assert [e.verdict for e in found] == [Verdict.DISPLACED, Verdict.DISPLACED]
    assert [e.displaces for e in found] == [(0,), (0,)]
    # Visit 2 instead of visit 0 adds two steps of travel: 1200 s at 6000 an hour and 12 km at 80.
    assert [e.price for e in found] == [2000 + 960, 2 * (2000 + 960)]


def test_a_higher_tier_that_could_replace_a_lower_one_is_missed() -> None:
    """A mandatory visit left out for a normal one: the plan with it is better and is returned."""
    problem = change_visit(overloaded_day(), 3, tier=Tier.MANDATORY)
    found = {e.visit: e for e in left_out(problem, go(0, 1))}
    assert found[3].verdict is Verdict.MISSED
    assert found[3].place is not None
    assert 3 in found[3].place.assigned()


def test_a_free_place_is_used() -> None:
    """Visit 2 fits behind visit 1, so it is missed, not displaced."""
    problem = two_engineers()
    found = only(left_out(problem, go(0, 1)))
    assert found.verdict is Verdict.MISSED
    assert found.place is not None
    assert schedule(problem, found.place).unassigned == ()


def test_insertion_fetches_the_part_on_the_way() -> None:
    """The van is empty after visit 0; the insertion waits for the delivery of noon."""
    problem = one_part_short()
    plan = schedule(problem, Solution(((use(0),),)))
    found = insertable(problem, plan, 1)
    assert found is not None
    (route,) = schedule(problem, found).routes
    assert [stop.kind for stop in route.stops].count(StopKind.PICKUP) == 1
    assert all(s.start >= NOON for s in route.stops if s.kind is StopKind.PICKUP)


def test_insertion_brings_a_crew_together() -> None:
    """Both engineers come to visit 1 at one time."""
    problem = change_visit(two_engineers(), 1, crew_size=2)
    plan = schedule(problem, Solution((go(0), go(2))))
    found = insertable(problem, plan, 1)
    assert found is not None
    starts = {s.start for r in schedule(problem, found).routes for s in r.stops if s.index == 1}
    assert len(starts) == 1


def test_a_pickup_of_yesterday_serves_today() -> None:
    """The depot is open on the first day only, the visit can be served on the second only."""
    tomorrow = day_shift(start=DAY + EIGHT, end=DAY + FOUR, latest_end=DAY + FOUR)
    problem = world(
        (visit(1, parts=((0, 1),), windows=(Window(DAY, 2 * DAY),)),),
        (day_shift(), tomorrow),
        horizon=2 * DAY,
        depots=(Depot(1, 300, {0: 1}, opening=(Window(EIGHT, NOON),)),),
    )
    empty = schedule(problem, Solution(((), ())))
    assert plannable_alone(problem, empty, 0)
    found = insertable(problem, empty, 0)
    assert found is not None
    assert [len(route) for route in found.routes] == [1, 1]


def test_one_piece_is_not_loaded_twice() -> None:
    """The depot has one piece of two needed: two pickups do not make it two."""
    problem = world(
        (visit(1, parts=((0, 2),)),),
        depots=(Depot(1, 300, {0: 1}, inbound=((2 * DAY, 0, 1),)),),
    )
    assert not can_go_alone(problem)


def test_one_visit_is_explained_like_all() -> None:
    """Asking for one visit gives the same answer as asking for all."""
    problem = overloaded_day()
    plan = schedule(problem, Solution((go(0, 1),)))
    assert explain_visit(problem, plan, 3) == explain(problem, plan)[1]


def test_a_late_sla_blocks_nothing() -> None:
    """An SLA costs money but forbids nothing: the visit is missed, never impossible."""
    problem = world((visit(3, sla=Sla(EIGHT, 1000, 1000)),))
    assert only(left_out(problem)).verdict is Verdict.MISSED


def test_cancelled_explanations_are_brief() -> None:
    """Verdicts and reasons stay; remedies and prices are left out."""
    problem = change_visit(overloaded_day(), 3, skills=((0, 1),))
    plan = schedule(problem, Solution((go(0, 1),)))
    displaced, impossible = explain(problem, plan, cancelled=lambda: True)
    assert (displaced.verdict, displaced.price) == (Verdict.DISPLACED, None)
    assert (impossible.verdict, impossible.remedy) == (Verdict.IMPOSSIBLE, None)
    assert impossible.blockers[0].code is BlockerCode.NO_SKILL
