"""The numbers behind a blocker: indices and seconds in the solver, ids and times in a plan."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from dispatch.planning.legend import Legend, Names
from dispatch.solver.claim import UNKNOWN

__all__ = ["from_plan", "to_plan"]

INSTANTS = ("earliest", "latest", "available_from")


def _names(legend: Legend) -> dict[str, Names]:
    return {
        "skill": legend.skills,
        "tool": legend.tools,
        "part": legend.parts,
        "shift": legend.shifts,
        "visit": legend.visits,
        "engineer": legend.engineers,
    }


def to_plan(shortfall: Mapping[str, int], legend: Legend) -> dict[str, Any]:
    """Say a shortfall of the solver in ids, ISO-8601 times and plain numbers."""
    names = _names(legend)
    told: dict[str, Any] = {}
    for key, value in shortfall.items():
        if key in names:
            told[key] = names[key][value]
        elif key in INSTANTS:
            told[key] = legend.instant(value).isoformat()
        else:
            told[key] = int(value)
    return told


def from_plan(shortfall: Mapping[str, Any], legend: Legend) -> dict[str, int]:
    """Read a shortfall of a plan back; an unknown id becomes `UNKNOWN`, other texts are dropped."""
    names = _names(legend)
    read: dict[str, int] = {}
    for key, value in shortfall.items():
        if key in names:
            known = isinstance(value, str) and value in names[key]
            read[key] = names[key].index(value) if known else UNKNOWN
        elif key in INSTANTS and isinstance(value, str):
            instant = _instant(value)
            if instant is not None:
                read[key] = legend.seconds(instant)
        elif isinstance(value, int) and not isinstance(value, bool):
            read[key] = value
    return read


def _instant(text: str) -> datetime | None:
    try:
        instant = datetime.fromisoformat(text)
    except ValueError:
        return None
    return instant if instant.utcoffset() is not None else None
