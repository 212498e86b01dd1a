"""What has to be looked at while nobody calls: clocks, loans, expected times."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable, Sequence

from dispatch.errors import DispatchError
from dispatch.store import Database

__all__ = ["Watch"]

logger = logging.getLogger(__name__)


class Watch:
    """A thread that does some looks, one after the other, again and again.

    Parameters
    ----------
    database
        What is looked at.
    looks
        Each opens its own transactions and may run on several servers at once.
    every_s
        Seconds between two rounds; 0: the thread never runs.
    """

    def __init__(
        self,
        database: Database,
        looks: Sequence[Callable[[Database], object]],
        *,
        every_s: float = 15.0,
        name: str = "watch",
    ) -> None:
        self._database = database
        self._looks = tuple(looks)
        self._every_s = every_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name=name, daemon=True)

    def start(self) -> None:
        """Begin to look."""
        if self._every_s > 0:
            self._thread.start()

    def stop(self) -> None:
        """End after the present look."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def look(self) -> None:
        """Do one round; a look that fails does not keep the others from theirs."""
        for one in self._looks:
            if self._stopping.is_set():
                return
            try:
                one(self._database)
            except DispatchError as error:
                logger.warning("%s: %s", self._thread.name, error)
            except Exception:
                logger.exception("%s: a look failed", self._thread.name)

    def _serve(self) -> None:
        while not self._stopping.wait(self._every_s):
            self.look()
