"""Options that several commands share."""

from __future__ import annotations

from typing import Annotated

import typer

__all__ = ["DEFAULT_DATABASE_URL", "DatabaseUrl"]

DEFAULT_DATABASE_URL = "sqlite:///dispatch.db"

DatabaseUrl = Annotated[
    str,
    typer.Option(
        "--database-url",
        envvar="DISPATCH_DATABASE_URL",
        help="SQLAlchemy address; a SQLite file in the current folder when not given.",
    ),
]
