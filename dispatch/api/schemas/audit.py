"""The audit log and looks at positions as answers."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.records.base import Coordinates, Day, Instant

__all__ = ["AuditOut", "ChainOut", "LookOut", "LooksOut", "TrackOut", "TrackPoint"]


class AuditOut(Out):
    """One deed."""

    seq: int = Field(description="Number of the event it goes with.")
    at: Instant
    actor: str
    name: str | None = Field(description="Name of the user or key; null when it is nobody's.")
    action: str
    subject: str
    payload: dict[str, Any]
    changes: dict[str, Any] = Field(description="Old and new value by field, where known.")
    digest: str


class ChainOut(Out):
    """Whether the chain of digests is whole."""

    whole: bool
    first_broken: int | None = Field(description="Number of the first row that does not fit.")


class LookOut(Out):
    """Somebody looked at where an engineer was."""

    at: Instant
    by: str
    purpose: str
    day: Day | None = Field(description="Of the track; null for the last point.")


class LooksOut(Out):
    """Looks, newest first."""

    items: list[LookOut]


class TrackPoint(Out):
    """A point of a track."""

    at: Instant
    position: Coordinates


class TrackOut(Out):
    """Where an engineer was on a day."""

    engineer: str
    date: Day
    kept_days: int = Field(description="For how many days tracks are kept; 0: not at all.")
    points: list[TrackPoint]
