"""Paired comparisons: the mean difference, how sure of it one may be, and what pairing is worth."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import fmean, variance

from dispatch.simulation.student import t_probability, t_quantile

__all__ = ["CONFIDENCE", "Paired", "compare_pairs", "interval_of"]

CONFIDENCE = 0.95


@dataclass(frozen=True, slots=True)
class Paired:
    """One figure of two worlds in the same futures.

    Parameters
    ----------
    base, scenario
        Means.
    difference
        Mean of scenario less base.
    low, high
        Confidence interval of the mean difference (95 %, Student's t); None with one replication.
    p_value
        Two-sided, of the hypothesis that the means are equal; 1 where all differences are zero.
    better
        Probability that the scenario is better in a future: the share of replications in which
        it was, ties counted half; None where the figure has no better side.
    variance_ratio
        Variance that the difference would have with futures of their own, over what it has;
        None where the difference never varies.
    replications
        Pairs.
    constant
        Whether the difference is the same in every future although the figure itself varies; then
        common futures cut all of its variance.
    """

    base: float
    scenario: float
    difference: float
    low: float | None
    high: float | None
    p_value: float
    better: float | None
    variance_ratio: float | None
    replications: int
    constant: bool = False

    @property
    def significant(self) -> bool:
        """Whether the interval leaves zero out."""
        return self.low is not None and self.high is not None and not self.low <= 0 <= self.high


def compare_pairs(base: Sequence[float], scenario: Sequence[float], direction: int) -> Paired:
    """Compare one figure replication by replication.

    Parameters
    ----------
    base, scenario
        The figure in each replication; the same length, at least one.
    direction
        1: more is better; -1: less is; 0: neither.
    """
    differences = [after - before for before, after in zip(base, scenario, strict=True)]
    many = len(differences)
    mean = fmean(differences)
    low = high = ratio = None
    p_value, constant = 1.0, False
    if many > 1:
        spread = variance(differences)
        # What differs by rounding alone does not differ.
        scale = max(abs(one) for one in (*base, *scenario, 1.0))
        error = math.sqrt(spread / many)
        if error <= 1e-12 * scale:
            low = high = mean
            constant = math.sqrt(variance(base)) > 1e-9 * scale
            p_value = 0.0 if abs(mean) > 1e-9 * scale else 1.0
        else:
            reach = t_quantile(0.5 + CONFIDENCE / 2, many - 1) * error
            low, high = mean - reach, mean + reach
            p_value = 2.0 * (1.0 - t_probability(abs(mean) / error, many - 1))
            ratio = (variance(base) + variance(scenario)) / spread
    better = None
    if direction:
        gains = [direction * one for one in differences]
        better = fmean(1.0 if one > 0 else 0.5 if one == 0 else 0.0 for one in gains)
    means = (fmean(base), fmean(scenario), mean)
    return Paired(*means, low, high, p_value, better, ratio, many, constant)


def interval_of(values: Sequence[float]) -> tuple[float, float | None, float | None]:
    """Mean of some values with its confidence interval; none with a single value."""
    mean = fmean(values)
    if len(values) < 2:
        return mean, None, None
    reach = t_quantile(0.5 + CONFIDENCE / 2, len(values) - 1)
    reach *= math.sqrt(variance(values) / len(values))
    return mean, mean - reach, mean + reach
