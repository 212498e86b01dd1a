"""Serving until somebody says stop: the HTTP server around the app."""

from __future__ import annotations

import logging
from types import FrameType

import uvicorn

from dispatch.api.app import create_app
from dispatch.api.services import Services
from dispatch.api.settings import Settings
from dispatch.errors import InputError

__all__ = ["serve"]

LOCAL = ("127.0.0.1", "localhost", "::1")
DRAIN_S = 5


class _Server(uvicorn.Server):
    """Lets go of listeners as soon as it is asked to end; they reconnect by themselves."""

    def __init__(self, config: uvicorn.Config, services: Services) -> None:
        super().__init__(config)
        self._services = services

    def handle_exit(self, sig: int, frame: FrameType | None) -> None:
        self._services.stopping.set()
        self._services.hub.close()
        super().handle_exit(sig, frame)


def serve(
    host: str = "127.0.0.1",
    port: int = 8000,
    database_url: str | None = None,
    demo: bool = False,
    *,
    settings: Settings | None = None,
) -> None:
    """Serve API and board until SIGINT or SIGTERM.

    Parameters
    ----------
    host, port
        Address to listen on; the demo listens on this machine alone.
    database_url
        SQLAlchemy address; None takes ``DISPATCH_DATABASE_URL`` or the default.
    demo
        Plant, plan and serve the demo world without login.
    settings
        Instead of those from the environment; `database_url` and `demo` still count.

    Raises
    ------
    InputError
        When a demo is to be served to other machines.
    SchemaRefused
        When this program must not work with the database.
    """
    chosen = settings or Settings()
    # A rehearsal is a demo on another clock.
    demo = demo or chosen.rehearsal is not None
    if demo and host not in LOCAL:
        raise InputError.at("/host", host, "127.0.0.1, because the demo has no login")
    changes: dict[str, object] = {"demo": demo}
    if database_url is not None:
        changes["database_url"] = database_url
    logging.basicConfig(level=logging.WARNING, format="%(levelname)s %(name)s: %(message)s")
    app = create_app(chosen.model_copy(update=changes))
    config = uvicorn.Config(
        app,
        host=host,
        port=port,
        log_level="warning",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        timeout_graceful_shutdown=DRAIN_S,
        timeout_keep_alive=15,
        lifespan="on",
    )
    _Server(config, app.state.services).run()
