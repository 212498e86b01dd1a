"""Instants in the database: always UTC, always aware on the way out."""

from __future__ import annotations

from datetime import UTC, datetime

from sqlalchemy import DateTime
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator

__all__ = ["UtcInstant"]


class UtcInstant(TypeDecorator[datetime]):
    """An instant; SQLite keeps no zone, so what it gives back is read as UTC."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Write in UTC; a time without an offset is a mistake of the caller."""
        if value is None:
            return None
        if value.utcoffset() is None:
            msg = f"instant {value.isoformat()}: no offset, expected a time with an offset"
            raise ValueError(msg)
        return value.astimezone(UTC)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002
        """Read in UTC."""
        if value is None:
            return None
        return value.replace(tzinfo=UTC) if value.tzinfo is None else value.astimezone(UTC)
