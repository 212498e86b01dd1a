"""Sequential sampling: simulate only until the answer is clear, or the patience ends."""

from __future__ import annotations

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from statistics import fmean, variance
from typing import Any

from dispatch.errors import RunCancelled
from dispatch.simulation.executor import Executor
from dispatch.simulation.statistics import Paired, compare_pairs
from dispatch.simulation.student import t_quantile
from dispatch.simulation.study import Outcome, Study, WorkItem

__all__ = ["Kept", "Patience", "Sampler", "binomial_tail"]


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


@dataclass(frozen=True, slots=True)
class Kept:
    """Whether promises were kept often enough.

    Parameters
    ----------
    holds, sure
        The answer by what was seen, and whether that is clear.
    share, kept, promised
        What was seen.
    runs
        Futures that it took.
    """

    holds: bool
    sure: bool
    share: float
    kept: int
    promised: int
    runs: int

    def to_row(self) -> dict[str, Any]:
        """Say it in the words of answers."""
        return {
            "on_time": self.share,
            "promised": self.promised,
            "kept": self.holds,
            "sure": self.sure,
            "runs": self.runs,
        }


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

    def keeps(self, world: int, group: str, least: float) -> Kept:
        """Whether a share of the promises of a group is kept.

        The share is that of all promises of all futures together. It is sure when two tests agree:
        one that knows that promises of the same day are kept and broken together (the ratio of
        two means, linearised), and one that knows how few they are (binomial), without which six
        days on which nothing went wrong would prove anything.
        """
        error = self.patience.error / (2 * self.patience.looks)
        for many in self._looks():
            self.more((world,), many)
            days = [self.outcomes[WorkItem(world, r)] for r in range(many)]
            found = _kept_of(days, group, least, error)
            if found.sure:
                break
        return found

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


def _kept_of(days: Sequence[Outcome], group: str, least: float, error: float) -> Kept:
    kept = [one.kept.get(group, 0) for one in days]
    promised = [one.promised.get(group, 0) for one in days]
    if not sum(promised):
        return Kept(True, False, 1.0, 0, 0, len(days))
    share = sum(kept) / sum(promised)
    residuals = [k - share * n for k, n in zip(kept, promised, strict=True)]
    reach = _reach(residuals, 1.0 - error) / fmean(promised)
    holds = share >= least
    missed = sum(promised) - sum(kept)
    # How likely such a sample is where the share is just what is asked for.
    seen, odds = (sum(kept), least) if holds else (missed, 1.0 - least)
    chance = binomial_tail(sum(promised), seen, odds)
    sure = abs(share - least) > reach and chance <= error
    return Kept(holds, sure, share, sum(kept), sum(promised), len(days))


def binomial_tail(trials: int, least: int, chance: float) -> float:
    """Probability of at least so many successes."""
    if least <= 0 or chance >= 1.0:
        return 1.0
    if chance <= 0.0:
        return 0.0
    whole = math.lgamma(trials + 1)
    return math.fsum(
        math.exp(
            whole
            - math.lgamma(many + 1)
            - math.lgamma(trials - many + 1)
            + many * math.log(chance)
            + (trials - many) * math.log1p(-chance)
        )
        for many in range(least, trials + 1)
    )


def _reach(values: Sequence[float], level: float) -> float:
    """Half the width of an interval; nothing when all values are equal."""
    if len(values) < 2:
        return math.inf
    spread = math.sqrt(variance(values) / len(values))
    return t_quantile(level, len(values) - 1) * spread
