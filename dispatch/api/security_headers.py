"""Headers that every answer carries, and the one host a demo answers to."""

from __future__ import annotations

from urllib.parse import urlsplit

from starlette.types import ASGIApp, Message, Receive, Scope, Send

from dispatch.api.problems import problem

__all__ = ["SecurityHeaders", "content_security_policy"]

LOCAL_HOSTS = (b"127.0.0.1", b"localhost", b"[::1]", b"testserver")
DOCS_PATHS = ("/docs",)


def content_security_policy(tile_url: str = "") -> str:
    """Own scripts and styles only; tiles from where the settings say.

    Parameters
    ----------
    tile_url
        Address pattern of map tiles, for example ``https://tiles.example/{z}/{x}/{y}.png``.
    """
    tiles = ""
    if tile_url:
        parts = urlsplit(tile_url.replace("{s}", "*"))
        if parts.scheme in ("http", "https") and parts.netloc:
            tiles = f" {parts.scheme}://{parts.netloc}"
    return (
        "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self';"
        f" img-src 'self' data:{tiles}; font-src 'self'; manifest-src 'self'; worker-src 'self';"
        " form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
    )


class SecurityHeaders:
    """ASGI middleware.

    Parameters
    ----------
    app
        What comes after.
    policy
        Content security policy.
    local_only
        True answers only to names of this machine; a page elsewhere that resolves its own name
        to 127.0.0.1 gets nothing out of a service without login.
    """

    def __init__(self, app: ASGIApp, *, policy: str, local_only: bool) -> None:
        self._app = app
        self._local_only = local_only
        self._headers = [
            (b"content-security-policy", policy.encode("latin-1")),
            (b"x-content-type-options", b"nosniff"),
            (b"referrer-policy", b"no-referrer"),
            (b"x-frame-options", b"DENY"),
            (b"cross-origin-opener-policy", b"same-origin"),
            (b"cross-origin-resource-policy", b"same-origin"),
            (b"permissions-policy", b"geolocation=(self), camera=(), microphone=()"),
        ]

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the call on and add the headers to its answer."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        if self._local_only and not _is_local(scope):
            message = "Host: expected a name of this machine, because the demo has no login"
            await problem(421, "wrong-host", message)(scope, receive, send)
            return

        async def adding(message: Message) -> None:
            if message["type"] == "http.response.start":
                given = {name.lower() for name, _ in message["headers"]}
                message["headers"] = [
                    *message["headers"],
                    *(pair for pair in self._headers if pair[0] not in given),
                ]
            await send(message)

        await self._app(scope, receive, adding)


def _is_local(scope: Scope) -> bool:
    host = dict(scope["headers"]).get(b"host", b"")
    name = host if host.endswith(b"]") else host.rpartition(b":")[0] or host
    return name in LOCAL_HOSTS
