"""An executor on many machines: Dask distributed, when `DISPATCH_SCHEDULER` names its scheduler.

The outcome of an item depends on the study and the item alone, so whatever a killed worker or
scheduler loses is simply asked for again, and the numbers are those of any other executor. Whoever
keeps finished outcomes (the run rows) loses none of them.
"""

from __future__ import annotations

import os
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from itertools import chain
from typing import Any

from dispatch.errors import InputError
from dispatch.simulation.executor import Done, Executor, InProcess, ProcessPool, run_item, step_back
from dispatch.simulation.study import Outcome, Study, WorkItem

Client = Any
"""A `distributed.Client`; the library brings no types along."""

__all__ = ["SCHEDULER", "OnScheduler", "executor_for"]

SCHEDULER = "DISPATCH_SCHEDULER"
LOOK_S = 0.25
CONNECT_S = 10.0
PATIENCE_S = 60.0
"""Seconds without a scheduler after which the work is done here."""

MOST_TRIES = 5
"""Failures of one item that are not those of a worker: then the error is the item's own."""


def executor_for(
    processes: int, environment: Mapping[str, str] = os.environ, *, apart: bool = False
) -> Executor:
    """Choose who works off a study.

    Parameters
    ----------
    processes
        Of this machine, where no scheduler is named.
    environment
        `DISPATCH_SCHEDULER` is the address of a scheduler, for example ``tcp://10.0.0.5:8786``.
    apart
        Whether even a single process must be one of its own.

    Raises
    ------
    InputError
        A scheduler is named, but the extra `scale` is not installed.
    """
    address = environment.get(SCHEDULER, "")
    if not address:
        return InProcess() if processes <= 1 and not apart else ProcessPool(max(1, processes))
    try:
        import distributed  # noqa: F401 - only whether it is there
    except ImportError as error:
        expected = "nothing, or an installation with the extra `scale`"
        raise InputError.at(SCHEDULER, address, expected) from error
    return OnScheduler(address, ProcessPool(max(1, processes)))


class OnScheduler:
    """Work on the workers of a Dask scheduler.

    Parameters
    ----------
    address
        Of the scheduler.
    otherwise
        Who does the rest when the scheduler stays away.
    patience_s
        How long it may stay away.
    """

    def __init__(
        self, address: str, otherwise: Executor, *, patience_s: float = PATIENCE_S
    ) -> None:
        self.address, self.otherwise, self.patience_s = address, otherwise, patience_s

    def run(
        self,
        study: Study,
        items: Iterable[WorkItem],
        done: Done,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Work off the items; see `Executor.run`."""
        over = cancelled or (lambda: False)
        waiting: Iterator[WorkItem] = iter(items)
        gone_at: float | None = None
        while not over():
            client = _connect(self.address)
            if client is None:
                gone_at = gone_at or time.monotonic()
                if time.monotonic() - gone_at > self.patience_s:
                    self.otherwise.run(study, waiting, done, cancelled)
                    return
                time.sleep(LOOK_S)
                continue
            gone_at = None
            try:
                lost = _Round(client, study, done, over).run(waiting)
            finally:
                _leave(client)
            if lost is None:
                return
            waiting = chain(lost, waiting)

    def close(self) -> None:
        """Let go of whoever stepped in for the scheduler; see `Executor.close`."""
        self.otherwise.close()


class _Round:
    """The work of one connection."""

    def __init__(self, client: Client, study: Study, done: Done, over: Callable[[], bool]) -> None:
        self.client, self.done, self.over = client, done, over
        # Not scattered: data that was only put somewhere is gone with the worker that held it, a
        # task is done again.
        self.study = client.submit(_hold, study, pure=False)
        self.under_way: dict[Any, WorkItem] = {}
        self.failures: dict[WorkItem, int] = {}

    def run(self, waiting: Iterator[WorkItem]) -> list[WorkItem] | None:
        """Work until all is done (None) or the scheduler is gone: what is to be asked for again."""
        while not self.over():
            if self.client.status != "running":
                return sorted(self.under_way.values())
            self._fill(waiting)
            if not self.under_way:
                return None
            if not any(self._ended(future) for future in list(self.under_way)):
                time.sleep(LOOK_S)
        return None

    def _fill(self, waiting: Iterator[WorkItem]) -> None:
        room = 2 * max(1, len(self.client.ncores())) - len(self.under_way)
        for _ in range(room):
            item = next(waiting, None)
            if item is None:
                return
            self._submit(item)

    def _submit(self, item: WorkItem) -> None:
        self.under_way[self.client.submit(_work, self.study, item, pure=False)] = item

    def _ended(self, future: Any) -> bool:
        """Take in what has ended; ask again for what a worker took with it."""
        if future.status == "pending":
            return False
        item = self.under_way.pop(future)
        if future.status == "error":
            error = future.exception()
            if not _is_worker_lost(error):
                self.failures[item] = self.failures.get(item, 0) + 1
                if self.failures[item] >= MOST_TRIES:
                    raise error
            self._submit(item)
            return True
        if future.status != "finished":
            self._submit(item)
            return True
        try:
            outcome: Outcome = future.result(timeout=CONNECT_S)
        except Exception:  # noqa: BLE001 - whatever it was, the item is done again
            # The worker died between the end of the work and the question for it.
            self._submit(item)
            return True
        self.done(item, outcome)
        return True


def _hold(study: Study) -> Study:
    return study


def _work(study: Study, item: WorkItem) -> Outcome:
    step_back()
    return run_item(study, item)


def _is_worker_lost(error: BaseException) -> bool:
    return type(error).__name__ in {"KilledWorker", "CancelledError", "FutureCancelledError"}


def _connect(address: str) -> Client:
    """A connection, or None."""
    import distributed

    make: Any = distributed.Client
    try:
        return make(address, timeout=CONNECT_S, set_as_default=False)
    except (OSError, TimeoutError):
        return None


def _leave(client: Client) -> None:
    try:
        client.close(timeout=2)
    except Exception:  # noqa: BLE001 - nothing depends on it
        # A scheduler that is gone cannot be said goodbye to.
        return
