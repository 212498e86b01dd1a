"""A rehearsal: the demo world on a clock that stands still until somebody moves it."""

from __future__ import annotations

import time
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path

import httpx
import pytest

from dispatch.api import Settings, create_app
from dispatch.errors import Conflict, InputError
from dispatch.store.clock import SteppedClock
from tests.api.running import V1, running

MORNING = datetime.fromisoformat("2026-03-02T07:30:00+08:00")


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the rehearsed database lies."""
    return tmp_path_factory.mktemp("rehearsal")


@pytest.fixture(scope="module")
def rehearsed(folder: Path) -> Iterator[httpx.Client]:
    """Somebody at a rehearsal of a Monday in March."""
    url = f"sqlite:///{folder / 'x.db'}"
    with (
        running(url, demo_plants=True, rehearsal=MORNING, solver_threads=0) as server,
        server.client() as client,
    ):
        while client.get("/readyz").status_code != 200:
            time.sleep(0.02)
        yield client


def test_the_clock_stands_still_until_it_is_moved(rehearsed: httpx.Client) -> None:
    """It stands at 07:30, is moved to 08:05, and does not go back."""
    assert rehearsed.get(f"{V1}/clock").json() == {
        "now": "2026-03-01T23:30:00+00:00",
        "rehearsal": True,
    }
    moved = rehearsed.post(f"{V1}/clock", json={"now": "2026-03-02T08:05:00+08:00"})
    assert moved.json()["now"] == "2026-03-02T00:05:00+00:00"
    again = rehearsed.post(f"{V1}/clock", json={"now": "2026-03-02T08:05:00+08:00"})
    assert again.status_code == 200
    back = rehearsed.post(f"{V1}/clock", json={"now": "2026-03-02T08:00:00+08:00"})
    assert back.status_code == 409
    far = rehearsed.post(f"{V1}/clock", json={"now": "2026-03-09T08:00:00+08:00"})
    assert far.status_code == 422


def test_what_happens_bears_the_time_of_the_rehearsal(rehearsed: httpx.Client) -> None:
    """A request reported now was reported on that Monday, and the watch has seen it since."""
    now = rehearsed.get(f"{V1}/clock").json()["now"]
    body = {"site": "s001", "severity": "critical", "summary": "UPS alarm"}
    made = rehearsed.post(f"{V1}/requests", json=body).json()
    assert datetime.fromisoformat(made["reported_at"]) == datetime.fromisoformat(now)
    later = datetime.fromisoformat(now).replace(minute=45)
    rehearsed.post(f"{V1}/clock", json={"now": later.isoformat()})
    with rehearsed.stream("GET", f"{V1}/events", headers={"Last-Event-ID": "0"}) as stream:
        told = ""
        for line in stream.iter_lines():
            told += line
            if "clock_alert_raised" in line and made["id"] in line:
                break
    assert made["id"] in told


def test_only_a_rehearsal_has_such_a_clock(client: httpx.Client) -> None:
    """Any other server tells the machine's time and refuses to have it moved."""
    assert client.get(f"{V1}/clock").json()["rehearsal"] is False
    refused = client.post(f"{V1}/clock", json={"now": "2030-01-01T00:00:00Z"})
    assert refused.status_code == 409
    assert "DISPATCH_REHEARSAL" in refused.text


def test_a_rehearsed_database_serves_nothing_else(rehearsed: httpx.Client, folder: Path) -> None:
    """Neither a server of today works with it, nor a rehearsal with a database of today."""
    assert rehearsed.get("/healthz").status_code == 200
    url = f"sqlite:///{folder / 'x.db'}"
    with pytest.raises(InputError, match="rehears"):
        create_app(Settings(database_url=url, demo=True))
    other = f"sqlite:///{folder / 'other.db'}"
    with pytest.raises(InputError, match="demo"):
        create_app(Settings(database_url=other, rehearsal=MORNING))
    with running(other) as server, server.client() as today:
        body = {"name": "boss", "password": "a long enough password", "role": "admin"}
        assert today.post(f"{V1}/users", json=body).status_code == 201
    with pytest.raises(InputError, match="begins empty"):
        create_app(Settings(database_url=other, demo=True, rehearsal=MORNING))


def test_a_rehearsal_goes_on_where_it_stood(tmp_path: Path) -> None:
    """Started again with its first instant, it stands where it was left."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    for expected in ("2026-03-01T23:30:00+00:00", "2026-03-02T01:00:00+00:00"):
        with running(url, rehearsal=MORNING, solver_threads=0) as server, server.client() as one:
            assert one.get(f"{V1}/clock").json()["now"] == expected
            one.post(f"{V1}/clock", json={"now": "2026-03-02T09:00:00+08:00"})


def test_a_stepped_clock_never_goes_back() -> None:
    """An earlier instant is refused and changes nothing."""
    clock = SteppedClock(MORNING)
    with pytest.raises(Conflict):
        clock.move_to(MORNING.replace(hour=6))
    assert clock.now() == MORNING
