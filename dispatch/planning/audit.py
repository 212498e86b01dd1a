"""The independent auditor on a plan file: every broken rule, with ids and times."""

from __future__ import annotations

import re
from dataclasses import dataclass

from dispatch.domain import Case, Plan
from dispatch.planning.legend import Legend, make_legend
from dispatch.planning.risk import assess, risk_money
from dispatch.planning.to_claim import to_claim
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways
from dispatch.solver.check import check
from dispatch.solver.check_rules import Violation
from dispatch.solver.problem import Problem

__all__ = ["PlanViolation", "audit", "audit_against"]

INSTANTS = frozenset(
    {
        *("ARRIVE", "START_BEFORE_ARRIVE", "FINISH", "RETURN", "LEFT_LATE", "DEPARTURE"),
        *("FIXED_START", "SHIFT_START", "SHIFT_END", "NOW", "FREEZE", "HISTORY", "CREW_START"),
        *("PLANNING_WINDOW", "WINDOW", "DUE_WINDOW"),
    }
)
"""Rules whose claimed and expected figures are times rather than amounts."""
PLACE = re.compile(r"shift \S+, stop \d+ \(\w+ \S+\): |shift \S+: |visit \S+: ")
NUMBERED = re.compile(r"\b(engineer|skill|tool|part|depot|visit) (\d+)\b")
TOOLS = re.compile(r"\btools \[([\d, ]+)\]")


@dataclass(frozen=True, slots=True)
class PlanViolation:
    """One broken rule of a plan.

    Parameters
    ----------
    rule
        Its stable name, for example ``ARRIVE``.
    shift, visit
        Ids of what is concerned; None when there is none.
    stop
        Place in the route, from 0.
    message
        One English sentence.
    """

    rule: str
    shift: str | None
    visit: str | None
    stop: int | None
    message: str

    def __str__(self) -> str:
        return f"{self.rule}: {self.message}"


def audit(case: Case, plan: Plan, *, with_cost: bool = True) -> list[PlanViolation]:
    """Recompute every time, load and cost of a plan and report what does not hold.

    Parameters
    ----------
    case
        The world that the plan is for.
    plan
        Made by whomever.
    with_cost
        False leaves cost and prices out.

    Returns
    -------
    list of PlanViolation
        Empty when the plan is right.

    Raises
    ------
    TravelUnavailable
        No travel times can be had for the case.
    """
    legend = make_legend(case)
    problem = to_problem(case, legend, find_ways(case, legend))
    found = audit_against(problem, legend, plan, with_cost=with_cost)
    return [*found, *_audit_risk(case, plan)] if with_cost and not found else found


def _audit_risk(case: Case, plan: Plan) -> list[PlanViolation]:
    """Drive the plan again where it claims a price of risk, or should have one.

    A plan that tells no expected breaches was made by somebody who did not ask about risk.
    """
    cost, kpis, run = plan.cost, plan.kpis, plan.run
    if cost is None or kpis is None or kpis.expected_breach is None or run is None:
        claimed = 0 if cost is None else cost.risk
        if claimed:
            message = f"cost: risk {claimed}, expected 0 in a plan that was not driven"
            return [PlanViolation("COST_RISK", None, None, None, message)]
        return []
    if not case.weights.risk and not cost.risk:
        return []
    risks = assess(case, plan, seed=run.seed)
    expected = risk_money(case, risks, cost.sla)
    if cost.risk == expected:
        return []
    message = f"cost: risk {cost.risk}, expected {expected}"
    return [PlanViolation("COST_RISK", None, None, None, message)]


def audit_against(
    problem: Problem, legend: Legend, plan: Plan, *, with_cost: bool = True
) -> list[PlanViolation]:
    """Do what `audit` does for a case that was translated already."""
    claim = to_claim(plan, legend, with_cost=with_cost)
    return [_named(one, legend) for one in check(problem, claim, with_cost=with_cost)]


def _named(violation: Violation, legend: Legend) -> PlanViolation:
    shift = None if violation.shift is None else legend.shifts[violation.shift]
    visit = None if violation.visit is None else legend.visits[violation.visit]
    message = violation.message
    if violation.visit is not None:
        message = message.replace(f"visit {violation.visit}: ", f"visit {visit}: ", 1)
    return PlanViolation(
        rule=str(violation.rule),
        shift=shift,
        visit=visit,
        stop=violation.stop,
        message=f"{_with_names(message, legend)}{_as_times(violation, legend)}",
    )


def _with_names(message: str, legend: Legend) -> str:
    """Put names in place of the numbers by which the auditor knows people, skills and things."""
    place = PLACE.match(message)
    begin = 0 if place is None else place.end()
    tables = {
        "engineer": legend.engineers,
        "skill": legend.skills,
        "tool": legend.tools,
        "part": legend.parts,
        "depot": legend.depots,
        "visit": legend.visits,
    }

    def name(found: re.Match[str]) -> str:
        table, number = tables[found[1]], int(found[2])
        return f"{found[1]} {table[number]}" if number < len(table) else found[0]

    def names(found: re.Match[str]) -> str:
        numbers = [int(one) for one in found[1].split(", ")]
        return "tools " + ", ".join(legend.tools[one] for one in numbers)

    told = TOOLS.sub(names, message[begin:])
    return message[:begin] + NUMBERED.sub(name, told)


def _as_times(violation: Violation, legend: Legend) -> str:
    """Write the seconds of a message as times, for whoever reads a clock."""
    figures = (violation.claimed, violation.expected)
    if violation.rule.value not in INSTANTS or not all(isinstance(one, int) for one in figures):
        return ""
    claimed, expected = (legend.instant(int(one)).isoformat() for one in figures if one is not None)
    return f" ({claimed}, expected {expected})"
