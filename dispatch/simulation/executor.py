"""Who works off the replications of a study: this process, or a pool of patient children.

An executor is anything with `run`. It may do the items in any order, on any machine, and more
than once: the outcome of an item depends on the study and the item alone, so whoever keeps
finished outcomes can go on after a crash with the items that are left.
"""

from __future__ import annotations

import ctypes
import multiprocessing
import os
import signal
from collections.abc import Callable, Iterable, Iterator, Sequence
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from concurrent.futures.process import BrokenProcessPool
from contextlib import suppress
from itertools import chain
from typing import Protocol

from dispatch.simulation.study import Outcome, Study, WorkItem

__all__ = ["Done", "Executor", "InProcess", "ProcessPool", "run_item"]

Done = Callable[[WorkItem, Outcome], None]
"""Called in the caller's thread for each finished item, in any order."""

PR_SET_PDEATHSIG = 1
LOOK_S = 0.25
MOST_DEATHS = 20
"""Children killed in a row, nothing being finished between, after which the work is given up."""


class Executor(Protocol):
    """Maps a study over its work items."""

    def run(
        self,
        study: Study,
        items: Iterable[WorkItem],
        done: Done,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Work off the items.

        Parameters
        ----------
        study
            Picklable; sent to each worker once.
        items
            What to do; asked for lazily, in order, as workers become free.
        done
            Told of every finished item.
        cancelled
            Asked at least twice a second; once true no further item is begun, those under way
            may be dropped, and `run` returns.
        """

    def close(self) -> None:
        """Let go of whoever waits for more items of the last study; `run` may be called again."""


def run_item(study: Study, item: WorkItem) -> Outcome:
    """Simulate one replication of one world, here and now."""
    # The planner loads compiled code, which whoever only reads reports need not wait for.
    from dispatch.simulation.replication import replicate

    return replicate(study, item)


class InProcess:
    """One item after the other, in this very process."""

    def run(
        self,
        study: Study,
        items: Iterable[WorkItem],
        done: Done,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Work off the items; see `Executor.run`."""
        for item in items:
            if cancelled is not None and cancelled():
                return
            done(item, run_item(study, item))

    def close(self) -> None:
        """Nobody waits."""


class ProcessPool:
    """Children of the lowest priority, so that the planning of the day is not delayed.

    They die with their parent, and run only when nobody else wants the processor. Those of a study
    that ended well wait for more of it, with the worlds that they made ready, until `close`.

    Parameters
    ----------
    processes
        How many.
    """

    def __init__(self, processes: int) -> None:
        self.processes = processes
        self._kept: tuple[Study, ProcessPoolExecutor] | None = None

    def run(
        self,
        study: Study,
        items: Iterable[WorkItem],
        done: Done,
        cancelled: Callable[[], bool] | None = None,
    ) -> None:
        """Work off the items; see `Executor.run`.

        Raises
        ------
        BrokenProcessPool
            Children died again and again without anything being finished between.
        """
        waiting: Iterator[WorkItem] = iter(items)
        deaths = 0

        def finished(item: WorkItem, outcome: Outcome) -> None:
            nonlocal deaths
            deaths = 0
            done(item, outcome)

        while True:
            lost: list[WorkItem] = []
            error = self._run(study, waiting, finished, cancelled, lost)
            if error is None:
                return
            # What a child took with it when it was killed is simply done again.
            waiting = chain(lost, waiting)
            deaths += 1
            if deaths > MOST_DEATHS:
                raise error

    def _run(
        self,
        study: Study,
        waiting: Iterator[WorkItem],
        done: Done,
        cancelled: Callable[[], bool] | None,
        lost: list[WorkItem],
    ) -> BrokenProcessPool | None:
        """Work until all is done or called off (None), or until a child dies: what is lost."""
        pool = self._pool_for(study)
        ended_well = False
        under_way: dict[Future[Outcome], WorkItem] = {}
        try:
            while True:
                if cancelled is not None and cancelled():
                    return None
                while len(under_way) < 2 * self.processes:
                    item = next(waiting, None)
                    if item is None:
                        break
                    lost.append(item)
                    under_way[pool.submit(_work, item)] = item
                    lost.pop()
                if not under_way:
                    ended_well = True
                    return None
                ended, _ = wait(under_way, timeout=LOOK_S, return_when=FIRST_COMPLETED)
                for future in sorted(ended, key=lambda one: under_way[one]):
                    outcome = future.result()
                    done(under_way.pop(future), outcome)
        except BrokenProcessPool as error:
            lost += sorted(under_way.values())
            return error
        finally:
            if not ended_well:
                self.close()

    def _pool_for(self, study: Study) -> ProcessPoolExecutor:
        """Those who wait for more of a study, or new ones."""
        if self._kept is not None and self._kept[0] is study:
            return self._kept[1]
        self.close()
        pool = ProcessPoolExecutor(
            self.processes,
            mp_context=multiprocessing.get_context("spawn"),
            initializer=_begin,
            initargs=(study, os.getpid()),
        )
        self._kept = (study, pool)
        return pool

    def close(self) -> None:
        """End the children; see `Executor.close`."""
        if self._kept is not None:
            _end(self._kept[1])
            self._kept = None


_study: Study | None = None


def _begin(study: Study, parent: int) -> None:
    """Make this child patient, mortal and ready."""
    global _study  # A worker of a pool has no other place to keep it.
    _study = study
    ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL, 0, 0, 0)
    if os.getppid() != parent:
        os._exit(1)
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    step_back()


def step_back() -> None:
    """Give this process the lowest priority that the system knows."""
    with suppress(OSError):
        os.nice(19)
    with suppress(OSError, AttributeError):
        os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))


def _work(item: WorkItem) -> Outcome:
    assert _study is not None, "the pool prepares each worker with the study"
    return run_item(_study, item)


def _end(pool: ProcessPoolExecutor) -> None:
    """Let nobody wait for what nobody wants any more."""
    children: Sequence[multiprocessing.process.BaseProcess] = list(
        (getattr(pool, "_processes", None) or {}).values()
    )
    pool.shutdown(wait=False, cancel_futures=True)
    for child in children:
        child.terminate()
    for child in children:
        child.join()
