"""Bringing a database to the schema of this program, or refusing one that cannot be."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, inspect, text
from sqlalchemy.exc import DBAPIError

from dispatch.errors import DispatchError, Unavailable
from dispatch.store.database import Database

__all__ = ["SchemaRefused", "head_revision", "integrity_problems", "prepare", "stored_revision"]

TREE = Path(__file__).parent / "migrations"
# One server at a time migrates; the number only has to be the same in all of them.
POSTGRES_LOCK = 7_340_221


class SchemaRefused(DispatchError):
    """The database is there, but this program must not work with it."""


def _config() -> Config:
    config = Config()
    config.set_main_option("script_location", str(TREE).replace("%", "%%"))
    return config


def head_revision() -> str:
    """Revision that this program needs."""
    head = ScriptDirectory.from_config(_config()).get_current_head()
    assert head is not None, "the tree of migrations has a head"
    return head


def stored_revision(connection: Connection) -> str | None:
    """Revision of the database; None when it is empty of ours."""
    return MigrationContext.configure(connection).get_current_revision()


def prepare(database: Database, *, create: bool = True) -> None:
    """Bring the database to the schema of this program.

    Parameters
    ----------
    database
        Opened, maybe empty.
    create
        False refuses an empty or missing one instead of making a new one.

    Raises
    ------
    SchemaRefused
        In one line: it is not a database, somebody else's, or newer than this program.
    Unavailable
        When it cannot be reached or opened.
    """
    place = database.engine.url.render_as_string(hide_password=True)
    _require_file(database, create)
    try:
        with database.engine.execution_options(dispatch_writes=True).begin() as connection:
            if not database.is_sqlite:
                connection.execute(text(f"SELECT pg_advisory_xact_lock({POSTGRES_LOCK})"))
            _upgrade(connection, place, create)
    except DBAPIError as error:
        reason = str(error.orig).splitlines()[0] if str(error.orig) else "no answer"
        if "not a database" in reason or "malformed" in reason:
            raise SchemaRefused(f"database {place}: {reason}") from error
        raise Unavailable(f"database {place}: {reason}") from error


def _require_file(database: Database, create: bool) -> None:
    name = database.engine.url.database
    if not database.is_sqlite or not name or name == ":memory:":
        return
    path = Path(name)
    if not path.exists() and not create:
        raise SchemaRefused(f"database {path}: no such file, expected an existing database")
    if not path.parent.is_dir():
        raise SchemaRefused(f"database {path}: no such folder, expected one that exists")


def _upgrade(connection: Connection, place: str, create: bool) -> None:
    script = ScriptDirectory.from_config(_config())
    stored = stored_revision(connection)
    if stored == script.get_current_head():
        return
    if stored is None:
        tables = set(inspect(connection).get_table_names())
        if tables:
            named = ", ".join(sorted(tables)[:3])
            raise SchemaRefused(
                f"database {place}: holds other tables ({named}), expected an empty database"
            )
        if not create:
            raise SchemaRefused(f"database {place}: empty, expected an existing database")
    elif stored not in {revision.revision for revision in script.walk_revisions()}:
        raise SchemaRefused(
            f"database {place}: schema {stored} is newer than this program,"
            f" expected {script.get_current_head()} or older"
        )
    config = _config()
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def integrity_problems(database: Database) -> list[str]:
    """What the database itself finds wrong (invariant I12); empty when all is well."""
    with database.engine.connect() as connection:
        problems = []
        if stored_revision(connection) != head_revision():
            problems.append(f"schema {stored_revision(connection)}, expected {head_revision()}")
        if database.is_sqlite:
            checks = connection.exec_driver_sql("PRAGMA integrity_check").scalars().all()
            problems += [str(found) for found in checks if found != "ok"]
            broken = connection.exec_driver_sql("PRAGMA foreign_key_check").all()
            problems += [f"{row[0]} row {row[1]} refers to nothing in {row[2]}" for row in broken]
        return problems
