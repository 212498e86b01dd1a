"""Receivers of notices: whom to tell, under which secret."""

from __future__ import annotations

import hashlib
import hmac
import secrets
import uuid
from typing import Literal, Self

from pydantic import Field, model_validator

from dispatch.operations.notify.outside_address import read_target
from dispatch.operations.records.base import Name, Record, ShortText
from dispatch.store import UnitOfWork
from dispatch.store.tables import DeliveryRow, WebhookRow

__all__ = [
    "WebhookRecord",
    "add_webhook",
    "redrive",
    "redrive_all",
    "remove_webhook",
    "rotate_secret",
    "secret_of",
]

KEY_SETTING = "webhook_key"
Topic = Literal[
    "appointment_confirmed", "on_the_way", "delay", "maintenance_ahead", "report", "survey"
]


class WebhookRecord(Record):
    """Somebody who passes notices on to customers."""

    name: Name
    kind: Literal["webhook", "apprise"] = Field(
        default="webhook",
        description="webhook: signed HTTP; apprise: the addresses in DISPATCH_APPRISE_URLS.",
    )
    url: ShortText | None = Field(default=None, description="https; with kind webhook only.")
    topics: list[Topic] = Field(default=[], max_length=6, description="Empty: all of them.")

    @model_validator(mode="after")
    def _address_fits(self) -> Self:
        if (self.kind == "webhook") != (self.url is not None):
            raise ValueError("url: exactly with kind webhook")
        return self


def add_webhook(
    work: UnitOfWork, record: WebhookRecord, *, private: bool = False
) -> tuple[WebhookRow, str]:
    """Add a receiver; its secret is told this once.

    Raises
    ------
    InputError
        When messages may not go to its address.
    """
    if record.url is not None:
        read_target(record.url, private=private)
    row = work.catalogue.add(
        WebhookRow(
            id=str(uuid.uuid4()),
            name=record.name,
            kind=record.kind,
            url=record.url or "",
            topics=list(record.topics),
            created_by=work.actor,
            created_at=work.now,
        )
    )
    work.tell("webhook_added", row.id, {"kind": row.kind})
    return row, secret_of(work, row)


def rotate_secret(work: UnitOfWork, id: str) -> tuple[WebhookRow, str]:
    """Make a new secret; the old one signs nothing any more."""
    row = work.catalogue.get(WebhookRow, id)
    work.catalogue.change(row, {"generation": row.generation + 1})
    work.tell("webhook_secret_changed", id)
    return row, secret_of(work, row)


def remove_webhook(work: UnitOfWork, id: str) -> None:
    """Tell a receiver nothing any more; what waits for it is given up."""
    row = work.catalogue.get(WebhookRow, id)
    work.catalogue.change(row, {"active": False})
    for one in work.notices.deliveries(state="waiting", webhook=id, limit=100_000):
        one.state, one.last_error = "dead", "the webhook was removed"
        work.notices.add(one)
    work.tell("webhook_removed", id)


def secret_of(work: UnitOfWork, row: WebhookRow) -> str:
    """Make the secret of a receiver from the installation's key; it is stored nowhere."""
    key = work.log.setting(KEY_SETTING)
    if key is None:
        key = secrets.token_hex(32)
        work.log.keep_setting(KEY_SETTING, key)
    made = hmac.new(bytes.fromhex(key), f"{row.id}:{row.generation}".encode(), hashlib.sha256)
    return f"whs_{made.hexdigest()}"


def redrive(work: UnitOfWork, id: str) -> DeliveryRow:
    """Send a delivery that was given up once more, under the same id.

    A delivery that waits is tried at once; one that was delivered stays delivered.
    """
    row = work.notices.delivery(id)
    if row.state != "delivered":
        row.state, row.attempts, row.next_at = "waiting", 0, work.now
        row.lease_until = None
        work.notices.add(row)
        work.tell("delivery_redriven", id, {"notice": row.notice_id})
    return row


def redrive_all(work: UnitOfWork, webhook: str) -> int:
    """Send everything that was given up for a receiver once more."""
    work.catalogue.get(WebhookRow, webhook)
    dead = work.notices.deliveries(state="dead", webhook=webhook, limit=100_000)
    for one in dead:
        redrive(work, one.id)
    return len(dead)
