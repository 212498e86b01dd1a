"""Receivers, notices and dead letters over HTTP, with the courier of a running server."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch.operations.notify.signature import verify
from tests.api.conftest import found
from tests.api.running import V1, running
from tests.operations.receiver import listening
from tests.operations.small_company import at, fault


@pytest.fixture(scope="module")
def near(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """A server that lets notices go to addresses of its own network."""
    path: Path = tmp_path_factory.mktemp("near")
    url = f"sqlite:///{path / 'x.db'}"
    found(url, requests=1)
    with running(url, solver_threads=0, webhook_private=True) as server, server.client() as one:
        yield one


def wait_until(condition: Any) -> None:
    """Wait for the courier, ten seconds at most."""
    for _ in range(200):
        if condition():
            return
        time.sleep(0.05)
    raise AssertionError("the courier did not come")


def test_a_notice_reaches_a_receiver_and_a_dead_letter_is_read(near: httpx.Client) -> None:
    """Signed and listed; after the receiver was removed what waits is dead, and re-driven waits."""
    with listening() as receiver:
        body = {"name": "crm", "url": receiver.url, "topics": ["on_the_way"]}
        made = near.post(f"{V1}/webhooks", json=body)
        assert made.status_code == 201, made.text
        assert made.headers["cache-control"] == "no-store"
        id, secret = made.json()["id"], made.json()["secret"]
        shown = near.get(f"{V1}/webhooks").json()["items"][0]
        assert (shown["secret_tail"], secret in str(shown)) == (secret[-4:], False)
        report = {"type": "en_route", "occurred_at": at(9), "event_id": "n1", "engineer": "e1"}
        near.post(f"{V1}/visits/r1-v1/events", json=report)
        wait_until(lambda: receiver.bodies)
        now = int(time.time())
        assert verify(secret, receiver.signatures[0], receiver.bodies[0], now)
        address = f"{V1}/deliveries"
        wait_until(lambda: near.get(f"{address}?state=delivered").json()["items"])
        receiver.answers[:] = [500] * 50
        near.post(f"{V1}/requests", json=fault(2))
        report = {**report, "event_id": "n2", "engineer": "e2"}
        near.post(f"{V1}/visits/r2-v1/events", json=report)
        wait_until(lambda: len(receiver.bodies) > 1)
        assert near.delete(f"{V1}/webhooks/{id}").status_code == 204
    (dead,) = near.get(f"{address}?state=dead").json()["items"]
    assert near.post(f"{address}/{dead['id']}/redrive").json()["state"] == "waiting"
    assert near.post(f"{address}/nobody/redrive").status_code == 404
    notices = near.get(f"{V1}/notices?limit=1").json()
    assert notices["items"][0]["text"]["zh"]["subject"] == "工程师已出发"
    more = near.get(f"{V1}/notices", params={"cursor": notices["next_cursor"]}).json()
    assert [one["visit"] for one in more["items"]] == ["r2-v1"]


@pytest.mark.parametrize("url", ["http://example.com/", "https://127.0.0.1/", "https://u@x.com/"])
def test_the_inside_is_no_receiver(client: httpx.Client, url: str) -> None:
    """Where private receivers are not allowed the field is pointed at, and nothing is stored."""
    answer = client.post(f"{V1}/webhooks", json={"name": "x", "url": url})
    assert answer.status_code == 422
    assert answer.json()["issues"][0]["pointer"] == "/url"
    assert client.get(f"{V1}/webhooks").json()["items"] == []


def test_apprise_needs_no_address(client: httpx.Client) -> None:
    """Its addresses hold passwords and come from the environment."""
    body = {"name": "mail", "kind": "apprise", "url": "mailto://u:p@x.com"}
    assert client.post(f"{V1}/webhooks", json=body).status_code == 422
