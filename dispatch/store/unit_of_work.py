"""One transaction: the session, its repositories, and the facts to be told when it commits."""

from __future__ import annotations

import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from functools import cached_property
from typing import Any, NamedTuple

from sqlalchemy import Engine, event
from sqlalchemy.orm import Session as OrmSession
from sqlmodel import Session

from dispatch.store.accounts import Accounts
from dispatch.store.audit_book import AuditBook
from dispatch.store.catalogue import Catalogue
from dispatch.store.clock import Clock, MachineClock
from dispatch.store.day_book import DayBook
from dispatch.store.event_log import EventLog
from dispatch.store.notice_book import NoticeBook
from dispatch.store.plan_archive import PlanArchive
from dispatch.store.replies import Replies
from dispatch.store.run_ledger import RunLedger
from dispatch.store.service_book import ServiceBook
from dispatch.store.supply_book import SupplyBook
from dispatch.store.tables import AuditRow, EventRow, OutboxRow
from dispatch.store.what_if_book import WhatIfBook
from dispatch.store.work_book import WorkBook

__all__ = ["UnitOfWork"]

PERSONS = frozenset({"demo", "set-up"})


class _Fact(NamedTuple):
    kind: str
    subject: str
    payload: Mapping[str, Any]
    recipients: tuple[str, ...]
    changes: Mapping[str, Any]


class UnitOfWork:
    """Everything one verb reads and writes, kept or dropped as a whole.

    Parameters
    ----------
    engine
        Where to connect; its options say whether this transaction writes.
    actor
        Who acts, for the event log.
    clock
        Tells the present; None: the machine's.

    Notes
    -----
    Nobody commits inside: `Database.write` does, after the verb returned.
    """

    def __init__(
        self, engine: Engine, *, actor: str = "system", clock: Clock | None = None
    ) -> None:
        self.session = Session(engine, expire_on_commit=False)
        self.actor = actor
        self.now: datetime = (clock or MachineClock()).now()
        self._facts: list[_Fact] = []

    @cached_property
    def catalogue(self) -> Catalogue:
        """Master data."""
        return Catalogue(self.session)

    @cached_property
    def work(self) -> WorkBook:
        """Requests, visits, reports and positions."""
        return WorkBook(self.session)

    @cached_property
    def service(self) -> ServiceBook:
        """Complaints, service reports, alerts of clocks and expected times."""
        return ServiceBook(self.session)

    @cached_property
    def day(self) -> DayBook:
        """Disruptions, reservations, slots."""
        return DayBook(self.session)

    @cached_property
    def supplies(self) -> SupplyBook:
        """Deliveries that are awaited or have come, norms of vans."""
        return SupplyBook(self.session)

    @cached_property
    def notices(self) -> NoticeBook:
        """What customers are told, and how far each message has come."""
        return NoticeBook(self.session)

    @cached_property
    def audit(self) -> AuditBook:
        """Who did what."""
        return AuditBook(self.session)

    @cached_property
    def plans(self) -> PlanArchive:
        """Plan versions and assignments."""
        return PlanArchive(self.session)

    @cached_property
    def runs(self) -> RunLedger:
        """Runs of the planner."""
        return RunLedger(self.session)

    @cached_property
    def what_ifs(self) -> WhatIfBook:
        """What-ifs and their finished replications."""
        return WhatIfBook(self.session)

    @cached_property
    def accounts(self) -> Accounts:
        """Users, sessions and API keys."""
        return Accounts(self.session)

    @cached_property
    def replies(self) -> Replies:
        """Answers given to idempotency keys."""
        return Replies(self.session)

    @cached_property
    def log(self) -> EventLog:
        """What happened."""
        return EventLog(self.session)

    @contextmanager
    def tentatively(self) -> Iterator[None]:
        """Do something and take all of it back, rows and facts alike, at the end of the block."""
        facts = len(self._facts)
        nested = self.session.begin_nested()
        try:
            yield
        finally:
            nested.rollback()
            del self._facts[facts:]
            self.session.expire_all()

    def tell(
        self,
        kind: str,
        subject: str,
        payload: Mapping[str, Any] | None = None,
        *,
        recipients: tuple[str, ...] = (),
        changes: Mapping[str, Any] | None = None,
    ) -> None:
        """Note a fact; it gets its number when the transaction commits.

        Parameters
        ----------
        kind
            In the past tense, for example ``plan_published``.
        subject
            Id of what it is about.
        payload
            Plain JSON values.
        recipients
            Who must be told at least once, for example ``engineer:e1``.
        changes
            Old and new values by field; they stand in the audit log alone, where fewer look.
        """
        self._facts.append(_Fact(kind, subject, payload or {}, recipients, changes or {}))

    def commit(self) -> None:
        """Number the facts and commit.

        Numbers come from a row that stays locked until the commit, so on PostgreSQL too the
        order of numbers is the order of commits, and a reader who has seen number 7 can never
        find a number 6 later.
        """
        if self._facts:
            first = self.log.take_numbers(len(self._facts))
            for seq, fact in enumerate(self._facts, first):
                self._write(seq, fact)
        self.session.commit()
        self.session.close()

    def _write(self, seq: int, fact: _Fact) -> None:
        row = EventRow(
            seq=seq,
            type=fact.kind,
            subject=fact.subject,
            actor=self.actor,
            at=self.now,
            payload=dict(fact.payload),
        )
        self.session.add(row)
        self.session.flush()
        for recipient in fact.recipients:
            self.session.add(
                OutboxRow(
                    id=str(uuid.uuid4()),
                    seq=seq,
                    topic=fact.kind,
                    recipient=recipient,
                    payload=dict(fact.payload),
                )
            )
        # What threads of the server do by themselves stands in the event log only.
        if fact.changes or ":" in self.actor or self.actor in PERSONS:
            self.audit.write(
                seq, self.now, self.actor, fact.kind, fact.subject, fact.payload, fact.changes
            )

    def leave(self) -> None:
        """Give the connection back; rows that were read stay readable, nothing is kept."""
        self.session.close()

    def abandon(self) -> None:
        """Drop everything and give the connection back."""
        self.session.rollback()
        self.session.close()


@event.listens_for(OrmSession, "before_flush")
def _refuse_changed_history(session: OrmSession, _context: object, _instances: object) -> None:
    """The logs only grow: whoever changes or removes a row of them has a mistake."""
    for row in (*session.dirty, *session.deleted):
        if isinstance(row, (EventRow, AuditRow)) and session.is_modified(row):
            msg = f"{row.__tablename__} {row.seq}: the log is append-only"
            raise ValueError(msg)
