"""Queries on the audit log and on engineers' tracks; deeds are written by the unit of work."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import delete
from sqlmodel import Session, col, select

from dispatch.store.tables import AuditRow, PositionRow, TrackRow

__all__ = ["AuditBook"]

BATCH = 500


class AuditBook:
    """Who did what, and where engineers have been."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def write(
        self,
        seq: int,
        at: datetime,
        actor: str,
        action: str,
        subject: str,
        payload: Mapping[str, Any],
        changes: Mapping[str, Any],
    ) -> None:
        """Add a deed to the chain; only inside the lock of the event numbers."""
        row = AuditRow(
            seq=seq,
            at=at,
            actor=actor,
            action=action,
            subject=subject,
            payload=dict(payload),
            changes=dict(changes),
            digest="",
        )
        row.digest = _digest(self._last_digest(), row)
        self._session.add(row)
        self._session.flush()

    def _last_digest(self) -> str:
        query = select(AuditRow.digest).order_by(col(AuditRow.seq).desc()).limit(1)
        return self._session.exec(query).first() or ""

    def page(
        self,
        *,
        before: int | None = None,
        limit: int = 50,
        actor: str | None = None,
        action: str | None = None,
        subject: str | None = None,
    ) -> Sequence[AuditRow]:
        """Deeds with a lower number, newest first."""
        query = select(AuditRow)
        if before is not None:
            query = query.where(AuditRow.seq < before)
        for column, wanted in (
            (AuditRow.actor, actor),
            (AuditRow.action, action),
            (AuditRow.subject, subject),
        ):
            if wanted is not None:
                query = query.where(col(column) == wanted)
        return self._session.exec(query.order_by(col(AuditRow.seq).desc()).limit(limit)).all()

    def first_broken(self) -> int | None:
        """Number of the first row that does not fit the one before it; None when all do."""
        before, seen = "", 0
        while True:
            query = select(AuditRow).where(AuditRow.seq > seen).order_by(col(AuditRow.seq))
            rows = self._session.exec(query.limit(BATCH)).all()
            for row in rows:
                if row.digest != _digest(before, row):
                    return row.seq
                before, seen = row.digest, row.seq
            if len(rows) < BATCH:
                return None

    def add_point(self, row: TrackRow) -> None:
        """Keep a point of a track; the same instant twice is one."""
        self._session.merge(row)
        self._session.flush()

    def track(self, engineer: str, start: datetime, end: datetime) -> Sequence[TrackRow]:
        """Points of an engineer from one instant to before another, by time."""
        query = select(TrackRow).where(TrackRow.engineer_id == engineer)
        within = query.where(col(TrackRow.at) >= start, col(TrackRow.at) < end)
        return self._session.exec(within.order_by(col(TrackRow.at))).all()

    def forget_points(self, *, tracks_before: datetime, last_before: datetime) -> int:
        """Delete old points; how many."""
        old = delete(TrackRow).where(col(TrackRow.at) < tracks_before)
        last = delete(PositionRow).where(col(PositionRow.at) < last_before)
        gone = [self._session.execute(one).rowcount for one in (old, last)]  # type: ignore[attr-defined]
        self._session.expire_all()
        return sum(gone)


def _digest(before: str, row: AuditRow) -> str:
    told = [
        before,
        row.seq,
        row.at.astimezone(UTC).isoformat(),
        row.actor,
        row.action,
        row.subject,
        row.payload,
        row.changes,
    ]
    text = json.dumps(told, sort_keys=True, ensure_ascii=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()
