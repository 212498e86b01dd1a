"""Explanations against brute force: 200 small problems with every rule in them.

Each `impossible` is confirmed by trying every plan, each remedy makes its visit plannable in the
changed world, and the auditor agrees with every verdict and every reason.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import replace

import pytest
from brute_force import BruteForce, TooMany
from claims import claim_of
from planned import explained_plan
from small_problems import Mix, small_problem

from dispatch.solver.check import check
from dispatch.solver.claim import BlockerCode, ClaimedReason, ClaimedUnassigned, Verdict
from dispatch.solver.explain import Explanation, apply_edits
from dispatch.solver.problem import Problem
from dispatch.solver.solution import Schedule

EASY = replace(Mix(), skills=0.1, tools=0.1, parts=0.2, pins=0.1, crews=0.05, windows=0.2)
"""Few rules, so that visits are displaced rather than impossible."""

BATCHES = [range(start, start + 20) for start in range(0, 200, 20)]


def claimed(explanation: Explanation) -> ClaimedUnassigned:
    """What a plan file would say of an explanation."""
    reasons = tuple(
        ClaimedReason(b.code.value, b.engineer, b.shift, b.shortfall) for b in explanation.blockers
    )
    return ClaimedUnassigned(
        explanation.visit,
        explanation.verdict.value,
        reasons,
        explanation.displaces,
        explanation.price,
    )


def confirm(problem: Problem, schedule: Schedule, explanation: Explanation) -> str:
    """What brute force says of one verdict and its remedy: a word for the count."""
    visit = explanation.visit
    try:
        possible = BruteForce(problem, schedule).can_plan(visit)
        assert possible == (explanation.verdict is Verdict.DISPLACED), explanation
        if explanation.remedy is None:
            # Only a missing road or a frozen past leaves nothing to change.
            codes = {blocker.code for blocker in explanation.blockers}
            hopeless = {BlockerCode.UNREACHABLE, BlockerCode.FROZEN}
            assert possible or codes & hopeless, explanation
            return "displaced" if possible else "hopeless"
        changed = apply_edits(problem, explanation.remedy.edits)
        assert BruteForce(changed, schedule).can_plan(visit), explanation
    except TooMany:
        return "too many"
    return "impossible"


@pytest.mark.parametrize("batch", BATCHES, ids=str)
def test_every_verdict_is_confirmed(batch: range) -> None:
    """Twenty problems with all rules: verdicts, remedies, reasons."""
    counts: Counter[str] = Counter()
    for seed in batch:
        problem = small_problem(seed)
        planned = explained_plan(problem)
        if planned is None:
            counts["no plan"] += 1
            continue
        schedule, explanations = planned
        assert [e.visit for e in explanations] == sorted(schedule.unassigned)
        counts.update(confirm(problem, schedule, e) for e in explanations)
        claim = claim_of(problem, schedule, [claimed(e) for e in explanations])
        assert check(problem, claim) == [], seed
    assert counts["impossible"] >= 10
    assert counts["too many"] <= 5
    assert counts["no plan"] <= 2


@pytest.mark.parametrize("seed", range(1000, 1030))
def test_displaced_visits_name_whom_they_compete_with(seed: int) -> None:
    """Few rules and much work: displaced visits name planned ones and have a price."""
    problem = small_problem(seed, EASY)
    planned = explained_plan(problem)
    assert planned is not None
    schedule, explanations = planned
    for explanation in explanations:
        assert confirm(problem, schedule, explanation)
        if explanation.verdict is Verdict.DISPLACED:
            assert explanation.price is not None
            assert set(explanation.displaces).isdisjoint(schedule.unassigned)
    claim = claim_of(problem, schedule, [claimed(e) for e in explanations])
    assert check(problem, claim) == []
