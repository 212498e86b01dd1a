"""A server that really runs: uvicorn on a free port, and clients that speak to it."""

from __future__ import annotations

import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import httpx
import uvicorn

from dispatch.api import Settings, create_app
from dispatch.api.services import Services

ADMIN = ("admin", "correct horse battery")
V1 = "/api/v1"


@dataclass
class Running:
    """A running service: where it is, and what it is made of."""

    url: str
    services: Services
    app: Any

    def client(self, token: str | None = None) -> httpx.Client:
        """A client with or without a bearer token."""
        headers = {} if token is None else {"Authorization": f"Bearer {token}"}
        return httpx.Client(base_url=self.url, headers=headers, timeout=60)

    def sign_in(self, name: str, password: str) -> httpx.Client:
        """A client with the tokens of a user."""
        with self.client() as anonymous:
            answer = anonymous.post(f"{V1}/session", json={"name": name, "password": password})
        assert answer.status_code == 201, answer.text
        return self.client(answer.json()["access_token"])


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def running(database_url: str, **changes: Any) -> Iterator[Running]:
    """Serve an app on a thread of this process until the block ends."""
    values = {"demo": True, "demo_plants": False, "admin_user": "", "admin_password": ""}
    app = create_app(Settings(database_url=database_url, **{**values, **changes}))
    port = free_port()
    config = uvicorn.Config(
        app, host="127.0.0.1", port=port, log_level="error", timeout_graceful_shutdown=2
    )
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        assert thread.is_alive(), "the server ended at its start"
        time.sleep(0.01)
    try:
        yield Running(f"http://127.0.0.1:{port}", app.state.services, app)
    finally:
        app.state.services.hub.closing = True
        server.should_exit = True
        thread.join()


def wait_for_run(client: httpx.Client, location: str, *states: str) -> dict[str, Any]:
    """Poll a run until it has come into one of some states."""
    for _ in range(1200):
        run: dict[str, Any] = client.get(location).json()
        if run["state"] in (states or ("done", "failed", "cancelled")):
            return run
        time.sleep(0.1)
    raise AssertionError(f"the run stays {run['state']}")
