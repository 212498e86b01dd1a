"""Opening the database for one command, with its schema in place."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from dispatch.store import Database, prepare
from dispatch.store.clock import Clock

__all__ = ["opened"]


@contextmanager
def opened(
    database_url: str, *, create: bool = True, clock: Clock | None = None
) -> Iterator[Database]:
    """Open a database, migrate it, and close it again at the end.

    Parameters
    ----------
    database_url
        SQLAlchemy address.
    create
        False refuses a database that does not exist yet.
    clock
        What its transactions call the present; None: the machine's.

    Raises
    ------
    SchemaRefused
        When this program must not work with it.
    Unavailable
        When it cannot be reached.
    """
    database = Database(database_url, clock=clock)
    try:
        prepare(database, create=create)
        yield database
    finally:
        database.close()
