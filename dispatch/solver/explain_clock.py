"""The earliest times of one order of stops, for explanations.

The state after a stop is one moment for each number of breaks behind by then: the earliest at
which the engineer is free. To be earlier never hurts, so nothing else need be remembered.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from dispatch.solver.problem import FOREVER, Problem
from dispatch.solver.solution import StopKind

Moments = tuple[int, ...]
"""Earliest free moment by number of breaks behind; `FOREVER` where there is none."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Something to be done on a shift: a visit or a pickup, with the bounds of its start.

    `parts` are what this van gives, `loads` what it receives, `tools` what must be on board.
    `after` holds (visit, min_delay, max_delay) of entries of the same route. The way to an entry
    that is `under_way` may have been left for before `now`, with `arrive_by` its SLA.
    """

    kind: StopKind
    index: int
    location: int
    work: int
    windows: tuple[tuple[int, int], ...]
    parts: tuple[tuple[int, int], ...] = ()
    loads: tuple[tuple[int, int], ...] = ()
    tools: frozenset[int] = frozenset()
    position: int | None = None
    after: tuple[tuple[int, int, int | None], ...] = ()
    under_way: bool = False
    arrive_by: int = FOREVER

    def bounded(self, low: int, high: int = FOREVER) -> Entry:
        """The same with its windows cut to [low, high]."""
        cut = ((max(low, a), min(high, b)) for a, b in self.windows)
        return Entry(
            self.kind,
            self.index,
            self.location,
            self.work,
            tuple((a, b) for a, b in cut if a <= b),
            self.parts,
            self.loads,
            self.tools,
            self.position,
            self.after,
            self.under_way,
            self.arrive_by,
        )


@dataclass(frozen=True, slots=True)
class Step:
    """One stop added to an order: the moments after it, and where they came from."""

    moments: Moments
    starts: tuple[int, ...]
    parents: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Timing:
    """A whole order timed: the start of each entry, the end, the travel of the route."""

    starts: tuple[int, ...]
    end: int


def leave(problem: Problem, shift: int) -> Moments:
    """Moments of departure: whoever leaves late enough has left the first breaks out.

    They may lie before `now`: only what is under way is left for so early.
    """
    block = problem.shifts[shift]
    moment, found = block.start, []
    for behind in range(len(block.breaks) + 1):
        if behind:
            rest = block.breaks[behind - 1]
            moment = max(moment, rest.earliest + rest.duration)
        ready = moment if problem.now is None else max(moment, problem.now)
        fixed = block.start if problem.now is None else max(block.start, problem.now)
        found.append(FOREVER if block.fixed_start and ready != fixed else moment)
    return tuple(found)


def travel(problem: Problem, shift: int, origin: int, target: int) -> int:
    """Seconds of travel on this shift; negative where there is no road."""
    if origin == target:
        return 0
    return int(problem.travel_seconds[problem.shifts[shift].profile, origin, target])


def doors(
    problem: Problem, shift: int, moments: Moments, seconds: int, floor: int
) -> list[tuple[int, ...]]:
    """(ready at the door, breaks behind by then, breaks behind before) for each way to get there.

    A break cuts the travel or is taken at the door; waiting for its earliest start at the door
    is allowed, and so the moment ready is the same wherever it is taken. Nobody leaves before
    the `floor`.
    """
    breaks = problem.shifts[shift].breaks
    found: list[tuple[int, ...]] = []
    for before, moment in enumerate(moments):
        if moment >= FOREVER:
            continue
        free = max(moment, floor)
        ready = free + seconds
        found.append((ready, before, before))
        for behind in range(before, len(breaks)):
            begin = max(free, breaks[behind].earliest)
            if begin > breaks[behind].latest:
                break
            free = begin + breaks[behind].duration
            ready = max(ready, begin) + breaks[behind].duration
            found.append((ready, behind + 1, before))
    return found


def floor_of(problem: Problem, shift: int, moments: Moments, seconds: int, entry: Entry) -> int:
    """The moment before which nobody leaves for an entry: `now`, unless it was under way by then.

    It was when leaving at `now` would miss the start that the freeze keeps, or its SLA (ADR 17).
    """
    now = -FOREVER if problem.now is None else problem.now
    if not entry.under_way or min(moments) >= now or not entry.windows:
        return now
    start, leave_at, rests = entry.windows[-1][1], now, 0
    for rest in problem.shifts[shift].breaks:
        if rest.earliest < rest.latest:
            continue
        if rest.earliest < now:
            leave_at = max(leave_at, rest.earliest + rest.duration)
        elif rest.earliest < start:
            rests += rest.duration
    late = leave_at + seconds + rests > start or leave_at + seconds > entry.arrive_by
    return -FOREVER if late else now


def extend(problem: Problem, shift: int, place: int, moments: Moments, entry: Entry) -> Step | None:
    """Do an entry next; None if it cannot be reached or started in time."""
    seconds = travel(problem, shift, place, entry.location)
    if seconds < 0:
        return None
    size = len(moments)
    after, starts, parents = [FOREVER] * size, [FOREVER] * size, [-1] * size
    floor = floor_of(problem, shift, moments, seconds, entry)
    for ready, behind, before in doors(problem, shift, moments, seconds, floor):
        start = next((max(ready, a) for a, b in entry.windows if ready <= b), None)
        if start is not None and start + entry.work < after[behind]:
            after[behind], starts[behind] = start + entry.work, start
            parents[behind] = before
    if min(after) >= FOREVER:
        return None
    return Step(tuple(after), tuple(starts), tuple(parents))


def ends(problem: Problem, shift: int, place: int, moments: Moments) -> list[tuple[int, int]]:
    """(end of the route, breaks behind before the way home) for each allowed way home."""
    block = problem.shifts[shift]
    seconds = travel(problem, shift, place, block.end_location)
    if seconds < 0:
        return []
    # Whoever had nothing left to do went home at once, whatever the time is now.
    floor = -FOREVER if block.returning or problem.now is None else problem.now
    return [
        (end, before)
        for end, behind, before in doors(problem, shift, moments, seconds, floor)
        if end <= block.latest_end and all(end <= rest.latest for rest in block.breaks[behind:])
    ]


def read_back(steps: Sequence[Step], end: int, behind: int) -> Timing:
    """Starts of the whole order for one way home."""
    starts = []
    for step in reversed(steps):
        starts.append(step.starts[behind])
        behind = step.parents[behind]
    return Timing(tuple(reversed(starts)), end)


def time_order(
    problem: Problem, shift: int, begin: Moments, place: int, entries: Sequence[Entry]
) -> list[Timing]:
    """Time an order from a state on: one timing for each way home, none if it is infeasible."""
    steps: list[Step] = []
    moments = begin
    for entry in entries:
        step = extend(problem, shift, place, moments, entry)
        if step is None:
            return []
        steps.append(step)
        moments, place = step.moments, entry.location
    return [read_back(steps, end, b) for end, b in ends(problem, shift, place, moments)]
