"""The auditor by mutation, continued: plans that only a hand can make wrong in one rule."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
import test_check_mutations as by_table
from hand_made import (
    BASE_ORDERS,
    alter,
    at,
    base,
    broken,
    change_shift,
    change_visit,
    dearer,
    figure,
    go,
    pick,
    plan,
    priced,
)
from named_worlds import (
    DAY,
    EIGHT,
    HOUR,
    NINE,
    NOON,
    day_shift,
    lunch_day,
    overloaded_day,
    two_engineers,
)
from wrong_reasons import WRONG_REASONS

from dispatch.solver.check import Rule
from dispatch.solver.claim import (
    UNKNOWN,
    Claim,
    ClaimedReason,
    ClaimedRoute,
    ClaimedStop,
    ClaimedUnassigned,
)
from dispatch.solver.problem import After, Break, Pin, Problem, Sla, Window
from dispatch.solver.solution import StopKind

Pair = tuple[Problem, Claim, Claim]
"""A world, a right plan of it, and a wrong one."""


def _route_twice() -> Pair:
    """The two visits of shift 0 in two routes of their own."""
    problem, right = base()
    three = replace(problem, shifts=(*problem.shifts, day_shift(0)))
    claim = plan(three, go(0), go(2), go(1))
    return problem, right, alter(claim, 2, shift=0)


def _empty_route() -> Pair:
    """Shift 2 has a route of no length; the utilisation counts it: 15000 / (3 * 28800)."""
    problem, _ = base()
    three = replace(problem, shifts=(*problem.shifts, day_shift(0)))
    right = plan(three, *BASE_ORDERS, ())
    idle = ClaimedRoute(2, EIGHT, EIGHT)
    claim = replace(right, routes=(*right.routes, idle))
    return three, right, figure(claim, utilisation=15000 / 86400)


def _missing() -> Pair:
    """Visit 2 is nowhere, and no figure says so."""
    problem, right = base()
    claim = plan(problem, go(0, 1), ())
    assert claim.cost is not None
    money = claim.cost.travel + claim.cost.labour
    claim = replace(figure(claim, unassigned=0), status="feasible")
    return problem, right, priced(claim, total=money, unassigned=0)


def _both() -> Pair:
    """Visit 2 is in a route and unassigned, and every figure counts it twice."""
    problem, right = base()
    left_out = plan(problem, go(0, 1), ()).cost
    assert left_out is not None
    assert right.cost is not None
    price = left_out.unassigned
    entry = ClaimedUnassigned(2, "displaced", (ClaimedReason("NO_CAPACITY"),), (1,))
    claim = replace(figure(right, unassigned=1), unassigned=(entry,), status="partial")
    return problem, right, priced(claim, unassigned=price, total=right.cost.total + price)


def _same_engineer() -> Pair:
    """Both members of the crew are engineer 0, in two shifts."""
    three = replace(
        two_engineers(),
        engineers=(*two_engineers().engineers, two_engineers().engineers[0]),
        shifts=(day_shift(0), day_shift(1), day_shift(2)),
    )
    lax = change_visit(three, 1, crew_size=2)
    orders = ((*go(0), at(1, NOON)), go(2), (at(1, NOON),))
    strict = change_shift(lax, 2, engineer=0)
    right = plan(strict, orders[0], (*orders[1], at(1, NOON)), ())
    return strict, right, alter(plan(lax, *orders), 2, engineer=0)


def _crew_start() -> Pair:
    """The second member begins a minute after the first."""
    problem = two_engineers()
    strict = change_visit(problem, 1, crew_size=2)
    right = plan(strict, (*go(0), at(1, NOON)), (*go(2), at(1, NOON)))
    lax = replace(problem, visits=(*problem.visits, problem.visits[1]))
    claim = plan(lax, (*go(0), at(1, NOON)), (*go(2), at(3, NOON + 60)))
    return strict, right, figure(alter(claim, 1, 1, index=1), visits=3)


def _after_unassigned() -> Pair:
    """Visit 1 follows visit 2, which nobody can serve."""
    problem = change_visit(two_engineers(), 2, skills=((1, 1),))
    entry = ClaimedUnassigned(
        2, "impossible", (ClaimedReason("NO_SKILL", 0, 0, {"skill": 1, "level": 1}),)
    )
    strict = change_visit(problem, 1, after=(After(2),))
    second = ClaimedUnassigned(
        1, "impossible", (ClaimedReason("PREDECESSOR_UNASSIGNED", shortfall={"visit": 2}),)
    )
    right = replace(plan(strict, go(0), ()), unassigned=(second, entry))
    return strict, right, replace(plan(problem, go(0, 1), ()), unassigned=(entry,))


def _history() -> Pair:
    """Visit 0 began at 9:00 on shift 0; at 9:01 the plan moves it to shift 1."""
    now = NINE + 60
    free = change_visit(replace(two_engineers(), now=now), 0, windows=(Window(0, DAY),))
    pin = Pin(0, None, NINE, frozen=True, started=True)
    strict = change_visit(free, 0, pins=(pin,))
    right = plan(strict, (at(0, NINE), *go(1)), go(2))
    return strict, right, plan(free, go(1), go(2, 0))


def _history_after_future() -> Pair:
    """Visit 1, which has not begun, stands before visit 0, which has."""
    strict, right, _ = _history()
    first, second = right.routes[0].stops
    claim = alter(right, 0, stops=(second, first))
    return strict, right, claim


def _arrive() -> Pair:
    """The first arrival is said to be ten seconds before the travel ends."""
    problem, right = base()
    claim = figure(alter(right, 0, 0, arrive=NINE - 10, wait=10), wait=10)
    return problem, right, claim


def _left_late() -> Pair:
    """Visit 1 opens at noon, so the engineer lingers a minute at visit 0."""
    problem = change_visit(two_engineers(), 1, windows=(Window(NOON, NOON),))
    right = plan(problem, *BASE_ORDERS)
    stop = right.routes[0].stops[1]
    claim = alter(right, 0, 1, arrive=stop.arrive + 60, wait=stop.wait - 60)
    assert claim.kpis is not None
    return problem, right, figure(claim, wait=claim.kpis.wait - 60)


def _start_before_arrive() -> Pair:
    """Visit 1 begins and all that follows comes a minute before the engineer is there."""
    problem, right = base()
    route = right.routes[0]
    stop = route.stops[1]
    claim = alter(right, 0, 1, start=stop.start - 60, finish=stop.finish - 60, wait=-60)
    claim = alter(claim, 0, end=route.end - 60, working_time=9540)
    return problem, right, dearer(figure(claim, wait=-60, working_time=14940), -100)


def _pickup_duration() -> Pair:
    """The pickup takes 240 s where the depot needs 300 s."""
    problem = two_engineers()
    quick = replace(problem, depots=(replace(problem.depots[0], pickup_duration=240),))
    orders = (go(0, 1), (pick(), *go(2)))
    return problem, plan(problem, *orders), plan(quick, *orders)


def _return() -> Pair:
    """The way home takes a minute longer than the travel."""
    problem, right = base()
    claim = alter(right, 0, end=right.routes[0].end + 60, working_time=9660)
    return problem, right, dearer(figure(claim, working_time=15060), 100)


def _departure() -> Pair:
    """Shift 0 leaves a minute before it must and waits at the door of visit 0."""
    problem, right = base()
    claim = alter(right, 0, 0, arrive=NINE - 60, wait=60)
    claim = alter(claim, 0, start=NINE - 660, working_time=9660)
    return problem, right, dearer(figure(claim, wait=60, working_time=15060), 100)


def _departure_with_sla() -> Pair:
    """Visit 0 must be reached by 8:50: to leave at 8:40 is right, at 8:39 too early."""
    problem = change_visit(two_engineers(), 0, sla=Sla(NINE - 600, 1000, 0))
    right = plan(problem, *BASE_ORDERS)
    assert right.routes[0].start == NINE - 1200
    claim = alter(right, 0, 0, arrive=NINE - 660, wait=660, headroom=60)
    claim = alter(claim, 0, start=NINE - 1260, working_time=10260)
    return problem, right, dearer(figure(claim, wait=660, working_time=15660), 100)


LUNCH = go(0, 1, 2)
"""The break is taken from 12:30 to 13:15 at the door of visit 2, reached at 12:30."""


def _break_missing() -> Pair:
    """The route is home at 15:00, after the last start of the lunch break."""
    problem = lunch_day()
    lax = change_shift(problem, 0, breaks=())
    return problem, plan(problem, LUNCH), plan(lax, LUNCH)


def _break_window() -> Pair:
    """Lunch is taken after 13:00."""
    problem = lunch_day()
    late = Break(NOON + HOUR + 60, NOON + 2 * HOUR, 2700)
    return problem, plan(problem, LUNCH), plan(change_shift(problem, 0, breaks=(late,)), LUNCH)


def _break_duration() -> Pair:
    """Lunch lasts 44 minutes instead of 45."""
    problem = lunch_day()
    short = replace(problem.shifts[0].breaks[0], duration=2640)
    return problem, plan(problem, LUNCH), plan(change_shift(problem, 0, breaks=(short,)), LUNCH)


def _break_interrupts() -> Pair:
    """Lunch is moved by a minute into the work of visit 2, which begins at 13:15."""
    problem = lunch_day()
    right = plan(problem, LUNCH)
    rest = right.routes[0].stops[2]
    assert (rest.start, rest.finish) == (NOON + 1800, NOON + 1800 + 2700)
    moved = {"arrive": rest.start + 60, "start": rest.start + 60, "finish": rest.finish + 60}
    claim = alter(alter(right, 0, 2, **moved), 0, 3, wait=60)
    return problem, right, figure(claim, wait=60)


def _break_outside() -> Pair:
    """Two visits are home at 12:40, yet a lunch at home is listed."""
    problem = replace(lunch_day(), visits=lunch_day().visits[:2])
    right = plan(problem, go(0, 1))
    home = right.routes[0].end
    assert home == NOON + 2400
    rest = ClaimedStop(StopKind.BREAK, UNKNOWN, home, home, home + 2700, 0)
    return problem, right, alter(right, 0, stops=(*right.routes[0].stops, rest))


CASES: list[tuple[Rule, Callable[[], Pair]]] = [
    (Rule.ROUTE_TWICE, _route_twice),
    (Rule.EMPTY_ROUTE, _empty_route),
    (Rule.MISSING_VISIT, _missing),
    (Rule.BOTH_ASSIGNED_AND_UNASSIGNED, _both),
    (Rule.CREW_SAME_ENGINEER, _same_engineer),
    (Rule.CREW_START, _crew_start),
    (Rule.AFTER_UNASSIGNED, _after_unassigned),
    (Rule.HISTORY, _history),
    (Rule.ARRIVE, _arrive),
    (Rule.LEFT_LATE, _left_late),
    (Rule.START_BEFORE_ARRIVE, _start_before_arrive),
    (Rule.PICKUP_DURATION, _pickup_duration),
    (Rule.RETURN, _return),
    (Rule.DEPARTURE, _departure),
    (Rule.DEPARTURE, _departure_with_sla),
    (Rule.BREAK_MISSING, _break_missing),
    (Rule.BREAK_WINDOW, _break_window),
    (Rule.BREAK_DURATION, _break_duration),
    (Rule.BREAK_INTERRUPTS, _break_interrupts),
    (Rule.BREAK_OUTSIDE_ROUTE, _break_outside),
    *WRONG_REASONS,
]


@pytest.mark.parametrize(("rule", "pair"), CASES, ids=[rule.value for rule, _ in CASES])
def test_a_plan_wrong_in_one_rule_is_refused_by_its_name(
    rule: Rule, pair: Callable[[], Pair]
) -> None:
    """The right plan of the same world passes, the wrong one breaks exactly this rule."""
    problem, right, wrong = pair()
    assert broken(problem, right) == []
    assert broken(problem, wrong) == [rule.value]


def test_history_stands_before_the_future() -> None:
    """A route that serves something new before what has begun is refused as history."""
    problem, right, wrong = _history_after_future()
    assert broken(problem, right) == []
    assert "HISTORY" in broken(problem, wrong)


def test_every_rule_has_its_mutation() -> None:
    """No rule is named that no wrong plan breaks alone."""
    alone = {Rule.UNKNOWN_VISIT, Rule.UNKNOWN_DEPOT}
    covered = {case.rule for case in by_table.CASES} | set(by_table.SIMPLE) | alone
    assert set(Rule) == covered | {rule for rule, _ in CASES}


def test_money_is_left_out_on_demand() -> None:
    """A plan of other software may say nothing of money, or something else of it."""
    from dispatch.solver.check import check

    problem, right = base()
    assert check(problem, replace(right, cost=None, kpis=None, status=None)) == []
    wrong = priced(right, total=1)
    assert check(problem, wrong, with_cost=False) == []
    assert [v.rule for v in check(problem, wrong)] == [Rule.COST_TOTAL]


def test_an_overloaded_day_displaces_with_reason() -> None:
    """Two visits of three hours fill the day; the other two fit alone."""
    problem = overloaded_day()
    entries = tuple(
        ClaimedUnassigned(v, "displaced", (ClaimedReason("NO_CAPACITY", 0, 0),), (0,))
        for v in (2, 3)
    )
    claim = replace(plan(problem, go(0, 1)), unassigned=entries)
    assert broken(problem, claim) == []
