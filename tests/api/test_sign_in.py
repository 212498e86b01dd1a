"""Passwords, tokens, cookies, sessions: what holds, and what ends."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx
import jwt
import pytest

from dispatch.api.authorisation import RULES
from dispatch.api.tokens import TokenMint
from dispatch.errors import InputError
from tests.api.conftest import found
from tests.api.running import ADMIN, V1, Running, running

ME = f"{V1}/session"


@pytest.fixture
def server(tmp_path: Path) -> Iterator[Running]:
    """A fresh guarded server, because these tests end sessions."""
    url = f"sqlite:///{tmp_path / 'x.db'}"
    found(url)
    with running(url, demo=False, admin_user=ADMIN[0], admin_password=ADMIN[1]) as one:
        yield one


def sign_in(server: Running, **more: object) -> httpx.Response:
    """Sign the administrator in."""
    with server.client() as client:
        return client.post(ME, json={"name": ADMIN[0], "password": ADMIN[1], **more})


def status_with(server: Running, token: str) -> int:
    """Status of a call with a bearer token."""
    with server.client(token) as client:
        return client.get(f"{V1}/users").status_code


def test_there_is_no_default_account(empty_url: str) -> None:
    """A fresh installation lets nobody in."""
    found(empty_url)
    with running(empty_url, demo=False) as server, server.client() as client:
        assert client.get(f"{V1}/requests").status_code == 401
        for name in ("admin", "root", "demo"):
            assert client.post(ME, json={"name": name, "password": name}).status_code == 401


def test_unknown_name_and_wrong_password_sound_alike(server: Running) -> None:
    """Nobody learns which names exist, and the eleventh guess in a minute waits."""
    with server.client() as client:
        wrong = client.post(ME, json={"name": ADMIN[0], "password": "wrong"})
        unknown = client.post(ME, json={"name": "nobody", "password": "wrong"})
        assert wrong.status_code == unknown.status_code == 401
        assert wrong.content == unknown.content
        for _ in range(9):
            client.post(ME, json={"name": ADMIN[0], "password": "wrong"})
        late = client.post(ME, json={"name": ADMIN[0], "password": ADMIN[1]})
    assert late.status_code == 429
    assert int(late.headers["retry-after"]) > 0


def test_signing_out_ends_every_token(server: Running) -> None:
    """Access and refresh token of an ended session hold no longer."""
    tokens = sign_in(server).json()
    assert status_with(server, tokens["access_token"]) == 200
    with server.client(tokens["access_token"]) as client:
        assert client.delete(ME).status_code == 204
        body = {"refresh_token": tokens["refresh_token"]}
        assert client.get(f"{V1}/users").status_code == 401
    with server.client() as client:
        assert client.post(f"{ME}/refresh", json=body).status_code == 401


def test_a_stolen_refresh_token_ends_the_session(server: Running) -> None:
    """The second use of one refresh token ends whatever came of the first."""
    first = sign_in(server).json()
    with server.client() as client:
        body = {"refresh_token": first["refresh_token"]}
        second = client.post(f"{ME}/refresh", json=body)
        assert second.status_code == 200
        assert client.post(f"{ME}/refresh", json=body).status_code == 401
    assert status_with(server, second.json()["access_token"]) == 401


def test_a_new_password_ends_all_sessions(server: Running) -> None:
    """Old tokens and the old password are worth nothing afterwards."""
    token = sign_in(server).json()["access_token"]
    with server.client(token) as client:
        body = {"old": ADMIN[1], "new": "another horse battery"}
        assert client.put(f"{ME}/password", json={**body, "old": "wrong"}).status_code == 401
        assert client.put(f"{ME}/password", json={**body, "new": "short"}).status_code == 422
        assert client.put(f"{ME}/password", json=body).status_code == 204
    assert status_with(server, token) == 401
    assert sign_in(server).status_code == 401


def test_cookies_need_their_proof(server: Running) -> None:
    """Cookies are out of reach of scripts, and unsafe calls need the header beside them."""
    answer = sign_in(server, cookies=True)
    assert answer.json()["access_token"] is None
    cookies = answer.headers.get_list("set-cookie")
    assert len(cookies) == 2
    for cookie in cookies:
        assert {"HttpOnly", "Secure", "SameSite=strict"} <= set(cookie.split("; "))
    pairs = "; ".join(cookie.partition(";")[0] for cookie in cookies)
    part = {"id": "P-9", "name": "fan"}
    with server.client() as client:
        client.headers["cookie"] = pairs
        assert client.get(f"{V1}/users").status_code == 200
        assert client.post(f"{V1}/parts", json=part).status_code == 403
        client.headers["x-csrf-token"] = "0" * 64
        assert client.post(f"{V1}/parts", json=part).status_code == 403
        client.headers["x-csrf-token"] = client.get(ME).json()["csrf_token"]
        assert client.post(f"{V1}/parts", json=part).status_code == 201


def forged_tokens(server: Running) -> Iterator[str]:
    """Tokens that look right in one way or another."""
    mint = server.services.mint
    real = sign_in(server).json()["access_token"]
    header, claims, signature = real.split(".")
    values = jwt.decode(real, options={"verify_signature": False})
    secret = mint._secret

    def made(key: str = secret, algorithm: str = "HS256", **changes: object) -> str:
        kept = {name: value for name, value in {**values, **changes}.items() if value is not None}
        return jwt.encode(kept, key, algorithm=algorithm)

    def raw(document: dict[str, object]) -> str:
        return base64.urlsafe_b64encode(json.dumps(document).encode()).rstrip(b"=").decode()

    now = datetime.now(UTC)
    yield from ("x", "a.b.c", f"{header}.{claims}.", f"{header}.{claims}", real[:-3])
    yield f"{header}.{claims}.{signature[::-1]}"
    yield f"{raw({'alg': 'none', 'typ': 'JWT'})}.{claims}."
    yield f"{raw({'alg': 'none', 'typ': 'JWT'})}.{claims}.{signature}"
    yield f"{raw({'alg': 'HS512', 'typ': 'JWT'})}.{claims}.{signature}"
    yield f"{raw({'alg': 'HS256', 'kid': '../../dev/null'})}.{claims}.{signature}"
    yield made("some other secret that is long enough for the check")
    yield made(algorithm="HS512")
    yield made(exp=now - timedelta(hours=1))
    yield made(nbf=now + timedelta(hours=1))
    yield made(aud="somebody else")
    yield made(iss="somebody else")
    yield made(typ="refresh")
    yield made(sid="no-such-session")
    yield made(sid=7)
    for claim in ("exp", "iat", "nbf", "aud", "iss", "sub", "sid", "typ"):
        yield made(**{claim: None})


def test_forged_tokens_are_refused(server: Running) -> None:
    """Not one of them opens anything."""
    tokens = list(forged_tokens(server))
    assert len(tokens) >= 25
    for token in tokens:
        with server.client() as client:
            answer = client.get(f"{V1}/users", headers={"Authorization": f"Bearer {token}"})
        assert answer.status_code == 401, token


def test_secrets_are_the_installations_own(server: Running, tmp_path: Path) -> None:
    """Two installations sign differently; hashes are argon2id; keys are kept as hashes."""
    other = f"sqlite:///{tmp_path / 'other.db'}"
    found(other)
    with running(other, demo=False) as second:
        assert second.services.mint._secret != server.services.mint._secret
    with server.services.database.reading() as work:
        (user,) = work.accounts.users()
    assert user.password_hash.startswith("$argon2id$v=19$m=65536,t=3,p=4$")
    assert isinstance(server.services.mint, TokenMint)


def test_the_demo_stays_on_this_machine(empty_url: str) -> None:
    """It is served to 127.0.0.1 alone, and answers to no other name."""
    from dispatch.api import serve

    with pytest.raises(InputError, match="no login"):
        serve("0.0.0.0", 0, empty_url, demo=True)
    found(empty_url)
    with running(empty_url) as server, server.client() as client:
        assert client.get(ME).json()["demo"] is True
        answer = client.get(ME, headers={"Host": "evil.example"})
        assert answer.status_code == 421


def test_answers_carry_their_shields(server: Running) -> None:
    """A strict policy without inline code, and no word about foreign origins."""
    with server.client() as client:
        answer = client.get("/healthz", headers={"Origin": "https://evil.example"})
    policy = answer.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "access-control-allow-origin" not in answer.headers
    assert ("GET", "/healthz") in RULES
