"""Urgent requests over HTTP: request, engineer and time in one answer."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.api.conftest import found
from tests.api.running import V1, running
from tests.operations.small_company import fault

KEY = {"Idempotency-Key": "an-urgent-request-1"}


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The small company; runs wait, nobody takes them up."""
    url = f"sqlite:///{tmp_path_factory.mktemp('urgent') / 'x.db'}"
    found(url, requests=1)
    with running(url, solver_threads=0) as server, server.client() as one:
        yield one


def test_an_urgent_request_comes_back_with_clocks_and_a_place(client: httpx.Client) -> None:
    """One call, one request, however often it is sent."""
    body = fault(3, severity="critical")
    first = client.post(f"{V1}/urgent-requests", json=body, headers=KEY)
    assert first.status_code == 201, first.text
    answer = first.json()
    assert answer["request"]["id"] == "r3"
    assert answer["request"]["clocks"]
    # No plan is in force for today, and both shifts are tomorrow.
    assert answer["insertion"]["visit"] == "r3-v1"
    assert answer["insertion"]["base_plan"] is None
    again = client.post(f"{V1}/urgent-requests", json=body, headers=KEY)
    assert again.content == first.content
    assert again.headers["Idempotency-Replayed"] == "true"
    other = client.post(f"{V1}/urgent-requests", json=fault(5), headers=KEY)
    assert other.status_code == 422


def test_a_consultation_needs_nobody(client: httpx.Client) -> None:
    """The request is taken in; there is no visit to place."""
    body = fault(7, severity="consultation")
    answer = client.post(f"{V1}/urgent-requests", json=body)
    assert (answer.status_code, answer.json()["insertion"]) == (201, None)
    refused = client.post(f"{V1}/requests/r7/insertion")
    assert refused.status_code == 409


def test_an_unknown_request_is_missing(client: httpx.Client) -> None:
    """404 for what is not there, 422 for what is malformed."""
    assert client.post(f"{V1}/requests/nobody/insertion").status_code == 404
    assert client.post(f"{V1}/requests/r1/insertion", json={"x": 1}).status_code == 422


def test_the_policy_is_read_and_settled(client: httpx.Client) -> None:
    """Unknown words are refused; what was settled is read back."""
    before = client.get(f"{V1}/replanning-policy").json()
    assert before["mode"] == "propose"
    wanted = before | {"mode": "apply", "churn_limit": 500}
    assert client.put(f"{V1}/replanning-policy", json=wanted).json() == wanted
    assert client.get(f"{V1}/replanning-policy").json() == wanted
    wrong = client.put(f"{V1}/replanning-policy", json=before | {"mode": "always"})
    assert wrong.status_code == 422
