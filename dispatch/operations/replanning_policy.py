"""What the installation lets the planner do by itself while the day runs."""

from __future__ import annotations

import json
from typing import Annotated, Literal

from pydantic import Field

from dispatch.operations.records.base import Money, Record
from dispatch.store import UnitOfWork

__all__ = ["ReplanningPolicy", "keep_replanning_policy", "replanning_policy"]

SETTING = "replanning"


class ReplanningPolicy(Record):
    """How much of the plan in force may change without a dispatcher."""

    mode: Literal["off", "propose", "apply"] = Field(
        default="propose",
        description="off: events of the day start no run; propose: they leave a draft for a"
        " dispatcher; apply: the draft is published when its churn bill is below the limit.",
    )
    churn_limit: Money = Field(
        default=2000, description="Largest churn bill that is published by itself, minor units."
    )
    most_moved: Annotated[int, Field(strict=True, ge=0, le=10_000)] | None = Field(
        default=0, description="Promises that such a run may move; null: as many as it pays."
    )
    freeze_minutes: Annotated[int, Field(strict=True, ge=0, le=24 * 60)] = Field(
        default=30, description="Starts of the plan in force within this time from now stay."
    )
    time_limit_s: Annotated[float, Field(strict=True, gt=0, le=600)] = Field(
        default=5.0, description="Seconds of search of such a run."
    )
    iterations: Annotated[int, Field(strict=True, ge=0, le=10**9)] | None = Field(
        default=None,
        description="Bound in iterations instead of seconds: the same day is then repaired in the"
        " same way; null: seconds.",
    )


def replanning_policy(work: UnitOfWork) -> ReplanningPolicy:
    """Read the policy; what was never settled has its default."""
    kept = work.log.setting(SETTING)
    return ReplanningPolicy() if kept is None else ReplanningPolicy(**json.loads(kept))


def keep_replanning_policy(work: UnitOfWork, policy: ReplanningPolicy) -> ReplanningPolicy:
    """Settle the policy."""
    work.log.keep_setting(SETTING, policy.model_dump_json())
    work.tell("replanning_policy_changed", policy.mode, policy.model_dump())
    return policy
