"""Reasons among near engineers, as large days get them, held by the auditor on small worlds."""

from __future__ import annotations

import pytest
from planning_worlds import case, engineer, hours, visit
from random_days import random_day

from dispatch.domain import After, Priority, RequiredSkill, Verdict
from dispatch.planning.audit import audit
from dispatch.planning.planner import plan


@pytest.fixture(autouse=True)
def near_reasons_of_one_engineer(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every day counts as large, and nobody but the nearest engineer is spoken of."""
    monkeypatch.setattr("dispatch.planning.unassigned_visits.NEAR_FROM", 0)
    monkeypatch.setattr("dispatch.planning.near_reasons.TOLD", 1)
    monkeypatch.setattr("dispatch.planning.near_reasons.ASKED", 1)


def test_a_visit_is_not_impossible_because_its_predecessor_is_done_by_somebody_else() -> None:
    """Chen and Wang can go second, at 9:20, but their days are full; Li alone can go first."""
    world = case(
        engineers=(
            engineer("chen", {"ups": 3}),
            engineer("wang", {"ups": 3}),
            engineer("li", {"fans": 3}),
        ),
        visits=(
            visit("first", required_skills=(RequiredSkill("fans", 1),)),
            visit(
                "second",
                required_skills=(RequiredSkill("ups", 1),),
                after=(After("first", hours(0)),),
                priority=Priority.LOW,
            ),
            *(
                visit(
                    name,
                    length=8.5,
                    required_skills=(RequiredSkill("ups", 1),),
                    priority=Priority.MANDATORY,
                )
                for name in ("long", "longer")
            ),
        ),
    )
    made = plan(world, iterations=200)
    assert audit(world, made) == []
    assert [(one.visit, one.verdict) for one in made.unassigned] == [("second", Verdict.DISPLACED)]


@pytest.mark.parametrize("seed", [39, 112, 116, 5, 17, 60])
def test_reasons_of_a_random_day_hold_when_few_engineers_are_asked(seed: int) -> None:
    """Pinned crews, links, parts and windows: the auditor finds no wrong verdict or reason."""
    made = plan(random_day(seed), iterations=150, seed=seed)
    assert all(one.reasons for one in made.unassigned)
