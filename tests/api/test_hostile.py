"""Broken and hostile input: refused with a pointer, or stored and returned exactly; never 5xx."""

from __future__ import annotations

import json
from typing import Any

import httpx
import pytest

from tests.api.running import V1
from tests.operations.small_company import fault, near, records

JSON = {"Content-Type": "application/json"}


def state(client: httpx.Client) -> list[Any]:
    """Everything that hostile input might have changed."""
    return [
        client.get(f"{V1}/{kind}?limit=200").json()
        for kind in ("engineers", "sites", "requests", "parts", "depots", "shifts")
    ]


def site(**changes: Any) -> dict[str, Any]:
    """Body of a site that is right but for the changes."""
    return {"id": "s9", "contract": "c1", "name": "新楼", "location": near(0.03), **changes}


RAW = {
    "nan": (
        '{"id":"s9","contract":"c1","name":"x","location":{"lat":NaN,"lon":1}}',
        "/location/lat",
    ),
    "infinity": (
        '{"id":"s9","contract":"c1","name":"x","location":{"lat":Infinity,"lon":1}}',
        "/location/lat",
    ),
    "overflow": (
        '{"id":"s9","contract":"c1","name":"x","location":{"lat":1e400,"lon":1}}',
        "/location/lat",
    ),
    "twice": (
        '{"id":"s9","id":"s8","contract":"c1","name":"x","location":{"lat":1,"lon":1}}',
        "/id",
    ),
    "nul": (r'{"id":"s9","contract":"c1","name":"a\u0000b","location":{"lat":1,"lon":1}}', "/name"),
    "surrogate": (
        r'{"id":"s9","contract":"c1","name":"\ud800","location":{"lat":1,"lon":1}}',
        "/name",
    ),
    "name-surrogate": (r'{"\udfff":1}', None),
    "long-integer": (
        '{"id":"s9","contract":"c1","name":"x","location":{"lat":1' + "0" * 5000 + ',"lon":1}}',
        "/location/lat",
    ),
    "deep": ("[" * 500 + "]" * 500, None),
    "very-deep": ("[" * 100_000, None),
    "truncated": ('{"id":"s9",', ""),
    "empty-text": (" ", ""),
    "list": ("[]", ""),
    "text": ('"site"', ""),
    "bom": ("\ufeff{}", ""),
}


@pytest.mark.parametrize("name", RAW)
def test_json_that_python_would_have_taken(client: httpx.Client, name: str) -> None:
    """422 with the place, and nothing is stored."""
    body, pointer = RAW[name]
    before = state(client)
    answer = client.post(f"{V1}/sites", content=body.encode(), headers=JSON)
    assert answer.status_code == 422, answer.text
    assert answer.headers["content-type"] == "application/problem+json"
    if pointer is not None:
        assert pointer in [issue["pointer"] for issue in answer.json()["issues"]]
    assert state(client) == before


@pytest.mark.parametrize("body", [b"\xff\xfe{\x00}\x00", b'{"name":"\xe9"}', b"\x80"])
def test_other_encodings_than_utf8(client: httpx.Client, body: bytes) -> None:
    """UTF-16 and Latin-1 are refused as what they are."""
    answer = client.post(f"{V1}/sites", content=body, headers=JSON)
    assert answer.status_code == 422


FIELDS: list[tuple[str, dict[str, Any], str]] = [
    ("sites", site(location={"lat": 91, "lon": 0}), "/location/lat"),
    ("sites", site(location={"lat": 0, "lon": -181}), "/location/lon"),
    ("sites", site(location={"lat": "21.27", "lon": 110}), "/location/lat"),
    ("sites", site(location={"lat": True, "lon": 110}), "/location/lat"),
    ("sites", site(location=[21.27, 110.36]), "/location"),
    ("sites", site(location={"lat": 1, "lon": 1, "alt": 1}), "/location/alt"),
    ("sites", site(version=7), "/version"),
    ("sites", site(contract_id="c1"), "/contract_id"),
    ("sites", site(name=""), "/name"),
    ("sites", site(name="   "), "/name"),
    ("sites", site(name="x" * 10_000), "/name"),
    ("sites", site(name=None), "/name"),
    ("sites", site(id="../../etc/passwd"), "/id"),
    ("sites", site(id="a b"), "/id"),
    ("sites", site(zone="Mars/Olympus"), "/zone"),
    ("sites", site(zone="../../etc/passwd"), "/zone"),
    ("sites", site(opens="25:00", closes="26:00"), "/opens"),
    ("sites", site(opens="9", closes="17:00"), "/opens"),
    ("sites", site(country="china"), "/country"),
    ("sites", site(contract="nothing"), "/contract"),
    (
        "contracts",
        {"id": "c9", "customer": "x", "policy": "gold", "starts": "2026-01-01"},
        "/policy",
    ),
    (
        "contracts",
        {"id": "c9", "customer": "x", "policy": "platinum", "starts": "2026-02-30"},
        "/starts",
    ),
    (
        "contracts",
        {"id": "c9", "customer": "x", "policy": "platinum", "starts": 20260101},
        "/starts",
    ),
    (
        "contracts",
        {
            "id": "c9",
            "customer": "x",
            "policy": "platinum",
            "starts": "2026-01-01",
            "monthly_fee": 2**40,
        },
        "/monthly_fee",
    ),
    (
        "contracts",
        {
            "id": "c9",
            "customer": "x",
            "policy": "platinum",
            "starts": "2026-01-01",
            "monthly_fee": 1.5,
        },
        "/monthly_fee",
    ),
    ("parts", {"id": "P-9", "name": "x", "unit_price": -1}, "/unit_price"),
    ("parts", {"id": "P-9", "name": "x", "unit_price": "12"}, "/unit_price"),
    (
        "depots",
        {"id": "d9", "name": "x", "location": near(0), "pickup_duration": "-PT1H"},
        "/pickup_duration",
    ),
    (
        "depots",
        {"id": "d9", "name": "x", "location": near(0), "pickup_duration": "P1Y"},
        "/pickup_duration",
    ),
    (
        "depots",
        {"id": "d9", "name": "x", "location": near(0), "pickup_duration": 600},
        "/pickup_duration",
    ),
    (
        "shifts",
        {
            "id": "x",
            "engineer": "e1",
            "start": "2026-11-23T08:00:00",
            "end": "2026-11-23T17:00:00+08:00",
        },
        "/start",
    ),
    (
        "shifts",
        {
            "id": "x",
            "engineer": "e1",
            "start": "2026-11-23T24:00:00+08:00",
            "end": "2026-11-24T17:00:00+08:00",
        },
        "/start",
    ),
    (
        "shifts",
        {
            "id": "x",
            "engineer": "e1",
            "start": "9999-12-31T08:00:00+08:00",
            "end": "2026-11-23T17:00:00+08:00",
        },
        "/start",
    ),
    (
        "shifts",
        {"id": "x", "engineer": "e1", "start": 1763856000, "end": "2026-11-23T17:00:00+08:00"},
        "/start",
    ),
    ("requests", fault(9, severity="terrible"), "/severity"),
    ("requests", fault(9, site="nowhere"), "/site"),
    ("requests", fault(9, equipment="q2", site="s1"), "/equipment"),
    ("requests", fault(9, reported_at="2199-01-01T00:00:00Z"), "/reported_at"),
    ("requests", fault(9, summary=""), "/summary"),
    ("requests", fault(9, state="fixed"), "/state"),
    ("requests", fault(9, stages=[]), "/stages"),
    (
        "engineers",
        {**records()[0][1], "id": "e9", "skills": [{"name": "ups", "level": 0}]},
        "/skills/0/level",
    ),
    ("engineers", {**records()[0][1], "id": "e9", "van_stock": {"P-1": -1}}, "/van_stock/P-1"),
    (
        "engineers",
        {**records()[0][1], "id": "e9", "duration_factor": {"ups": 0}},
        "/duration_factor/ups",
    ),
]


@pytest.mark.parametrize(("kind", "body", "pointer"), FIELDS)
def test_a_wrong_field_is_pointed_at(
    client: httpx.Client, kind: str, body: dict[str, Any], pointer: str
) -> None:
    """422 with a pointer to the field, and nothing is stored."""
    answer = client.post(f"{V1}/{kind}", json=body)
    assert answer.status_code == 422, answer.text
    assert pointer in [issue["pointer"] for issue in answer.json()["issues"]], answer.text
    assert client.get(f"{V1}/{kind}/{body['id']}").status_code in (404, 200) or "/" in body["id"]


def test_a_text_that_is_too_long_is_counted_in_characters(client: httpx.Client) -> None:
    """Whoever wrote it can tell how much has to go."""
    body = {"site": "s1", "severity": "minor", "summary": "x" * 5001}
    (issue,) = client.post(f"{V1}/requests", json=body).json()["issues"]
    assert (issue["pointer"], issue["expected"]) == ("/summary", "at most 5000 characters")


NAMES = [
    "O'Brien; DROP TABLE site",
    "'; DROP TABLE site; --",
    "{{7*7}}",
    "${jndi:ldap://x}",
    "%s%n",
    "<img src=x onerror=alert(1)>",
    "javascript:alert(1)",
    "null",
    "undefined",
    "NaN",
    "true",
    "مستشفى",
    "בית",
    "\u202egnp.exe",
    "e\u0301",
    "\u00e9",
    "👩\u200d🔧",
    "İstanbul",
    "ﬁ",
    "湛江",
    "Z͑ͫ̓ͪ̂ͫ̽͏̴̙̤̞͉͚̯̞̠͍A̴̵̜̰͔ͫ͗͢",
    "=1+1",
    "@SUM(A1)",
    "a" * 200,
    "line\nbreak",
    "tab\there",
]


@pytest.mark.parametrize("name", NAMES)
def test_a_strange_name_comes_back_exactly(client: httpx.Client, name: str) -> None:
    """What is accepted is stored and returned letter by letter."""
    body = site(id=f"s-{NAMES.index(name)}", name=name)
    answer = client.post(f"{V1}/sites", json=body)
    assert answer.status_code == 201, answer.text
    assert client.get(f"{V1}/sites/{body['id']}").json()["name"] == name
    assert client.get(f"{V1}/sites").status_code == 200


@pytest.mark.parametrize(
    "address",
    [
        f"{V1}/plans/9223372036854775808",
        f"{V1}/plans/0",
        f"{V1}/plans/-1",
        f"{V1}/plans/1e3",
        f"{V1}/sites?limit=0",
        f"{V1}/sites?limit=1000000000",
        f"{V1}/sites?limit=99999999999999999999",
        f"{V1}/sites?limit=NaN",
        f"{V1}/sites?cursor=%00",
        f"{V1}/sites?cursor=!!!",
        f"{V1}/sites/%00",
        f"{V1}/engineers/e1/route?date=2026-02-30",
        f"{V1}/engineers/e1/route?date=tomorrow",
        f"{V1}/maintenance-rounds?until=1999-01-01",
        f"{V1}/events?after=-1",
    ],
)
def test_a_wrong_address_is_refused(client: httpx.Client, address: str) -> None:
    """Numbers in addresses are bounded too, and NUL is nowhere."""
    assert client.get(address).status_code == 422


def test_bodies_are_bounded(client: httpx.Client) -> None:
    """A body over the limit is refused, with and without an announced length."""
    large = b'{"name":"' + b"x" * 3_000_000 + b'"}'
    assert client.post(f"{V1}/sites", content=large, headers=JSON).status_code == 413

    def pieces() -> Any:
        for _ in range(300):
            yield b" " * 10_000

    assert client.post(f"{V1}/sites", content=pieces(), headers=JSON).status_code == 413


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ({"Content-Type": "text/plain"}, 415),
        ({"Content-Type": "application/x-www-form-urlencoded"}, 415),
        ({"Content-Type": "application/json", "Content-Encoding": "gzip"}, 415),
        ({}, 415),
    ],
)
def test_only_plain_json_is_read(
    client: httpx.Client, headers: dict[str, str], status: int
) -> None:
    """A form of another page and a packed body do not get in."""
    body = json.dumps(site()).encode()
    assert client.post(f"{V1}/sites", content=body, headers=headers).status_code == status


CASES: dict[str, Any] = {
    "empty": {},
    "no-window": {"locations": [], "engineers": [], "visits": []},
    "unknown-field": {"planning_window": {"start": "x", "end": "y"}, "magic": 1},
    "bad-window": {
        "planning_window": {
            "start": "2026-11-23T00:00:00+08:00",
            "end": "2026-11-22T00:00:00+08:00",
        }
    },
    "list": [],
}


@pytest.mark.parametrize("name", CASES)
def test_a_wrong_case_is_refused(client: httpx.Client, name: str) -> None:
    """The stateless solver answers as the command line does: every problem with a pointer."""
    answer = client.post(f"{V1}/plans/solve", json=CASES[name])
    assert answer.status_code == 422, answer.text
    assert answer.json()["issues"]


def test_a_case_that_is_no_json_is_refused(client: httpx.Client) -> None:
    """Truncated text and NaN are refused, and a silly time limit too."""
    for body in (b'{"planning_window":', b'{"planning_window":NaN}', b"\xff"):
        answer = client.post(f"{V1}/plans/solve", content=body, headers=JSON)
        assert answer.status_code == 422
    for query in ("time_limit=0", "time_limit=-1", "time_limit=inf", "engine=magic", "seed=-1"):
        assert client.post(f"{V1}/plans/solve?{query}", json={}).status_code == 422
