"""What a cut may not separate: engineers with their routes, and visits that wait for a place.

A visit without a place goes to an engineer who must or has promised to serve it, else to where it
lies.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import numpy as np
from numpy.typing import NDArray

from dispatch.planning.territory_cut import Unit
from dispatch.planning.territory_world import PlanSoFar
from dispatch.solver.problem import Problem

__all__ = ["units_of"]


def units_of(problem: Problem, so_far: PlanSoFar | None, places: NDArray[np.float64]) -> list[Unit]:
    """Say what stays together.

    Parameters
    ----------
    problem
        The whole.
    so_far
        A plan of it, or None.
    places
        Seconds, shape (locations, 2), as `places_of` gives them.

    Returns
    -------
    list of Unit
        Each engineer with a shift, and each visit without a place or links, in exactly one of them.
    """
    planned = so_far.shifts if so_far else {}
    groups = _Groups(len(problem.engineers) + len(problem.visits))
    first_visit = len(problem.engineers)
    linked = problem.linked_visits()
    free = set(range(len(problem.visits))) - linked - planned.keys()
    for v, visit in enumerate(problem.visits):
        if v in planned or v in linked:
            continue
        owners = [problem.shifts[pin.shift].engineer for pin in visit.pins]
        owners += sorted(visit.required_engineers)[: visit.crew_size]
        owners = owners or sorted(visit.promised_engineers)[:1]
        for engineer in owners:
            groups.join(first_visit + v, engineer)
    at_work: dict[int, list[int]] = {e: [] for e in range(first_visit)}
    for v, shifts in planned.items():
        for shift in shifts:
            at_work[problem.shifts[shift].engineer].append(problem.visits[v].location)
    homes: dict[int, int] = {}
    for shift_ in problem.shifts:
        homes.setdefault(shift_.engineer, shift_.start_location)
    found = []
    for members in groups.sets():
        engineers = [m for m in members if m < first_visit and m in homes]
        waiting = [m - first_visit for m in members if m - first_visit in free]
        if not engineers and not waiting:
            continue
        here = [location for e in engineers for location in at_work[e] or [homes[e]]]
        here = here or [problem.visits[v].location for v in waiting]
        middle = places[here].mean(axis=0)
        weight = len(waiting) + sum(len(at_work[e]) for e in engineers)
        found.append(
            Unit((float(middle[0]), float(middle[1])), weight, tuple(engineers), tuple(waiting))
        )
    return found


class _Groups:
    """Disjoint sets of numbers."""

    def __init__(self, size: int) -> None:
        self._parent = list(range(size))

    def find(self, one: int) -> int:
        """The number that stands for the set."""
        while self._parent[one] != one:
            self._parent[one] = one = self._parent[self._parent[one]]
        return one

    def join(self, one: int, other: int) -> None:
        """Make one set of two."""
        first, second = sorted((self.find(one), self.find(other)))
        self._parent[second] = first

    def sets(self) -> Iterator[Sequence[int]]:
        """All sets, by their smallest member."""
        found: dict[int, list[int]] = {}
        for one in range(len(self._parent)):
            found.setdefault(self.find(one), []).append(one)
        yield from found.values()
