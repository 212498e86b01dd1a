"""Ctrl-C as a wish to stop searching rather than as a wreck."""

from __future__ import annotations

import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager

__all__ = ["heed_interrupts"]


@contextmanager
def heed_interrupts() -> Iterator[threading.Event]:
    """Turn the first Ctrl-C (or SIGTERM) into an event; the second one interrupts as ever.

    Yields
    ------
    threading.Event
        Set when somebody wants the search to end.
    """
    stop = threading.Event()
    if threading.current_thread() is not threading.main_thread():
        # Only the main thread of a process may handle its signals.
        yield stop
        return

    def handle(*_: object) -> None:
        if stop.is_set():
            raise KeyboardInterrupt
        stop.set()

    before = {number: signal.signal(number, handle) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stop
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
