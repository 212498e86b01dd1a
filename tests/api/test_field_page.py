"""How the engineer's page is handed out: one address, its worker's scope, its manifest."""

from __future__ import annotations

import httpx


def test_the_page_is_at_me(client: httpx.Client) -> None:
    """With and without a slash, under a policy without inline code; it is never used unasked."""
    page = client.get("/me", follow_redirects=True)
    assert page.status_code == 200
    assert page.url.path == "/me/"
    assert page.headers["content-type"].startswith("text/html")
    assert "unsafe" not in page.headers["content-security-policy"]
    assert page.headers["cache-control"] == "no-cache"
    assert client.get("/me/__init__.py").status_code == 404
    assert client.get("/me/../__init__.py").status_code == 404


def test_the_worker_may_look_after_the_page(client: httpx.Client) -> None:
    """A script of its own scope, asked for anew each time, with its version filled in."""
    worker = client.get("/me/sw.js")
    assert worker.status_code == 200
    assert worker.headers["content-type"].startswith("text/javascript")
    assert worker.headers["service-worker-allowed"] == "/me"
    assert worker.headers["cache-control"] == "no-cache"
    assert "{version}" not in worker.text
    assert "/me/page.js" in worker.text
    assert "worker-src 'self'" in worker.headers["content-security-policy"]


def test_the_page_can_be_installed(client: httpx.Client) -> None:
    """The manifest has its type, starts where the worker looks, and its icons are there."""
    manifest = client.get("/me/manifest.webmanifest")
    assert manifest.headers["content-type"].startswith("application/manifest+json")
    told = manifest.json()
    assert (told["start_url"], told["scope"], told["display"]) == ("/me/", "/me", "standalone")
    for icon in told["icons"]:
        answer = client.get(icon["src"])
        assert answer.status_code == 200
        assert answer.headers["content-type"] == icon["type"]
