"""What happened, what must be told, what was already answered, and the house's own settings."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, LargeBinary, Text
from sqlmodel import Field, SQLModel

from dispatch.store.tables.base import document, instant, key, maybe_instant

__all__ = ["CounterRow", "EventRow", "IdempotencyRow", "OutboxRow", "SettingRow"]


class CounterRow(SQLModel, table=True):
    """A number that is handed out inside transactions, so that none is skipped or overtaken."""

    __tablename__ = "counter"

    name: str = Field(primary_key=True, max_length=50)
    value: int = Field(sa_type=BigInteger)


class EventRow(SQLModel, table=True):
    """A fact in the past tense; ``seq`` is the id of the server-sent event."""

    __tablename__ = "event"

    seq: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    type: str = Field(max_length=60, index=True)
    subject: str = Field(max_length=200, index=True)
    actor: str = Field(max_length=200)
    at: datetime = instant()
    payload: dict[str, Any] = document(dict)


class OutboxRow(SQLModel, table=True):
    """A message that must reach somebody at least once, written with the fact it tells."""

    __tablename__ = "outbox"

    id: str = Field(primary_key=True, max_length=64)
    seq: int = Field(sa_type=BigInteger, foreign_key="event.seq", index=True)
    topic: str = Field(max_length=60)
    recipient: str = Field(max_length=200, index=True)
    payload: dict[str, Any] = document(dict)
    sent_at: datetime | None = maybe_instant(index=True)


class IdempotencyRow(SQLModel, table=True):
    """The answer once given to a key; replayed byte for byte (reliability 4.1)."""

    __tablename__ = "idempotency_key"

    actor: str = key()
    method: str = Field(primary_key=True, max_length=10)
    path: str = Field(primary_key=True, max_length=500)
    key: str = Field(primary_key=True, max_length=255)
    body_hash: str = Field(max_length=64)
    status: int = 0
    headers: dict[str, str] = document(dict)
    body: bytes = Field(default=b"", sa_type=LargeBinary)
    created_at: datetime = instant()


class SettingRow(SQLModel, table=True):
    """A value the installation keeps for itself, such as its signing secret."""

    __tablename__ = "setting"

    name: str = Field(primary_key=True, max_length=60)
    value: str = Field(sa_type=Text)
