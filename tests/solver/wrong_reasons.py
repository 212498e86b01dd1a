"""Plans that leave a visit out for a wrong reason, beside the same plan with the right one."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from hand_made import (
    change_visit,
    go,
    plan,
)
from named_worlds import (
    HOUR,
    two_engineers,
    visit,
    world,
)

from dispatch.solver.check import Rule
from dispatch.solver.claim import Claim, ClaimedReason, ClaimedUnassigned
from dispatch.solver.problem import Problem

Pair = tuple[Problem, Claim, Claim]
"""A world, a right plan of it, and a wrong one."""


def _left_out(*entries: ClaimedUnassigned) -> tuple[Problem, Claim]:
    """Visit 2 needs level 2, which only engineer 0 has, and is left out."""
    problem = change_visit(two_engineers(), 2, skills=((0, 2),))
    return problem, replace(plan(problem, go(0, 1), ()), unassigned=entries)


LOW = ClaimedReason("LEVEL_TOO_LOW", 1, 1, {"skill": 0, "level": 2, "has": 1})
FULL = ClaimedReason("NO_CAPACITY", 0, 0)
RIGHT_ENTRY = ClaimedUnassigned(2, "displaced", (FULL, LOW), displaces=(0,))


def _verdict() -> Pair:
    """Engineer 0 could serve visit 2 alone, so it is not impossible."""
    problem, right = _left_out(RIGHT_ENTRY)
    return problem, right, _left_out(ClaimedUnassigned(2, "impossible", (LOW,)))[1]


def _verdict_the_other_way() -> Pair:
    """Nobody has the skill, so the visit is not displaced."""
    problem = change_visit(two_engineers(), 2, skills=((1, 1),))
    reason = ClaimedReason("NO_SKILL", 0, 0, {"skill": 1, "level": 1})
    claim = plan(problem, go(0, 1), ())
    right = replace(claim, unassigned=(ClaimedUnassigned(2, "impossible", (reason,)),))
    wrong = replace(claim, unassigned=(ClaimedUnassigned(2, "displaced", (reason,), (1,)),))
    return problem, right, wrong


def _reason(reason: ClaimedReason) -> Callable[[], Pair]:
    def pair() -> Pair:
        problem, right = _left_out(RIGHT_ENTRY)
        entry = replace(RIGHT_ENTRY, reasons=(FULL, reason))
        return problem, right, _left_out(entry)[1]

    return pair


def _no_reason() -> Pair:
    """An unassigned visit without any reason."""
    problem, right = _left_out(RIGHT_ENTRY)
    return problem, right, _left_out(replace(RIGHT_ENTRY, reasons=()))[1]


def _displaces() -> Pair:
    """The visit is said to compete with itself."""
    problem, right = _left_out(RIGHT_ENTRY)
    return problem, right, _left_out(replace(RIGHT_ENTRY, displaces=(2,)))[1]


def _too_short(seconds: int) -> Claim:
    """Visit 0 of seven and a half hours and its way exceed eight hours by 10 minutes... or not."""
    problem = _short_day()
    reason = ClaimedReason("SHIFT_TOO_SHORT", 0, 0, {"seconds": seconds})
    entry = ClaimedUnassigned(0, "impossible", (reason,))
    return replace(plan(problem, ()), unassigned=(entry,))


def _short_day() -> Problem:
    """Seven and a half hours of work and forty minutes of travel in a shift of eight hours."""
    return world((visit(2, duration=7 * HOUR + 1800),))


def _shortfall(seconds: int) -> Callable[[], Pair]:
    return lambda: (_short_day(), _too_short(600), _too_short(seconds))


WRONG_REASONS: list[tuple[Rule, Callable[[], Pair]]] = [
    (Rule.VERDICT, _verdict),
    (Rule.VERDICT, _verdict_the_other_way),
    (Rule.REASON, _no_reason),
    (Rule.REASON, _shortfall(599)),
    (Rule.REASON, _shortfall(601)),
    (Rule.DISPLACES, _displaces),
    *(
        (Rule.REASON, _reason(reason))
        for reason in (
            ClaimedReason("NO_SKILL", 1, 1, {"skill": 0, "level": 2}),
            ClaimedReason("LEVEL_TOO_LOW", 0, 0, {"skill": 0, "level": 2, "has": 1}),
            ClaimedReason("LEVEL_TOO_LOW", 1, 1, {"skill": 0, "level": 3, "has": 1}),
            ClaimedReason("LEVEL_TOO_LOW", 0, 1, {"skill": 0, "level": 2, "has": 1}),
            ClaimedReason("FORBIDDEN_ENGINEER", 1, 1),
            ClaimedReason("NOT_REQUIRED_ENGINEER", 1, 1),
            ClaimedReason("NO_TOOL", 1, 1, {"tool": 0}),
            ClaimedReason("NO_PART", 1, 1, {"part": 0, "quantity": 1, "available": 0}),
            ClaimedReason("SHIFT_TOO_SHORT", 0, 0, {"seconds": 60}),
            ClaimedReason("PINNED_ELSEWHERE", 1, 1, {"shift": 0}),
            ClaimedReason("FROZEN", 1, 1),
            ClaimedReason("CREW_TOO_SMALL", shortfall={"crew_size": 2, "available": 1}),
            ClaimedReason("PREDECESSOR_UNASSIGNED", shortfall={"visit": 0}),
            ClaimedReason("BAD_LUCK", 1, 1),
            ClaimedReason("LEVEL_TOO_LOW", 7, None, {"skill": 0, "level": 2, "has": 1}),
        )
    ),
]
