"""A whole day over HTTP: request, run, publish, route, report; on both databases."""

from __future__ import annotations

import threading
from collections.abc import Iterator

import httpx
import pytest

from dispatch.formats import parse_case, parse_plan
from dispatch.planning.audit import audit
from tests.api.conftest import found
from tests.api.running import V1, Running, running, wait_for_run
from tests.operations.small_company import at, fault, tomorrow

PLAN = {"day": str(tomorrow()), "time_limit_s": 1.0, "engine": "lns"}


@pytest.fixture
def either(database_url: str) -> Iterator[Running]:
    """The small company on either database."""
    found(database_url)
    with running(database_url) as one:
        yield one


@pytest.fixture
def server(empty_url: str) -> Iterator[Running]:
    """The small company on SQLite."""
    found(empty_url)
    with running(empty_url) as one:
        yield one


def plan(client: httpx.Client) -> dict[str, object]:
    """Start a run, wait for its end, and give it back."""
    answer = client.post(f"{V1}/plans", json=PLAN)
    assert answer.status_code == 202, answer.text
    run = wait_for_run(client, answer.headers["location"])
    assert run["state"] == "done", run
    return run


def test_a_request_becomes_a_stop_on_a_phone(either: Running) -> None:
    """Reported, planned, published, fetched, not changed, worked on, finished."""
    client = either.client()
    answer = client.post(f"{V1}/requests", json=fault(1))
    assert answer.status_code == 201, answer.text
    assert answer.headers["location"] == f"{V1}/requests/r1"
    clocks = {clock["kind"]: clock for clock in answer.json()["clocks"]}
    assert clocks["arrive"]["limit"] == "P1D"
    assert clocks["acknowledge"]["limit"] == "PT30M"
    assert client.post(f"{V1}/requests/r1/acknowledge").json()["state"] == "acknowledged"

    version = plan(client)["plan_version"]
    assert client.get(f"{V1}/plans/current").status_code == 404
    done = client.post(f"{V1}/plans/{version}/publish")
    assert done.status_code == 200, done.text
    assert done.json()["plan"]["publication"] == 1

    current = client.get(f"{V1}/plans/current")
    assert current.headers["content-location"] == f"{V1}/plans/{version}"
    case = parse_case(client.get(f"{V1}/plans/{version}/case").content)
    assert audit(case, parse_plan(current.content)) == []

    request = client.get(f"{V1}/requests/r1").json()
    assert request["state"] == "scheduled"
    (sent,) = request["assignments"]
    address = f"{V1}/engineers/{sent['engineer']}/route?date={tomorrow()}"
    route = client.get(address)
    stops = route.json()["routes"][0]["stops"]
    assert [stop["visit"] for stop in stops] == ["r1-v1"]
    assert stops[0]["place"]["name"] == "一号楼"
    unchanged = client.get(address, headers={"If-None-Match": route.headers["etag"]})
    known = route.headers["etag"].strip('"')
    assert client.get(f"{address}&since={known}").status_code == 304
    assert client.get(f"{address}&since=another").status_code == 200
    assert client.get(address, headers={"If-None-Match": "*"}).status_code == 304
    assert (unchanged.status_code, unchanged.content) == (304, b"")
    calendar = client.get(address.replace("route", "route.ics"))
    assert b"BEGIN:VEVENT" in calendar.content

    for number, kind in enumerate(("en_route", "arrived", "started", "finished")):
        report = {"type": kind, "occurred_at": at(9, 10 * number), "event_id": f"event-{number}"}
        told = client.post(f"{V1}/visits/r1-v1/events", json=report)
        assert told.json()["outcome"] == "applied", told.text
    assert client.get(f"{V1}/requests/r1").json()["state"] == "fixed"
    changed = client.get(address, headers={"If-None-Match": route.headers["etag"]})
    assert changed.status_code == 200
    client.close()


def test_two_publishers_at_once(server: Running) -> None:
    """Two drafts of one base, published at one instant: one 200, one 409 that names it."""
    client = server.client()
    client.post(f"{V1}/requests", json=fault(1))
    versions = [plan(client)["plan_version"] for _ in range(2)]
    barrier = threading.Barrier(len(versions))
    answers: list[httpx.Response] = []

    def publish(version: object) -> None:
        with server.client() as own:
            barrier.wait()
            answers.append(own.post(f"{V1}/plans/{version}/publish"))

    threads = [threading.Thread(target=publish, args=(version,)) for version in versions]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [200, 409]
    (won,) = (answer.json() for answer in answers if answer.status_code == 200)
    runs = client.get(f"{V1}/runs").json()["items"]
    assert sorted(run["state"] for run in runs) == ["done", "superseded"]
    for answer in answers:
        if answer.status_code == 409:
            problem = answer.json()
            assert problem["current"] == won["plan"]["version"]
            assert problem["published_by"] == won["plan"]["published_by"] == "demo"
            assert won["plan"]["publisher"] == "demo"
            assert answer.headers["content-type"] == "application/problem+json"
    client.close()


def test_what_changes_between_two_plans(server: Running) -> None:
    """A second request is the one change, and nobody has to be phoned."""
    client = server.client()
    client.post(f"{V1}/requests", json=fault(1))
    first = plan(client)["plan_version"]
    client.post(f"{V1}/plans/{first}/publish")
    client.post(f"{V1}/requests", json=fault(2))
    second = plan(client)["plan_version"]
    bill = client.get(f"{V1}/plans/{first}/diff/{second}").json()
    added = [change["visit"] for change in bill["changes"] if change["kind"] == "added"]
    assert added == ["r2-v1"]
    assert bill["phone"] == []
    # The visit that came in costs work and travel.
    assert bill["saved"] < 0
    assert client.get(f"{V1}/plans/{first}/diff/{first}").json()["saved"] == 0
    assert client.post(f"{V1}/plans/{second}/publish").json()["plan"]["publication"] == 2
    third = client.get(f"{V1}/plans/{second}").json()["publication"]
    assert (third["state"], third["base_plan"]) == ("published", first)
    states = {one["version"]: one["state"] for one in client.get(f"{V1}/plans").json()["items"]}
    assert states == {first: "replaced", second: "published"}
    client.close()
