"""Sequential sampling: simulate only until the answer is clear, or the patience ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, variance

from dispatch.errors import RunCancelled
from dispatch.simulation.executor import Executor
from dispatch.simulation.statistics import Paired, compare_pairs
from dispatch.simulation.student import t_quantile
from dispatch.simulation.study import Outcome, Study, WorkItem

__all__ = ["Patience", "Sampler"]


@dataclass(frozen=True, slots=True)
class Patience:
    """How long to look.

    Parameters
    ----------
    first, step, most
        Replications before the first look, between two looks, and in all.
    error
        Chance of a wrong answer that all looks together may have.
    """

    first: int = 6
    step: int = 6
    most: int = 30
    error: float = 0.05

    @property
    def looks(self) -> int:
        """How often it is looked at most."""
        return 1 + max(0, -(-(self.most - self.first) // self.step))


@dataclass(slots=True)
class Sampler:
    """Outcomes of a study, simulated as they are asked for, each at most once."""

    study: Study
    executor: Executor
    patience: Patience = Patience()
    cancelled: Callable[[], bool] | None = None
    outcomes: dict[WorkItem, Outcome] = field(default_factory=dict)

    def more(self, worlds: Sequence[int], replications: int) -> None:
        """Have the first replications of some worlds simulated.

        Raises
        ------
        RunCancelled
            When it was called off.
        """
        items = [WorkItem(world, r) for r in range(replications) for world in worlds]
        left = [one for one in items if one not in self.outcomes]
        self.executor.run(self.study, left, self.outcomes.__setitem__, self.cancelled)
        if any(one not in self.outcomes for one in left):
            raise RunCancelled("question: called off before it was answered")

    def row(self, world: int, figure: str) -> list[float]:
        """A figure in all replications of a world that were simulated without a gap."""
        found: list[float] = []
        while (item := WorkItem(world, len(found))) in self.outcomes:
            found.append(float(self.outcomes[item].figures[figure]))
        return found

    def compare(self, world: int, figure: str, direction: int, base: int = 0) -> Paired:
        """Compare a world with the base in the replications that both have."""
        before, after = self.row(base, figure), self.row(world, figure)
        many = min(len(before), len(after))
        return compare_pairs(before[:many], after[:many], direction)

    def keeps(self, world: int, figure: str, least: float) -> tuple[bool, bool, float, int]:
        """Whether the mean of a figure reaches a level.

        Returns
        -------
        tuple
            Whether it does, whether that is sure, the mean, and the replications it took.
        """
        level = 1.0 - self.patience.error / (2 * self.patience.looks)
        for many in self._looks():
            self.more((world,), many)
            values = self.row(world, figure)
            mean = fmean(values)
            reach = _reach(values, level)
            if abs(mean - least) > reach:
                return mean >= least, True, mean, many
        return mean >= least, False, mean, many

    def race(self, worlds: Sequence[int], figure: str, direction: int) -> list[int]:
        """Find the best worlds; who is clearly worse than the leader is simulated no further.

        Returns
        -------
        list of int
            Those that are left at the end, the leader first.
        """
        left = list(worlds)
        level = 1.0 - self.patience.error / (self.patience.looks * max(1, len(left) - 1))
        for many in self._looks():
            self.more(left, many)
            leader = max(left, key=lambda w: (direction * fmean(self.row(w, figure)), -w))
            best = self.row(leader, figure)
            stay = []
            for world in left:
                gaps = [
                    direction * (a - b) for a, b in zip(best, self.row(world, figure), strict=True)
                ]
                if world == leader or fmean(gaps) <= _reach(gaps, level):
                    stay.append(world)
            left = stay
            if len(left) == 1:
                break
        return sorted(left, key=lambda w: (-direction * fmean(self.row(w, figure)), w))

    def _looks(self) -> list[int]:
        patience = self.patience
        looks = list(range(patience.first, patience.most, patience.step))
        return [*looks, patience.most]


def _reach(values: Sequence[float], level: float) -> float:
    """Half the width of an interval; nothing when all values are equal."""
    if len(values) < 2:
        return math.inf
    spread = math.sqrt(variance(values) / len(values))
    return t_quantile(level, len(values) - 1) * spread
