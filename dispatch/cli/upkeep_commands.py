"""``dispatch backup`` and ``dispatch doctor``: keeping an installation whole."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.exits import BAD_NEWS, OK, tell
from dispatch.cli.options import DEFAULT_DATABASE_URL, DatabaseUrl
from dispatch.cli.terminal import plain

__all__ = ["backup", "doctor"]


def backup(
    target: Annotated[Path, typer.Argument(help="File to be made; it must not exist.")],
    database_url: DatabaseUrl = DEFAULT_DATABASE_URL,
) -> int:
    """Copy the database consistently while the service runs, and check the copy."""
    from dispatch.operations.backup import backup as copy_database

    made = copy_database(database_url, target)
    tell(f"{made.path}: {made.size_bytes} bytes, up to event {made.last_event}, checked")
    return OK


def doctor(database_url: DatabaseUrl = DEFAULT_DATABASE_URL) -> int:
    """Look over the installation; exit status 1 when something is broken."""
    from dispatch.operations.doctor import examine

    findings = examine(database_url)
    for one in findings:
        mark = "ok  " if one.ok else "BAD "
        typer.echo(plain(f"{mark} {one.name}: {one.message}"))
    return OK if all(one.ok for one in findings) else BAD_NEWS
