"""The clock that transactions read: the machine's own, or one that is moved by hand.

A day that is rehearsed or replayed runs on a clock that stands still until somebody moves it on;
everything the company knows of the present comes from here. What concerns processes and not the
company (leases of runs, tokens of sessions, delivery of notices) stays on the machine's clock.
"""

from __future__ import annotations

import threading
from datetime import UTC, datetime
from typing import Protocol

from dispatch.errors import Conflict

__all__ = ["Clock", "MachineClock", "SteppedClock"]


class Clock(Protocol):
    """Tells the present."""

    def now(self) -> datetime:
        """The present in UTC, in whole seconds."""
        ...


class MachineClock:
    """The clock of this machine."""

    def now(self) -> datetime:
        """The present in UTC, in whole seconds."""
        return datetime.now(UTC).replace(microsecond=0)


class SteppedClock:
    """A clock that stands still until it is moved, and never goes back.

    Parameters
    ----------
    start
        Where it stands at first.
    """

    def __init__(self, start: datetime) -> None:
        self._now = start.astimezone(UTC).replace(microsecond=0)
        self._lock = threading.Lock()

    def now(self) -> datetime:
        """Where it stands, in UTC."""
        return self._now

    def move_to(self, instant: datetime) -> None:
        """Move it on.

        Raises
        ------
        Conflict
            When the instant lies before the one at which it stands.
        """
        wanted = instant.astimezone(UTC).replace(microsecond=0)
        with self._lock:
            if wanted < self._now:
                raise Conflict(
                    f"clock: {wanted.isoformat()}, expected an instant not before"
                    f" {self._now.isoformat()}"
                )
            self._now = wanted
