"""Answers already given to idempotency keys (reliability 4.1)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete
from sqlmodel import Session, col

from dispatch.errors import KeyReused
from dispatch.store.tables import IdempotencyRow

__all__ = ["Replies", "Reply", "ReplyKey"]


@dataclass(frozen=True, slots=True)
class ReplyKey:
    """Under what an answer is kept: who asked for what under which key, and for which body."""

    actor: str
    method: str
    path: str
    key: str
    body_hash: str


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer as it went out."""

    status: int
    body: bytes
    headers: dict[str, str]


class Replies:
    """The table of answers; a row is written in the transaction of the effect it answers for."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def find(self, key: ReplyKey) -> Reply | None:
        """The answer given earlier, or None for a new key.

        Raises
        ------
        KeyReused
            When the key came with another body.
        """
        row = self._session.get(IdempotencyRow, (key.actor, key.method, key.path, key.key))
        if row is None:
            return None
        if row.body_hash != key.body_hash:
            message = f"Idempotency-Key {key.key!r}: used before with another body"
            raise KeyReused(message, advice="send every new request under a key of its own.")
        return Reply(row.status, row.body, row.headers)

    def claim(self, key: ReplyKey, at: datetime) -> None:
        """Write the key before the effect, so that a second writer waits for this one."""
        self._session.add(
            IdempotencyRow(
                actor=key.actor,
                method=key.method,
                path=key.path,
                key=key.key,
                body_hash=key.body_hash,
                created_at=at,
            )
        )
        self._session.flush()

    def keep(self, key: ReplyKey, reply: Reply) -> None:
        """Write the answer under the claimed key."""
        row = self._session.get_one(IdempotencyRow, (key.actor, key.method, key.path, key.key))
        row.status, row.body, row.headers = reply.status, reply.body, reply.headers
        self._session.flush()

    def forget_before(self, instant: datetime) -> None:
        """Drop answers that are older than anybody will ask again for."""
        old = col(IdempotencyRow.created_at) < instant
        self._session.execute(delete(IdempotencyRow).where(old))
