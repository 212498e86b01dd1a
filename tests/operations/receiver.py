"""A receiver of webhooks that really listens, and fails, hangs and recovers as it is told."""

from __future__ import annotations

import json
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest

from dispatch.operations.notify.signature import SIGNATURE_HEADER


@dataclass
class Receiver:
    """What came in, and what is answered next.

    Parameters
    ----------
    answers
        Statuses for the next calls, one each; ``hang`` never answers, ``drip`` answers a byte
        at a time, ``cut`` hangs up. When the list is empty: 200.
    """

    url: str = ""
    answers: list[int | str] = field(default_factory=list)
    bodies: list[bytes] = field(default_factory=list)
    heads: list[dict[str, str]] = field(default_factory=list)
    letting_go: threading.Event = field(default_factory=threading.Event)

    @property
    def deliveries(self) -> list[str]:
        """Ids in the order in which they came."""
        return [head["dispatch-delivery"] for head in self.heads]

    @property
    def kinds(self) -> list[str]:
        """What they told, in that order."""
        return [json.loads(body)["kind"] for body in self.bodies]

    @property
    def signatures(self) -> list[str]:
        """Headers that prove where they come from."""
        return [head[SIGNATURE_HEADER.lower()] for head in self.heads]


@contextmanager
def listening(*answers: int | str) -> Iterator[Receiver]:
    """Listen on a free port until the block ends."""
    state = Receiver(answers=list(answers))

    class Handler(BaseHTTPRequestHandler):
        """Takes messages in."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.bodies.append(body)
            state.heads.append({name.lower(): value for name, value in self.headers.items()})
            answer = state.answers.pop(0) if state.answers else 200
            if answer == "hang":
                state.letting_go.wait(20)
            elif answer == "drip":
                for letter in b"HTTP/1.1 200 OK\r\nX-Slow: " + b"x" * 400:
                    if state.letting_go.is_set():
                        return
                    self.wfile.write(bytes([letter]))
                    self.wfile.flush()
                    time.sleep(0.05)
            elif answer != "cut":
                self.send_response(int(answer))
                if answer in (301, 302):
                    self.send_header("Location", state.url + "/elsewhere")
                self.send_header("Content-Length", "2")
                self.end_headers()
                self.wfile.write(b"ok")

        def log_message(self, format: str, *args: Any) -> None:
            """Keep quiet."""

        def handle_one_request(self) -> None:
            """A caller that hung up is no error here."""
            try:
                super().handle_one_request()
            except OSError:
                self.close_connection = True

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, args=(0.05,))
    thread.start()
    try:
        yield state
    finally:
        state.letting_go.set()
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody who listens."""
    with listening() as one:
        yield one
