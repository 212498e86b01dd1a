"""Explain a plan file: why visits are unassigned, why a planned one has its engineer."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.domain import Case, Plan, Unassigned
from dispatch.errors import InputError, NotFound
from dispatch.planning.legend import Legend, make_legend
from dispatch.planning.to_problem import to_problem
from dispatch.planning.to_solution import to_solution
from dispatch.planning.travel_times import find_ways
from dispatch.planning.why_engineer import WhyEngineer, why_engineer
from dispatch.planning.why_unassigned import tell_unassigned
from dispatch.solver.claim import Verdict
from dispatch.solver.explain import explain
from dispatch.solver.problem import Problem
from dispatch.solver.solution import Solution
from dispatch.solver.timetable import InfeasibleSolution, schedule

__all__ = ["Missed", "explain_all", "explain_one"]


@dataclass(frozen=True, slots=True)
class Missed:
    """A visit that a plan leaves out although somebody has a place for it as the plan stands."""

    visit: str


def explain_all(case: Case, plan: Plan) -> tuple[Unassigned | Missed, ...]:
    """Say for each unassigned visit of a plan why it is in no route.

    Whatever the plan itself says about it is not believed: everything is found out anew.

    Parameters
    ----------
    case
        The world that the plan is for.
    plan
        Made by whomever; it must keep the rules.

    Raises
    ------
    InputError
        The plan names unknown things or breaks a rule, so that nothing follows from it.
    """
    problem, legend, solution = _read(case, plan)
    try:
        found = explain(problem, schedule(problem, solution))
    except InfeasibleSolution as error:
        raise _broken(error) from error
    return tuple(
        Missed(legend.visits[one.visit])
        if one.verdict is Verdict.MISSED
        else tell_unassigned(one, problem, case, legend)
        for one in found
    )


def explain_one(case: Case, plan: Plan, visit: str) -> Unassigned | Missed | WhyEngineer:
    """Say why a visit is unassigned, or why it is served by whom it is.

    Raises
    ------
    NotFound
        The case has no such visit.
    InputError
        The plan names unknown things or breaks a rule, so that nothing follows from it.
    """
    if all(one.id != visit for one in case.visits):
        raise NotFound("visit", visit)
    problem, legend, solution = _read(case, plan)
    index = legend.visits.index(visit)
    if index not in solution.assigned():
        return next(one for one in explain_all(case, plan) if one.visit == visit)
    try:
        return why_engineer(problem, solution, index, case, legend)
    except InfeasibleSolution as error:
        raise _broken(error) from error


def _read(case: Case, plan: Plan) -> tuple[Problem, Legend, Solution]:
    legend = make_legend(case)
    problem = to_problem(case, legend, find_ways(case, legend))
    return problem, legend, to_solution(plan, problem, legend)


def _broken(error: InfeasibleSolution) -> InputError:
    return InputError.at(
        "",
        str(error),
        "a plan that keeps the rules",
        f"the plan breaks a rule ({error}), expected one that keeps them; see dispatch check",
    )
