"""One database, SQLite or PostgreSQL, opened the same way everywhere.

SQLite runs in WAL mode with ``synchronous=FULL`` (an acknowledged write survives a power cut)
and every write transaction begins with ``BEGIN IMMEDIATE``: a deferred one that reads first
fails at once when somebody else has written meanwhile, whatever the time-out says.
"""

from __future__ import annotations

import json
import random
import sqlite3
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import ArgumentError, DBAPIError, IntegrityError, NoSuchModuleError
from sqlalchemy.orm.exc import StaleDataError

from dispatch.errors import InputError, Unavailable
from dispatch.store.clock import Clock, MachineClock
from dispatch.store.unit_of_work import UnitOfWork

__all__ = ["DEFAULT_DATABASE_URL", "Database", "open_engine"]

DEFAULT_DATABASE_URL = "sqlite:///dispatch.db"
BUSY_TIMEOUT_MS = 5000
MOST_TRIES = 5
# SQLSTATE of a serialization failure, a deadlock and a lock that was not to be had.
RETRIED_STATES = frozenset({"40001", "40P01", "55P03"})

T = TypeVar("T")


def _dump(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))


def open_engine(url: str) -> Engine:
    """Make an engine for a database address.

    Parameters
    ----------
    url
        SQLAlchemy address; ``postgresql://`` means psycopg.

    Raises
    ------
    InputError
        When it is no address of SQLite or PostgreSQL.
    """
    try:
        address = make_url(url)
        if address.drivername in ("postgresql", "postgres"):
            address = address.set(drivername="postgresql+psycopg")
        backend = address.get_backend_name()
    except (ArgumentError, NoSuchModuleError) as error:
        raise InputError.at("/database_url", "an address", "an SQLAlchemy address") from error
    if backend == "sqlite":
        engine = create_engine(
            address,
            json_serializer=_dump,
            connect_args={"timeout": BUSY_TIMEOUT_MS / 1000, "check_same_thread": False},
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine
    if backend != "postgresql":
        raise InputError.at("/database_url", backend, "sqlite or postgresql")
    return create_engine(
        address,
        json_serializer=_dump,
        pool_pre_ping=True,
        pool_size=10,
        max_overflow=20,
        connect_args={"options": "-c timezone=UTC -c lock_timeout=5s"},
    )


def _prepare_sqlite(connection: sqlite3.Connection, _record: object) -> None:
    # The driver must not open transactions on its own: the listener below decides how.
    connection.isolation_level = None
    cursor = connection.cursor()
    cursor.execute(f"PRAGMA busy_timeout={BUSY_TIMEOUT_MS}")
    cursor.execute("PRAGMA journal_mode=WAL")
    cursor.execute("PRAGMA synchronous=FULL")
    cursor.execute("PRAGMA foreign_keys=ON")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get("dispatch_writes", False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")


class Database:
    """Transactions on one database.

    Parameters
    ----------
    url
        SQLAlchemy address, for example ``sqlite:///dispatch.db``.
    clock
        What its transactions call the present; None: the machine's.

    Notes
    -----
    The schema must be in place: see `dispatch.store.migration.prepare`.
    """

    def __init__(self, url: str, *, clock: Clock | None = None) -> None:
        self.url = url
        self.clock: Clock = clock or MachineClock()
        self.engine = open_engine(url)
        self._writer = self.engine.execution_options(dispatch_writes=True)

    @property
    def is_sqlite(self) -> bool:
        """Tell whether this is SQLite."""
        return self.engine.dialect.name == "sqlite"

    def close(self) -> None:
        """Close every connection."""
        self.engine.dispose()

    @contextmanager
    def reading(self) -> Iterator[UnitOfWork]:
        """Open one consistent view of the database; nothing in it is kept."""
        engine = self.engine
        if not self.is_sqlite:
            # Several SELECTs must see one world, as they do in a transaction of SQLite.
            engine = engine.execution_options(isolation_level="REPEATABLE READ")
        work = UnitOfWork(engine, clock=self.clock)
        try:
            yield work
        except DBAPIError as error:
            raise _translated(error) from error
        finally:
            work.leave()

    def read(self, action: Callable[[UnitOfWork], T]) -> T:
        """Run a query in one consistent view."""
        with self.reading() as work:
            return action(work)

    def write(self, action: Callable[[UnitOfWork], T], *, actor: str = "system") -> T:
        """Run a verb in one transaction and commit it, trying again when others were in the way.

        Parameters
        ----------
        action
            Called with the unit of work; may be called several times, so its only effects are
            in the database.
        actor
            Who does it, for the event log.

        Returns
        -------
        object
            What `action` returned; by then the transaction is committed.

        Raises
        ------
        Unavailable
            When the database stays locked, full or away.
        """
        for attempt in range(1, MOST_TRIES + 1):
            work = UnitOfWork(self._writer, actor=actor, clock=self.clock)
            try:
                result = action(work)
                work.commit()
            except (DBAPIError, StaleDataError) as error:
                work.abandon()
                if attempt == MOST_TRIES or not _is_worth_retrying(error):
                    raise _translated(error) from error
                time.sleep(random.uniform(0.01, 0.05) * 2**attempt)  # noqa: S311 - no secret
            except BaseException:
                work.abandon()
                raise
            else:
                return result
        raise AssertionError("the loop returns or raises")


def _is_worth_retrying(error: Exception) -> bool:
    # Two writers that insert the same key at once: the second one sees the first one's row when
    # it tries again, and answers with it.
    if isinstance(error, (StaleDataError, IntegrityError)):
        return True
    assert isinstance(error, DBAPIError)
    if isinstance(error.orig, sqlite3.OperationalError):
        return "locked" in str(error.orig) or "busy" in str(error.orig)
    state = getattr(error.orig, "sqlstate", None)
    return state in RETRIED_STATES or error.connection_invalidated


def _translated(error: Exception) -> Exception:
    """Turn what a driver says into what a caller can act on."""
    if isinstance(error, IntegrityError) or not isinstance(error, DBAPIError):
        return error
    told: Any = error.orig
    text = str(told)
    if isinstance(told, sqlite3.OperationalError):
        if "full" in text:
            return Unavailable("database: the disk is full", retry_after_s=30)
        if "locked" in text or "busy" in text:
            return Unavailable("database: locked by another writer", retry_after_s=1)
        return Unavailable(f"database: {text.splitlines()[0]}", retry_after_s=5)
    state = getattr(told, "sqlstate", None)
    if state in RETRIED_STATES or error.connection_invalidated or state is None:
        return Unavailable("database: busy or away", retry_after_s=1)
    return error
