"""Taking up what-ifs one after the other; patient children of the lowest priority simulate.

The row is the truth: it is claimed with a lease and a token, and every finished replication is
written down at once. Whoever dies loses the lease, and the next one goes on with what is left.
"""

from __future__ import annotations

import logging
import threading
import time
import uuid
from collections.abc import Mapping
from contextlib import closing
from datetime import datetime, timedelta
from typing import Any

from dispatch.errors import DispatchError, InputError, RunCancelled
from dispatch.formats import parse_case
from dispatch.operations.what_if_order import WhatIfOrder
from dispatch.operations.what_if_work import Place, Remembering, answer_order
from dispatch.operations.what_ifs import (
    WhatIfLost,
    end_what_if,
    hold_on,
    park_what_if,
    take_back_what_ifs,
)
from dispatch.simulation.executor import Executor
from dispatch.simulation.scheduler import executor_for
from dispatch.simulation.study import Outcome
from dispatch.store import Database
from dispatch.store.clock import MachineClock
from dispatch.store.tables import WhatIfRow

__all__ = ["LEASE", "WhatIfExecutor"]

LEASE = timedelta(seconds=30)
LOOK_S = 1.0
RENEW_S = 1.0

logger = logging.getLogger(__name__)


def _machine_now() -> datetime:
    """The present by which leases run, whatever the company calls the present."""
    return MachineClock().now()


class WhatIfExecutor:
    """A thread that takes up what-ifs and hands their replications out.

    Parameters
    ----------
    database
        Where they are.
    processes
        Children that simulate at a time; 0: nobody takes anything up here. Where
        `DISPATCH_SCHEDULER` names a scheduler its workers simulate instead.
    """

    def __init__(self, database: Database, *, processes: int) -> None:
        self._database, self._processes = database, processes
        self.owner = f"what-if-{uuid.uuid4()}"
        self._stopping = threading.Event()
        self._wake = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="what-if", daemon=True)

    def start(self) -> None:
        """Begin to take up what-ifs."""
        if self._processes:
            self._thread.start()

    def stop(self) -> None:
        """End now: what is under way is put back into the queue, its children ended."""
        self._stopping.set()
        self._wake.set()
        if self._thread.is_alive():
            self._thread.join()

    def wake(self) -> None:
        """Look at the queue at once."""
        self._wake.set()

    def _serve(self) -> None:
        while not self._stopping.is_set():
            try:
                row = self._claim()
                if row is not None:
                    self._see_through(row)
                    continue
            except DispatchError as error:
                logger.warning("what-if executor: %s", error)
            except Exception:
                logger.exception("what-if executor")
            self._wake.wait(LOOK_S)
            self._wake.clear()

    def _claim(self) -> WhatIfRow | None:
        # Reading first: whoever finds nothing to do does not stand in the way of writers.
        if not self._database.read(lambda work: work.what_ifs.waiting()):
            return None
        now = _machine_now()
        self._database.write(lambda work: take_back_what_ifs(work, now), actor=self.owner)
        return self._database.write(
            lambda work: work.what_ifs.claim(self.owner, now, LEASE, begun=work.now),
            actor=self.owner,
        )

    def _see_through(self, row: WhatIfRow) -> None:
        watch = _Watch(self._database, row, self.owner, self._stopping)
        try:
            report = self._simulate(row, watch)
            watch.flush()
            self._end(row, "done", report=report)
        except WhatIfLost as error:
            logger.warning("%s", error)
        except RunCancelled:
            self._let_go(row, watch)
        except InputError as error:
            self._end(row, "failed", error=str(error))
        except Exception:
            # A mistake of ours costs this what-if, never the thread that later ones need.
            logger.exception("what-if %s", row.id)
            self._end(row, "failed", error="an unplanned error; it has been noted")

    def _simulate(self, row: WhatIfRow, watch: _Watch) -> dict[str, Any]:
        finished = self._database.read(lambda work: work.what_ifs.outcomes(row.id))
        watch.done = len(finished)
        executor = Remembering(self._executor(), finished, watch.keep, watch.expect)
        order = WhatIfOrder.from_document(row.asked)
        with closing(executor):
            return answer_order(order, parse_case(row.case_text), executor, watch.look)

    def _executor(self) -> Executor:
        return executor_for(self._processes, apart=True)

    def _let_go(self, row: WhatIfRow, watch: _Watch) -> None:
        """End what was called off; what only this server gives up waits for the next one."""
        if watch.lost:
            logger.warning("what-if %s: taken up by another executor meanwhile", row.id)
        elif watch.called_off:
            watch.flush()
            self._end(row, "cancelled", error="called off")
        else:
            watch.flush()
            self._database.write(
                lambda work: park_what_if(work, row.id, row.token), actor=self.owner
            )

    def _end(
        self,
        row: WhatIfRow,
        state: str,
        *,
        report: Mapping[str, Any] | None = None,
        error: str | None = None,
    ) -> None:
        try:
            self._database.write(
                lambda work: end_what_if(
                    work, row.id, row.token, state, report=report, error=error
                ),
                actor=self.owner,
            )
        except WhatIfLost as lost:
            logger.warning("%s", lost)


class _Watch:
    """What the watching thread does while others simulate: keep, renew, tell the time left."""

    def __init__(
        self, database: Database, row: WhatIfRow, owner: str, stopping: threading.Event
    ) -> None:
        self._database, self._row, self._owner = database, row, owner
        self._stopping = stopping
        self._next = 0.0
        self._began = time.monotonic()
        self._here = self._expected = 0
        self.done = 0
        self.called_off = self.lost = False
        self._fresh: dict[Place, dict[str, Any]] = {}

    def expect(self, items: int) -> None:
        """Note how much is still to be done at most; of questions that is a guess."""
        self._expected = items

    def keep(self, place: Place, outcome: Outcome) -> None:
        """Write a finished replication down at once."""
        self._fresh[place] = outcome.to_document()
        self.done += 1
        self._here += 1
        self._expected = max(0, self._expected - 1)
        self.flush()

    def look(self) -> bool:
        """Renew the lease once a second; tells whether to end."""
        if time.monotonic() >= self._next:
            self.flush()
        return self.called_off or self.lost or self._stopping.is_set()

    def progress(self) -> dict[str, Any]:
        """How far it has come, and how long the rest takes at the pace so far."""
        left = None
        if self._here:
            left = round((time.monotonic() - self._began) / self._here * self._expected, 1)
        return {"done": self.done, "of": self.done + self._expected, "remaining_s": left}

    def flush(self) -> None:
        """Write what is new to the row."""
        self._next = time.monotonic() + RENEW_S
        until, fresh = _machine_now() + LEASE, self._fresh
        try:
            self.called_off = self._database.write(
                lambda work: hold_on(
                    work, self._row.id, self._row.token, until, self.progress(), fresh
                ),
                actor=self._owner,
            )
            self._fresh = {}
        except WhatIfLost:
            self.lost = True
        except DispatchError as error:
            # A database that is away for a moment costs a heartbeat, not what was simulated.
            logger.warning("what-if %s: %s", self._row.id, error)
