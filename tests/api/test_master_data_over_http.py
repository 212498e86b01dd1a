"""Master data: every kind is added, read, listed, replaced, removed."""

from __future__ import annotations

from typing import Any

import httpx

from tests.api.running import V1
from tests.operations.small_company import near, records


def test_every_kind_comes_back_as_it_was_sent(client: httpx.Client) -> None:
    """What was posted is part of what is read, and the ETag is the version."""
    for kind, body in records():
        answer = client.get(f"{V1}/{kind}/{body['id']}")
        assert answer.status_code == 200, answer.text
        found = answer.json()
        assert answer.headers["etag"] == f'"{found["version"]}"'
        for name, value in body.items():
            assert matches(found[name], value), (kind, name, found[name], value)


def matches(found: Any, sent: Any) -> bool:
    """Whether what was sent is part of what was found; instants may have another offset."""
    if isinstance(sent, dict):
        return all(matches(found[name], value) for name, value in sent.items())
    if isinstance(sent, list):
        return len(found) == len(sent) and all(map(matches, found, sent))
    if isinstance(sent, str) and "T" in sent and sent.endswith("+08:00"):
        from datetime import datetime

        return datetime.fromisoformat(found) == datetime.fromisoformat(sent)
    return bool(found == sent)


def test_replacing_needs_the_version_that_was_read(client: httpx.Client) -> None:
    """Without If-Match 428, with an old one 412 and both versions, with the right one 200."""
    body = {"id": "P-7", "name": "fan"}
    first = client.post(f"{V1}/parts", json=body)
    assert first.headers["etag"] == '"1"'
    address, changed = f"{V1}/parts/P-7", {**body, "name": "big fan"}
    assert client.put(address, json=changed).status_code == 428
    assert client.put(address, json=changed, headers={"If-Match": "x"}).status_code == 400
    second = client.put(address, json=changed, headers={"If-Match": '"1"'})
    assert (second.status_code, second.json()["version"]) == (200, 2)
    stale = client.put(address, json=body, headers={"If-Match": '"1"'})
    assert stale.status_code == 412
    assert (stale.json()["expected"], stale.json()["current"]) == (1, 2)
    assert client.get(address).json()["name"] == "big fan"
    assert client.delete(address).status_code == 428
    assert client.delete(address, headers={"If-Match": '"2"'}).status_code == 204
    assert client.get(address).status_code == 404


def test_an_id_of_any_letters_has_an_address(client: httpx.Client) -> None:
    """The address of a new record can be followed, whatever its id is made of."""
    answer = client.post(f"{V1}/parts", json={"id": "电池-1", "name": "x"})
    assert answer.status_code == 201
    assert answer.headers["location"].isascii()
    assert client.get(answer.headers["location"]).json()["id"] == "电池-1"


def test_what_is_in_use_stays(client: httpx.Client) -> None:
    """A site with equipment cannot be removed, an id cannot be taken twice or changed."""
    assert client.delete(f"{V1}/sites/s1", headers={"If-Match": '"1"'}).status_code == 409
    kind, body = records()[0]
    assert client.post(f"{V1}/{kind}", json=body).status_code == 409
    moved = client.put(f"{V1}/{kind}/e1", json={**body, "id": "e7"}, headers={"If-Match": '"1"'})
    assert moved.status_code == 422
    assert client.get(f"{V1}/sites/s1").status_code == 200


def test_two_shifts_of_one_engineer_do_not_overlap(client: httpx.Client) -> None:
    """The second shift names the first one."""
    body = dict(records()[-1][1], id="again")
    answer = client.post(f"{V1}/shifts", json=body)
    assert answer.status_code == 422
    assert "e2-day" in answer.text


def test_a_list_is_walked_by_cursor(client: httpx.Client) -> None:
    """Three parts in pages of two: each once, in order, and the end is told."""
    for number in range(3):
        client.post(f"{V1}/parts", json={"id": f"Q-{number}", "name": "x"})
    seen: list[str] = []
    cursor = ""
    while True:
        page = client.get(f"{V1}/parts?limit=2&cursor={cursor}").json()
        assert len(page["items"]) <= 2
        seen += [one["id"] for one in page["items"]]
        if page["next_cursor"] is None:
            break
        cursor = page["next_cursor"]
    assert seen == sorted(seen)
    assert len(seen) == len(set(seen))
    assert {"P-1", "Q-0", "Q-1", "Q-2"} <= set(seen)


def test_lists_are_filtered(client: httpx.Client) -> None:
    """Shifts of one engineer, equipment of one site."""
    shifts = client.get(f"{V1}/shifts?engineer=e1").json()["items"]
    assert {one["engineer"] for one in shifts} == {"e1"}
    assert client.get(f"{V1}/equipment?site=s2").json()["items"][0]["id"] == "q2"


def test_positions_are_kept_on_shift_only(client: httpx.Client) -> None:
    """A ping outside every shift is refused; of two pings the newer one stays."""
    day = records()[-1][1]["start"][:10]
    ping = {"position": near(0.5), "at": f"{day}T12:00:00+08:00"}
    address = f"{V1}/engineers/e1/position"
    assert client.post(address, json={**ping, "at": f"{day}T05:00:00+08:00"}).status_code == 409
    assert client.get(address).status_code == 404
    assert client.post(address, json=ping).json() == {"kept": True}
    old = {"position": near(0.1), "at": f"{day}T11:00:00+08:00"}
    assert client.post(address, json=old).json() == {"kept": False}
    assert client.get(address).json()["position"] == near(0.5)


def test_rounds_over_http(client: httpx.Client) -> None:
    """Generating twice adds nothing the second time; a notice goes out once."""
    body = {"id": "q7", "site": "s1", "type": "ups", "grade": "key", "installed": "2020-01-01"}
    assert client.post(f"{V1}/equipment", json=body).status_code == 201
    due = client.get(f"{V1}/maintenance-rounds").json()
    (one,) = [found for found in due["items"] if found["equipment"] == "q7"]
    assert one["overdue"]
    assert not one["generated"]
    first = client.post(f"{V1}/maintenance-rounds").json()
    assert one["id"] in first["added"]
    assert client.post(f"{V1}/maintenance-rounds").json()["added"] == []
    notices = client.get(f"{V1}/maintenance-rounds/notices").json()["items"]
    assert one["id"] in [found["id"] for found in notices]
    assert one["id"] in client.post(f"{V1}/maintenance-rounds/notices").json()["announced"]
    assert client.post(f"{V1}/maintenance-rounds/notices").json()["announced"] == []
