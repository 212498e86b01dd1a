"""Appointments over HTTP: asked for, held, confirmed; twice is once."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.api.conftest import found
from tests.api.running import V1, running
from tests.operations.small_company import fault


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The small company without any plan."""
    url = f"sqlite:///{tmp_path_factory.mktemp('slots') / 'x.db'}"
    found(url)
    with running(url, solver_threads=0) as server, server.client() as one:
        yield one


def test_a_customer_gets_an_appointment(client: httpx.Client) -> None:
    """Offers, a hold, a confirmation: then there is one request with a promised window."""
    body = {key: value for key, value in fault(1).items() if key != "id"}
    asked = client.post(f"{V1}/slots", json={**body, "days": 2, "most": 2})
    assert asked.status_code == 201, asked.text
    offers = asked.json()["items"]
    assert offers
    assert client.get(f"{V1}/requests").json()["items"] == []
    slot = offers[0]
    address = f"{V1}/slots/{slot['id']}"
    assert client.post(f"{address}/confirm").status_code == 409
    held = client.post(f"{address}/hold", json={"minutes": 5}).json()
    assert (held["state"], held["engineer"]) == ("held", slot["engineer"])
    key = {"Idempotency-Key": "confirm-this-slot-1"}
    first = client.post(f"{address}/confirm", headers=key)
    assert first.json()["state"] == "confirmed"
    assert client.post(f"{address}/confirm", headers=key).content == first.content
    (request,) = client.get(f"{V1}/requests").json()["items"]
    assert request["id"] == first.json()["request"]
    assert client.get(address).json() == first.json()
    assert client.post(f"{address}/release").status_code == 409


@pytest.mark.parametrize("wrong", [{"days": 0}, {"most": 99}, {"window_minutes": 5}, {"x": 1}])
def test_what_makes_no_sense_is_refused(client: httpx.Client, wrong: dict[str, int]) -> None:
    """With the pointer of the field."""
    body = {key: value for key, value in fault(1).items() if key != "id"}
    answer = client.post(f"{V1}/slots", json={**body, **wrong})
    assert answer.status_code == 422
    assert answer.json()["issues"][0]["pointer"] == "/" + next(iter(wrong))


def test_an_unknown_slot_is_missing(client: httpx.Client) -> None:
    """To read, to hold, to confirm and to release."""
    assert client.get(f"{V1}/slots/nobody").status_code == 404
    for step in ("hold", "confirm", "release"):
        assert client.post(f"{V1}/slots/nobody/{step}").status_code == 404
