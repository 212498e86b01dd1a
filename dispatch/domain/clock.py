"""One clock of a contract: when it runs out, and how it stands at an instant."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.domain.coverage import CoverageHours
from dispatch.domain.local_time import to_utc
from dispatch.errors import InputError

__all__ = [
    "ALERT_PERCENTS",
    "Clock",
    "ClockKind",
    "ClockReading",
    "ClockState",
    "ClockTerms",
    "Pause",
    "PauseReason",
]

ALERT_PERCENTS = (50, 80, 100)
LONGEST_LIMIT = timedelta(days=366)


class ClockKind(StrEnum):
    """What a clock of a contract measures."""

    ACKNOWLEDGE = "acknowledge"
    ARRIVE = "arrive"
    REPLACE = "replace"
    FIX = "fix"
    COMPLAINT_CONTACT = "complaint_contact"
    COMPLAINT_PROPOSAL = "complaint_proposal"
    COMPLAINT_DONE = "complaint_done"
    COMPLAINT_CLOSED = "complaint_closed"


class ClockState(StrEnum):
    """How a clock stands."""

    RUNNING = "running"
    PAUSED = "paused"
    MET = "met"
    BREACHED = "breached"
    WAIVED = "waived"
    """The promise fell away: the request was cancelled or solved without a visit."""


class PauseReason(StrEnum):
    """Why clocks may stand still."""

    CUSTOMER_UNAVAILABLE = "customer_unavailable"
    PART_ON_ITS_WAY = "part_on_its_way"


@dataclass(frozen=True, slots=True)
class Pause:
    """A stretch in which a request waits for somebody else.

    Parameters
    ----------
    reason
        Whom or what it waits for; the contract says whether its clocks stand still for that.
    start
        First instant of the pause.
    end
        First instant after it; None while it lasts.
    """

    reason: PauseReason
    start: datetime
    end: datetime | None = None

    def __post_init__(self) -> None:
        start = to_utc(self.start, "pause/start")
        if self.end is not None and to_utc(self.end, "pause/end") < start:
            raise InputError.at(
                "/pause/end",
                self.end.isoformat(),
                f"an instant not before {self.start.isoformat()}",
            )


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """What the contract says about one clock.

    Parameters
    ----------
    limit
        Covered time until the promise is broken.
    coverage
        When the clock runs.
    stops_for
        The reasons of pauses for which this clock stands still.
    """

    limit: timedelta
    coverage: CoverageHours
    stops_for: frozenset[PauseReason] = frozenset()

    def __post_init__(self) -> None:
        if not timedelta() <= self.limit <= LONGEST_LIMIT:
            raise InputError.at("/limit", str(self.limit), "a duration between zero and 366 days")


@dataclass(frozen=True, slots=True)
class ClockReading:
    """How one clock stands at one instant.

    Parameters
    ----------
    kind, state
        Which clock, and how it stands.
    started, stopped
        When it was started, and when what it measures happened (None: not yet).
    limit
        Covered time allowed.
    deadline
        Instant at which it runs out; while a pause lasts, as if it ended at this instant.
    used, remaining
        Covered time gone by, and left; `remaining` is negative by the covered time over.
    share
        ``used / limit``.
    alert
        Highest of 50, 80 and 100 percent reached; 0 below.
    ticking
        Whether the clock runs at this very instant: neither stopped, nor paused, nor outside
        coverage hours.
    """

    kind: ClockKind
    state: ClockState
    started: datetime
    stopped: datetime | None
    limit: timedelta
    deadline: datetime
    used: timedelta
    remaining: timedelta
    share: float
    alert: int
    ticking: bool


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock of one request.

    Parameters
    ----------
    kind
        What it measures.
    terms
        What the contract says about it.
    started
        When it was started.
    stopped
        When what it measures happened; None while it has not.
    pauses
        All pauses of the request, in any order, overlapping or not.
    waived
        When the promise fell away; None while it holds.
    """

    kind: ClockKind
    terms: ClockTerms
    started: datetime
    stopped: datetime | None = None
    pauses: tuple[Pause, ...] = ()
    waived: datetime | None = None

    def __post_init__(self) -> None:
        to_utc(self.started, "started")
        for name, instant in (("stopped", self.stopped), ("waived", self.waived)):
            if instant is not None:
                to_utc(instant, name)

    def deadline(self, at: datetime) -> datetime:
        """Find the instant at which the clock runs out, as known at `at`, in UTC.

        A pause that still lasts counts as if it ended at `at`; when the limit is used up
        before a pause begins, the pause changes nothing.
        """
        coverage = self.terms.coverage
        left = self.terms.limit
        cursor = to_utc(self.started, "started")
        for pause_start, pause_end in self._still(at):
            if pause_end <= cursor:
                continue
            run = coverage.elapsed(cursor, pause_start)
            if run >= left:
                return coverage.after(cursor, left)
            left -= run
            cursor = pause_end
        return coverage.after(cursor, left)

    def used(self, at: datetime) -> timedelta:
        """Covered time, without pauses, from the start of the clock to `at`."""
        coverage = self.terms.coverage
        cursor = to_utc(self.started, "started")
        total = timedelta()
        for pause_start, pause_end in self._still(at):
            if pause_end <= cursor:
                continue
            if pause_start >= at:
                break
            total += coverage.elapsed(cursor, pause_start)
            cursor = pause_end
        return total + coverage.elapsed(cursor, at)

    def reading(self, at: datetime) -> ClockReading:
        """Read the clock at `at`.

        The promise is kept when it is fulfilled at the deadline or before, so the state is
        breached only after the deadline.
        """
        now = to_utc(at, "at")
        ends = [now]
        ends += [end.astimezone(now.tzinfo) for end in (self.stopped, self.waived) if end]
        end = min(ends)
        deadline = self.deadline(end)
        used = self.used(end)
        limit = self.terms.limit
        state = self._state(now, end, deadline)
        paused = any(start <= now < finish for start, finish in self._still(now, at_end=True))
        open_still = state in (ClockState.RUNNING, ClockState.BREACHED) and end == now
        if state is ClockState.RUNNING and paused:
            state = ClockState.PAUSED
        return ClockReading(
            kind=self.kind,
            state=state,
            started=self.started,
            stopped=self.stopped if self.stopped is not None and self.stopped <= now else None,
            limit=limit,
            deadline=deadline,
            used=used,
            remaining=limit - used,
            share=used / limit if limit else 1.0,
            alert=max((p for p in ALERT_PERCENTS if used * 100 >= limit * p), default=0),
            ticking=open_still
            and not paused
            and (self.stopped is None or self.stopped > now)
            and self.terms.coverage.covers(now),
        )

    def _state(self, now: datetime, end: datetime, deadline: datetime) -> ClockState:
        if end > deadline:
            return ClockState.BREACHED
        if self.stopped is not None and self.stopped <= now:
            return ClockState.MET
        if self.waived is not None and self.waived <= now:
            return ClockState.WAIVED
        return ClockState.RUNNING

    def _still(self, at: datetime, *, at_end: bool = False) -> list[tuple[datetime, datetime]]:
        """Stretches in which this clock stands still, merged and in order, in UTC.

        With `at_end` a pause that still lasts reaches a moment past `at`, so that `at` itself
        lies in it.
        """
        now = to_utc(at, "at")
        spans: list[tuple[datetime, datetime]] = []
        for pause in self.pauses:
            if pause.reason not in self.terms.stops_for:
                continue
            start = to_utc(pause.start, "pause/start")
            if pause.end is not None:
                spans.append((start, to_utc(pause.end, "pause/end")))
            elif start <= now:
                spans.append((start, now + timedelta(seconds=1) if at_end else now))
        return _merged(spans)


def _merged(spans: Iterable[tuple[datetime, datetime]]) -> list[tuple[datetime, datetime]]:
    merged: list[tuple[datetime, datetime]] = []
    for start, end in sorted(spans):
        if merged and start <= merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], end))
        else:
            merged.append((start, end))
    return merged
