"""The server killed in the middle of a run: its solver dies with it, the run goes on afterwards."""

from __future__ import annotations

import os
import signal
import sqlite3
import time
from pathlib import Path

import pytest

from tests.api.conftest import found
from tests.api.running import V1, wait_for_run
from tests.api.server_process import Server
from tests.operations.small_company import fault, tomorrow


def is_alive(process: int) -> bool:
    """Whether a process runs (a zombie does not)."""
    try:
        state = Path(f"/proc/{process}/stat").read_text().rpartition(") ")[2][0]
    except OSError:
        return False
    return state != "Z"


def start_long_run(server: Server) -> tuple[str, int]:
    """Start a run that takes minutes; give back its address and its solver."""
    body = {"day": str(tomorrow()), "time_limit_s": 600.0, "engine": "ortools"}
    location = server.client.post(f"{V1}/plans", json=body).headers["location"]
    for _ in range(600):
        if (found_now := server.solvers()) and server.client.get(location).json()["started_at"]:
            return location, found_now[0]
        time.sleep(0.05)
    raise AssertionError("no solver came up")


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The small company on SQLite."""
    address = f"sqlite:///{tmp_path / 'x.db'}"
    found(address, requests=2)
    return address


def test_a_killed_server_takes_its_solver_along_and_the_run_goes_on(url: str) -> None:
    """Kill -9: the solver is gone within two seconds, acknowledged writes are there, the run too."""
    server = Server(url)
    assert server.client.post(f"{V1}/requests", json=fault(3)).status_code == 201
    location, solver = start_long_run(server)
    assert server.end(signal.SIGKILL) == -signal.SIGKILL
    gone_by = time.monotonic() + 2
    while is_alive(solver) and time.monotonic() < gone_by:
        time.sleep(0.02)
    assert not is_alive(solver)

    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
    connection.close()
    server = Server(url)
    assert server.client.get(f"{V1}/requests/r3").status_code == 200
    for _ in range(600):
        run = server.client.get(location).json()
        if run["attempts"] == 2:
            break
        time.sleep(0.1)
    assert (run["state"], run["attempts"]) == ("solving", 2)
    server.client.delete(location)
    assert wait_for_run(server.client, location)["state"] == "cancelled"
    assert server.end(signal.SIGTERM) == -signal.SIGTERM


def test_a_server_that_is_asked_to_end_parks_its_run(url: str) -> None:
    """SIGTERM: listeners are let go, the solver ends, the run waits for the next start."""
    server = Server(url)
    location, solver = start_long_run(server)
    with server.client.stream("GET", f"{V1}/events") as stream:
        os.kill(server.process.pid, signal.SIGTERM)
        for _ in stream.iter_lines():
            pass
    assert server.process.wait(timeout=20) == -signal.SIGTERM
    assert not is_alive(solver)
    server.client.close()
    with sqlite3.connect(url.removeprefix("sqlite:///")) as connection:
        id = location.rpartition("/")[2]
        row = connection.execute("SELECT state, attempts FROM run WHERE id = ?", (id,)).fetchone()
    connection.close()
    assert row == ("queued", 0)
