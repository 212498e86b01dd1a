"""What the depots can still give, whenever it is fetched: a quick proof that pieces are short."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence

from dispatch.solver.problem import UNLIMITED, Problem
from dispatch.solver.solution import Stop, StopKind

__all__ = ["Supply"]


class Supply:
    """The pieces of each depot that no route fetches, inbound deliveries among them.

    Parameters
    ----------
    routes
        The stops of every shift.
    """

    def __init__(self, problem: Problem, routes: Iterable[Sequence[Stop]]) -> None:
        self._depots = problem.depots
        self._taken: Counter[tuple[int, int]] = Counter()
        for route in routes:
            for stop in route:
                if stop.kind is StopKind.PICKUP:
                    for part, quantity in stop.parts:
                        self._taken[stop.index, part] += quantity

    def gives(self, depot: int, pieces: Iterable[tuple[int, int]]) -> bool:
        """Whether a depot has these (part, quantity) beside what is fetched; False is a proof."""
        place = self._depots[depot]
        if place.unlimited:
            return True
        return all(
            place.stock.get(part, 0) == UNLIMITED
            or self._taken[depot, part] + quantity
            <= place.stock.get(part, 0) + sum(q for _, p, q in place.inbound if p == part)
            for part, quantity in pieces
        )
