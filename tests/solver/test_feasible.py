"""Orders that break a rule without a clock: each rule names itself."""

from __future__ import annotations

import pytest
from hand_made import Orders, at, go, use
from named_worlds import EIGHT, NINE, day_shift, visit, world

from dispatch.solver.feasible import InfeasibleSolution
from dispatch.solver.problem import After, Engineer, Pin, Problem
from dispatch.solver.solution import Solution
from dispatch.solver.timetable import schedule

TWO = (day_shift(0), day_shift(1))
PAIR = (Engineer({0: 1}), Engineer())
CREW = world((visit(1, crew_size=2),), TWO, PAIR)
CASES: list[tuple[str, Problem, Orders]] = [
    ("SHIFTS", world((visit(1),)), (go(0), ())),
    ("PERSON", world((visit(1, skills=((0, 2),)),), TWO, PAIR), (go(0), ())),
    ("PERSON", world((visit(1, forbidden_engineers=frozenset({1})),), TWO, PAIR), ((), go(0))),
    ("PERSON", world((visit(1, required_engineers=frozenset({0})),), TWO, PAIR), ((), go(0))),
    ("PIN", world((visit(1, pins=(Pin(1),)),), TWO, PAIR), (go(0), ())),
    ("PIN", world((visit(1, pins=(Pin(0, 1),)), visit(2))), (go(0, 1),)),
    ("CREW", CREW, (go(0), ())),
    ("CREW", CREW, ((at(0, NINE),), (at(0, NINE + 1),))),
    ("AFTER", world((visit(1), visit(1, after=(After(0),)))), (go(1),)),
    ("PARTS", world((visit(1, parts=((0, 1),)),)), (go(0),)),
    ("VAN_STOCK", world((visit(1, parts=((0, 1),)),)), ((use(0),),)),
    ("TOOL", world((visit(1, tools=(0,)),)), (go(0),)),
    (
        "HISTORY",
        world((visit(1, pins=(Pin(0, None, EIGHT + 600, True, True),)), visit(1)), now=NINE),
        ((*go(1), at(0, EIGHT + 600)),),
    ),
]


@pytest.mark.parametrize(("rule", "problem", "orders"), CASES)
def test_a_broken_rule_names_itself(rule: str, problem: Problem, orders: Orders) -> None:
    """The timetable refuses the orders by that rule and no other."""
    with pytest.raises(InfeasibleSolution) as error:
        schedule(problem, Solution(orders))
    assert error.value.rule == rule
    assert rule in str(error.value)


def test_a_position_counts_visits_from_zero() -> None:
    """The pinned visit is the second one of its route."""
    problem = world((visit(1, pins=(Pin(0, 1),)), visit(2)))
    assert schedule(problem, Solution((go(1, 0),))).unassigned == ()


def test_the_crew_of_one_engineer_is_no_crew() -> None:
    """Two shifts of the same engineer do not make two people."""
    problem = world((visit(1, crew_size=2),), (day_shift(0), day_shift(0)))
    with pytest.raises(InfeasibleSolution, match="CREW"):
        schedule(problem, Solution((go(0), go(0))))
