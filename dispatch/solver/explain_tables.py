"""Quick looks at a route, kept between questions: who cannot be put where.

For every position of a route two facts suffice to refuse most visits at once: the earliest moment
at which the engineer is free there, and the latest start of what follows. Breaks and later windows
are left out, so a refusal is a proof and only what passes is timed in full.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.solver.explain_clock import Entry, travel
from dispatch.solver.problem import FOREVER, Problem

MOST_LOCATIONS = 500
"""Shortest ways are computed up to this many locations; beyond, a way counts as nothing."""


@dataclass(frozen=True, slots=True)
class RouteTable:
    """A route at a glance.

    Parameters
    ----------
    free
        By position: earliest moment free to leave for it; `FOREVER` when it is never reached.
    places
        By position: where the engineer is then.
    latest
        By position: latest start of the stop that stands there; last, of being home.
    spare_travel
        Seconds of travel that the bound of the shift still admits.
    end
        Earliest end of the route; 0 when it has none.
    """

    free: tuple[int, ...]
    places: tuple[int, ...]
    latest: tuple[int, ...]
    spare_travel: int
    end: int


def latest_starts(problem: Problem, shift: int, entries: Sequence[Entry]) -> tuple[int, ...]:
    """Latest start of each entry of a route, and of being home, breaks left aside."""
    block = problem.shifts[shift]
    limit, place = block.latest_end, block.end_location
    found = [limit]
    for entry in reversed(entries):
        way = travel(problem, shift, entry.location, place)
        closing = entry.windows[-1][1] if entry.windows else -FOREVER
        limit = -FOREVER if way < 0 else min(closing, limit - way - entry.work)
        found.append(limit)
        place = entry.location
    return tuple(reversed(found))


class Ways:
    """Shortest travel between locations by any way, a lower bound of every detour."""

    def __init__(self, problem: Problem) -> None:
        self.problem = problem
        self._shortest: dict[int, NDArray[np.int64]] = {}

    def least(self, shift: int, origin: int, target: int) -> int:
        """Seconds that the way takes at least, whatever is fetched on it."""
        profile = self.problem.shifts[shift].profile
        if profile not in self._shortest:
            self._shortest[profile] = self._close(profile)
        return int(self._shortest[profile][origin, target])

    def _close(self, profile: int) -> NDArray[np.int64]:
        seconds = self.problem.travel_seconds[profile]
        if len(seconds) > MOST_LOCATIONS:
            return np.zeros(seconds.shape, dtype=np.int64)
        ways = np.where(seconds < 0, FOREVER, seconds).astype(np.int64)
        np.fill_diagonal(ways, 0)
        for middle in range(len(ways)):
            np.minimum(ways, ways[:, middle, None] + ways[None, middle, :], out=ways)
        return ways


def may_stand(
    problem: Problem,
    ways: Ways,
    shift: int,
    table: RouteTable,
    entry: Entry,
    position: int,
    *,
    fetched: bool,
) -> bool:
    """Whether an entry could stand at a position; False is a proof that it cannot.

    Parameters
    ----------
    fetched
        Something may be fetched on the way there, so that the way is not the direct one.
    """
    free, place = table.free[position], table.places[position]
    if free >= FOREVER:
        return False
    if problem.now is not None and not entry.under_way:
        free = max(free, problem.now)
    if fetched:
        way = ways.least(shift, place, entry.location)
    else:
        way = travel(problem, shift, place, entry.location)
    if way < 0 or way >= FOREVER:
        return False
    start = next((max(free + way, a) for a, b in entry.windows if free + way <= b), None)
    if start is None:
        return False
    last = position == len(table.places) - 1
    target = problem.shifts[shift].end_location if last else table.places[position + 1]
    onward = travel(problem, shift, entry.location, target)
    if onward < 0 or start + entry.work + onward > table.latest[position]:
        return False
    direct = travel(problem, shift, place, target)
    return fetched or way + onward - max(0, direct) <= table.spare_travel
