"""Who changed what, in a chain that shows where somebody meddled; tracks of engineers."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger
from sqlmodel import Field, SQLModel

from dispatch.store.instants import UtcInstant
from dispatch.store.tables.base import document, instant

__all__ = ["AuditRow", "TrackRow"]


class AuditRow(SQLModel, table=True):
    """One deed of a person or a system; ``digest`` covers the row and the digest before it."""

    __tablename__ = "audit"

    seq: int = Field(
        primary_key=True, sa_type=BigInteger, sa_column_kwargs={"autoincrement": False}
    )
    at: datetime = instant()
    actor: str = Field(max_length=200, index=True)
    action: str = Field(max_length=60, index=True)
    subject: str = Field(max_length=200, index=True)
    payload: dict[str, Any] = document(dict)
    changes: dict[str, Any] = document(dict)
    digest: str = Field(max_length=64)


class TrackRow(SQLModel, table=True):
    """A point of an engineer's way; kept for the configured number of days only."""

    __tablename__ = "position_track"

    engineer_id: str = Field(primary_key=True, foreign_key="engineer.id", max_length=200)
    at: datetime = Field(primary_key=True, sa_type=UtcInstant)
    lat: float
    lon: float
