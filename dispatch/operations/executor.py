"""Taking up queued runs and seeing them to their end, one process each.

The run row is the truth: it is claimed with a lease and a token, renewed while the solver
works, and written to only by the holder of the newest token. Whoever dies loses the lease, and
the next executor to look takes the run up again or gives it up for good.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dispatch.errors import DispatchError, PlanRejected, RunCancelled
from dispatch.operations.auto_publish import publish_by_policy
from dispatch.operations.run_outcome import (
    RunLost,
    end_run,
    fail,
    keep_plan,
    park,
    prepare_case,
    record_progress,
)
from dispatch.operations.solver_child import SolverChild
from dispatch.operations.solving import SolveOrder, SolverCrashed, solve_apart
from dispatch.store import Database, UnitOfWork
from dispatch.store.clock import MachineClock
from dispatch.store.run_ledger import FINAL_STATES
from dispatch.store.tables import RunRow

__all__ = ["LEASE", "MOST_ATTEMPTS", "RunExecutor", "take_back"]

LEASE = timedelta(seconds=15)
MOST_ATTEMPTS = 2
LOOK_S = 1.0
RENEW_S = 1.0

logger = logging.getLogger(__name__)


def machine_now() -> datetime:
    """The present by which leases run, whatever the company calls the present."""
    return MachineClock().now()


def take_back(work: UnitOfWork, *, now: datetime | None = None) -> list[str]:
    """Queue again, or give up, the runs whose executor has not been heard of in time.

    Returns
    -------
    list of str
        Ids of the runs concerned.
    """
    lost = work.runs.expired(now or machine_now())
    for row in lost:
        row.lease_owner = None
        row.lease_until = None
        if row.cancel_requested:
            fail(work, row, "cancelled", "called off; its executor was lost")
        elif row.attempts < MOST_ATTEMPTS:
            row.state = "queued"
            work.runs.save(row)
            work.tell("run_queued", row.id, {"attempt": row.attempts + 1})
        else:
            fail(work, row, "failed", f"its executor was lost {row.attempts} times")
    return [row.id for row in lost]


class RunExecutor:
    """Threads that take up queued runs; each watches over one solver process at a time.

    Parameters
    ----------
    database
        Where the runs are.
    threads
        Runs at the same time.
    memory_mb
        Most memory of one solver process; 0 sets no bound.
    """

    def __init__(self, database: Database, *, threads: int = 1, memory_mb: int = 0) -> None:
        self._database = database
        self._memory_mb = memory_mb
        self.owner = f"executor-{uuid.uuid4()}"
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._threads = [
            threading.Thread(target=self._serve, name=f"run-executor-{n}", daemon=True)
            for n in range(threads)
        ]

    def start(self) -> None:
        """Begin to take up runs."""
        for thread in self._threads:
            thread.start()

    def stop(self) -> None:
        """End now: runs under way are put back into the queue, their processes ended."""
        self._stopping.set()
        self._wake.set()
        for thread in self._threads:
            if thread.is_alive():
                thread.join()

    def wake(self) -> None:
        """Look at the queue at once."""
        self._wake.set()

    def see_to_end(
        self,
        id: str,
        *,
        on_progress: Callable[[dict[str, Any]], None] | None = None,
        child: SolverChild | None = None,
    ) -> None:
        """Take up one run on this very thread and come back when it has ended.

        Another executor may have taken it up; then this one only waits for it. `child` is a
        process that was started early, on this very thread.
        """
        while True:
            row = self._database.write(
                lambda work: work.runs.claim(
                    self.owner, machine_now(), LEASE, id=id, begun=work.now
                ),
                actor=self.owner,
            )
            if row is not None:
                self._see_through(row, on_progress, child)
                child = None
            elif self._database.read(lambda work: work.runs.get(id).state) in FINAL_STATES:
                return
            else:
                time.sleep(LOOK_S / 4)
                self._database.write(lambda work: take_back(work), actor=self.owner)

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                self._database.write(lambda work: take_back(work), actor=self.owner)
                row = self._database.write(
                    lambda work: work.runs.claim(self.owner, machine_now(), LEASE, begun=work.now),
                    actor=self.owner,
                )
                if row is not None:
                    self._see_through(row)
                    continue
            except DispatchError as error:
                logger.warning("run executor: %s", error)
            except Exception:
                logger.exception("run executor")
            self._wake.wait(LOOK_S)
            self._wake.clear()

    def _see_through(
        self,
        row: RunRow,
        on_progress: Callable[[dict[str, Any]], None] | None = None,
        child: SolverChild | None = None,
    ) -> None:
        try:
            order = self._database.write(
                lambda work: prepare_case(work, row.id, row.token), actor=self.owner
            )
            self._solve(row, order, on_progress, child)
        except RunLost as error:
            logger.warning("%s", error)
        except RunCancelled as error:
            self._end(row, "cancelled", str(error))
        except PlanRejected as error:
            self._end(row, "failed", str(error), error.violations)
        except DispatchError as error:
            self._end(row, "failed", str(error))
        except Exception:
            # A mistake of ours costs this run, never the thread that all later runs need.
            logger.exception("run %s", row.id)
            self._end(row, "failed", "an unplanned error; it has been noted")

    def _solve(
        self,
        row: RunRow,
        order: SolveOrder,
        on_progress: Callable[[dict[str, Any]], None] | None,
        child: SolverChild | None,
    ) -> None:
        watch = _Watch(self._database, row, self.owner)
        order = replace(
            order,
            # After a crash another seed takes another way.
            seed=order.seed + row.attempts - 1,
            memory_mb=self._memory_mb,
        )
        try:
            solved = solve_apart(
                order,
                on_progress=lambda news: watch.report(news, on_progress),
                cancelled=lambda: watch.called_off,
                abandoned=lambda: watch.lost or self._stopping.is_set(),
                on_look=watch.look,
                child=child,
            )
        except (SolverCrashed, RunCancelled) as error:
            if watch.lost:
                raise RunLost(row.id) from error
            if self._stopping.is_set() and not watch.called_off:
                self._database.write(lambda work: park(work, row.id, row.token), actor=self.owner)
                return
            if isinstance(error, SolverCrashed) and row.attempts < MOST_ATTEMPTS:
                logger.warning("run %s: %s; trying once more", row.id, error)
                self._database.write(
                    lambda work: park(work, row.id, row.token, keep_attempt=True), actor=self.owner
                )
                return
            raise
        if watch.lost:
            raise RunLost(row.id)
        watch.flush()
        kept = self._database.write(
            lambda work: keep_plan(work, row.id, row.token, solved), actor=self.owner
        )
        if kept.state != "solving":
            return
        try:
            publish_by_policy(self._database, kept)
        finally:
            self._database.write(lambda work: end_run(work, row.id, row.token), actor=self.owner)

    def _end(self, row: RunRow, state: str, reason: str, violations: tuple[str, ...] = ()) -> None:
        def end(work: UnitOfWork) -> None:
            stored = work.runs.get(row.id)
            if stored.token == row.token and stored.state == "solving":
                fail(work, stored, state, reason, violations)

        self._database.write(end, actor=self.owner)


class _Watch:
    """What the watching thread does while the solver works: heartbeats, progress, cancelling."""

    def __init__(self, database: Database, row: RunRow, owner: str) -> None:
        self._database = database
        self._row = row
        self._owner = owner
        self._next = 0.0
        self._news: list[dict[str, Any]] = []
        self.called_off = False
        self.lost = False

    def report(
        self, progress: dict[str, Any], listener: Callable[[dict[str, Any]], None] | None
    ) -> None:
        """Keep a report until the next renewal."""
        self._news.append(progress)
        if listener is not None:
            listener(progress)

    def look(self) -> None:
        """Renew the lease once a second and see whether the run was called off."""
        if time.monotonic() >= self._next:
            self._next = time.monotonic() + RENEW_S
            self.flush()

    def flush(self) -> None:
        """Write what is new to the run row."""
        news, self._news = self._news, []
        until = machine_now() + LEASE
        try:
            self.called_off = self._database.write(
                lambda work: record_progress(work, self._row.id, self._row.token, news, until),
                actor=self._owner,
            )
        except RunLost:
            self.lost = True
        except DispatchError as error:
            # A database that is away for a moment costs a heartbeat, not the run.
            self._news = news + self._news
            logger.warning("run %s: %s", self._row.id, error)
