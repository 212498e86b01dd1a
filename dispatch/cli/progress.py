"""What a person at a terminal sees while the search runs; silent everywhere else."""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dispatch.solver.solve import Progress

__all__ = ["show_progress"]


@contextmanager
def show_progress(
    time_limit_s: float | None, iterations: int | None
) -> Iterator[Callable[[Progress], None] | None]:
    """Draw a bar on stderr while the block runs.

    Parameters
    ----------
    time_limit_s, iterations
        What ends the search; the bar follows the time when there is such a limit.

    Yields
    ------
    callable or None
        To be told of progress; None when stderr is no terminal.
    """
    if not sys.stderr.isatty():
        yield None
        return
    from rich.console import Console
    from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
    from rich.progress import Progress as Bar

    columns = (
        TextColumn("planning"),
        BarColumn(),
        TimeElapsedColumn(),
        TextColumn("{task.fields[news]}"),
    )
    with Bar(*columns, console=Console(stderr=True), transient=True) as bar:
        by_time = iterations is None
        total = time_limit_s if by_time else iterations
        line = bar.add_task("planning", total=total, news="")

        def show(progress: Progress) -> None:
            done = progress.elapsed_s if by_time else progress.iterations
            news = f"{sum(progress.unassigned)} unassigned, cost {progress.cost}"
            bar.update(line, completed=done, news=news)

        yield show
