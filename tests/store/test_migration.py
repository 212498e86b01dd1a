"""Bringing databases to the schema, and refusing those that are not ours to touch."""

from __future__ import annotations

from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import text
from sqlmodel import SQLModel

from dispatch.store import Database, SchemaRefused, prepare
from dispatch.store.migration import integrity_problems


def refusal(url: str, *, create: bool = True) -> str:
    """The one line with which a database is refused."""
    database = Database(url)
    try:
        with pytest.raises(SchemaRefused) as caught:
            prepare(database, create=create)
    finally:
        database.close()
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_the_tree_makes_exactly_the_tables(database: Database) -> None:
    """After all migrations nothing differs from what the program declares."""
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, SQLModel.metadata) == []


def test_a_second_start_changes_nothing(database: Database) -> None:
    """Migrating twice is migrating once, and the database finds itself well."""
    prepare(database)
    assert integrity_problems(database) == []


def test_garbage_is_refused(tmp_path: Path) -> None:
    """A file that is no database is named and left alone."""
    path = tmp_path / "x.db"
    path.write_bytes(b"this is not a database at all" * 100)
    assert "not a database" in refusal(f"sqlite:///{path}")
    assert path.read_bytes().startswith(b"this is not")


def test_a_newer_schema_is_refused(database: Database) -> None:
    """A revision this program has never heard of was written by a newer one."""
    with database.engine.execution_options(dispatch_writes=True).begin() as connection:
        connection.execute(text("UPDATE alembic_version SET version_num = '9999'"))
    with pytest.raises(SchemaRefused, match="newer"):
        prepare(database)


def test_a_foreign_database_is_refused(tmp_path: Path) -> None:
    """Somebody else's tables are not ours to add to."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    database = Database(url)
    with database.engine.execution_options(dispatch_writes=True).begin() as connection:
        connection.execute(text("CREATE TABLE customers (id INTEGER)"))
    database.close()
    assert "customers" in refusal(url)


def test_a_missing_database_is_not_made_where_one_is_expected(tmp_path: Path) -> None:
    """Only a start that may create one does; a missing folder is always refused."""
    path = tmp_path / "x.db"
    assert "no such file" in refusal(f"sqlite:///{path}", create=False)
    assert not path.exists()
    assert "no such folder" in refusal(f"sqlite:///{tmp_path}/away/x.db")
