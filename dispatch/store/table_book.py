"""Queries for people who look through master data: search, sort, page by number."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, TypeVar

from sqlalchemy import Boolean, Float, Integer, String, cast, or_, true
from sqlmodel import Session, col, func, select

from dispatch.store.instants import UtcInstant
from dispatch.store.tables import EventRow, Versioned

__all__ = ["TableBook"]

R = TypeVar("R", bound=Versioned)
UNSEARCHED = (Boolean, Float, Integer, UtcInstant)
"""Kinds of columns in which a word would be found by accident."""


class TableBook:
    """Pages of any table of master data."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def page(
        self,
        table: type[R],
        *,
        words: Sequence[str] = (),
        order: str = "id",
        descending: bool = False,
        offset: int = 0,
        limit: int | None = 50,
    ) -> tuple[Sequence[R], int]:
        """Find rows that hold every word somewhere, in the order of one column.

        Parameters
        ----------
        table
            Which kind of row.
        words
            Each must be part of some column; capitals do not matter (ASCII on SQLite).
        order, descending
            Column to sort by; empty values come last, and rows that are equal stand by id.
        offset, limit
            The part wanted; None: all.

        Returns
        -------
        rows, total
            The part, and how many there are in all.
        """
        columns = table.__table__.columns  # type: ignore[attr-defined]
        searched = [cast(one, String) for one in columns if not isinstance(one.type, UNSEARCHED)]
        found: Any = true()
        for word in words:
            found &= or_(*(one.icontains(word, autoescape=True) for one in searched))
        total = self._session.exec(select(func.count()).select_from(table).where(found)).one()
        wanted: Any = getattr(table, order)
        direction = (wanted.desc() if descending else wanted.asc()).nulls_last()
        query = select(table).where(found).order_by(direction, col(table.id)).offset(offset)
        rows: Sequence[R] = self._session.exec(query if limit is None else query.limit(limit)).all()
        return rows, total

    def last_change(self, subject: str, kind: str) -> EventRow | None:
        """The newest event that tells of a change of one record, or None."""
        query = select(EventRow).where(
            EventRow.type == "master_data_changed", EventRow.subject == subject
        )
        # Records of two kinds may have the same id; few changes of one id are ever looked at.
        rows = self._session.exec(query.order_by(col(EventRow.seq).desc()).limit(100))
        return next((row for row in rows if row.payload.get("kind") == kind), None)
