"""What to ask a re-plan for."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import Field

from dispatch.operations.records.base import Day, Identifier, Record, YesNo
from dispatch.operations.replanning import ReplanOrder
from dispatch.operations.runs import DEFAULT_REGION, LONGEST_TIME_LIMIT_S

__all__ = ["ReplanIn"]


class ReplanIn(Record):
    """A budget of promises, and how long to search."""

    day: Day | None = Field(
        default=None, description="A local day of the plan that is made anew; null: today."
    )
    region: Identifier = Field(default=DEFAULT_REGION, description="A territory, or all.")
    most_moved: Annotated[int, Field(strict=True, ge=0, le=10_000)] | None = Field(
        default=0, description="Promises that may move; null: as many as it pays."
    )
    curve: YesNo = Field(
        default=False,
        description="Try 0, 1, 2, 4, 8 and all; the run tells the curve, its draft is the last.",
    )
    engine: Literal["auto", "ortools", "lns"] = "auto"
    seed: Annotated[int, Field(strict=True, ge=0, le=2**31 - 1)] = 1
    iterations: Annotated[int, Field(strict=True, ge=0, le=10**9)] | None = None
    time_limit_s: Annotated[float, Field(strict=True, gt=0, le=LONGEST_TIME_LIMIT_S)] | None = (
        Field(default=None, description="For all budgets together; null: as the policy says.")
    )
    freeze_minutes: Annotated[int, Field(strict=True, ge=0, le=24 * 60)] | None = Field(
        default=None, description="How long from now starts stay; null: as the policy says."
    )

    def as_order(self) -> ReplanOrder:
        """Say it as the planner does; written out, a day would be text."""
        return ReplanOrder(**{**self.model_dump(), "day": self.day})
