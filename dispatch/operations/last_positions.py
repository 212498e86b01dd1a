"""Last points of all engineers at once, for a map that stays open."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from dispatch.store import UnitOfWork
from dispatch.store.tables import PositionRow

__all__ = ["look_at_all"]

ONE_LOOK = timedelta(minutes=15)
"""A map that stays open asks every minute; within this time that is one look at each engineer."""


def look_at_all(work: UnitOfWork, purpose: str = "") -> Sequence[PositionRow]:
    """Read every last point; each engineer can see who looked and why.

    Parameters
    ----------
    work
        The transaction.
    purpose
        Why; another purpose is another look.
    """
    rows = work.work.positions()
    known = {
        event.subject
        for event in work.log.of_actor("position_viewed", work.actor, work.now - ONE_LOOK)
        if event.payload.get("purpose", "") == purpose
    }
    for row in rows:
        if row.engineer_id not in known:
            work.tell("position_viewed", row.engineer_id, {"by": work.actor, "purpose": purpose})
    return rows
