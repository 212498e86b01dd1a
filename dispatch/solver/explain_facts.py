"""The facts of an explanation: why a visit is in no route, what would help, what it would cost.

Facts are codes and integers; sentences for people are made elsewhere.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from dispatch.solver.claim import BlockerCode, Verdict
from dispatch.solver.solution import Solution


@dataclass(frozen=True, slots=True)
class Blocker:
    """Why one shift (None: every shift) does not take the visit; see `BlockerCode` for the keys."""

    code: BlockerCode
    shift: int | None = None
    engineer: int | None = None
    shortfall: Mapping[str, int] = field(default_factory=dict)


class EditKind(StrEnum):
    """A change of the world that a remedy proposes, with the keys of its facts.

    `engineer`, `shift`, `visit`, `before`, `skill`, `tool` and `part` are indices; `earliest`,
    `latest` and `time` are times; `seconds`, `level`, `quantity` and `crew_size` are amounts.
    """

    TRAIN_SKILL = "TRAIN_SKILL"  # engineer, skill, level (the new one), by (levels more)
    ALLOW_ENGINEER = "ALLOW_ENGINEER"  # visit, engineer: no longer forbidden, one of the required
    GIVE_TOOL = "GIVE_TOOL"  # engineer, tool
    STOCK_VAN = "STOCK_VAN"  # engineer, part, quantity (pieces more, at the first shift's start)
    WIDEN_WINDOW = "WIDEN_WINDOW"  # visit, window (its number), earliest, latest, seconds (more)
    EXTEND_SHIFT = "EXTEND_SHIFT"  # shift, time (the new latest end), seconds (by how much)
    RAISE_MAX_TRAVEL = "RAISE_MAX_TRAVEL"  # shift, max_travel (the new bound), seconds (more)
    DROP_BREAK = "DROP_BREAK"  # shift, break (its number)
    UNPIN = "UNPIN"  # visit
    DROP_AFTER = "DROP_AFTER"  # visit, before
    REDUCE_CREW = "REDUCE_CREW"  # visit, crew_size


@dataclass(frozen=True, slots=True)
class Edit:
    """One change of the world; see `EditKind` for the keys of its facts."""

    kind: EditKind
    facts: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Remedy:
    """The smallest change found that makes an impossible visit plannable alone, verified."""

    edits: tuple[Edit, ...]


@dataclass(frozen=True, slots=True)
class Explanation:
    """Why a visit is unassigned.

    Parameters
    ----------
    visit, verdict, blockers
        What stands in the way, shift by shift.
    remedy
        For an impossible visit; None when no small change helps.
    displaces
        For a displaced visit: the smallest set found whose removal lets it in.
    price
        For a displaced visit: what forcing it in would add to the cost, tier prices included.
    place
        For a missed visit: the plan with the visit in it.
    """

    visit: int
    verdict: Verdict
    blockers: tuple[Blocker, ...] = ()
    remedy: Remedy | None = None
    displaces: tuple[int, ...] = ()
    price: int | None = None
    place: Solution | None = None
