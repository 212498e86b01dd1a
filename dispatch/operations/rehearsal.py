"""Rehearsals: the demo world on a clock that stands still until somebody moves it.

A day can be practised or replayed from its first minute to its last without waiting for it. The
database of a rehearsal is marked: it begins empty, and no other server works with it afterwards,
so that nobody moves the clock of a real company.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Callable
from datetime import datetime, timedelta

from dispatch.errors import InputError
from dispatch.operations.demo_day import DEMO_ACTOR, plant
from dispatch.store import Database
from dispatch.store.clock import Clock, SteppedClock

__all__ = ["Rehearsal", "refuse_rehearsed"]

SETTING = "rehearsal"
LOOK_EVERY = timedelta(minutes=10)
LONGEST_STEP = timedelta(days=1)


def refuse_rehearsed(database: Database) -> None:
    """Refuse a database in which somebody has moved the clock.

    Raises
    ------
    InputError
        When it is that of a rehearsal.
    """
    if database.read(lambda work: work.log.setting(SETTING)) is not None:
        raise InputError.at(
            "/database_url", "the database of a rehearsal", "one that was never rehearsed in"
        )


class Rehearsal:
    """The clock of one rehearsal.

    Parameters
    ----------
    database
        Opened with the clock.
    clock
        Stands at the beginning of the rehearsal; a rehearsal that was begun before goes on
        where it stood.
    look
        What the watch does, here after every ten minutes of the rehearsal.

    Raises
    ------
    InputError
        When the database was used for anything else.
    """

    def __init__(self, database: Database, clock: SteppedClock, look: Callable[[], object]) -> None:
        self._database = database
        self._clock = clock
        self._look = look
        self._moving = threading.Lock()
        kept = database.read(lambda work: (work.log.setting(SETTING), work.log.last_number()))
        mark, last = kept
        if mark is not None:
            stood = datetime.fromisoformat(json.loads(mark)["now"])
            if stood > clock.now():
                clock.move_to(stood)
        elif last:
            raise InputError.at("/database_url", f"{last} events", "none: a rehearsal begins empty")
        self._keep()

    @property
    def clock(self) -> Clock:
        """What the rehearsal calls the present."""
        return self._clock

    def plant(self) -> None:
        """Put the demo world of the first instant into the database, once."""
        if self._database.read(lambda work: work.log.setting("demo")) is None:
            plant(self._database, self._clock.now())

    def move_to(self, instant: datetime) -> datetime:
        """Move the clock on, looking after everything on the way as the watch would.

        Parameters
        ----------
        instant
            Where to; at most a day ahead. The same instant again does nothing but look.

        Raises
        ------
        Conflict
            When it lies in the past.
        InputError
            When it lies more than a day ahead.
        """
        with self._moving:
            if instant > self._clock.now() + LONGEST_STEP:
                expected = f"an instant at most {LONGEST_STEP.days} day ahead"
                raise InputError.at("/now", instant.isoformat(), expected)
            while self._clock.now() + LOOK_EVERY < instant:
                self._clock.move_to(self._clock.now() + LOOK_EVERY)
                self._look()
            self._clock.move_to(instant)
            self._look()
            self._keep()
            return self._clock.now()

    def _keep(self) -> None:
        mark = json.dumps({"now": self._clock.now().isoformat()})
        self._database.write(lambda work: work.log.keep_setting(SETTING, mark), actor=DEMO_ACTOR)
