"""The clock and the reports of one run."""

from __future__ import annotations

import time
from dataclasses import dataclass
from threading import Lock
from typing import TYPE_CHECKING

from dispatch.solver.solution import Solution

if TYPE_CHECKING:
    from collections.abc import Callable

    from dispatch.solver.search import Search

TELL_EVERY_S = 0.5


@dataclass(frozen=True, slots=True)
class Progress:
    """What a run reports while it works.

    `unassigned` counts visits left out by tier, LOW first; `cost` is money, or seconds when the
    objective is working time.
    """

    elapsed_s: float
    iterations: int
    unassigned: tuple[int, ...]
    cost: int
    best: Solution | None = None


class Run:
    """The budget of one run, its incumbents, and who listens; several threads report to it."""

    def __init__(
        self,
        time_limit_s: float | None,
        iterations: int | None,
        on_progress: Callable[[Progress], None] | None = None,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        self.began = time.monotonic()
        self.time_limit_s, self.limit = time_limit_s, iterations
        self.on_progress, self.cancelled = on_progress, cancelled
        self.done = 0
        self.trace: list[Progress] = []
        self.stopped = False
        self._told = -1.0
        self._lock = Lock()

    @property
    def elapsed(self) -> float:
        """Seconds since the run began."""
        return time.monotonic() - self.began

    def over(self, until_s: float | None = None) -> bool:
        """Whether the run must end: its time is up or somebody cancelled it."""
        if self.cancelled is not None and self.cancelled():
            self.stopped = True
        if until_s is None:
            until_s = self.time_limit_s
        return self.stopped or (until_s is not None and self.elapsed >= until_s)

    def report(self, search: Search, iterations: int, better: bool) -> None:
        """Note an incumbent; tell the listener of it, or at least twice a second that we live."""
        left_out, cost = search.figures()
        with self._lock:
            self.done += iterations
            if better and self.trace:
                last = self.trace[-1]
                better = (left_out[::-1], cost) < (last.unassigned[::-1], last.cost)
            if better:
                self.trace.append(Progress(self.elapsed, self.done, left_out, cost))
            if self.on_progress is None:
                return
            if better or self.elapsed - self._told > TELL_EVERY_S:
                self._told = self.elapsed
                best = search.solution() if better else None
                if not better and self.trace:
                    left_out, cost = self.trace[-1].unassigned, self.trace[-1].cost
                self.on_progress(Progress(self.elapsed, self.done, left_out, cost, best))
