"""A good first levelling without a solver: spread, then each piece moved where a week is emptier.

The search begins with it, and ends with it where its time is over before it has found anything.
"""

from __future__ import annotations

from dispatch.solver.levelling_problem import LevellingProblem, spread

__all__ = ["first_weeks"]

SWEEPS = 20


def first_weeks(problem: LevellingProblem) -> tuple[int, ...] | None:
    """Place every piece; None where the greedy way finds no place for one of them."""
    start = spread(problem)
    return None if start is None else _Descent(problem, list(start)).weeks()


class _Descent:
    """Moves single pieces as long as the squares of the loads shrink.

    Parameters
    ----------
    problem
        The work.
    found
        A week for each piece; is changed.
    """

    def __init__(self, problem: LevellingProblem, found: list[int]) -> None:
        self.problem, self.found = problem, found
        self.loads = [0] * problem.weeks
        self.pools = [[0] * problem.weeks for _ in problem.capacity]
        self.followers: list[list[int]] = [[] for _ in problem.pieces]
        for number, piece in enumerate(problem.pieces):
            if piece.follows is not None:
                self.followers[piece.follows].append(number)
            self._put(number, found[number], 1)

    def weeks(self) -> tuple[int, ...]:
        """Sweep over all pieces until none moves any more."""
        for _ in range(SWEEPS):
            moves = [self._move(number) for number in range(len(self.found))]
            if not any(moves):
                break
        return tuple(self.found)

    def _put(self, number: int, week: int, sign: int) -> None:
        piece = self.problem.pieces[number]
        self.loads[week] += sign * piece.minutes
        for pool in piece.pools:
            self.pools[pool][week] += sign * piece.minutes

    def _move(self, number: int) -> bool:
        now = self.found[number]
        self._put(number, now, -1)
        best = min(self._options(number), key=lambda week: (self._price(number, week), week != now))
        self.found[number] = best
        self._put(number, best, 1)
        return best != now

    def _options(self, number: int) -> list[int]:
        """Weeks that keep the chain of the piece together, the present one always."""
        pieces, now = self.problem.pieces, self.found[number]
        piece = pieces[number]
        before = None if piece.follows is None else piece.after.get(self.found[piece.follows], ())
        return [
            week
            for week in piece.weeks
            # What lies beyond the horizon is not postponed further, nor pulled in from there.
            if week == now
            or (
                max(week, now) < self.problem.counted
                and (before is None or week in before)
                and all(
                    self.found[other] in pieces[other].after.get(week, ())
                    for other in self.followers[number]
                )
            )
        ]

    def _price(self, number: int, week: int) -> tuple[int, int, int]:
        """Minutes above capacity, then the load that the piece joins, of all and of its pools."""
        piece = self.problem.pieces[number]
        over = pools = 0
        for pool in piece.pools:
            load = self.pools[pool][week] + piece.minutes
            over += max(0, load - max(self.problem.capacity[pool][week], load - piece.minutes))
            pools += load
        return over, self.loads[week], pools
