"""What is served besides the interface: the board, the map library, documents; and solving."""

from __future__ import annotations

import httpx
import pytest

from dispatch.formats import parse_case, parse_plan
from dispatch.planning.audit import audit
from tests.api.running import V1
from tests.operations.small_company import at

CASE = {
    "planning_window": {"start": at(0), "end": at(23)},
    "locations": [
        {"id": "l1", "lat": 21.27, "lon": 110.36},
        {"id": "l2", "lat": 21.28, "lon": 110.36},
    ],
    "engineers": [
        {
            "id": "e1",
            "shifts": [{"id": "s1", "start": at(8), "end": at(17), "start_location": "l1"}],
        }
    ],
    "visits": [{"id": "v1", "location": "l2", "duration": "PT1H"}],
}


def test_the_board_is_at_the_root(client: httpx.Client) -> None:
    """One page under a policy that allows no inline code; the sources beside it stay inside."""
    page = client.get("/")
    assert page.status_code == 200
    assert page.headers["content-type"].startswith("text/html")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert client.get("/__init__.py").status_code == 404
    assert client.get("/leaflet/leaflet.js").status_code == 200
    assert client.get("/leaflet/../__init__.py").status_code == 404


def test_documents_need_no_other_host(client: httpx.Client) -> None:
    """The page of documents names every route and loads nothing from anywhere."""
    text = client.get("/docs").text
    assert "/api/v1/plans/{version}/publish" in text
    assert "<script" not in text
    assert "http://" not in text.replace("http://127.0.0.1", "")


def test_a_case_is_solved_and_nothing_stored(client: httpx.Client) -> None:
    """A case file in, a sound plan file out; no run and no plan stays behind."""
    answer = client.post(f"{V1}/plans/solve?iterations=50&seed=3&engine=lns", json=CASE)
    assert answer.status_code == 200, answer.text
    plan = parse_plan(answer.content)
    assert audit(parse_case(httpx.Request("POST", "http://x", json=CASE).content), plan) == []
    assert [stop.visit for route in plan.routes for stop in route.stops] == ["v1"]
    assert client.get(f"{V1}/plans").json()["items"] == []
    assert client.get(f"{V1}/runs").json()["items"] == []


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
def test_methods_that_are_not_there(client: httpx.Client, method: str) -> None:
    """405 as a problem, not as a page."""
    answer = client.request(method, f"{V1}/kpis")
    assert answer.status_code == 405
    assert answer.headers["content-type"] == "application/problem+json"
