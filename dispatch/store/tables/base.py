"""What many tables share: an id, and a version that refuses a lost update."""

from __future__ import annotations

from typing import Any

from sqlalchemy import JSON
from sqlalchemy.orm import declared_attr
from sqlmodel import Field, SQLModel

from dispatch.store.instants import UtcInstant

__all__ = ["Versioned", "document", "instant", "key", "maybe_instant", "reference"]

LONGEST_ID = 200


class Versioned(SQLModel):
    """A row that counts its own versions; ``ETag`` and ``If-Match`` speak of this number."""

    id: str = Field(primary_key=True, max_length=LONGEST_ID)
    version: int = Field(default=1, nullable=False)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:  # noqa: N805 - SQLAlchemy's own words
        """Let every UPDATE name the version it read."""
        return {"version_id_col": cls.__table__.c.version}  # type: ignore[attr-defined]


def instant() -> Any:
    """Column of an instant that is always there."""
    return Field(sa_type=UtcInstant, nullable=False)


def maybe_instant(*, index: bool = False) -> Any:
    """Column of an instant that may be absent."""
    return Field(default=None, sa_type=UtcInstant, nullable=True, index=index)


def document(default_factory: Any = list) -> Any:
    """Column of a small JSON value that is read and written as a whole."""
    return Field(default_factory=default_factory, sa_type=JSON, nullable=False)


def reference(table: str, *, optional: bool = False, index: bool = True) -> Any:
    """Column that names a row of another table."""
    if optional:
        return Field(
            default=None,
            foreign_key=f"{table}.id",
            nullable=True,
            index=index,
            max_length=LONGEST_ID,
        )
    return Field(foreign_key=f"{table}.id", index=index, max_length=LONGEST_ID)


def key() -> Any:
    """Primary key that is a text."""
    return Field(primary_key=True, max_length=LONGEST_ID)
