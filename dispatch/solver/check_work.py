"""The auditor on a person's work: who may do a visit, and for how long."""

from __future__ import annotations

from dispatch.solver.problem import Problem


def is_allowed(problem: Problem, visit: int, engineer: int) -> bool:
    """Whether skills and persons speak for this engineer."""
    work, person = problem.visits[visit], problem.engineers[engineer]
    if work.required_engineers and engineer not in work.required_engineers:
        return False
    skilled = all(person.skills.get(skill, 0) >= level for skill, level in work.skills)
    return skilled and engineer not in work.forbidden_engineers


def duration_of(problem: Problem, visit: int, engineer: int) -> int:
    """Seconds of work with the largest factor among the required skills, rounded up."""
    work, factors = problem.visits[visit], problem.engineers[engineer].duration_factors
    scaled = [
        (work.duration * factors[skill][0] + factors[skill][1] - 1) // factors[skill][1]
        for skill, _ in work.skills
        if skill in factors
    ]
    return max(scaled, default=work.duration)
