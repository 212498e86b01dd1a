"""What customers are told, and the way of each message to those who pass it on."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Text
from sqlmodel import Field, SQLModel

from dispatch.store.tables.base import Versioned, document, instant, maybe_instant, reference

__all__ = ["DeliveryRow", "NoticeRow", "WebhookRow"]


class WebhookRow(Versioned, table=True):
    """Somebody who passes notices on; the secret is made from a key and the generation."""

    __tablename__ = "webhook"

    name: str = Field(max_length=200)
    kind: str = Field(max_length=20)
    url: str = Field(default="", max_length=2000)
    topics: list[str] = document()
    generation: int = 1
    active: bool = True
    created_by: str = Field(max_length=200)
    created_at: datetime = instant()


class NoticeRow(SQLModel, table=True):
    """One thing a customer is told; ``id`` is made of what it is about, so it is told once."""

    __tablename__ = "notice"

    id: str = Field(primary_key=True, max_length=300)
    number: int = Field(sa_type=BigInteger, unique=True)
    kind: str = Field(max_length=40, index=True)
    site_id: str = Field(max_length=200)
    request_id: str | None = Field(default=None, max_length=200, index=True)
    visit_id: str | None = Field(default=None, max_length=200, index=True)
    data: dict[str, Any] = document(dict)
    text: dict[str, Any] = document(dict)
    created_at: datetime = instant()


class DeliveryRow(SQLModel, table=True):
    """A notice on its way to one receiver; the receiver knows it by this id."""

    __tablename__ = "delivery"

    id: str = Field(primary_key=True, max_length=64)
    notice_id: str = Field(foreign_key="notice.id", index=True, max_length=300)
    webhook_id: str = reference("webhook")
    number: int = Field(sa_type=BigInteger, index=True)
    subject: str = Field(max_length=200)
    state: str = Field(max_length=20, index=True)
    attempts: int = 0
    token: int = 0
    next_at: datetime = instant()
    lease_until: datetime | None = maybe_instant()
    last_status: int | None = None
    last_error: str = Field(default="", sa_type=Text)
    created_at: datetime = instant()
    delivered_at: datetime | None = maybe_instant()
