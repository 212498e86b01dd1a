"""One watcher of the event log for all listeners, and the relay of the outbox."""

from __future__ import annotations

import asyncio
import contextlib
import logging
from datetime import UTC, datetime

from anyio import to_thread

from dispatch.errors import DispatchError
from dispatch.store import Database

__all__ = ["EventHub"]

LOOK_S = 0.3

logger = logging.getLogger(__name__)


class EventHub:
    """Wakes listeners when the log has grown.

    Parameters
    ----------
    database
        Whose log is watched. No transaction stays open between two looks, so no listener ever
        keeps SQLite from tidying its write-ahead log.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._grown = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.closing = False
        self.last = 0

    def start(self) -> None:
        """Begin to watch, in the running loop."""
        self._task = asyncio.get_running_loop().create_task(self._watch())

    def close(self) -> None:
        """Let every listener go; called on the thread of the loop."""
        self.closing = True
        self._grown.set()

    async def stop(self) -> None:
        """End the watch too."""
        self.close()
        if self._task is not None:
            self._task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._task

    async def wait(self, timeout_s: float) -> None:
        """Come back when something happened, or after the time-out."""
        with contextlib.suppress(TimeoutError):
            await asyncio.wait_for(self._grown.wait(), timeout_s)

    async def _watch(self) -> None:
        while not self.closing:
            try:
                last = await to_thread.run_sync(self._look)
                if last != self.last:
                    self.last = last
                    grown, self._grown = self._grown, asyncio.Event()
                    grown.set()
            except DispatchError as error:
                logger.warning("event hub: %s", error)
            await asyncio.sleep(LOOK_S)

    def _look(self) -> int:
        with self._database.reading() as work:
            last = work.log.last_number()
            unsent = [row.id for row in work.log.unsent()]
        if unsent:
            # Whoever listens reads the log itself; a message counts as handed over once the
            # hub has seen it committed, so a crash in between sends it again, never not at all.
            now = datetime.now(UTC)
            self._database.write(lambda work: work.log.mark_sent(unsent, now), actor="relay")
        return last
