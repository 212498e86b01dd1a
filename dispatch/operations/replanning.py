"""Asking for the rest of the day to be planned anew, with a budget of promises that may move."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from dispatch.operations.replanning_policy import replanning_policy
from dispatch.operations.runs import (
    DEFAULT_REGION,
    MOST_WAITING,
    RunParameters,
    parameters_of,
    start_run,
)
from dispatch.operations.snapshot import default_span, span_of
from dispatch.store import UnitOfWork
from dispatch.store.tables import RunRow

__all__ = ["ReplanOrder", "is_busy", "replan_after", "start_replan"]

BURST = 8
"""Runs that wait before further events of the day share one."""


@dataclass(frozen=True, slots=True)
class ReplanOrder:
    """How to plan anew; what is None is as the policy says.

    Parameters
    ----------
    region, engine, seed, iterations
        As in a run.
    most_moved
        Promises that may move; None: as many as it pays.
    curve
        Whether to try every budget from 0 to all.
    time_limit_s, freeze_minutes
        Seconds of search for all budgets together; how long from now starts stay.
    day
        A local day of the plan in force that is made anew; None: today.
    """

    region: str = DEFAULT_REGION
    most_moved: int | None = 0
    curve: bool = False
    engine: str = "auto"
    seed: int = 1
    iterations: int | None = None
    time_limit_s: float | None = None
    freeze_minutes: int | None = None
    day: date | None = None


def start_replan(
    work: UnitOfWork,
    order: ReplanOrder,
    *,
    cause: str = "",
    by_itself: bool = False,
    supposed: tuple[Mapping[str, Any], ...] = (),
) -> RunRow:
    """Queue a re-plan of what the plan in force covers.

    Parameters
    ----------
    work, order
        The transaction, and how to plan.
    cause, by_itself, supposed
        As in `RunParameters`.
    """
    policy = replanning_policy(work)
    region, day = order.region, order.day
    span = default_span(work, region) if day is None else span_of(work, region, day)
    minutes = policy.freeze_minutes if order.freeze_minutes is None else order.freeze_minutes
    parameters = RunParameters(
        day=span.day,
        until=span.until,
        region=order.region,
        engine=order.engine,
        seed=order.seed,
        time_limit_s=order.time_limit_s or policy.time_limit_s,
        iterations=policy.iterations if order.iterations is None else order.iterations,
        purpose="replan",
        most_moved=order.most_moved,
        curve=order.curve,
        freeze_s=minutes * 60,
        cause=cause,
        by_itself=by_itself,
        supposed=supposed,
    )
    return start_run(work, parameters)


def replan_after(work: UnitOfWork, cause: str, *, region: str = DEFAULT_REGION) -> RunRow | None:
    """Start the re-plan that the policy wants after an event of the day; None: it wants none."""
    policy = replanning_policy(work)
    current = work.plans.current(region, default_span(work, region).day)
    if policy.mode == "off" or current is None:
        return None
    if is_busy(work):
        shared = _waiting_replan(work, region, current.day)
        if shared is not None or work.runs.waiting() >= MOST_WAITING:
            return shared
    order = ReplanOrder(region=region, most_moved=policy.most_moved)
    return start_replan(work, order, cause=cause, by_itself=True)


def is_busy(work: UnitOfWork) -> bool:
    """Whether so much waits that events of the day had better share a run than queue up."""
    return work.runs.waiting() >= BURST


def _waiting_replan(work: UnitOfWork, region: str, day: date) -> RunRow | None:
    """A re-plan that the policy started and nobody has begun: it will see all there is by then."""
    for row in work.runs.queued():
        asked = parameters_of(row)
        same = (asked.region, asked.day, asked.purpose) == (region, day, "replan")
        if same and asked.by_itself and not asked.supposed:
            return row
    return None
