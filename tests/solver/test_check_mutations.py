"""The auditor by mutation: a right plan passes, and breaking one rule is refused by its name.

Every case holds a world, a right plan of it and a wrong one in which nothing else is wrong. Wrong
plans are made from a world without the rule, so that all their figures are consistent.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest
from hand_made import (
    BASE_ORDERS,
    Orders,
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
    use,
)
from named_worlds import (
    DAY,
    EIGHT,
    FOUR,
    HOUR,
    NINE,
    NOON,
    TEN,
    day_shift,
    one_part_short,
    two_engineers,
    visit,
    world,
)

from dispatch.solver.check import Rule
from dispatch.solver.claim import (
    UNKNOWN,
    Claim,
    ClaimedRoute,
    ClaimedStop,
    ClaimedUnassigned,
)
from dispatch.solver.problem import (
    UNREACHABLE,
    After,
    Depot,
    Due,
    Engineer,
    FixedPickup,
    Pin,
    Problem,
    Window,
)
from dispatch.solver.solution import Stop, StopKind


def test_the_right_plan_has_the_figures_computed_by_hand() -> None:
    """Visit 0 opens at 9:00, so shift 0 leaves at 8:50; it is home two steps after 11:10."""
    problem, claim = base()
    assert broken(problem, claim) == []
    first, second = claim.routes
    assert first == ClaimedRoute(
        shift=0,
        start=NINE - 600,
        end=11 * HOUR + 600 + 1200,
        stops=(
            ClaimedStop(StopKind.VISIT, 0, NINE, NINE, TEN, 1, 600, 6000),
            ClaimedStop(StopKind.VISIT, 1, TEN + 600, TEN + 600, 11 * HOUR + 600, 2, 600, 6000),
        ),
        travel_back_seconds=1200,
        travel_back_metres=12000,
        working_time=9600,
        overtime=0,
        engineer=0,
    )
    assert (second.start, second.end) == (EIGHT, EIGHT + 1800 + 1800 + 1800)
    # Travel: 24 km and 36 km at 80 a km; labour: 9600 s and 5400 s at 6000 an hour.
    assert claim.cost is not None
    assert (claim.cost.travel, claim.cost.labour) == (1920 + 2880, 16000 + 9000)
    assert claim.cost.total == 4800 + 25000


SIMPLE: dict[Rule, Callable[[Claim], Claim]] = {
    Rule.UNKNOWN_SHIFT: lambda c: replace(
        c,
        routes=(*c.routes, ClaimedRoute(UNKNOWN, 0, 0, (_elsewhere(),), label="e9-mon")),
    ),
    Rule.WRONG_ENGINEER: lambda c: alter(c, 0, engineer=1),
    Rule.UNKNOWN_LOCATION: lambda c: alter(c, 0, 1, location=UNKNOWN, unknown=("location l9",)),
    Rule.UNKNOWN_PART: lambda c: alter(c, 0, 1, parts=((UNKNOWN, 1),), unknown=("part P-9",)),
    Rule.UNKNOWN_TOOL: lambda c: alter(c, 0, 1, tools_loaded=(UNKNOWN,), unknown=("tool x",)),
    Rule.LOCATION: lambda c: alter(c, 0, 1, location=3),
    Rule.TRAVEL_TIME: lambda c: alter(c, 0, 1, travel_seconds=601),
    Rule.TRAVEL_DISTANCE: lambda c: alter(c, 0, travel_back_metres=11999),
    Rule.FINISH: lambda c: figure(
        dearer(
            alter(
                alter(c, 1, 0, finish=EIGHT + 1800 + 1801),
                1,
                end=EIGHT + 5401,
                working_time=5401,
            ),
            labour=2,
        ),
        working_time=15001,
    ),
    Rule.WAIT: lambda c: alter(c, 0, 1, wait=1),
    Rule.LATE: lambda c: alter(c, 0, 1, late=1),
    Rule.HEADROOM: lambda c: alter(c, 0, 1, headroom=0),
    Rule.WORKING_TIME: lambda c: alter(c, 0, working_time=9601),
    Rule.OVERTIME: lambda c: alter(c, 0, overtime=1),
    Rule.PARTS: lambda c: alter(c, 0, 0, parts=((0, 1),)),
    Rule.LOADED: lambda c: alter(c, 0, 0, loaded=((0, 1),)),
    Rule.TOOLS_LOADED: lambda c: alter(c, 0, 0, tools_loaded=(1,)),
    Rule.STATUS: lambda c: replace(c, status="partial"),
    Rule.BREAK_UNKNOWN: lambda c: _with_break(c),
    Rule.KPI_VISITS: lambda c: figure(c, visits=2),
    Rule.KPI_UNASSIGNED: lambda c: figure(c, unassigned=1),
    Rule.KPI_SLA_MET: lambda c: figure(c, sla_met=1),
    Rule.KPI_SLA_TOTAL: lambda c: figure(c, sla_total=1),
    Rule.KPI_WORKING_TIME: lambda c: figure(c, working_time=14999),
    Rule.KPI_TRAVEL_TIME: lambda c: figure(c, travel_seconds=5999),
    Rule.KPI_TRAVEL_DISTANCE: lambda c: figure(c, travel_metres=60001),
    Rule.KPI_WAIT: lambda c: figure(c, wait=1),
    Rule.KPI_OVERTIME: lambda c: figure(c, overtime=1),
    Rule.KPI_UTILISATION: lambda c: figure(c, utilisation=0.28),
    Rule.KPI_LOAD: lambda c: figure(c, least_load=5401),
    Rule.COST_TRAVEL: lambda c: priced(c, travel=4801),
    Rule.COST_LABOUR: lambda c: priced(c, labour=24999),
    Rule.COST_OVERTIME: lambda c: priced(c, overtime=1),
    Rule.COST_SLA: lambda c: priced(c, sla=1),
    Rule.COST_DUE: lambda c: priced(c, due=1),
    Rule.COST_PREFERENCE: lambda c: priced(c, preference=1),
    Rule.COST_CHURN: lambda c: priced(c, churn=1),
    Rule.COST_FAIRNESS: lambda c: priced(c, fairness=1),
    Rule.COST_WORST_LATENESS: lambda c: priced(c, worst_lateness=1),
    Rule.COST_UNASSIGNED: lambda c: priced(c, unassigned=1),
    Rule.COST_TOTAL: lambda c: priced(c, total=29801),
}


def _elsewhere() -> ClaimedStop:
    return ClaimedStop(StopKind.BREAK, UNKNOWN, 0, 0, 0, label="x")


def _with_break(claim: Claim) -> Claim:
    """A break of no length at the door of visit 1, which the shift does not know."""
    now = TEN + 600
    rest = ClaimedStop(StopKind.BREAK, UNKNOWN, now, now, now, 2)
    stops = claim.routes[0].stops
    return alter(claim, 0, stops=(stops[0], rest, stops[1]))


@pytest.mark.parametrize("rule", SIMPLE)
def test_an_altered_figure_or_name_is_refused_by_its_rule(rule: Rule) -> None:
    """One figure or one name of the right plan of two engineers is wrong."""
    problem, claim = base()
    names = broken(problem, SIMPLE[rule](claim))
    if rule is Rule.UNKNOWN_SHIFT:
        # A route that belongs to no shift and does nothing is empty as well.
        names.remove("EMPTY_ROUTE")
    assert names == [rule.value]


def test_unknown_visit_is_refused() -> None:
    """A stop that names a visit of another case; the true visit is listed as unassigned."""
    problem, claim = base()
    extra = ClaimedUnassigned(UNKNOWN, "impossible", label="v9")
    claim = figure(replace(claim, unassigned=(extra,)), unassigned=1)
    assert broken(problem, claim) == ["UNKNOWN_VISIT"]


def test_unknown_depot_is_refused() -> None:
    """A pickup at a depot nobody knows, right where visit 1 is."""
    problem, claim = base()
    now = TEN + 600
    pickup = ClaimedStop(StopKind.PICKUP, UNKNOWN, now, now, now, 2, 600, 6000, label="d9")
    stops = claim.routes[0].stops
    there = replace(stops[1], travel_seconds=0, travel_metres=0)
    claim = alter(claim, 0, stops=(stops[0], pickup, there))
    assert broken(problem, claim) == ["UNKNOWN_DEPOT"]


@dataclass(frozen=True)
class Case:
    """A world, the orders of a right plan, and a wrong plan made in a laxer world."""

    rule: Rule
    strict: Problem
    right: Orders
    wrong: Orders
    lax: Problem


def _person_cases() -> list[Case]:
    free = two_engineers()
    cases = []
    for rule, changes in (
        (Rule.SKILL, {"skills": ((1, 1),)}),
        (Rule.SKILL_LEVEL, {"skills": ((0, 2),)}),
        (Rule.REQUIRED_ENGINEER, {"required_engineers": frozenset({0})}),
        (Rule.FORBIDDEN_ENGINEER, {"forbidden_engineers": frozenset({1})}),
        (Rule.TOOL, {"tools": (0,)}),
    ):
        strict = change_visit(free, 2, **changes)
        if rule is Rule.SKILL:
            first = replace(strict.engineers[0], skills={0: 2, 1: 1})
            strict = replace(strict, engineers=(first, strict.engineers[1]))
        cases.append(Case(rule, strict, (go(0, 1, 2), ()), BASE_ORDERS, free))
    return cases


def _window_cases() -> list[Case]:
    free = two_engineers()
    late = change_visit(free, 2, windows=(Window(NINE, TEN), Window(NOON, NOON + 60)))
    early = (go(0, 1), (at(2, TEN + 1),))
    midnight = world((visit(1),), (day_shift(start=0, latest_end=2 * DAY, end=2 * DAY),))
    longer = replace(midnight, horizon=2 * DAY, visits=(visit(1, windows=(Window(0, 2 * DAY),)),))
    wide = change_visit(midnight, 0, windows=(Window(0, 2 * DAY),))
    due = Due(EIGHT, NINE, None, 0, 0)
    soon = change_visit(free, 2, due=due, windows=(Window(EIGHT, NINE),))
    closed = replace(free, depots=(replace(free.depots[0], opening=(Window(NINE, NOON),)),))
    fetch = go(0), (pick(), *go(1, 2))
    early_fetch = (go(0), (pick(start=NINE - 1), *go(1, 2)))
    now = replace(free, now=EIGHT + 1)
    return [
        Case(Rule.WINDOW, late, BASE_ORDERS, early, free),
        Case(
            Rule.PLANNING_WINDOW,
            replace(wide, horizon=DAY),
            (go(0),),
            ((at(0, DAY + 1),),),
            longer,
        ),
        Case(Rule.DUE_WINDOW, soon, BASE_ORDERS, (go(0, 1), (at(2, NINE + 1),)), free),
        Case(Rule.DEPOT_OPENING, closed, fetch, early_fetch, free),
        Case(Rule.NOW, now, BASE_ORDERS, BASE_ORDERS, free),
    ]


def _shift_cases() -> list[Case]:
    free = two_engineers()
    later = change_shift(free, 1, start=EIGHT + 60)
    short = change_shift(free, 1, end=NINE + 1799, latest_end=NINE + 1799)
    longer = change_shift(free, 1, end=NINE + 1799)
    cut = free.travel_seconds.copy()
    cut[0, 0, 3] = UNREACHABLE
    bridge = replace(free, travel_seconds=cut)
    fixed = change_shift(free, 0, fixed_start=True)
    bound = change_shift(free, 1, max_travel=3599)
    return [
        Case(Rule.SHIFT_START, later, BASE_ORDERS, BASE_ORDERS, free),
        Case(Rule.SHIFT_END, short, (go(0, 1, 2), ()), BASE_ORDERS, longer),
        Case(Rule.MAX_TRAVEL, bound, (go(0, 1, 2), ()), BASE_ORDERS, free),
        Case(Rule.UNREACHABLE, bridge, (go(0, 1, 2), ()), BASE_ORDERS, free),
        Case(Rule.FIXED_START, fixed, BASE_ORDERS, BASE_ORDERS, free),
    ]


def _load_cases() -> list[Case]:
    short = one_part_short()
    full = replace(short, engineers=(Engineer(stock={0: 2}),))
    needed = (use(0), pick(start=NOON), use(1))
    stocked = replace(short, depots=(Depot(1, 300, {0: 1}),))
    early = (use(0), pick(start=NOON - 1), use(1))
    return [
        Case(Rule.PART_STOCK, short, (needed,), ((use(0), use(1)),), full),
        Case(Rule.DEPOT_STOCK, short, (needed,), (early,), stocked),
    ]


def _crew_cases() -> list[Case]:
    pair = change_visit(two_engineers(), 1, crew_size=2)
    both = ((*go(0), at(1, NOON)), (*go(2), at(1, NOON)))
    twice = replace(pair, shifts=(*pair.shifts, day_shift(0, start=FOUR, end=DAY, latest_end=DAY)))
    three = replace(
        twice, engineers=(*pair.engineers, Engineer()), shifts=(*pair.shifts, day_shift(2))
    )
    trio = change_visit(three, 1, crew_size=3)
    all_three = ((*go(0), at(1, NOON)), (*go(2), at(1, NOON)), (at(1, NOON),))
    two_of_three = (both[0], both[1], ())
    return [
        Case(Rule.CREW_SIZE, trio, all_three, two_of_three, three),
        Case(Rule.DUPLICATE_VISIT, two_engineers(), BASE_ORDERS, both, pair),
    ]


def _order_cases() -> list[Case]:
    """Visit 2 starts at 8:30 and is finished at 9:00; visit 1 follows it in another shift."""
    free = two_engineers()
    then = (at(2, EIGHT + 1800), Stop(StopKind.VISIT, 0))
    return [
        Case(
            rule,
            change_visit(free, 1, after=(link,)),
            ((at(1, NINE + right),), then),
            ((at(1, NINE + wrong),), then),
            free,
        )
        for rule, link, right, wrong in (
            (Rule.AFTER_ORDER, After(2), 0, -1),
            (Rule.AFTER_MIN, After(2, 900), 900, 899),
            (Rule.AFTER_MAX, After(2, 0, 900), 900, 901),
        )
    ]


def _pin_cases() -> list[Case]:
    free = two_engineers()
    elsewhere = (go(0, 1, 2), ())
    cases = [
        Case(Rule.PIN, change_visit(free, 2, pins=(pin,)), BASE_ORDERS, wrong, free)
        for pin, wrong in (
            (Pin(1), elsewhere),
            (Pin(1, start=EIGHT + 1800), (go(0, 1), (at(2, EIGHT + 1801),))),
        )
    ]
    placed = change_visit(free, 1, pins=(Pin(0, position=1),))
    swapped = ((at(1, EIGHT + 1200), at(0, TEN)), go(2))
    cases.append(Case(Rule.PIN, placed, BASE_ORDERS, swapped, free))
    frozen = change_visit(free, 2, pins=(Pin(1, None, EIGHT + 1800, frozen=True),))
    cases.append(Case(Rule.FREEZE, frozen, BASE_ORDERS, elsewhere, free))
    kept = FixedPickup(0, NINE, ((0, 1),))
    keeping = change_shift(free, 1, fixed_pickups=(kept,))
    right = (go(0, 1), (pick(start=NINE), *go(2)))
    wrong = (go(0, 1), (pick(start=NINE + 60), *go(2)))
    cases.append(Case(Rule.FREEZE, keeping, right, wrong, free))
    return cases


CASES = [
    *_person_cases(),
    *_window_cases(),
    *_shift_cases(),
    *_load_cases(),
    *_crew_cases(),
    *_order_cases(),
    *_pin_cases(),
]


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.rule.value)
def test_a_plan_of_a_laxer_world_is_refused_by_the_rule_it_lacks(case: Case) -> None:
    """The right plan passes; the wrong one passes where the rule is not, and only there."""
    assert broken(case.strict, plan(case.strict, *case.right)) == []
    claim = plan(case.lax, *case.wrong)
    assert broken(case.lax, claim) == []
    assert broken(case.strict, claim) == [case.rule.value]
