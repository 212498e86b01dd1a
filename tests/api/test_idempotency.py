"""One key, one effect: replays, other bodies, many at once, after a restart."""

from __future__ import annotations

import threading

import httpx
import pytest

from tests.api.conftest import found
from tests.api.running import V1, Running, running
from tests.operations.small_company import fault

KEY = "0123456789abcdef"


def post(client: httpx.Client, body: dict[str, object], key: str = KEY) -> httpx.Response:
    """Report a request under a key."""
    return client.post(f"{V1}/requests", json=body, headers={"Idempotency-Key": key})


def body(number: int) -> dict[str, object]:
    """A request that is given its id by the server."""
    return {name: value for name, value in fault(number).items() if name != "id"}


def count(client: httpx.Client) -> int:
    """Number of requests."""
    return len(client.get(f"{V1}/requests?limit=200").json()["items"])


def test_a_replay_is_equal_byte_for_byte(client: httpx.Client) -> None:
    """Status, body and the headers that matter come back, and there is one request more."""
    before = count(client)
    first = post(client, body(1))
    again = post(client, body(1))
    assert (first.status_code, again.status_code) == (201, 201)
    assert first.content == again.content
    assert first.headers["location"] == again.headers["location"]
    assert "idempotency-replayed" not in first.headers
    assert again.headers["idempotency-replayed"] == "true"
    assert count(client) == before + 1


def test_another_body_under_the_same_key_is_refused(client: httpx.Client) -> None:
    """422, and nothing more is stored; the order of fields makes no other body."""
    post(client, body(1), "another-key-of-us")
    before = count(client)
    assert post(client, body(2), "another-key-of-us").status_code == 422
    reordered = dict(reversed(body(1).items()))
    assert post(client, reordered, "another-key-of-us").status_code == 201
    assert count(client) == before


@pytest.mark.parametrize("key", ["short", "x" * 256, "with a blank in it", "umlaut-äääääääääää"])
def test_a_key_that_is_none_is_refused(client: httpx.Client, key: str) -> None:
    """16 to 255 visible ASCII characters, or 400."""
    answer = client.post(
        f"{V1}/requests", json=body(1), headers={"Idempotency-Key": key.encode("utf-8")}
    )
    assert answer.status_code == 400


def test_a_refused_call_keeps_no_answer(client: httpx.Client) -> None:
    """After a 422 the same key may come back with a body that is right."""
    wrong = {**body(1), "severity": "terrible"}
    assert post(client, wrong, "key-of-a-mistake").status_code == 422
    unknown = {**body(1), "site": "nowhere"}
    assert post(client, unknown, "key-of-a-mistake").status_code == 422
    assert post(client, body(1), "key-of-a-mistake").status_code == 201


def test_twenty_at_once_have_one_effect(demo: Running, client: httpx.Client) -> None:
    """All twenty get the same answer."""
    before = count(client)
    barrier = threading.Barrier(20)
    answers: list[bytes] = []

    def call() -> None:
        with demo.client() as own:
            barrier.wait()
            answers.append(post(own, body(1), "twenty-at-once-xx").content)

    threads = [threading.Thread(target=call) for _ in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(answers) == 20
    assert len(set(answers)) == 1
    assert count(client) == before + 1


def test_twenty_at_once_on_either_database(database_url: str) -> None:
    """Also where writers do not queue up by themselves."""
    found(database_url)
    with running(database_url, solver_threads=0) as server, server.client() as client:
        test_twenty_at_once_have_one_effect(server, client)


def test_a_key_outlives_the_server(empty_url: str) -> None:
    """After a restart the same call gets the same answer."""
    found(empty_url)
    with running(empty_url) as server, server.client() as client:
        first = post(client, body(1)).content
    with running(empty_url) as server, server.client() as client:
        assert post(client, body(1)).content == first
        assert count(client) == 1
