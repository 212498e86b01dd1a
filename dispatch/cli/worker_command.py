"""``dispatch worker``: take up queued runs beside a server, until asked to stop."""

from __future__ import annotations

from typing import Annotated

import typer

from dispatch.cli.exits import OK, tell
from dispatch.cli.options import DEFAULT_DATABASE_URL, DatabaseUrl

__all__ = ["worker"]


def worker(
    threads: Annotated[
        int, typer.Option("--threads", min=1, max=64, help="Runs at the same time.")
    ] = 1,
    memory_mb: Annotated[
        int, typer.Option("--memory-mb", min=0, help="Most memory of a run; 0: no bound.")
    ] = 0,
    what_if: Annotated[
        int, typer.Option("--what-if", min=0, help="Processes that simulate what-ifs; 0: none.")
    ] = 0,
    database_url: DatabaseUrl = DEFAULT_DATABASE_URL,
) -> int:
    """Plan queued runs until Ctrl-C; a run under way then goes back into the queue."""
    from dispatch.cli.interrupt import heed_interrupts
    from dispatch.operations.executor import RunExecutor
    from dispatch.operations.opening import opened
    from dispatch.operations.what_if_executor import WhatIfExecutor

    with opened(database_url) as database, heed_interrupts() as stop:
        executor = RunExecutor(database, threads=threads, memory_mb=memory_mb)
        what_ifs = WhatIfExecutor(database, processes=what_if)
        executor.start()
        what_ifs.start()
        tell(f"{executor.owner}: waiting for runs")
        try:
            stop.wait()
        finally:
            what_ifs.stop()
            executor.stop()
    return OK
