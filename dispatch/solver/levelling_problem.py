"""Work to be levelled over weeks, in integers: pieces, pools, capacities; and simple figures of it.

Units: whole minutes of work, weeks counted from 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Piece:
    """One piece of work.

    Parameters
    ----------
    minutes
        Work, more than 0.
    weeks
        Weeks in which it may be done, and what each costs: how far it is from the ideal.
    pools
        Whose capacity it takes.
    site
        Where: work at one site in one week shares a journey.
    follows
        Index of the piece that must be done before, or None.
    after
        By the week of that one: weeks in which this one may be done. Missing weeks are forbidden.
    """

    minutes: int
    weeks: Mapping[int, int]
    pools: tuple[int, ...]
    site: int
    follows: int | None = None
    after: Mapping[int, tuple[int, ...]] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if self.minutes <= 0:
            raise ValueError(f"minutes: {self.minutes}, expected more than 0")
        if not self.weeks:
            raise ValueError("weeks: none, expected at least one")


@dataclass(frozen=True, slots=True)
class LevellingProblem:
    """Work to be levelled.

    Parameters
    ----------
    weeks
        How many.
    capacity
        Minutes by pool and week.
    pieces
        The work; whoever follows stands behind whom it follows.
    journey
        What a journey to a site costs, in the units of `Piece.weeks`.
    beyond
        Weeks at the end that lie beyond the horizon: their load counts for no peak of all work.

    Raises
    ------
    ValueError
        An index or a number makes no sense.
    """

    weeks: int
    capacity: tuple[tuple[int, ...], ...]
    pieces: tuple[Piece, ...]
    journey: int = 0
    beyond: int = 0

    @property
    def counted(self) -> int:
        """Weeks inside the horizon."""
        return self.weeks - self.beyond

    def __post_init__(self) -> None:
        for number, row in enumerate(self.capacity):
            if len(row) != self.weeks or min(row, default=0) < 0:
                raise ValueError(f"capacity/{number}: expected {self.weeks} numbers from 0 on")
        for number, piece in enumerate(self.pieces):
            if not all(0 <= week < self.weeks for week in piece.weeks):
                raise ValueError(f"pieces/{number}: a week that does not exist")
            if not all(0 <= pool < len(self.capacity) for pool in piece.pools):
                raise ValueError(f"pieces/{number}: a pool that does not exist")
            if piece.follows is not None and not 0 <= piece.follows < number:
                raise ValueError(f"pieces/{number}: follows {piece.follows}, expected one before")


@dataclass(frozen=True, slots=True)
class Levelled:
    """Work with its weeks.

    Parameters
    ----------
    weeks
        Week of each piece; empty when there is no way to place all of them.
    peak
        Minutes of the fullest week.
    peak_bound
        No assignment has a fullest week below it.
    over
        Minutes above capacity, over all pools and weeks.
    proved
        Whether the peaks are proved to be the best.
    elapsed_s
        Seconds spent.
    """

    weeks: tuple[int, ...]
    peak: int
    peak_bound: int
    over: int
    proved: bool
    elapsed_s: float


def measure(problem: LevellingProblem, weeks: Sequence[int]) -> tuple[int, int]:
    """Minutes of the fullest week, and minutes above capacity."""
    loads = [0] * problem.weeks
    pools = [[0] * problem.weeks for _ in problem.capacity]
    for piece, week in zip(problem.pieces, weeks, strict=True):
        loads[week] += piece.minutes
        for pool in piece.pools:
            pools[pool][week] += piece.minutes
    over = sum(
        max(0, load - room)
        for row, rooms in zip(pools, problem.capacity, strict=True)
        for load, room in zip(row, rooms, strict=True)
    )
    return max(loads[: problem.counted], default=0), over


def pool_peaks(problem: LevellingProblem, weeks: Sequence[int]) -> list[int]:
    """Minutes of the fullest week of each pool."""
    loads: dict[tuple[int, int], int] = {}
    for piece, week in zip(problem.pieces, weeks, strict=True):
        for pool in piece.pools:
            loads[pool, week] = loads.get((pool, week), 0) + piece.minutes
    peaks = [0] * len(problem.capacity)
    for (pool, _), load in loads.items():
        peaks[pool] = max(peaks[pool], load)
    return peaks


def peak_bound(problem: LevellingProblem) -> int:
    """A fullest week that none can do without, by Hall's argument on stretches of weeks.

    The work whose weeks all lie inside a stretch must be done in it, so one of its weeks holds at
    least the average; and somewhere there is the longest piece.
    """
    inside = [[0] * problem.weeks for _ in range(problem.weeks)]
    longest = 0
    for piece in problem.pieces:
        if max(piece.weeks) < problem.counted:
            inside[min(piece.weeks)][max(piece.weeks)] += piece.minutes
            longest = max(longest, piece.minutes)
    bound = longest
    for first in range(problem.counted):
        within = [0] * problem.weeks
        for start in range(first, problem.counted):
            for last in range(start, problem.counted):
                within[last] += inside[start][last]
        work = 0
        for last in range(first, problem.counted):
            work += within[last]
            bound = max(bound, -(-work // (last - first + 1)))
    return bound


def spread(problem: LevellingProblem) -> tuple[int, ...] | None:
    """A first assignment: who has least choice first, into the emptiest week; for the search."""
    loads = [0] * problem.weeks
    weeks: list[int | None] = [None] * len(problem.pieces)

    def options(number: int) -> list[int]:
        piece = problem.pieces[number]
        allowed = list(piece.weeks)
        if piece.follows is not None:
            before = weeks[piece.follows]
            assert before is not None
            allowed = [w for w in piece.after.get(before, ()) if w in piece.weeks]
        return allowed

    depth = [0] * len(problem.pieces)
    for number, piece in enumerate(problem.pieces):
        if piece.follows is not None:
            depth[number] = depth[piece.follows] + 1
    order = sorted(
        range(len(problem.pieces)),
        key=lambda n: (depth[n], len(problem.pieces[n].weeks), -problem.pieces[n].minutes, n),
    )
    for number in order:
        allowed = options(number)
        if not allowed:
            return None
        piece = problem.pieces[number]
        week = min(allowed, key=lambda w: (loads[w], piece.weeks[w], w))
        weeks[number] = week
        loads[week] += piece.minutes
    return tuple(week for week in weeks if week is not None)
