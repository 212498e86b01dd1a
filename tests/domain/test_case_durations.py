"""How long an engineer takes (contract 4a, Durations) and who can do what."""

from __future__ import annotations

from datetime import timedelta

import pytest

from dispatch.domain import Engineer, EngineerRules, RequiredSkill, Skill

HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("factors", "needs", "seconds"),
    [
        ({}, (), 3600),
        ({"ups": 0.9}, (), 3600),
        ({"ups": 0.9}, ("ups",), 3240),
        ({"ups": 1.1}, ("ups",), 3960),
        ({"ups": 0.9, "lift": 1.2}, ("ups", "lift"), 4320),
        ({"ups": 0.9}, ("ups", "lift"), 3600),
        ({"ups": 0.33333}, ("ups",), 1200),
        ({"ups": 0.3334}, ("ups",), 1201),
    ],
)
def test_largest_factor_of_the_required_skills_holds(
    factors: dict[str, float], needs: tuple[str, ...], seconds: int
) -> None:
    """An hour x 1.1 is 3960 s and not 3961 s as in floats; a skill without factor counts 1."""
    engineer = Engineer("e1", duration_factor=factors)
    required = [RequiredSkill(name) for name in needs]
    assert engineer.duration_of(HOUR, required) == timedelta(seconds=seconds)


def test_level_has_to_be_reached() -> None:
    """Level 2 does for 2 and for 1, and not for 3."""
    engineer = Engineer("e1", skills=(Skill("ups", 2),))
    assert engineer.has_skills([RequiredSkill("ups", 2)])
    assert not engineer.has_skills([RequiredSkill("ups", 3)])
    assert not engineer.has_skills([RequiredSkill("lift")])
    assert (engineer.level_of("ups"), engineer.level_of("lift")) == (2, 0)


def test_empty_list_of_required_engineers_allows_everybody() -> None:
    """`required` are the only ones allowed, `forbidden` never."""
    assert EngineerRules().allows("e1")
    assert EngineerRules(required=("e1",)).allows("e1")
    assert not EngineerRules(required=("e1",)).allows("e2")
    assert not EngineerRules(required=("e1",), forbidden=("e1",)).allows("e1")
