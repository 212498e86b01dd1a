"""The service in a process of its own, for benchmarks that speak HTTP and nothing else."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

import httpx

__all__ = ["served"]

ROOT = Path(__file__).resolve().parents[1]
PATIENCE_S = 600.0


@contextmanager
def served(database_url: str, settings: Mapping[str, str]) -> Iterator[str]:
    """Run ``dispatch serve`` and give its address while the block runs.

    Parameters
    ----------
    database_url
        SQLAlchemy address.
    settings
        Environment variables, for example ``DISPATCH_REHEARSAL``.

    Raises
    ------
    RuntimeError
        When the service does not become ready.
    """
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    command = [sys.executable, "-m", "dispatch", "serve", "--port", str(port)]
    command += ["--database-url", database_url]
    environment = {**os.environ, **settings}
    with subprocess.Popen(command, cwd=ROOT, env=environment) as process:
        try:
            url = f"http://127.0.0.1:{port}"
            _wait_until_ready(f"{url}/readyz", process)
            yield url
        finally:
            process.terminate()
            process.wait(timeout=120)


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    told = "no answer"
    while time.monotonic() < give_up and process.poll() is None:
        try:
            answer = httpx.get(url, timeout=5)
            if answer.status_code == 200:
                return
            told = answer.text
        except httpx.TransportError as error:
            told = str(error)
        time.sleep(0.1)
    raise RuntimeError(f"{url}: did not become ready: {told}")
