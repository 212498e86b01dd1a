"""Queries on master data: the same few for every table of it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import delete
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, SQLModel, col, func, select

from dispatch.errors import Conflict, InputError, Issue, NotFound, Stale
from dispatch.store.tables import EngineerRow, SiteRow, Versioned

__all__ = ["Catalogue"]

KEPT = frozenset(
    {"user_account", "login_session", "api_key", "setting", "counter", "event", "outbox"}
    | {"idempotency_key", "webhook", "audit"}
)
MOST_NAMED = 500
"""Ids that one query names; SQLite has a bound on variables."""
R = TypeVar("R", bound=Versioned)


class Catalogue:
    """Reads and writes rows that have an id and a version."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def count(self, table: type[R]) -> int:
        """Number of rows."""
        return self._session.exec(select(func.count()).select_from(table)).one()

    def all(self, table: type[R], **where: object) -> Sequence[R]:
        """Every row whose columns equal the given values, by id."""
        rows: Sequence[R] = self._session.exec(self._query(table, where)).all()
        return rows

    def some(self, table: type[R], ids: Iterable[str]) -> Sequence[R]:
        """The rows with the given ids that there are, by id."""
        found: list[R] = []
        wanted = sorted(set(ids))
        for first in range(0, len(wanted), MOST_NAMED):
            few = wanted[first : first + MOST_NAMED]
            query = select(table).where(col(table.id).in_(few)).order_by(col(table.id))
            found += self._session.exec(query).all()
        return found

    def places(self) -> Sequence[tuple[str, float, float]]:
        """Id, latitude and longitude of every site, without the rest of its row."""
        query = select(SiteRow.id, SiteRow.lat, SiteRow.lon)
        return [(id, lat, lon) for id, lat, lon in self._session.exec(query)]

    def people(self, territory: str | None = None) -> Sequence[tuple[str, float, float, Any]]:
        """Id, home and skills of everybody who works, or works there, by id."""
        query = select(EngineerRow.id, EngineerRow.lat, EngineerRow.lon, EngineerRow.skills)
        query = query.where(col(EngineerRow.active)).order_by(EngineerRow.id)
        if territory is not None:
            query = query.where(EngineerRow.territory == territory)
        return [(id, lat, lon, skills) for id, lat, lon, skills in self._session.exec(query)]

    def page(
        self, table: type[R], *, after: str = "", limit: int = 50, **where: object
    ) -> Sequence[R]:
        """Rows with an id after the given one, at most ``limit``, by id."""
        query = self._query(table, where).where(col(table.id) > after)
        rows: Sequence[R] = self._session.exec(query.limit(limit)).all()
        return rows

    def find(self, table: type[R], id: str) -> R | None:
        """A row, or None."""
        return self._session.get(table, id)

    def get(self, table: type[R], id: str) -> R:
        """A row that must be there.

        Raises
        ------
        NotFound
            When it is not.
        """
        row = self._session.get(table, id)
        if row is None:
            raise NotFound(kind_of(table), id)
        return row

    def add(self, row: R) -> R:
        """Write a new row.

        Raises
        ------
        Conflict
            When its id (or another unique value) is taken.
        InputError
            When it refers to something unknown.
        """
        table = type(row)
        if self._session.get(table, row.id) is not None:
            raise Conflict(f"{kind_of(table)} {row.id!r}: exists already, expected a new id")
        self._require_references(row)
        with self._session.no_autoflush:
            self._session.add(row)
        self._flush(f"{kind_of(table)} {row.id!r}: something with the same values exists already")
        return row

    def change(self, row: R, values: Mapping[str, Any], *, expected: int | None = None) -> R:
        """Write new values into a row.

        Parameters
        ----------
        row
            As it was read in this transaction.
        values
            New values by column.
        expected
            Version the writer had read; None does not ask.

        Raises
        ------
        Stale
            When another version is stored.
        """
        self.require_version(row, expected)
        for name, value in values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
        with self._session.no_autoflush:
            self._require_references(row)
        self._flush(f"{kind_of(type(row))} {row.id!r}: its new values are taken already")
        return row

    def remove(self, row: R, *, expected: int | None = None) -> None:
        """Delete a row that nothing refers to."""
        self.require_version(row, expected)
        self._session.delete(row)
        self._flush(f"{kind_of(type(row))} {row.id!r}: still referred to, expected to be unused")

    def plant(self, rows: Iterable[Versioned]) -> None:
        """Write many new rows at once, trusting that they are right."""
        self._session.add_all(rows)
        self._session.flush()

    def clear(self) -> None:
        """Delete all master data, requests, runs and plans; accounts and the log stay."""
        for table in reversed(SQLModel.metadata.sorted_tables):
            if table.name not in KEPT:
                self._session.execute(delete(table))
        self._session.expire_all()

    @staticmethod
    def require_version(row: Versioned, expected: int | None) -> None:
        """Refuse to go on when the writer read another version."""
        if expected is not None and row.version != expected:
            raise Stale(kind_of(type(row)), row.id, expected, row.version)

    @staticmethod
    def _query(table: type[R], where: Mapping[str, object]) -> Any:
        query = select(table).order_by(col(table.id))
        for name, value in where.items():
            query = query.where(getattr(table, name) == value)
        return query

    def _require_references(self, row: Versioned) -> None:
        issues = []
        for constraint in type(row).__table__.foreign_keys:  # type: ignore[attr-defined]
            name = constraint.parent.name
            value = getattr(row, name)
            target = constraint.column
            known = (
                value is None or self._session.exec(select(target).where(target == value)).first()
            )
            if not known:
                issues.append(Issue(f"/{name}", value, f"id of a known {target.table.name}"))
        if issues:
            self._session.expunge_all()
            raise InputError(issues)

    def _flush(self, message: str) -> None:
        try:
            self._session.flush()
        except IntegrityError as error:
            self._session.rollback()
            raise Conflict(message) from error


def kind_of(table: type[Versioned]) -> str:
    """The word of the glossary for a table."""
    return str(table.__tablename__).replace("_", " ")
