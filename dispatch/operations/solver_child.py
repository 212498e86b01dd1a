"""The other process as its parent holds it: started, given its order, listened to, ended."""

from __future__ import annotations

import contextlib
import json
import os
import selectors
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Any, BinaryIO, Self

import dispatch

__all__ = ["LOOK_S", "SolverChild"]

LOOK_S = 0.2
PACKAGE_HOME = str(Path(dispatch.__file__).resolve().parents[1])
LONGEST_COMPLAINT = 4000


class SolverChild:
    """A solving process; it loads the solver at once and then waits for its one order.

    Notes
    -----
    The kernel ties the process to the *thread* that made this object: when that thread ends,
    the process is killed. Whoever makes it must also see it to its end.
    """

    def __init__(self) -> None:
        self._complaints = tempfile.TemporaryFile()  # noqa: SIM115 - closed with the process
        paths = [PACKAGE_HOME, *filter(None, [os.environ.get("PYTHONPATH")])]
        self._process = subprocess.Popen(  # noqa: S603 - our own module with a number
            [sys.executable, "-m", "dispatch.operations.solver_process", str(os.getpid())],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._complaints,
            env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    @property
    def pid(self) -> int:
        """Its process id."""
        return self._process.pid

    def give(self, header: dict[str, Any], case_text: str) -> None:
        """Hand over the order; a process that has died already is noticed later."""
        stdin = self._process.stdin
        assert stdin is not None
        with contextlib.suppress(BrokenPipeError):
            stdin.write(json.dumps(header).encode() + b"\n")
            stdin.write(case_text.encode("utf-8"))
            stdin.close()

    def lines(self) -> Iterator[bytes | None]:
        """Yield what it says line by line, and None five times a second meanwhile."""
        assert self._process.stdout is not None
        stream: BinaryIO = self._process.stdout  # type: ignore[assignment]
        os.set_blocking(stream.fileno(), False)
        rest = b""
        with selectors.DefaultSelector() as selector:
            selector.register(stream, selectors.EVENT_READ)
            while True:
                if not selector.select(LOOK_S):
                    yield None
                    continue
                read = os.read(stream.fileno(), 1 << 20)
                if not read:
                    return
                *whole, rest = (rest + read).split(b"\n")
                yield from whole

    def ask_to_stop(self) -> None:
        """Ask for the best plan so far."""
        self._process.terminate()

    def kill(self) -> None:
        """End it now."""
        self._process.kill()

    def wait(self) -> int:
        """Wait for its end and give its status, negative for a signal."""
        return self._process.wait()

    def last_words(self) -> str:
        """Last line that it complained with; empty when it died in silence."""
        self._complaints.seek(0)
        text = self._complaints.read()[-LONGEST_COMPLAINT:].decode("utf-8", "replace")
        return (text.strip().splitlines() or [""])[-1][:200]

    def close(self) -> None:
        """End it if it still runs, and give everything back."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        assert self._process.stdin is not None
        assert self._process.stdout is not None
        with contextlib.suppress(BrokenPipeError):
            self._process.stdin.close()
        self._process.stdout.close()
        self._complaints.close()
