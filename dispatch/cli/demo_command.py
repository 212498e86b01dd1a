"""``dispatch demo``: the demo world, planned and served, on this machine only."""

from __future__ import annotations

import sys
from contextlib import suppress
from pathlib import Path
from typing import Annotated

import typer

from dispatch.cli.exits import OK, tell

__all__ = ["demo"]

HOST = "127.0.0.1"
DEMO_DATABASE = Path("var") / "demo.db"


def demo(
    no_serve: Annotated[
        bool, typer.Option("--no-serve", help="End after printing the routes.")
    ] = False,
    port: Annotated[
        int, typer.Option("--port", envvar="DISPATCH_PORT", min=0, max=65535, help="Port.")
    ] = 8000,
    database_url: Annotated[
        str | None,
        typer.Option("--database-url", help=f"SQLAlchemy address. [default: {DEMO_DATABASE}]"),
    ] = None,
) -> int:
    """Seed the demo world, plan its day, print the routes, and serve it without login."""
    if database_url is None:
        DEMO_DATABASE.parent.mkdir(parents=True, exist_ok=True)
        database_url = f"sqlite:///{DEMO_DATABASE}"
    tell("DEMO: nobody has to sign in, so it is served to this machine only.")

    from dispatch.cli.summary import print_summary
    from dispatch.operations.demo import prepare

    day = prepare(database_url)
    print_summary(day.case, day.plan, file=sys.stdout)
    sys.stdout.flush()
    if not no_serve:
        from dispatch.api import Settings
        from dispatch.api import serve as run_server

        tell(f"serving http://{HOST}:{port}/ until Ctrl-C")
        # The day is planned already; the server need not look for it again.
        with suppress(KeyboardInterrupt):
            run_server(HOST, port, database_url, demo=True, settings=Settings(demo_plants=False))
    return OK
