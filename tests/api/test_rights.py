"""Every route has a rule, and every rule holds for every kind of caller."""

from __future__ import annotations

import itertools
from collections.abc import Iterator

import httpx
import pytest
from fastapi.routing import APIRoute

from dispatch.api import Settings, create_app
from dispatch.api.authorisation import ANYBODY, RULES
from dispatch.operations.accounts import Role
from tests.api.running import ADMIN, V1, Running

PASSWORD = "a long enough password"
FILLED = {
    "{id}": "nobody-has-this",
    "{version}": "999999",
    "{other}": "999999",
    "{visit}": "nobody",
}
# A stream goes on until somebody ends it, and signing out ends the callers of this module: both
# are looked at apart.
APART = {("GET", f"{V1}/events"), ("DELETE", f"{V1}/session")}


@pytest.fixture(scope="module")
def callers(guarded: Running) -> Iterator[dict[str, httpx.Client]]:
    """One client for each role, and one for nobody, a disabled user and a key."""
    admin = guarded.sign_in(*ADMIN)
    found = {"nobody": guarded.client(), "admin": admin}
    for role in ("dispatcher", "manager", "engineer", "integrator"):
        body = {"name": role, "password": PASSWORD, "role": role}
        body |= {"engineer": "e1"} if role == "engineer" else {}
        assert admin.post(f"{V1}/users", json=body).status_code == 201
        found[role] = guarded.sign_in(role, PASSWORD)
    body = {"name": "gone", "password": PASSWORD, "role": "admin"}
    id = admin.post(f"{V1}/users", json=body).json()["id"]
    found["disabled"] = guarded.sign_in("gone", PASSWORD)
    admin.put(f"{V1}/users/{id}/disabled", json={"disabled": True})
    key = admin.post(f"{V1}/api-keys", json={"name": "erp"}).json()["key"]
    found["key"] = guarded.client(key)
    yield found
    for client in found.values():
        client.close()


ROLE_OF = {"key": Role.INTEGRATOR, "nobody": None, "disabled": None}
CALLERS = ("nobody", "disabled", "dispatcher", "manager", "engineer", "integrator", "admin", "key")


def routes(empty_url: str) -> set[tuple[str, str]]:
    """Method and template of every route the application serves."""
    app = create_app(Settings(database_url=empty_url, demo=True, demo_plants=False))
    app.state.services.database.close()
    found = {
        (method.upper(), path)
        for path, methods in app.openapi()["paths"].items()
        for method in methods
    }
    hidden = {
        (method, route.path)
        for route in app.routes
        if isinstance(route, APIRoute)
        for method in route.methods
    }
    return found | hidden


def test_every_route_has_a_rule_and_every_rule_a_route(empty_url: str) -> None:
    """A new route without a rule fails here, and so does a rule for a route that is gone."""
    assert routes(empty_url) == set(RULES)


@pytest.mark.parametrize(("method", "path"), sorted(set(RULES) - APART))
def test_a_rule_holds_for_everybody(
    callers: dict[str, httpx.Client], method: str, path: str
) -> None:
    """Whoever may gets past the gate; everybody else hears 401 or 403 and nothing more."""
    rule = RULES[method, path]
    address = path
    for name, value in FILLED.items():
        address = address.replace(name, value)
    for caller in CALLERS:
        role = ROLE_OF.get(caller, Role(caller) if caller in set(Role) else None)
        status = callers[caller].request(method, address).status_code
        if rule is ANYBODY and caller != "disabled":
            assert status not in (403, 500), (caller, status)
        elif role is not None and role in rule:
            assert status not in (401, 403, 500), (caller, status)
        elif rule is not ANYBODY:
            assert status == (401 if role is None else 403), (caller, status)


def test_streaming_and_signing_out_want_somebody(callers: dict[str, httpx.Client]) -> None:
    """Nobody listens and nobody signs out without being signed in."""
    for caller in ("nobody", "disabled"):
        for method, path in APART:
            assert callers[caller].request(method, path).status_code == 401


@pytest.mark.parametrize("path", [f"{V1}/engineers/e2/route", f"{V1}/engineers/e2/position"])
def test_a_colleague_is_as_good_as_missing(callers: dict[str, httpx.Client], path: str) -> None:
    """An engineer reads the same about another one as about one that does not exist."""
    engineer = callers["engineer"]
    other = engineer.get(path)
    missing = engineer.get(path.replace("e2", "e9"))
    assert other.status_code == missing.status_code == 404
    assert other.text.replace("e2", "e9") == missing.text
    assert engineer.get(path.replace("e2", "e1")).status_code in (200, 404)


def test_a_visit_of_somebody_else_is_as_good_as_missing(
    callers: dict[str, httpx.Client],
) -> None:
    """The engineer is not sent to r1-v1, so it is not there, neither to read nor to report on."""
    engineer = callers["engineer"]
    report = {"type": "arrived", "occurred_at": "2026-11-23T09:00:00+08:00", "event_id": "x1"}
    for known, unknown in ((f"{V1}/visits/r1-v1", f"{V1}/visits/r9-v1"),):
        assert engineer.get(known).text.replace("r1-", "r9-") == engineer.get(unknown).text
        told = engineer.post(f"{known}/events", json=report)
        assert told.status_code == 404
        assert (
            told.text.replace("r1-", "r9-") == engineer.post(f"{unknown}/events", json=report).text
        )


def test_the_table_says_what_the_brief_says() -> None:
    """Only dispatchers and administrators publish; only administrators make users."""
    assert RULES["POST", f"{V1}/plans/{{version}}/publish"] == {Role.DISPATCHER, Role.ADMIN}
    assert RULES["POST", f"{V1}/users"] == {Role.ADMIN}
    writers = {
        role for (method, _), rule in RULES.items() if method in ("PUT", "DELETE") for role in rule
    }
    assert set(itertools.chain(writers)) >= {Role.DISPATCHER, Role.ADMIN, Role.INTEGRATOR}
