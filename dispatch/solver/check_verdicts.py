"""The auditor on verdicts: a wrong reason for an unassigned visit is a violation.

`impossible` is refused when a walk finds a shift that takes the visit, `displaced` when every
shift was tried in vain. Where the world is too large to try, only the reasons are judged.
"""

from __future__ import annotations

from dispatch.solver.check_assignment import presences
from dispatch.solver.check_reasons import wrong_reason
from dispatch.solver.check_rules import Report, Rule
from dispatch.solver.check_takes import Alone
from dispatch.solver.claim import UNKNOWN, Claim, ClaimedUnassigned, Verdict
from dispatch.solver.problem import Problem


def check_verdicts(problem: Problem, claim: Claim, report: Report) -> None:
    """Prove or refute each verdict, and recompute each reason with its numbers."""
    alone = Alone(problem, claim)
    served = presences(claim)
    for entry in claim.unassigned:
        if entry.visit == UNKNOWN or entry.visit in served:
            continue
        _check_verdict(alone, entry, report)
        _check_displaces(entry, served.keys(), report)
        if not entry.reasons:
            report.add(Rule.REASON, "it has no reason", visit=entry.visit)
        for number, reason in enumerate(entry.reasons):
            wrong = wrong_reason(problem, alone, entry, reason)
            if wrong:
                message = f"reason {number} ({reason.code}): {wrong}"
                report.add(Rule.REASON, message, visit=entry.visit, claimed=reason.code)


def _check_verdict(alone: Alone, entry: ClaimedUnassigned, report: Report) -> None:
    visit = entry.visit
    if entry.verdict not in (Verdict.IMPOSSIBLE, Verdict.DISPLACED):
        message = f"its verdict is {entry.verdict}, expected impossible or displaced"
        report.add(Rule.VERDICT, message, visit=visit, claimed=entry.verdict)
        return
    takes = alone.takes(visit)
    if takes and entry.verdict == Verdict.IMPOSSIBLE:
        message = "it is said to be impossible, but some shift takes it alone"
        report.add(
            Rule.VERDICT, message, visit=visit, claimed=entry.verdict, expected=Verdict.DISPLACED
        )
    elif takes is False and entry.verdict == Verdict.DISPLACED:
        message = "it is said to be displaced, but no shift takes it even alone"
        report.add(
            Rule.VERDICT, message, visit=visit, claimed=entry.verdict, expected=Verdict.IMPOSSIBLE
        )


def _check_displaces(entry: ClaimedUnassigned, served: object, report: Report) -> None:
    assert hasattr(served, "__contains__")
    if entry.verdict == Verdict.IMPOSSIBLE and entry.displaces:
        message = "an impossible visit competes with nobody"
        report.add(Rule.DISPLACES, message, visit=entry.visit)
    for other in entry.displaces:
        if other == UNKNOWN or other not in served or other == entry.visit:
            message = f"it cannot compete with visit {other}, which is in no route"
            report.add(Rule.DISPLACES, message, visit=entry.visit, claimed=other)
