"""The audit log and looks at positions over HTTP, for those who may and those who may not."""

from __future__ import annotations

from collections.abc import Iterator

import httpx
import pytest

from tests.api.running import ADMIN, V1, Running
from tests.operations.small_company import at, near

PASSWORD = "a long enough password"


@pytest.fixture(scope="module")
def office(guarded: Running) -> Iterator[dict[str, httpx.Client]]:
    """An administrator, a dispatcher, a manager, engineer e1, and a system with a key."""
    admin = guarded.sign_in(*ADMIN)
    found = {"admin": admin}
    for role in ("dispatcher", "manager", "engineer"):
        body = {"name": role, "password": PASSWORD, "role": role}
        body |= {"engineer": "e1"} if role == "engineer" else {}
        admin.post(f"{V1}/users", json=body)
        found[role] = guarded.sign_in(role, PASSWORD)
    key = admin.post(f"{V1}/api-keys", json={"name": "erp"}).json()["key"]
    found["erp"] = guarded.client(key)
    yield found
    for client in found.values():
        client.close()


def test_who_changed_what(office: dict[str, httpx.Client]) -> None:
    """The system renames a part; the manager reads who did, by name, page by page."""
    part = office["erp"].get(f"{V1}/parts/P-1")
    body = {name: value for name, value in part.json().items() if name != "version"}
    headers = {"If-Match": part.headers["etag"]}
    told = office["erp"].put(f"{V1}/parts/P-1", json={**body, "name": "电池"}, headers=headers)
    assert told.status_code == 200, told.text
    found = office["manager"].get(f"{V1}/audit?subject=P-1&limit=1").json()
    (row,) = found["items"]
    assert (row["name"], row["changes"]) == ("erp", {"name": ["蓄电池", "电池"]})
    cursor = {"cursor": found["next_cursor"], "subject": "P-1"}
    older = office["manager"].get(f"{V1}/audit", params=cursor).json()["items"]
    assert [one["seq"] < row["seq"] for one in older] == [True]
    assert office["manager"].get(f"{V1}/audit/chain").json() == {
        "whole": True,
        "first_broken": None,
    }
    text = office["admin"].get(f"{V1}/audit?limit=200").text
    assert PASSWORD not in text
    for nobody in ("dispatcher", "engineer", "erp"):
        assert office[nobody].get(f"{V1}/audit").status_code == 403


def test_a_look_at_a_position_is_seen_by_the_one_looked_at(
    office: dict[str, httpx.Client],
) -> None:
    """The dispatcher looks and says why; e1 reads so, and nothing about e2."""
    ping = {"position": near(0.1), "at": at(12)}
    assert office["engineer"].post(f"{V1}/engineers/e1/position", json=ping).status_code == 200
    look = office["dispatcher"].get(f"{V1}/engineers/e1/position?purpose=urgent")
    assert look.status_code == 200
    (seen,) = office["engineer"].get(f"{V1}/engineers/e1/position/looks").json()["items"]
    assert (seen["purpose"], seen["day"]) == ("urgent", None)
    track = office["engineer"].get(f"{V1}/engineers/e1/track").json()
    assert (track["kept_days"], track["points"]) == (0, [])
    for kind in ("track", "position/looks"):
        other = office["engineer"].get(f"{V1}/engineers/e2/{kind}")
        missing = office["engineer"].get(f"{V1}/engineers/e9/{kind}")
        assert other.status_code == missing.status_code == 404
        assert other.text.replace("e2", "e9") == missing.text
    assert office["erp"].get(f"{V1}/engineers/e1/track").status_code == 403
