"""Runs seen to their end: done, called off, crashed, lost, put back."""

from __future__ import annotations

import os
import signal
import subprocess
import threading
import time
from datetime import timedelta
from pathlib import Path

import pytest

from dispatch.formats import parse_plan
from dispatch.operations import executor as executor_module
from dispatch.operations import solver_child
from dispatch.operations.executor import RunExecutor, take_back
from dispatch.operations.run_outcome import RunLost, record_progress
from dispatch.operations.runs import RunParameters, call_off, start_run
from dispatch.store import Database
from dispatch.store.tables import RunRow
from tests.databases import migrated
from tests.operations.small_company import found_company, tomorrow

PARAMETERS = RunParameters(day=tomorrow(), time_limit_s=1.0, engine="lns")
LONG = RunParameters(day=tomorrow(), time_limit_s=600.0, engine="lns")
REQUESTS = 14


@pytest.fixture
def company(tmp_path: Path) -> Database:
    """The small company with requests for a day, on SQLite."""
    database = migrated(f"sqlite:///{tmp_path / 'x.db'}")
    database.write(lambda work: found_company(work, requests=REQUESTS))
    yield database
    database.close()


def queue(database: Database, parameters: RunParameters = PARAMETERS) -> str:
    """Queue a run and name it."""
    return database.write(lambda work: start_run(work, parameters).id, actor="user:1")


def row_of(database: Database, id: str) -> RunRow:
    """Read a run."""
    return database.read(lambda work: work.runs.get(id))


def wait_until_solving(database: Database, id: str) -> None:
    """Wait until the search of a run has told of a plan."""
    for _ in range(600):
        if row_of(database, id).progress:
            return
        time.sleep(0.05)
    pytest.fail("the run never told of a plan")


def children() -> list[int]:
    """Process ids of the solvers this process has started."""
    found = subprocess.run(
        ["pgrep", "-P", str(os.getpid()), "-f", "solver_process"], capture_output=True, text=True
    )
    return [int(line) for line in found.stdout.split()]


def test_a_run_becomes_a_draft(company: Database) -> None:
    """Every visit is planned, and the run keeps case, trace and the draft it made."""
    id = queue(company)
    RunExecutor(company).see_to_end(id)
    row = row_of(company, id)
    assert (row.state, row.attempts, row.plan_version) == ("done", 1, 1)
    assert row.trace
    draft = company.read(lambda work: work.plans.get(1))
    assert draft.state == "draft"
    assert draft.created_by == "user:1"
    plan = parse_plan(draft.plan_text)
    planned = {stop.visit for route in plan.routes for stop in route.stops if stop.visit}
    assert planned == {f"r{number}-v1" for number in range(1, REQUESTS + 1)}


def test_a_run_called_off_keeps_the_best_so_far(company: Database) -> None:
    """The process ends within its grace, its plan stays as a draft, the state says cancelled."""
    id = queue(company, LONG)
    executor = RunExecutor(company)
    executor.start()
    try:
        wait_until_solving(company, id)
        company.write(lambda work: call_off(work, id))
        for _ in range(200):
            if row_of(company, id).state == "cancelled":
                break
            time.sleep(0.1)
    finally:
        executor.stop()
    row = row_of(company, id)
    assert (row.state, row.plan_version) == ("cancelled", 1)
    assert children() == []


def test_a_queued_run_is_called_off_at_once(company: Database) -> None:
    """Nobody has begun it, so nobody has to end it; a second call changes nothing."""
    id = queue(company)
    for _ in range(2):
        assert company.write(lambda work: call_off(work, id)).state == "cancelled"


def test_a_stopped_executor_puts_its_run_back(company: Database) -> None:
    """After a stop the run waits again, has lost no attempt, and no process is left."""
    id = queue(company, LONG)
    executor = RunExecutor(company)
    executor.start()
    wait_until_solving(company, id)
    executor.stop()
    row = row_of(company, id)
    assert (row.state, row.attempts) == ("queued", 0)
    assert children() == []


def test_a_crash_is_tried_once_more_and_then_given_up(
    company: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A process that dies without a word fails the run after the second attempt."""
    monkeypatch.setattr(solver_child.sys, "executable", "/bin/false")
    id = queue(company)
    RunExecutor(company).see_to_end(id)
    row = row_of(company, id)
    assert (row.state, row.attempts) == ("failed", 2)
    assert "no plan" in str(row.error)


def test_a_killed_process_is_replaced(company: Database) -> None:
    """Killing the solver once costs an attempt, not the run."""
    id = queue(company, RunParameters(day=tomorrow(), time_limit_s=3.0, engine="lns"))
    thread = threading.Thread(target=RunExecutor(company).see_to_end, args=(id,))
    thread.start()
    while not (found := children()):
        time.sleep(0.02)
    os.kill(found[0], signal.SIGKILL)
    thread.join()
    row = row_of(company, id)
    assert (row.state, row.attempts) == ("done", 2)


def test_a_lost_run_is_taken_back_once(company: Database) -> None:
    """A lease that ran out queues the run again; the second time it is given up."""
    id = queue(company)
    for attempt, state in ((1, "queued"), (2, "failed")):
        company.write(
            lambda work: work.runs.claim("gone", work.now - timedelta(minutes=5), timedelta(0))
        )
        assert company.write(take_back) == [id]
        row = row_of(company, id)
        assert (row.state, row.attempts) == (state, attempt)


def test_who_lost_a_run_cannot_write_to_it(company: Database) -> None:
    """The token of an executor that was overtaken is refused."""
    id = queue(company)
    old = company.write(lambda work: work.runs.claim("a", work.now, timedelta(0)))
    assert old is not None
    company.write(lambda work: take_back(work, now=work.now + timedelta(minutes=1)))
    new = company.write(lambda work: work.runs.claim("b", work.now, executor_module.LEASE))
    assert new is not None
    assert new.token == old.token + 1
    with pytest.raises(RunLost):
        company.write(lambda work: record_progress(work, id, old.token, [], work.now))


def test_two_executors_share_the_queue(company: Database) -> None:
    """Two claims at once never give the same run."""
    ids = {queue(company) for _ in range(4)}
    found: list[str] = []

    def claim() -> None:
        while True:
            row = company.write(lambda work: work.runs.claim("x", work.now, executor_module.LEASE))
            if row is None:
                return
            found.append(row.id)

    threads = [threading.Thread(target=claim) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(found) == sorted(ids)


def test_an_impossible_day_is_told_at_once(company: Database) -> None:
    """Silly parameters are refused with a pointer each before anything is stored."""
    with pytest.raises(Exception, match="engine") as caught:
        RunParameters(day=tomorrow(), until=tomorrow(), engine="magic", time_limit_s=-1)
    pointers = [issue.pointer for issue in caught.value.issues]  # type: ignore[attr-defined]
    assert pointers == ["/until", "/engine", "/time_limit_s"]
