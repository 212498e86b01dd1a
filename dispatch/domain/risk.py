"""How long things really take: log-normal distributions of work and travel against their plan."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from dispatch.domain.checks import require

__all__ = ["DEFAULT_RISK", "RiskModel", "Spread", "learn_risk"]

PRIOR_WEIGHT = 20
"""Observations that a default is worth: with few of its own a kind of visit stays close to it."""
LEAST_RATIO, MOST_RATIO = 0.05, 20.0
"""What lies beyond is a mistake of a clock or of a person, not a duration."""


@dataclass(frozen=True, slots=True)
class Spread:
    """A log-normal distribution of (real time) / (planned time).

    Parameters
    ----------
    mu, sigma
        Mean and standard deviation of the natural logarithm of the ratio.
    """

    mu: float
    sigma: float

    def __post_init__(self) -> None:
        require(math.isfinite(self.mu), "mu", self.mu, "a number")
        require(0 <= self.sigma < 5, "sigma", self.sigma, "at least 0 and below 5")

    @classmethod
    def around_plan(cls, sigma: float) -> Spread:
        """A spread whose mean ratio is 1: the plan is right on average."""
        return cls(-sigma * sigma / 2, sigma)


@dataclass(frozen=True, slots=True)
class RiskModel:
    """Spreads of work by kind of visit, and of travel.

    Parameters
    ----------
    work
        By kind: corrective, maintenance, delivery, survey.
    travel
        Of every leg.
    observations
        How many finished visits it was learned from; 0: the defaults.
    """

    work: Mapping[str, Spread] = field(default_factory=dict)
    travel: Spread = field(default_factory=lambda: Spread.around_plan(0.25))
    observations: int = 0

    def of(self, kind: str) -> Spread:
        """Spread of the work of a kind of visit; an unknown kind is taken for a repair."""
        return self.work.get(kind, DEFAULT_WORK.get(kind, DEFAULT_WORK["corrective"]))


DEFAULT_WORK: Mapping[str, Spread] = {
    "corrective": Spread.around_plan(0.40),
    "maintenance": Spread.around_plan(0.20),
    "delivery": Spread.around_plan(0.25),
    "survey": Spread.around_plan(0.25),
}
"""Assumptions until there are observations: a repair may well take half as long again."""
DEFAULT_RISK = RiskModel(dict(DEFAULT_WORK))


def learn_risk(
    work: Iterable[tuple[str, float]],
    travel: Iterable[float] = (),
    *,
    prior: RiskModel = DEFAULT_RISK,
) -> RiskModel:
    """Learn spreads from what was observed.

    Parameters
    ----------
    work
        Kind of visit and its ratio of real to planned duration.
    travel
        Ratios of real to planned travel.
    prior
        What is believed before; it counts as `PRIOR_WEIGHT` observations of each kind.

    Returns
    -------
    RiskModel
        Moments of the logarithms, drawn towards the prior.
    """
    by_kind: dict[str, list[float]] = defaultdict(list)
    for kind, ratio in work:
        if LEAST_RATIO <= ratio <= MOST_RATIO:
            by_kind[kind].append(math.log(ratio))
    roads = [math.log(ratio) for ratio in travel if LEAST_RATIO <= ratio <= MOST_RATIO]
    spreads = {kind: _posterior(prior.of(kind), logs) for kind, logs in sorted(by_kind.items())}
    return RiskModel(
        {**prior.work, **spreads},
        _posterior(prior.travel, roads),
        sum(len(logs) for logs in by_kind.values()),
    )


def _posterior(prior: Spread, logs: list[float]) -> Spread:
    total = PRIOR_WEIGHT + len(logs)
    mu = (PRIOR_WEIGHT * prior.mu + sum(logs)) / total
    squares = PRIOR_WEIGHT * (prior.sigma**2 + (prior.mu - mu) ** 2)
    squares += sum((one - mu) ** 2 for one in logs)
    return Spread(mu, math.sqrt(squares / total))
