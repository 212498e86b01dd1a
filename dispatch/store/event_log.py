"""Queries on the event log, its counters and the outbox."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import insert, update
from sqlmodel import Session, col, select

from dispatch.store.tables import CounterRow, EventRow, OutboxRow, SettingRow

__all__ = ["EventLog"]


class EventLog:
    """What happened, in the order of commits."""

    def __init__(self, session: Session) -> None:
        self._session = session
        self._held: dict[str, SettingRow] = {}

    def take_numbers(self, count: int, *, counter: str = "event") -> int:
        """Hand out ``count`` consecutive numbers and return the first, from 1 on."""
        session = self._session
        step = update(CounterRow).where(col(CounterRow.name) == counter)
        changed = session.execute(step.values(value=CounterRow.value + count))
        if changed.rowcount == 0:  # type: ignore[attr-defined]
            session.execute(insert(CounterRow).values(name=counter, value=count))
        last = session.exec(select(CounterRow.value).where(CounterRow.name == counter)).one()
        return last - count + 1

    def last_number(self) -> int:
        """Number of the newest event; 0 when nothing has happened yet."""
        query = select(EventRow.seq).order_by(col(EventRow.seq).desc()).limit(1)
        return self._session.exec(query).first() or 0

    def first_number(self) -> int:
        """Number of the oldest event that is kept; 0 when there is none."""
        query = select(EventRow.seq).order_by(col(EventRow.seq)).limit(1)
        return self._session.exec(query).first() or 0

    def after(self, seq: int, limit: int = 200) -> Sequence[EventRow]:
        """Events with a higher number, oldest first."""
        query = select(EventRow).where(EventRow.seq > seq).order_by(col(EventRow.seq))
        return self._session.exec(query.limit(limit)).all()

    def of_subject(self, type_: str, subject: str, limit: int = 200) -> Sequence[EventRow]:
        """Events of one kind about one subject, newest first."""
        query = select(EventRow).where(EventRow.type == type_, EventRow.subject == subject)
        return self._session.exec(query.order_by(col(EventRow.seq).desc()).limit(limit)).all()

    def of_actor(self, type_: str, actor: str, since: datetime) -> Sequence[EventRow]:
        """Events of one kind that somebody caused since an instant."""
        query = select(EventRow).where(EventRow.type == type_, EventRow.actor == actor)
        return self._session.exec(query.where(col(EventRow.at) >= since)).all()

    def unsent(self, limit: int = 200) -> Sequence[OutboxRow]:
        """Messages not delivered yet, in the order of their events."""
        query = select(OutboxRow).where(col(OutboxRow.sent_at).is_(None))
        ordered = query.order_by(col(OutboxRow.seq), col(OutboxRow.recipient))
        return self._session.exec(ordered.limit(limit)).all()

    def mark_sent(self, ids: Sequence[str], at: datetime) -> None:
        """Note that messages have been handed over."""
        step = update(OutboxRow).where(col(OutboxRow.id).in_(ids))
        self._session.execute(step.values(sent_at=at))

    def setting(self, name: str) -> str | None:
        """Value the installation keeps for itself, or None."""
        row = self._session.get(SettingRow, name)
        if row is not None:
            # Asked for again and again; a session forgets what nobody holds.
            self._held[name] = row
        return None if row is None else row.value

    def keep_setting(self, name: str, value: str) -> None:
        """Write a value the installation keeps for itself."""
        self._session.merge(SettingRow(name=name, value=value))
        self._session.flush()
