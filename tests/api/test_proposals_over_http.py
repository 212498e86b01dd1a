"""Proposals over HTTP: taken over in part or whole, supposed disruptions, and why this engineer."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from dispatch.formats import parse_case, parse_plan
from dispatch.planning.audit import audit
from tests.api.conftest import found
from tests.api.running import ADMIN, V1, Running, running, wait_for_run
from tests.operations.small_company import at, tomorrow

PASSWORD = "a long enough password"
OTHER = {"e1-day": "e2-day", "e2-day": "e1-day"}
QUICK = {"engine": "lns", "iterations": 300}


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """Two engineers and four visits, served to those who sign in."""
    url = f"sqlite:///{tmp_path_factory.mktemp('proposals') / 'x.db'}"
    found(url, requests=4)
    values = {"admin_user": ADMIN[0], "admin_password": ADMIN[1]}
    with running(url, demo=False, **values) as server:
        yield server


@pytest.fixture(scope="module")
def people(company: Running) -> Iterator[dict[str, httpx.Client]]:
    """A dispatcher, a manager, an engineer and another system."""
    admin = company.sign_in(*ADMIN)
    clients = {"admin": admin}
    for name, role in (("wang", "dispatcher"), ("boss", "manager"), ("erp", "integrator")):
        body = {"name": name, "password": PASSWORD, "role": role}
        assert admin.post(f"{V1}/users", json=body).status_code == 201
        clients[name] = company.sign_in(name, PASSWORD)
    body = {"name": "chen", "password": PASSWORD, "role": "engineer", "engineer": "e1"}
    assert admin.post(f"{V1}/users", json=body).status_code == 201
    clients["chen"] = company.sign_in("chen", PASSWORD)
    yield clients
    for one in clients.values():
        one.close()


def ended(client: httpx.Client, path: str, body: dict[str, Any]) -> dict[str, Any]:
    """Start a run and wait for its draft."""
    started = client.post(f"{V1}/{path}", json=body)
    assert started.status_code == 202, started.text
    run = wait_for_run(client, started.headers["location"])
    assert run["state"] == "done", run
    return run


def current(client: httpx.Client) -> dict[str, Any]:
    """The plan in force."""
    plan: dict[str, Any] = client.get(f"{V1}/plans/current").json()
    return plan


def places(plan: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Shift and start by visit."""
    return {
        stop["visit"]: (route["shift"], stop["start"])
        for route in plan["routes"]
        for stop in route["stops"]
        if stop["visit"]
    }


@pytest.fixture(scope="module")
def wang(people: dict[str, httpx.Client]) -> httpx.Client:
    """The dispatcher; a plan of tomorrow is in force."""
    client = people["wang"]
    run = ended(client, "plans", {"day": str(tomorrow()), **QUICK})
    done = client.post(f"{V1}/plans/{run['plan_version']}/publish")
    assert done.status_code == 200, done.text
    return client


def proposal(client: httpx.Client) -> int:
    """A draft on the plan in force that gives two visits to the other engineer."""
    plan = current(client)
    moves = [
        {"visit": visit, "shift": OTHER[places(plan)[visit][0]]} for visit in ("r1-v1", "r2-v1")
    ]
    body = {"moves": moves, "accept": "draft"}
    made = client.post(f"{V1}/plans/{plan['publication']['version']}/moves", json=body)
    assert made.status_code == 200, made.text
    version = made.json()["plan_version"]
    assert isinstance(version, int)
    return version


def is_sound(client: httpx.Client, version: int) -> bool:
    """Whether the auditor passes a stored plan, read back over HTTP."""
    case = parse_case(client.get(f"{V1}/plans/{version}/case").text)
    written = client.get(f"{V1}/plans/{version}").json()
    written.pop("publication")
    return audit(case, parse_plan(json.dumps(written))) == []


def test_why_this_engineer(wang: httpx.Client) -> None:
    """The other shift has its price; it is what moving the visit there costs."""
    plan = current(wang)
    version = plan["publication"]["version"]
    answer = wang.get(f"{V1}/plans/{version}/visits/r3-v1/why")
    assert answer.status_code == 200, answer.text
    why = answer.json()
    own = places(plan)["r3-v1"][0]
    assert (why["verdict"], why["shifts"]) == (None, [own])
    (other,) = why["alternatives"]
    assert other["shift"] == OTHER[own]
    assert isinstance(other["difference"], int)
    assert wang.get(f"{V1}/plans/{version}/visits/nobody/why").status_code == 404


def test_why_not_at_all(wang: httpx.Client) -> None:
    """A visit in no route is explained by what is in the way."""
    version = current(wang)["publication"]["version"]
    out = {"moves": [{"kind": "unassign", "visit": "r4-v1"}], "accept": "draft"}
    draft = wang.post(f"{V1}/plans/{version}/moves", json=out).json()["plan_version"]
    why = wang.get(f"{V1}/plans/{draft}/visits/r4-v1/why").json()
    assert (why["verdict"], why["alternatives"]) == ("missed", [])


def test_one_change_is_tried_and_taken_over(wang: httpx.Client) -> None:
    """Trying writes nothing; the plan published is sound, and only the chosen visit has moved."""
    before = current(wang)
    version = proposal(wang)
    whole = wang.post(f"{V1}/plans/{version}/accept", json={}).json()
    assert {"r1-v1", "r2-v1"} <= set(whole["chosen"])
    assert whole["violations"] == []
    body = {"visits": ["r1-v1"]}
    tried = wang.post(f"{V1}/plans/{version}/accept", json=body)
    assert tried.status_code == 200, tried.text
    told = tried.json()
    assert (told["violations"], told["published"]) == ([], False)
    assert "r1-v1" not in told["together"]
    assert current(wang) == before
    key = {"Idempotency-Key": "take-one-change-over-1"}
    done = wang.post(f"{V1}/plans/{version}/accept", json=body | {"publish": True}, headers=key)
    assert done.status_code == 200, done.text
    after = current(wang)
    assert after["publication"]["version"] == done.json()["plan_version"]
    proposed = wang.get(f"{V1}/plans/{version}").json()
    assert places(after)["r1-v1"][0] == places(proposed)["r1-v1"][0]
    assert places(after)["r2-v1"][0] == places(before)["r2-v1"][0]
    assert is_sound(wang, after["publication"]["version"])
    again = wang.post(f"{V1}/plans/{version}/accept", json=body | {"publish": True}, headers=key)
    assert again.content == done.content
    late = wang.post(f"{V1}/plans/{version}/accept", json={"publish": True})
    assert late.status_code == 409
    assert late.json()["code"] == "plan-conflict"


def test_everything_is_taken_over(wang: httpx.Client) -> None:
    """The draft itself becomes the plan in force."""
    version = proposal(wang)
    done = wang.post(f"{V1}/plans/{version}/accept", json={"publish": True})
    assert done.status_code == 200, done.text
    assert done.json()["plan_version"] == version
    assert current(wang)["publication"]["version"] == version


def test_a_change_that_is_none_is_refused(wang: httpx.Client) -> None:
    """Visits that stay as they are cannot be taken over."""
    version = proposal(wang)
    answer = wang.post(f"{V1}/plans/{version}/accept", json={"visits": ["nobody"]})
    assert answer.status_code == 422
    assert answer.json()["issues"][0]["pointer"] == "/visits/0"


def test_a_supposed_illness_is_told_only_with_its_plan(wang: httpx.Client) -> None:
    """The draft sends nobody to whom is ill; publishing it bare is refused, accepting tells it."""
    shift = max(route["shift"] for route in current(wang)["routes"])
    ill = {"kind": "engineer_absent", "subject": shift[:2], "start": at(6), "until": at(23)}
    body = {"disruption": ill, "plan": {"day": str(tomorrow()), "most_moved": None, **QUICK}}
    run = ended(wang, "disruptions/tryouts", body)
    assert run["supposed"][0]["subject"] == shift[:2]
    assert wang.get(f"{V1}/disruptions").json()["items"] == []
    version = run["plan_version"]
    draft = wang.get(f"{V1}/plans/{version}").json()
    assert shift not in {route["shift"] for route in draft["routes"]}
    bare = wang.post(f"{V1}/plans/{version}/publish")
    assert bare.status_code == 409
    assert "supposes engineer_absent" in bare.json()["detail"]
    done = wang.post(f"{V1}/plans/{version}/accept", json={"publish": True})
    assert done.status_code == 200, done.text
    (told,) = wang.get(f"{V1}/disruptions").json()["items"]
    assert (told["kind"], told["subject"]) == ("engineer_absent", shift[:2])
    assert wang.post(f"{V1}/disruptions/{told['id']}/lift").status_code == 200


def test_a_wrong_supposition_is_refused(wang: httpx.Client) -> None:
    """Nobody of that name can fall ill, and an overrun takes minutes."""
    body = {"disruption": {"kind": "engineer_absent", "subject": "nobody"}}
    assert wang.post(f"{V1}/disruptions/tryouts", json=body).status_code == 422
    body = {"disruption": {"kind": "visit_overrun", "subject": "r1-v1"}}
    assert wang.post(f"{V1}/disruptions/tryouts", json=body).status_code == 422


@pytest.mark.parametrize("who", ["boss", "erp", "chen"])
def test_only_planners_take_over_and_suppose(
    people: dict[str, httpx.Client], wang: httpx.Client, who: str
) -> None:
    """Managers and other systems look at reasons; engineers do not even do that."""
    version = current(wang)["publication"]["version"]
    body = {"disruption": {"kind": "engineer_absent", "subject": "e1"}}
    client = people[who]
    assert client.post(f"{V1}/plans/{version}/accept", json={}).status_code == 403
    assert client.post(f"{V1}/disruptions/tryouts", json=body).status_code == 403
    status = client.get(f"{V1}/plans/{version}/visits/r1-v1/why").status_code
    assert status == (403 if who == "chen" else 200)
