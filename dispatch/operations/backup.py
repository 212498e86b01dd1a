"""A consistent copy of the database, taken while the service runs.

For the command line::

    backup(database_url, target) -> BackupReport     # `dispatch backup TARGET`

SQLite is copied page by page with its own backup interface and checked before it gets its
name, so a file of that name is always a whole backup. PostgreSQL has better tools of its own.
"""

from __future__ import annotations

import sqlite3
from dataclasses import dataclass
from pathlib import Path

from dispatch.errors import Conflict, InputError, Unavailable
from dispatch.operations.opening import opened

__all__ = ["BackupReport", "backup"]


@dataclass(frozen=True, slots=True)
class BackupReport:
    """What was copied: where to, how large, and the number of the last event in it."""

    path: Path
    size_bytes: int
    last_event: int


def backup(database_url: str, target: Path) -> BackupReport:
    """Copy the database into a new file.

    Parameters
    ----------
    database_url
        SQLite address of the database.
    target
        File to be made; it must not exist.

    Returns
    -------
    BackupReport
        After the copy has passed SQLite's own integrity check.

    Raises
    ------
    Conflict
        When the target exists.
    InputError
        When the database is not a SQLite file.
    Unavailable
        When the copy could not be written or is not whole.
    """
    if target.exists():
        raise Conflict(f"backup {target}: exists already, expected a new file")
    with opened(database_url, create=False) as database:
        name = database.engine.url.database
        if not database.is_sqlite or not name:
            raise InputError.at(
                "/database_url",
                database.engine.dialect.name,
                "a SQLite file",
                "backup: only SQLite files are copied here; use pg_dump for PostgreSQL",
            )
    half = target.with_name(target.name + ".part")
    try:
        last_event = _copy(Path(name), half)
        half.replace(target)
    except (sqlite3.Error, OSError) as error:
        half.unlink(missing_ok=True)
        raise Unavailable(f"backup {target}: {error}") from error
    return BackupReport(target, target.stat().st_size, last_event)


def _copy(origin: Path, target: Path) -> int:
    source = sqlite3.connect(f"file:{origin}?mode=ro", uri=True)
    copy = sqlite3.connect(target)
    try:
        source.backup(copy, pages=512)
        copy.execute("PRAGMA journal_mode=DELETE")
        found = [row[0] for row in copy.execute("PRAGMA integrity_check")]
        if found != ["ok"]:
            raise Unavailable(f"backup {target}: not whole ({found[0]}), expected ok")
        last = copy.execute("SELECT coalesce(max(seq), 0) FROM event").fetchone()
        return int(last[0])
    finally:
        copy.close()
        source.close()
