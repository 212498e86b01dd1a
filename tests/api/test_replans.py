"""Asking for a re-plan over HTTP: what may be asked, by whom, and once per key."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.api.conftest import found
from tests.api.running import V1, running

KEY = {"Idempotency-Key": "a-replan-of-the-day-1"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The small company; runs wait, nobody takes them up."""
    url = f"sqlite:///{tmp_path_factory.mktemp('replans') / 'x.db'}"
    found(url)
    with running(url, solver_threads=0) as server, server.client() as one:
        yield one


def test_a_replan_is_queued_once(client: httpx.Client) -> None:
    """The same key and body give the same run; another body is refused."""
    body = {"most_moved": 2, "time_limit_s": 3.0}
    first = client.post(f"{V1}/replans", json=body, headers=KEY)
    assert first.status_code == 202, first.text
    assert first.headers["Location"] == f"/api/v1/runs/{first.json()['id']}"
    again = client.post(f"{V1}/replans", json=body, headers=KEY)
    assert again.content == first.content
    assert client.post(f"{V1}/replans", json={}, headers=KEY).status_code == 422


@pytest.mark.parametrize(
    "wrong",
    [{"most_moved": -1}, {"most_moved": 1.5}, {"time_limit_s": 0}, {"curve": "yes"}, {"k": 1}],
)
def test_what_makes_no_sense_is_refused(client: httpx.Client, wrong: dict[str, object]) -> None:
    """Budgets are whole numbers, limits positive, fields known."""
    answer = client.post(f"{V1}/replans", json=wrong)
    assert answer.status_code == 422
    assert answer.json()["issues"][0]["pointer"] == "/" + next(iter(wrong))
