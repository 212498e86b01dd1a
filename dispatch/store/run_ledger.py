"""Queries on runs: claiming, leases, fencing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_
from sqlmodel import Session, col, func, select

from dispatch.errors import NotFound
from dispatch.store.tables import RunRow

__all__ = ["FINAL_STATES", "RunLedger"]

FINAL_STATES = ("done", "failed", "cancelled", "superseded")


class RunLedger:
    """The truth about every run; an executor may be lost and nothing is lost with it."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def add(self, row: RunRow) -> None:
        """Write a queued run."""
        self._session.add(row)
        self._session.flush()

    def get(self, id: str) -> RunRow:
        """A run by id.

        Raises
        ------
        NotFound
            When there is none.
        """
        row = self._session.get(RunRow, id)
        if row is None:
            raise NotFound("run", id)
        return row

    def save(self, row: RunRow) -> None:
        """Write what was changed in a run."""
        self._session.add(row)
        self._session.flush()

    def page(self, *, limit: int = 50) -> Sequence[RunRow]:
        """The newest runs."""
        query = select(RunRow).order_by(col(RunRow.created_at).desc(), col(RunRow.id).desc())
        return self._session.exec(query.limit(limit)).all()

    def waiting(self) -> int:
        """Number of runs that are queued or solving."""
        query = select(func.count()).select_from(RunRow)
        return self._session.exec(query.where(col(RunRow.state).in_(("queued", "solving")))).one()

    def queued(self) -> Sequence[RunRow]:
        """Runs that nobody has begun, oldest first."""
        query = select(RunRow).where(RunRow.state == "queued")
        return self._session.exec(query.order_by(col(RunRow.created_at), RunRow.id)).all()

    def count_by_state(self) -> dict[str, int]:
        """Number of runs in each state that occurs."""
        query = select(RunRow.state, func.count()).group_by(RunRow.state)
        return dict(self._session.exec(query).all())

    def expired(self, now: datetime) -> Sequence[RunRow]:
        """Runs that are solving although nobody has renewed their lease in time."""
        query = select(RunRow).where(RunRow.state == "solving")
        gone = or_(col(RunRow.lease_until).is_(None), col(RunRow.lease_until) < now)
        return self._session.exec(query.where(gone).order_by(RunRow.id)).all()

    def held_by(self, owner: str) -> Sequence[RunRow]:
        """Runs that one executor is solving."""
        query = select(RunRow).where(RunRow.state == "solving", RunRow.lease_owner == owner)
        return self._session.exec(query).all()

    def claim(
        self,
        owner: str,
        now: datetime,
        lease: timedelta,
        *,
        id: str | None = None,
        begun: datetime | None = None,
    ) -> RunRow | None:
        """Take the oldest queued run (or the one named), or None when none waits.

        The token grows with every claim: whoever comes back with an older one has lost the run
        and may not write to it any more. Leases run on the machine's clock, `now`; what people read
        as the start of the run is `begun`, `now` when left out.
        """
        query = select(RunRow).where(RunRow.state == "queued")
        if id is not None:
            query = query.where(RunRow.id == id)
        ordered = query.order_by(col(RunRow.created_at), RunRow.id).limit(1)
        row = self._session.exec(ordered.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        row.state = "solving"
        row.attempts += 1
        row.token += 1
        row.lease_owner = owner
        row.lease_until = now + lease
        row.heartbeat_at = now
        row.started_at = row.started_at or begun or now
        self.save(row)
        return row
