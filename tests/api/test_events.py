"""The stream of events: in order, resumable, honest about gaps."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from typing import Any

import httpx

from tests.api.running import V1, Running
from tests.operations.small_company import fault


def read(response: httpx.Response, many: int) -> list[tuple[int, str, dict[str, Any]]]:
    """Read some events of a stream: id, kind, body."""
    found: list[tuple[int, str, dict[str, Any]]] = []
    entry: dict[str, str] = {}
    lines: Iterator[str] = response.iter_lines()
    for line in lines:
        if line and not line.startswith(":"):
            name, _, value = line.partition(": ")
            entry[name] = value
        elif "data" in entry:
            found.append((int(entry["id"]), entry["event"], json.loads(entry["data"])))
            entry = {}
            if len(found) == many:
                return found
    raise AssertionError("the stream ended early")


def test_what_happens_is_heard_and_heard_again(client: httpx.Client) -> None:
    """A listener hears what comes; another one resumes at any number and hears the same."""
    with client.stream("GET", f"{V1}/events") as stream:
        assert stream.headers["content-type"].startswith("text/event-stream")
        for number in (1, 2):
            client.post(f"{V1}/requests", json=fault(number))
        heard = read(stream, 2)
    assert [kind for _, kind, _ in heard] == ["request_reported", "request_reported"]
    assert [body["subject"] for _, _, body in heard] == ["r1", "r2"]
    first = heard[0][0]
    with client.stream("GET", f"{V1}/events", headers={"Last-Event-ID": str(first)}) as stream:
        assert read(stream, 1) == heard[1:]
    for name in ("since", "after"):
        with client.stream("GET", f"{V1}/events?{name}={first}") as stream:
            assert read(stream, 1) == heard[1:]


def test_a_gap_is_told(client: httpx.Client) -> None:
    """A number from the future, as after a restored backup, asks to read everything again."""
    with client.stream("GET", f"{V1}/events", headers={"Last-Event-ID": "999999"}) as stream:
        ((_, kind, _),) = read(stream, 1)
    assert kind == "resync"
    assert client.get(f"{V1}/events", headers={"Last-Event-ID": "x"}).status_code == 422


def test_messages_count_as_sent_once_the_hub_has_seen_them(demo: Running) -> None:
    """The outbox empties by itself, and only after the fact is committed."""
    database = demo.services.database
    database.write(lambda work: work.tell("plan_published", "7", recipients=("engineer:e1",)))
    for _ in range(100):
        if not database.read(lambda work: work.log.unsent()):
            return
        time.sleep(0.05)
    raise AssertionError("the message stays unsent")
