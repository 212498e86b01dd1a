"""The operating day: what went wrong, which pieces are promised, which appointments are held."""

from __future__ import annotations

from datetime import date, datetime
from typing import Any

from sqlmodel import Field

from dispatch.store.tables.base import Versioned, document, instant, maybe_instant, reference

__all__ = ["DisruptionRow", "ReservationRow", "SlotRow"]


class DisruptionRow(Versioned, table=True):
    """Something that happened to the day and binds every plan until it is lifted."""

    __tablename__ = "disruption"

    kind: str = Field(max_length=30)
    subject: str = Field(max_length=200, index=True)
    start: datetime = instant()
    until: datetime | None = maybe_instant()
    details: dict[str, Any] = document(dict)
    note: str = Field(default="", max_length=5000)
    created_by: str = Field(max_length=200)
    created_at: datetime = instant()
    lifted_at: datetime | None = maybe_instant(index=True)


class ReservationRow(Versioned, table=True):
    """Pieces on the shelf of a depot that one pickup of a published plan, or a hold, will take."""

    __tablename__ = "reservation"

    depot_id: str = reference("depot")
    part_id: str = reference("part")
    quantity: int
    needed_at: datetime = instant()
    plan_version: int | None = Field(default=None, foreign_key="plan.version", index=True)
    shift_id: str | None = Field(default=None, max_length=200)
    engineer_id: str | None = Field(default=None, max_length=200)
    slot_id: str | None = reference("slot", optional=True)
    collected_at: datetime | None = maybe_instant()
    purpose: str = Field(
        default="visits", max_length=20, sa_column_kwargs={"server_default": "visits"}
    )


class SlotRow(Versioned, table=True):
    """An appointment that was offered to a customer, and what became of the offer."""

    __tablename__ = "slot"

    state: str = Field(max_length=20, index=True)
    region: str = Field(max_length=200)
    day: date
    draft: dict[str, Any] = document(dict)
    start: datetime = instant()
    end: datetime = instant()
    engineer_id: str = Field(max_length=200)
    shift_id: str = Field(max_length=200)
    work_start: datetime = instant()
    work_finish: datetime = instant()
    price: int = 0
    details: dict[str, Any] = document(dict)
    offered_by: str = Field(max_length=200)
    offered_at: datetime = instant()
    expires_at: datetime | None = maybe_instant(index=True)
    request_id: str | None = reference("request", optional=True)
