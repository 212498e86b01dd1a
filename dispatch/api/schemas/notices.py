"""Notices, their receivers and their deliveries as answers."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.records.base import Instant
from dispatch.store.tables import DeliveryRow, NoticeRow, WebhookRow

__all__ = [
    "DeliveryOut",
    "NoticeOut",
    "RedrivenOut",
    "WebhookMadeOut",
    "WebhookOut",
    "WebhooksOut",
    "delivery_out",
    "notice_out",
    "webhook_out",
]


class WebhookOut(Out):
    """A receiver, as far as anybody may see it."""

    id: str
    name: str
    kind: str
    url: str
    topics: list[str] = Field(description="Empty: all of them.")
    active: bool
    secret_tail: str = Field(description="Last four characters of its secret.")
    created_by: str
    created_at: Instant


class WebhooksOut(Out):
    """All receivers, removed ones included."""

    items: list[WebhookOut]


class WebhookMadeOut(Out):
    """A new secret; this answer is the only place where it stands."""

    id: str
    secret: str


class NoticeText(Out):
    """What a customer reads."""

    subject: str
    body: str


class NoticeTexts(Out):
    """In both languages."""

    en: NoticeText
    zh: NoticeText


class NoticeOut(Out):
    """Something a customer is told."""

    id: str
    kind: str
    site: str
    request: str | None
    visit: str | None
    created_at: Instant
    data: dict[str, Any]
    text: NoticeTexts


class DeliveryOut(Out):
    """A notice on its way to one receiver."""

    id: str = Field(description="The header Dispatch-Delivery; the same at every attempt.")
    notice: str
    webhook: str
    state: str = Field(description="waiting, delivered or dead (given up).")
    attempts: int
    next_at: Instant
    last_status: int | None
    last_error: str
    created_at: Instant
    delivered_at: Instant | None


class RedrivenOut(Out):
    """How many deliveries are tried again."""

    redriven: int


def webhook_out(row: WebhookRow, secret: str) -> WebhookOut:
    """Write a receiver as an answer."""
    return WebhookOut(
        id=row.id,
        name=row.name,
        kind=row.kind,
        url=row.url,
        topics=row.topics,
        active=row.active,
        secret_tail=secret[-4:],
        created_by=row.created_by,
        created_at=row.created_at,
    )


def notice_out(row: NoticeRow) -> NoticeOut:
    """Write a notice as an answer."""
    return NoticeOut(
        id=row.id,
        kind=row.kind,
        site=row.site_id,
        request=row.request_id,
        visit=row.visit_id,
        created_at=row.created_at,
        data=row.data,
        text=NoticeTexts.model_validate(row.text),
    )


def delivery_out(row: DeliveryRow) -> DeliveryOut:
    """Write a delivery as an answer."""
    return DeliveryOut(
        id=row.id,
        notice=row.notice_id,
        webhook=row.webhook_id,
        state=row.state,
        attempts=row.attempts,
        next_at=row.next_at,
        last_status=row.last_status,
        last_error=row.last_error,
        created_at=row.created_at,
        delivered_at=row.delivered_at,
    )
