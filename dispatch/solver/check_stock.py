"""The auditor's count of what a depot can still give."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.solver.problem import FOREVER, UNLIMITED, Problem


@dataclass(frozen=True, slots=True)
class LooseStock:
    """What a pickup may load at a moment so that later bound loads are still covered."""

    problem: Problem
    bound: list[tuple[int, int, int, int]]

    def __call__(self, depot: int, part: int, moment: int) -> int:
        """Pieces that may be loaded at a moment."""
        place = self.problem.depots[depot]
        stock = place.stock.get(part, 0)
        if place.unlimited or stock == UNLIMITED:
            return FOREVER
        others = [(t, q) for d, p, t, q in self.bound if (d, p) == (depot, part)]
        left = FOREVER
        for instant in {moment, *(t for t, _ in others if t > moment)}:
            came = sum(q for since, p, q in place.inbound if p == part and since <= instant)
            gone = sum(q for t, q in others if t <= instant)
            left = min(left, stock + came - gone)
        return max(0, left)
