"""Why visits are in no route: the solver's facts as reasons that people can read."""

from __future__ import annotations

from dispatch.domain import Case, Reason, Unassigned, Verdict
from dispatch.planning import shortfall
from dispatch.planning.legend import Legend
from dispatch.planning.remedies import tell_remedy
from dispatch.planning.sentences import blocker_sentence
from dispatch.solver.explain_facts import Blocker, Explanation
from dispatch.solver.problem import Problem

__all__ = ["tell_reason", "tell_unassigned"]


def tell_unassigned(
    explanation: Explanation, problem: Problem, case: Case, legend: Legend
) -> Unassigned:
    """Say an explanation in ids and sentences.

    Parameters
    ----------
    explanation
        Impossible or displaced; a missed visit is planned, not explained.
    problem
        What was explained.
    case, legend
        Names and numbering.
    """
    remedy = explanation.remedy
    return Unassigned(
        visit=legend.visits[explanation.visit],
        verdict=Verdict(explanation.verdict.value),
        reasons=tuple(tell_reason(one, problem, case, legend) for one in explanation.blockers),
        remedy=None if remedy is None else tell_remedy(remedy, problem, case, legend),
        displaces=tuple(legend.visits[other] for other in explanation.displaces),
        price=explanation.price,
    )


def tell_reason(blocker: Blocker, problem: Problem, case: Case, legend: Legend) -> Reason:
    """Say a blocker in ids and sentences."""
    engineer = blocker.engineer
    if engineer is None and blocker.shift is not None:
        engineer = problem.shifts[blocker.shift].engineer
    facts = shortfall.to_plan(blocker.shortfall, legend)
    who = ""
    if engineer is not None:
        person = case.engineers[engineer]
        who = person.name or person.id
        if blocker.shift is not None and len(person.shifts) > 1:
            who = f"{who} ({legend.shifts[blocker.shift]})"
    return Reason(
        code=blocker.code.value,
        engineer=None if engineer is None else legend.engineers[engineer],
        shift=None if blocker.shift is None else legend.shifts[blocker.shift],
        shortfall=facts,
        message=blocker_sentence(blocker.code.value, facts, who=who),
        message_zh=blocker_sentence(blocker.code.value, facts, who=who, language="zh"),
    )
