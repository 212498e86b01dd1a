"""``dispatch serve``: the API and the board, until Ctrl-C."""

from __future__ import annotations

from contextlib import suppress
from typing import Annotated

import typer

from dispatch.cli.exits import OK, tell
from dispatch.cli.options import DEFAULT_DATABASE_URL, DatabaseUrl

__all__ = ["serve"]


def serve(
    host: Annotated[
        str, typer.Option("--host", envvar="DISPATCH_HOST", help="Address to listen on.")
    ] = "127.0.0.1",
    port: Annotated[
        int, typer.Option("--port", envvar="DISPATCH_PORT", min=0, max=65535, help="Port.")
    ] = 8000,
    database_url: DatabaseUrl = DEFAULT_DATABASE_URL,
) -> int:
    """Serve API and board; everybody has to sign in."""
    tell(f"serving http://{host}:{port}/ until Ctrl-C")
    from dispatch.api import serve as run_server

    # The server hands Ctrl-C on when it has ended; to end was what was wanted.
    with suppress(KeyboardInterrupt):
        run_server(host, port, database_url)
    return OK
