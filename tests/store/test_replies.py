"""Answers kept for idempotency keys."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from dispatch.errors import KeyReused
from dispatch.store import Database
from dispatch.store.replies import Reply, ReplyKey

KEY = ReplyKey("user:1", "POST", "/x", "0123456789abcdef", "hash")
NOW = datetime(2026, 11, 23, tzinfo=UTC)


def keep(database: Database, key: ReplyKey = KEY) -> None:
    """Answer a key once."""

    def act(work: object) -> None:
        work.replies.claim(key, NOW)  # type: ignore[attr-defined]
        work.replies.keep(key, Reply(201, b'{"a":1}', {"ETag": '"1"'}))  # type: ignore[attr-defined]

    database.write(act)


def test_the_same_bytes_come_back(database: Database) -> None:
    """Status, body and headers are those of the first answer."""
    keep(database)
    with database.reading() as work:
        assert work.replies.find(KEY) == Reply(201, b'{"a":1}', {"ETag": '"1"'})


def test_another_body_is_refused_and_another_person_has_keys_of_their_own(
    database: Database,
) -> None:
    """A key belongs to one actor, method, path and body."""
    keep(database)
    with database.reading() as work:
        with pytest.raises(KeyReused):
            work.replies.find(ReplyKey("user:1", "POST", "/x", KEY.key, "other"))
        assert work.replies.find(ReplyKey("user:2", "POST", "/x", KEY.key, "other")) is None


def test_old_answers_are_forgotten(database: Database) -> None:
    """What is older than the given instant goes, the rest stays."""
    keep(database)
    database.write(lambda work: work.replies.forget_before(NOW))
    assert database.read(lambda work: work.replies.find(KEY)) is not None
    database.write(lambda work: work.replies.forget_before(NOW + timedelta(seconds=1)))
    assert database.read(lambda work: work.replies.find(KEY)) is None
