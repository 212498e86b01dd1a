"""A long simulation at a terminal: what is left to do, and what is kept in case it is cut short."""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, TextIO

if TYPE_CHECKING:
    from dispatch.simulation.study import Outcome, WorkItem

__all__ = ["Kept", "show_items"]


@contextmanager
def show_items(items: int) -> Iterator[Callable[[], None]]:
    """Draw a bar with the time that is left, on stderr, when that is a terminal.

    Yields
    ------
    callable
        To be called for each finished item.
    """
    if not sys.stderr.isatty():
        yield lambda: None
        return
    from rich.console import Console
    from rich.progress import (
        BarColumn,
        MofNCompleteColumn,
        Progress,
        TextColumn,
        TimeRemainingColumn,
    )

    columns = (TextColumn("simulating"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as bar:
        line = bar.add_task("simulating", total=items)
        yield lambda: bar.advance(line)


class Kept:
    """A file with one line for each finished replication; lines of other studies are overlooked.

    Parameters
    ----------
    path
        None: nothing is kept.
    mark
        Tells the study.
    """

    def __init__(self, path: Path | None, mark: str) -> None:
        self.path, self.mark = path, mark
        self.finished: dict[WorkItem, Outcome] = {}
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        if self.path is not None:
            self._read(self.path)
            self._file = self.path.open("a", encoding="utf-8")
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._file is not None:
            self._file.close()

    def _read(self, path: Path) -> None:
        from dispatch.simulation.study import Outcome, WorkItem

        if not path.is_file():
            return
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                row = json.loads(line)
                if row["study"] == self.mark:
                    item = WorkItem(int(row["world"]), int(row["replication"]))
                    self.finished[item] = Outcome.from_document(row["outcome"])
            except (ValueError, KeyError, TypeError):
                # A line cut off by a crash is simulated again.
                continue

    def add(self, item: WorkItem, outcome: Outcome) -> None:
        """Keep one outcome."""
        if self._file is not None:
            row = {
                "study": self.mark,
                "world": item.world,
                "replication": item.replication,
                "outcome": outcome.to_document(),
            }
            self._file.write(json.dumps(row, allow_nan=False) + "\n")
            self._file.flush()
