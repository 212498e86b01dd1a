"""Slowing down whoever guesses passwords."""

from __future__ import annotations

import threading
import time
from collections import deque

from dispatch.api.problems import Refusal

__all__ = ["Throttle"]


class Throttle:
    """Counts tries by name and address, on the monotonic clock.

    Parameters
    ----------
    most
        Tries allowed within the stretch.
    stretch_s
        Its length in seconds.
    """

    def __init__(self, most: int = 10, stretch_s: float = 60.0) -> None:
        self._most = most
        self._stretch_s = stretch_s
        self._tries: dict[tuple[str, str], deque[float]] = {}
        self._lock = threading.Lock()

    def count(self, name: str, address: str) -> None:
        """Count a try.

        Raises
        ------
        Refusal
            429 when there were too many.
        """
        now = time.monotonic()
        with self._lock:
            if len(self._tries) > 10_000:
                self._tries = {
                    k: v for k, v in self._tries.items() if v[-1] > now - self._stretch_s
                }
            tries = self._tries.setdefault((name, address), deque())
            while tries and tries[0] <= now - self._stretch_s:
                tries.popleft()
            if len(tries) >= self._most:
                wait = int(tries[0] + self._stretch_s - now) + 1
                raise Refusal(
                    429, "too-many-tries", "sign-in: too many tries", {"Retry-After": str(wait)}
                )
            tries.append(now)

    def forgive(self, name: str, address: str) -> None:
        """Forget the tries of somebody who got it right."""
        with self._lock:
            self._tries.pop((name, address), None)
