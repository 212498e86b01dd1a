"""Queries on what-ifs: claiming, leases, finished replications."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import or_
from sqlalchemy.orm import defer
from sqlmodel import Session, col, func, select

from dispatch.errors import NotFound
from dispatch.store.tables import WhatIfOutcomeRow, WhatIfRow

__all__ = ["WhatIfBook"]

Place = tuple[int, int, int]
"""Study, world and replication of a finished simulation."""


class WhatIfBook:
    """The truth about every what-if; whoever works on one may be lost and nothing is lost."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def save(self, row: WhatIfRow) -> None:
        """Write a new what-if, or what was changed in one."""
        self._session.add(row)
        self._session.flush()

    def get(self, id: str) -> WhatIfRow:
        """A what-if by id.

        Raises
        ------
        NotFound
            When there is none.
        """
        row = self._session.get(WhatIfRow, id)
        if row is None:
            raise NotFound("what-if", id)
        return row

    def page(self, *, limit: int) -> Sequence[WhatIfRow]:
        """The newest ones, without their bulky cases and reports."""
        big = (defer(WhatIfRow.case_text), defer(WhatIfRow.report))  # type: ignore[arg-type]
        newest = (col(WhatIfRow.created_at).desc(), col(WhatIfRow.id).desc())
        return self._session.exec(
            select(WhatIfRow).options(*big).order_by(*newest).limit(limit)
        ).all()

    def waiting(self) -> int:
        """How many are queued or under way."""
        query = select(func.count()).select_from(WhatIfRow)
        open_states = ("queued", "simulating")
        return self._session.exec(query.where(col(WhatIfRow.state).in_(open_states))).one()

    def expired(self, now: datetime) -> Sequence[WhatIfRow]:
        """Those under way although nobody has renewed their lease in time."""
        gone = or_(col(WhatIfRow.lease_until).is_(None), col(WhatIfRow.lease_until) < now)
        query = select(WhatIfRow).where(WhatIfRow.state == "simulating")
        return self._session.exec(query.where(gone).order_by(WhatIfRow.id)).all()

    def claim(
        self, owner: str, now: datetime, lease: timedelta, *, begun: datetime
    ) -> WhatIfRow | None:
        """Take the oldest queued one, or None when none waits; see `RunLedger.claim`."""
        oldest = select(WhatIfRow).where(WhatIfRow.state == "queued")
        ordered = oldest.order_by(col(WhatIfRow.created_at), WhatIfRow.id).limit(1)
        row = self._session.exec(ordered.with_for_update(skip_locked=True)).first()
        if row is None:
            return None
        row.state = "simulating"
        row.attempts += 1
        row.token += 1
        row.lease_owner = owner
        row.lease_until = now + lease
        row.started_at = row.started_at or begun
        self.save(row)
        return row

    def outcomes(self, id: str) -> dict[Place, dict[str, Any]]:
        """Every finished replication of one what-if."""
        query = select(WhatIfOutcomeRow).where(WhatIfOutcomeRow.what_if_id == id)
        return {
            (row.study, row.world, row.replication): row.outcome
            for row in self._session.exec(query).all()
        }

    def keep(self, id: str, place: Place, outcome: Mapping[str, Any]) -> None:
        """Keep a finished replication; one that is there already stays."""
        study, world, replication = place
        if self._session.get(WhatIfOutcomeRow, (id, study, world, replication)) is None:
            row = WhatIfOutcomeRow(
                what_if_id=id,
                study=study,
                world=world,
                replication=replication,
                outcome=dict(outcome),
            )
            self._session.add(row)
            self._session.flush()
