"""The auditor: judges what a plan claims against the contract, from the problem alone.

Written from the contract (sections 3, 4 and 4a) in plain Python; it shares no code with the
timetable or any engine, so that no error of theirs can hide behind their own arithmetic.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.solver.check_assignment import (
    check_assignment,
    check_names,
    check_order,
    check_persons,
    check_pins,
    check_routes,
)
from dispatch.solver.check_breaks import check_breaks
from dispatch.solver.check_clock import check_clock
from dispatch.solver.check_figures import check_figures
from dispatch.solver.check_loads import check_loads
from dispatch.solver.check_money import check_money
from dispatch.solver.check_rules import Report, Rule, Violation
from dispatch.solver.check_verdicts import check_verdicts

if TYPE_CHECKING:
    from dispatch.solver.claim import Claim
    from dispatch.solver.problem import Problem

__all__ = ["Rule", "Violation", "check"]


def check(problem: Problem, claim: Claim, with_cost: bool = True) -> list[Violation]:
    """List every rule that a claimed plan breaks; none is broken when the list is empty.

    Parameters
    ----------
    problem
        The case in solver language.
    claim
        What the plan says. Wrong names stand in it as `UNKNOWN` with a label.
    with_cost
        Whether money is judged (`dispatch check --no-cost` leaves it out).
    """
    report = Report()
    check_names(problem, claim, report)
    check_routes(claim, report)
    check_assignment(problem, claim, report)
    check_persons(problem, claim, report)
    check_pins(problem, claim, report)
    check_order(problem, claim, report)
    check_clock(problem, claim, report)
    check_breaks(problem, claim, report)
    check_loads(problem, claim, report)
    check_figures(problem, claim, report)
    if with_cost:
        check_money(problem, claim, report)
    check_verdicts(problem, claim, report)
    return report.violations
