"""Serving from the command line: up, answering, gone again."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def free_port() -> int:
    """A port that nobody listens on just now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def start(arguments: list[str], folder: Path) -> subprocess.Popen[str]:
    """The command in a process of its own, in an empty folder."""
    return subprocess.Popen(
        [sys.executable, "-m", "dispatch", *arguments],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def answer_of(url: str, process: subprocess.Popen[str]) -> bytes:
    """What a server says as soon as it says anything."""
    for _ in range(600):
        assert process.poll() is None, process.communicate()
        try:
            with urllib.request.urlopen(url, timeout=5) as response:
                return bytes(response.read())
        except (urllib.error.URLError, ConnectionError):
            time.sleep(0.2)
    raise AssertionError(f"{url}: no answer in two minutes")


def test_serve_answers_and_ends_when_asked(tmp_path: Path) -> None:
    """Health and board are there on the port asked for; SIGINT ends it with status 0."""
    port = free_port()
    url = f"sqlite:///{tmp_path}/served.db"
    process = start(["serve", "--port", str(port), "--database-url", url], tmp_path)
    try:
        assert answer_of(f"http://127.0.0.1:{port}/healthz", process)
        assert b"<html" in answer_of(f"http://127.0.0.1:{port}/", process).lower()
    finally:
        process.send_signal(signal.SIGINT)
        _, told = process.communicate(timeout=60)
    assert process.returncode == 0, told
    assert "Traceback" not in told


def test_the_demo_without_serving_prints_the_routes(tmp_path: Path) -> None:
    """Twelve engineers are seeded, the day is planned, the routes stand on stdout, status 0."""
    process = start(["demo", "--no-serve"], tmp_path)
    printed, told = process.communicate(timeout=300)
    assert process.returncode == 0, told
    assert "nobody has to sign in" in told
    assert "陈伟" in printed
    assert "visits planned" in printed
    assert (tmp_path / "var" / "demo.db").is_file()
