"""Supplies: deliveries that have come, and what every van should hold."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import UniqueConstraint
from sqlmodel import Field, SQLModel

from dispatch.store.tables.base import LONGEST_ID, Versioned, instant, reference

__all__ = ["ReceiptRow", "VanNormRow"]


class ReceiptRow(SQLModel, table=True):
    """A delivery that lies on the shelf now; from then on nobody waits for it."""

    __tablename__ = "receipt"

    inbound_id: str = Field(primary_key=True, foreign_key="inbound.id", max_length=LONGEST_ID)
    quantity: int
    received_by: str = Field(max_length=200)
    received_at: datetime = instant()


class VanNormRow(Versioned, table=True):
    """Pieces of one part that one engineer's van should hold in the morning."""

    __tablename__ = "van_norm"
    __table_args__ = (UniqueConstraint("engineer_id", "part_id"),)

    engineer_id: str = reference("engineer")
    part_id: str = reference("part")
    quantity: int
