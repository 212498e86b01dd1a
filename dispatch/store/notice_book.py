"""Queries on notices, their receivers and their deliveries."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, update
from sqlmodel import Session, col, func, select

from dispatch.errors import NotFound
from dispatch.store.tables import DeliveryRow, NoticeRow, WebhookRow

__all__ = ["NoticeBook"]


class NoticeBook:
    """What customers are told, and how far each message has come."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def notice(self, id: str) -> NoticeRow | None:
        """A notice by id."""
        return self._session.get(NoticeRow, id)

    def add(self, row: NoticeRow | DeliveryRow) -> None:
        """Write a new notice or delivery."""
        self._session.add(row)
        self._session.flush()

    def page(
        self, *, after: int = 0, limit: int = 50, request: str | None = None
    ) -> Sequence[NoticeRow]:
        """Notices with a higher number, oldest first."""
        query = select(NoticeRow).where(NoticeRow.number > after)
        if request is not None:
            query = query.where(NoticeRow.request_id == request)
        return self._session.exec(query.order_by(col(NoticeRow.number)).limit(limit)).all()

    def active_webhooks(self) -> Sequence[WebhookRow]:
        """Receivers that want to be told, by id."""
        query = select(WebhookRow).where(col(WebhookRow.active))
        return self._session.exec(query.order_by(WebhookRow.id)).all()

    def delivery(self, id: str) -> DeliveryRow:
        """A delivery by id.

        Raises
        ------
        NotFound
            When there is none.
        """
        row = self._session.get(DeliveryRow, id)
        if row is None:
            raise NotFound("delivery", id)
        return row

    def deliveries(
        self,
        *,
        after: str = "",
        limit: int = 50,
        state: str | None = None,
        webhook: str | None = None,
        notice: str | None = None,
    ) -> Sequence[DeliveryRow]:
        """Deliveries with an id after the given one, by id."""
        query = select(DeliveryRow).where(DeliveryRow.id > after)
        if state is not None:
            query = query.where(DeliveryRow.state == state)
        if webhook is not None:
            query = query.where(DeliveryRow.webhook_id == webhook)
        if notice is not None:
            query = query.where(DeliveryRow.notice_id == notice)
        return self._session.exec(query.order_by(DeliveryRow.id).limit(limit)).all()

    def due(self, now: datetime, limit: int = 500) -> Sequence[DeliveryRow]:
        """The oldest waiting delivery of each receiver and subject, where its time has come.

        Messages about one subject stay in order: a later one waits for the one before to be
        delivered or given up.
        """
        waiting = col(DeliveryRow.state) == "waiting"
        first = (
            select(func.min(DeliveryRow.number))
            .where(waiting)
            .group_by(DeliveryRow.webhook_id, DeliveryRow.subject)
        )
        query = select(DeliveryRow).where(
            waiting,
            col(DeliveryRow.number).in_(first),
            col(DeliveryRow.next_at) <= now,
            or_(col(DeliveryRow.lease_until).is_(None), col(DeliveryRow.lease_until) < now),
        )
        return self._session.exec(query.order_by(col(DeliveryRow.number)).limit(limit)).all()

    def next_due(self) -> datetime | None:
        """When the next waiting delivery is due; None when nothing waits."""
        query = select(func.min(DeliveryRow.next_at)).where(DeliveryRow.state == "waiting")
        return self._session.exec(query).one()

    def claim(self, row: DeliveryRow, now: datetime, lease: timedelta) -> bool:
        """Take a delivery for this courier alone; False when another one was faster."""
        mine = (col(DeliveryRow.id) == row.id) & (col(DeliveryRow.token) == row.token)
        step = update(DeliveryRow).where(mine & (col(DeliveryRow.state) == "waiting"))
        changed = self._session.execute(
            step.values(token=row.token + 1, attempts=row.attempts + 1, lease_until=now + lease)
        )
        self._session.expire_all()
        return bool(changed.rowcount == 1)  # type: ignore[attr-defined]

    def count_by_state(self) -> dict[str, int]:
        """Number of deliveries in each state that occurs."""
        query = select(DeliveryRow.state, func.count()).group_by(DeliveryRow.state)
        return dict(self._session.exec(query).all())
