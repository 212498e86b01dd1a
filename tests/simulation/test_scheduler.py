"""Dask as an executor: the same numbers as in one process, also when a worker is killed."""

from __future__ import annotations

import os
import signal
import threading
import time
from collections.abc import Iterator

import pytest

from dispatch.simulation.executor import InProcess, ProcessPool
from dispatch.simulation.scheduler import SCHEDULER, OnScheduler, executor_for
from dispatch.simulation.study import Outcome, Study, WorkItem

distributed = pytest.importorskip(
    "distributed", reason="DASK IS NOT INSTALLED: work on several machines is not tested"
)

ITEMS = [WorkItem(0, replication) for replication in range(8)]


def slow_figures(study: Study, item: WorkItem) -> Outcome:
    """A replication that takes a moment and depends on study and item alone."""
    time.sleep(0.15)
    return Outcome({"cost": float(study.seed_of(item) % 1000)})


@pytest.fixture
def cluster() -> Iterator[distributed.LocalCluster]:
    """Two workers, each a process of its own."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=None
    ) as made:
        yield made


def collected(executor: object, study: Study) -> dict[WorkItem, Outcome]:
    """All outcomes, each told once."""
    found: dict[WorkItem, Outcome] = {}

    def done(item: WorkItem, outcome: Outcome) -> None:
        assert item not in found
        found[item] = outcome

    executor.run(study, ITEMS, done)  # type: ignore[attr-defined]
    return found


def test_without_a_scheduler_the_work_stays_here() -> None:
    """One process works itself, two are a pool, an address is a scheduler."""
    assert isinstance(executor_for(1, {}), InProcess)
    assert isinstance(executor_for(2, {}), ProcessPool)
    assert isinstance(executor_for(2, {SCHEDULER: "tcp://127.0.0.1:1"}), OnScheduler)


def test_two_workers_and_one_killed_give_the_numbers_of_one_process(
    cluster: distributed.LocalCluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every replication is told once, with the same figures, although a worker dies under way."""
    monkeypatch.setattr("dispatch.simulation.scheduler._work", slow_figures)
    monkeypatch.setattr("dispatch.simulation.executor.run_item", slow_figures)
    study = Study((), seed=7)
    victim = next(iter(cluster.workers.values()))

    def kill() -> None:
        time.sleep(0.5)
        os.kill(victim.process.process.pid, signal.SIGKILL)

    threading.Thread(target=kill).start()
    far = collected(OnScheduler(cluster.scheduler_address, InProcess()), study)
    assert far == collected(InProcess(), study)
    assert len(far) == len(ITEMS)


def test_a_scheduler_that_stays_away_is_not_waited_for_for_ever(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Nobody listens at the address, so the work is done here."""
    monkeypatch.setattr("dispatch.simulation.executor.run_item", slow_figures)
    monkeypatch.setattr("dispatch.simulation.scheduler.CONNECT_S", 0.2)
    here = OnScheduler("tcp://127.0.0.1:9", InProcess(), patience_s=0.1)
    assert len(collected(here, Study((), seed=7))) == len(ITEMS)


def test_a_cancelled_run_begins_nothing(cluster: distributed.LocalCluster) -> None:
    """Once cancelled, `run` returns at once."""
    told: list[WorkItem] = []
    far = OnScheduler(cluster.scheduler_address, InProcess())
    far.run(Study((), seed=7), ITEMS, lambda item, _: told.append(item), lambda: True)
    assert told == []
