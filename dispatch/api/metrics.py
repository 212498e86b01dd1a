"""Figures for a monitoring system, in Prometheus' text form."""

from __future__ import annotations

import time

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest
from starlette.types import ASGIApp, Message, Receive, Scope, Send

__all__ = ["Metrics", "MetricsMiddleware"]


class Metrics:
    """The figures of one application; each has a registry of its own."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.calls = Counter(
            "dispatch_http_requests_total",
            "Calls by method, route and status.",
            ["method", "route", "status"],
            registry=self.registry,
        )
        self.seconds = Histogram(
            "dispatch_http_request_seconds",
            "Seconds from the call to its answer.",
            ["method", "route"],
            registry=self.registry,
        )
        self.runs = Gauge("dispatch_runs", "Runs by state.", ["state"], registry=self.registry)
        self.requests = Gauge(
            "dispatch_requests", "Requests by state.", ["state"], registry=self.registry
        )

    def text(self, runs: dict[str, int], requests: dict[str, int]) -> bytes:
        """Write all figures."""
        for state, many in runs.items():
            self.runs.labels(state).set(many)
        for state, many in requests.items():
            self.requests.labels(state).set(many)
        return generate_latest(self.registry)


class MetricsMiddleware:
    """ASGI middleware that counts calls by route template, never by address.

    An address holds ids, and a series for each of them would grow without end.
    """

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hand the call on and take the time."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        begun = time.perf_counter()
        status = 500

        async def noting(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, noting)
        finally:
            route = getattr(scope.get("route"), "path", "other")
            method = scope["method"] if len(scope["method"]) < 8 else "other"
            self._metrics.calls.labels(method, route, str(status)).inc()
            self._metrics.seconds.labels(method, route).observe(time.perf_counter() - begun)
