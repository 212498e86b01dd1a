"""What a planner weighs besides tariffs: preferences, broken promises, the objective."""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import StrEnum

from dispatch.domain.checks import require, require_count
from dispatch.domain.promise import PromiseStage

__all__ = ["MOST_RISK", "ChurnWeights", "Objective", "Weights"]

MOST_RISK = 1000
"""Highest weight of risk."""


class Objective(StrEnum):
    """What is minimised once the tiers of unassigned visits are settled."""

    COST = "cost"
    WORKING_TIME = "working_time"


@dataclass(frozen=True, slots=True)
class ChurnWeights:
    """Price of one moved promise by its stage, minor units.

    A promise is moved when work starts outside it.
    """

    draft: int = 0
    published: int = 1000
    notified: int = 5000
    dispatched: int = 10000
    en_route: int = 20000

    def __post_init__(self) -> None:
        for stage in PromiseStage:
            require_count(stage.value, self.of(stage))

    def of(self, stage: PromiseStage) -> int:
        """Price of moving a promise of a stage."""
        return int(getattr(self, stage.value))


@dataclass(frozen=True, slots=True)
class Weights:
    """Optional overrides of a case file (``weights``); minor units, none negative.

    Parameters
    ----------
    objective
        ``cost``, or ``working_time``: the sum over shifts and nothing else.
    preference
        Once per visit that has preferred engineers and is served by none of them.
    churn
        Price of a moved promise by stage.
    engineer_change
        When a visit with a promise leaves the engineer that the current plan gave it.
    fairness_per_squared_hour
        For every engineer, times the square of the hours carried: history, working time,
        unpopular visits (decision 19); 0: nobody minds who works how long.
    worst_lateness_per_hour
        For the largest lateness of all planned visits (decision 19); 0: only each lateness counts.
    risk
        How much of each unit of money counts that breaches of SLAs will cost on average beyond
        what the plan itself expects to pay (docs/risk.md); 0: only lateness that is planned counts.
    """

    objective: Objective = Objective.COST
    preference: int = 2000
    churn: ChurnWeights = field(default_factory=ChurnWeights)
    engineer_change: int = 500
    fairness_per_squared_hour: int = 0
    worst_lateness_per_hour: int = 0
    risk: float = 0.0

    def __post_init__(self) -> None:
        require_count("preference", self.preference)
        require_count("engineer_change", self.engineer_change)
        require_count("fairness_per_squared_hour", self.fairness_per_squared_hour)
        require_count("worst_lateness_per_hour", self.worst_lateness_per_hour)
        require(0 <= self.risk <= MOST_RISK, "risk", self.risk, f"a number from 0 to {MOST_RISK}")
