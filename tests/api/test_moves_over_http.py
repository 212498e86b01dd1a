"""Moves made by hand over HTTP: tried, refused, forced, published, and lost to somebody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx
import pytest

from dispatch.store import Database
from tests.api.running import ADMIN, V1, Running, running, wait_for_run
from tests.databases import migrated
from tests.operations.small_company import at, found_company, tomorrow

PASSWORD = "a long enough password"


OFFICE = {"admin_user": ADMIN[0], "admin_password": ADMIN[1]}
PEOPLE = (("wang", "dispatcher"), ("zhao", "dispatcher"), ("boss", "manager"))


def staff_and_plan(database: Database) -> None:
    """Two engineers, four visits, five people; tomorrow planned and published by one of them."""
    database.write(lambda work: found_company(work, 4))
    url = database.engine.url.render_as_string(hide_password=False)
    with running(url, demo=False, **OFFICE) as server, server.sign_in(*ADMIN) as admin:
        for name, role in PEOPLE:
            body = {"name": name, "password": PASSWORD, "role": role}
            assert admin.post(f"{V1}/users", json=body).status_code == 201
        body = {"name": "chen", "password": PASSWORD, "role": "engineer", "engineer": "e1"}
        assert admin.post(f"{V1}/users", json=body).status_code == 201
        with server.sign_in("wang", PASSWORD) as wang:
            plan = {"day": str(tomorrow()), "time_limit_s": 0.5, "engine": "lns"}
            started = wang.post(f"{V1}/plans", json=plan)
            run = wait_for_run(wang, started.headers["location"])
            done = wang.post(f"{V1}/plans/{run['plan_version']}/publish")
            assert done.status_code == 200, done.text


@pytest.fixture
def company(empty_url: str) -> Iterator[Running]:
    """The small company with its plan in force; each test has a copy of its own."""
    migrated(empty_url, staff_and_plan).close()
    with running(empty_url, demo=False, **OFFICE) as server:
        yield server


@pytest.fixture
def dispatchers(company: Running) -> Iterator[dict[str, httpx.Client]]:
    """Two dispatchers, a manager and an engineer; the plan was published by the first."""
    people = {"admin": company.sign_in(*ADMIN)}
    people |= {name: company.sign_in(name, PASSWORD) for name, _ in (*PEOPLE, ("chen", ""))}
    yield people
    for one in people.values():
        one.close()


def current(client: httpx.Client) -> dict[str, Any]:
    """The plan in force."""
    plan: dict[str, Any] = client.get(f"{V1}/plans/current").json()
    return plan


def stops(plan: dict[str, Any]) -> dict[str, tuple[str, str]]:
    """Shift and start by visit."""
    return {
        stop["visit"]: (route["shift"], stop["start"])
        for route in plan["routes"]
        for stop in route["stops"]
        if stop["visit"]
    }


def other_shift(plan: dict[str, Any], visit: str) -> str:
    """The shift that does not have the visit."""
    return "e2-day" if stops(plan)[visit][0] == "e1-day" else "e1-day"


def test_a_tried_move_is_priced_and_writes_nothing(dispatchers: dict[str, httpx.Client]) -> None:
    """The answer has the new routes; the plan in force is the one it was."""
    wang = dispatchers["wang"]
    plan = current(wang)
    version = plan["publication"]["version"]
    target = other_shift(plan, "r1-v1")
    body = {"moves": [{"visit": "r1-v1", "shift": target, "position": 0}]}
    answer = wang.post(f"{V1}/plans/{version}/moves", json=body)
    assert answer.status_code == 200, answer.text
    tried = answer.json()
    assert (tried["accepted"], tried["plan_version"], tried["violations"]) == (False, None, [])
    assert stops({"routes": tried["routes"]})["r1-v1"][0] == target
    assert tried["difference"]["total"] == sum(
        price for name, price in tried["difference"].items() if name != "total"
    )
    assert tried["kpis"]["visits"] == plan["kpis"]["visits"]
    assert tried["cost"]["travel"] == plan["cost"]["travel"] + tried["difference"]["travel"]
    assert current(wang) == plan


def test_published_moves_are_in_force_with_their_log(
    dispatchers: dict[str, httpx.Client], company: Running
) -> None:
    """One call makes a version and publishes it; the event says what was moved."""
    wang = dispatchers["wang"]
    plan = current(wang)
    version = plan["publication"]["version"]
    target = other_shift(plan, "r1-v1")
    moves = [
        {"visit": "r1-v1", "shift": target, "start": at(15)},
        {"kind": "pin", "visit": "r2-v1"},
    ]
    body = {"moves": moves, "accept": "publish"}
    key = {"Idempotency-Key": "moved-by-hand-00001"}
    done = wang.post(f"{V1}/plans/{version}/moves", json=body, headers=key)
    assert done.status_code == 200, done.text
    assert done.json()["published"] is True
    now = current(wang)
    assert now["publication"]["version"] == done.json()["plan_version"]
    assert stops(now)["r1-v1"] == (target, at(15))
    again = wang.post(f"{V1}/plans/{version}/moves", json=body, headers=key)
    assert again.content == done.content
    log = company.services.database.read(lambda work: work.log.after(0, 5000))
    told = [row.payload for row in log if row.type == "moves_made"]
    assert len(told) == 1
    assert "r1-v1" in told[0]["visits"]


def test_a_broken_rule_needs_force_and_a_reason(
    dispatchers: dict[str, httpx.Client], company: Running
) -> None:
    """Without force nothing is kept, without a reason it is refused, with both the log says why."""
    wang = dispatchers["wang"]
    plan = current(wang)
    address = f"{V1}/plans/{plan['publication']['version']}/moves"
    late = {"visit": "r1-v1", "start": at(19, 20)}
    body: dict[str, Any] = {"moves": [late], "accept": "publish"}
    held = wang.post(address, json=body).json()
    assert held["accepted"] is False
    assert [one["rule"] for one in held["violations"]] == ["SHIFT_END"]
    assert held["violations"][0]["message_zh"].endswith("加班时间。")
    refused = wang.post(address, json={**body, "force": True})
    assert refused.status_code == 422
    assert refused.json()["issues"][0]["pointer"] == "/reason"
    forced = wang.post(address, json={**body, "force": True, "reason": "客户坚持 <b>今晚</b>"})
    assert forced.status_code == 200, forced.text
    assert stops(current(wang))["r1-v1"][1] == at(19, 20)
    log = company.services.database.read(lambda work: work.log.after(0, 5000))
    told = next(row for row in log if row.type == "moves_made")
    assert (told.payload["reason"], told.payload["rules"]) == (
        "客户坚持 <b>今晚</b>",
        ["SHIFT_END"],
    )


def test_two_dispatchers_never_overwrite_each_other(dispatchers: dict[str, httpx.Client]) -> None:
    """The second one hears who was first, and the first one's plan stays."""
    wang, zhao = dispatchers["wang"], dispatchers["zhao"]
    plan = current(wang)
    address = f"{V1}/plans/{plan['publication']['version']}/moves"
    first = {"moves": [{"visit": "r1-v1", "start": at(15)}], "accept": "publish"}
    assert wang.post(address, json=first).status_code == 200
    second = {"moves": [{"visit": "r2-v1", "start": at(16)}], "accept": "publish"}
    lost = zhao.post(address, json=second)
    assert lost.status_code == 409, lost.text
    assert lost.json()["published_by"]
    assert lost.json()["current"] == current(zhao)["publication"]["version"]
    assert stops(current(zhao))["r1-v1"][1] == at(15)
    assert len(zhao.get(f"{V1}/plans").json()["items"]) == 2


def test_a_draft_keeps_moves_until_somebody_publishes_it(
    dispatchers: dict[str, httpx.Client],
) -> None:
    """The plan in force stays; moves on the draft build on it."""
    wang = dispatchers["wang"]
    version = current(wang)["publication"]["version"]
    body = {"moves": [{"kind": "unassign", "visit": "r3-v1"}], "accept": "draft"}
    kept = wang.post(f"{V1}/plans/{version}/moves", json=body).json()
    assert (kept["accepted"], kept["published"], kept["left_out"]) == (True, False, ["r3-v1"])
    assert current(wang)["publication"]["version"] == version
    more = {"moves": [{"visit": "r3-v1", "shift": "e2-day"}], "accept": "publish"}
    done = wang.post(f"{V1}/plans/{kept['plan_version']}/moves", json=more)
    assert done.status_code == 200, done.text
    assert stops(current(wang))["r3-v1"][0] == "e2-day"


@pytest.mark.parametrize("who", ["boss", "chen"])
def test_who_may_not_plan_may_not_move(dispatchers: dict[str, httpx.Client], who: str) -> None:
    """A manager reads, an engineer drives; neither moves, not even to try."""
    version = current(dispatchers["wang"])["publication"]["version"]
    answer = dispatchers[who].post(f"{V1}/plans/{version}/moves", json={"moves": []})
    assert answer.status_code == 403


def test_nonsense_is_refused_with_its_place(dispatchers: dict[str, httpx.Client]) -> None:
    """Unknown plan 404; unknown visit and unknown field 422 with a pointer."""
    wang = dispatchers["wang"]
    version = current(wang)["publication"]["version"]
    assert wang.post(f"{V1}/plans/999/moves", json={"moves": []}).status_code == 404
    for move, pointer in (
        ({"visit": "nobody"}, "/moves/0/visit"),
        ({"visit": "r1-v1", "lane": 3}, "/moves/0/lane"),
        ({"visit": "r1-v1", "position": -1}, "/moves/0/position"),
    ):
        answer = wang.post(f"{V1}/plans/{version}/moves", json={"moves": [move]})
        assert answer.status_code == 422, move
        assert [one["pointer"] for one in answer.json()["issues"]] == [pointer]
