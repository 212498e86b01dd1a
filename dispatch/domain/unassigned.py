"""Why a visit is in no route, and the smallest change that would put it there."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from dispatch.domain.checks import require_id

__all__ = ["Reason", "Remedy", "Unassigned", "Verdict"]


class Verdict(StrEnum):
    """Whether no shift takes the visit even alone, or some shift would (contract 4a)."""

    IMPOSSIBLE = "impossible"
    DISPLACED = "displaced"


@dataclass(frozen=True, slots=True)
class Reason:
    """A blocker: why one shift, one engineer or nobody at all takes the visit.

    Parameters
    ----------
    code
        Code of the blocker, for example ``NO_SKILL``.
    engineer, shift
        Whom it concerns; None: everybody.
    shortfall
        What is missing, in the numbers that belong to the code; plain JSON values.
    message, message_zh
        A sentence for a person, in English and in Simplified Chinese.
    """

    code: str
    engineer: str | None = None
    shift: str | None = None
    shortfall: Mapping[str, Any] = field(default_factory=dict)
    message: str = ""
    message_zh: str = ""

    def __post_init__(self) -> None:
        require_id("code", self.code)


@dataclass(frozen=True, slots=True)
class Remedy:
    """The smallest change that unblocks a visit.

    Parameters
    ----------
    change
        Short code of the change.
    message, message_zh
        A sentence for a person, in English and in Simplified Chinese.
    edits
        The change as JSON Patch (RFC 6902) operations on the case file.
    """

    change: str
    message: str = ""
    edits: tuple[Mapping[str, Any], ...] = ()
    message_zh: str = ""


@dataclass(frozen=True, slots=True)
class Unassigned:
    """A visit that is in no route.

    Parameters
    ----------
    visit
        Its id.
    verdict
        Impossible alone, or displaced by others.
    reasons
        Blockers, each true.
    remedy
        None when no small change helps or a plan was made by hand.
    displaces
        Visits it competes with.
    price
        Of forcing it in, minor units; None when unknown or impossible.
    """

    visit: str
    verdict: Verdict
    reasons: tuple[Reason, ...] = ()
    remedy: Remedy | None = None
    displaces: tuple[str, ...] = ()
    price: int | None = None

    def __post_init__(self) -> None:
        require_id("visit", self.visit)
