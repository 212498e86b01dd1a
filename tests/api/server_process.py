"""A server in a process of its own, to be killed."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import httpx

from tests.api.running import free_port

ROOT = Path(__file__).resolve().parents[2]
SERVE = """
import sys
from dispatch.api import Settings, serve
from dispatch.operations import executor, what_if_executor
executor.LEASE = what_if_executor.LEASE = executor.timedelta(seconds=2)
settings = Settings(demo_plants=False, what_if_processes=1)
serve("127.0.0.1", int(sys.argv[1]), sys.argv[2], demo=True, settings=settings)
"""


class Server:
    """A server in a process of its own."""

    def __init__(self, url: str) -> None:
        self.port = free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-c", SERVE, str(self.port), url], cwd=ROOT
        )
        self.client = httpx.Client(base_url=f"http://127.0.0.1:{self.port}", timeout=30)
        for _ in range(600):
            try:
                if self.client.get("/healthz").status_code == 200:
                    return
            except httpx.TransportError:
                assert self.process.poll() is None, "the server ended at its start"
            time.sleep(0.05)
        raise AssertionError("the server never came up")

    def end(self, number: int) -> int:
        """Send a signal and wait for the end."""
        self.client.close()
        self.process.send_signal(number)
        return self.process.wait(timeout=30)

    def solvers(self) -> list[int]:
        """Process ids of its solvers."""
        return self.children("solver_process")

    def children(self, name: str) -> list[int]:
        """Process ids of its children by a part of their command lines."""
        found_now = subprocess.run(
            ["pgrep", "-P", str(self.process.pid), "-f", name],
            capture_output=True,
            text=True,
        )
        return [int(line) for line in found_now.stdout.split()]
