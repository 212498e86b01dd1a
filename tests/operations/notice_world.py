"""Who gives, carries and hears notices in the tests about them."""

from __future__ import annotations

import time
from typing import Any

from dispatch.operations.notify.courier import BackOff, Courier
from dispatch.operations.notify.giving import give_notice
from dispatch.operations.notify.templates import NoticeKind
from dispatch.operations.notify.webhooks import (
    WebhookRecord,
    add_webhook,
)
from dispatch.store import Database

__all__ = ["SOON", "courier_of", "deliver_all", "give", "states", "subscribe"]

SOON = BackOff(first_s=0.01, longest_s=0.02, most_tries=3)


def subscribe(database: Database, url: str, *topics: str) -> tuple[str, str]:
    """Add a receiver; its id and its secret."""
    record = WebhookRecord.model_validate({"name": "crm", "url": url, "topics": topics})
    row, secret = database.write(lambda work: add_webhook(work, record, private=True))
    return row.id, secret


def give(database: Database, key: str = "1", visit: str = "r1-v1") -> bool:
    """Give a notice of a survey."""
    return database.write(
        lambda work: give_notice(
            work, NoticeKind.SURVEY, key, site="s1", visit=visit, request="r1", data={}
        )
    )


def courier_of(database: Database, **more: Any) -> Courier:
    """A courier that waits hardly at all."""
    return Courier(database, back_off=SOON, private=True, **more)


def deliver_all(database: Database, rounds: int = 6, **more: Any) -> None:
    """Deliver until nothing waits any more, or so many rounds."""
    one = courier_of(database, **more)
    for _ in range(rounds):
        one.deliver_due()
        time.sleep(0.03)


def states(database: Database) -> list[str]:
    """States of all deliveries, in the order of their notices."""
    with database.reading() as work:
        rows = work.notices.deliveries(limit=100)
        return [row.state for row in sorted(rows, key=lambda one: one.number)]
