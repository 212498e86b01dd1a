"""Figures of a plan: price by component, key figures, and how it was made."""

from __future__ import annotations

from dataclasses import dataclass

__all__ = ["CostBreakdown", "Kpis", "LoadSpread", "RunInfo"]


@dataclass(frozen=True, slots=True)
class CostBreakdown:
    """Price of a plan by component, minor units; ``total`` is their sum.

    ``fairness``, ``worst_lateness`` and ``risk`` are 0 unless the case weighs them.
    """

    total: int = 0
    travel: int = 0
    labour: int = 0
    overtime: int = 0
    sla: int = 0
    due: int = 0
    preference: int = 0
    churn: int = 0
    unassigned: int = 0
    fairness: int = 0
    worst_lateness: int = 0
    risk: int = 0


@dataclass(frozen=True, slots=True)
class LoadSpread:
    """Least, mean (rounded half up) and most load of the engineers who have a shift, seconds.

    A load is the history, the working time in the plan and what its visits weigh beyond their time.
    """

    least_s: int
    mean_s: int
    most_s: int


@dataclass(frozen=True, slots=True)
class Kpis:
    """Key figures (contract 4a, *Figures*).

    Parameters
    ----------
    visits, unassigned
        Visits in routes (a crew once) and left out.
    sla_met, sla_total
        Visits that keep their SLA, of all visits that have one.
    working_time_s, travel_s, travel_m, wait_s, overtime_s
        Sums over routes.
    utilisation
        Working time over (end - start) of the used shifts.
    expected_breach
        Money that breaches of SLAs will cost on average, minor units; None: nobody asked.
    load
        How evenly work is spread; None where the case does not weigh fairness.
    """

    visits: int = 0
    unassigned: int = 0
    sla_met: int = 0
    sla_total: int = 0
    working_time_s: int = 0
    travel_s: int = 0
    travel_m: int = 0
    wait_s: int = 0
    overtime_s: int = 0
    utilisation: float = 0.0
    load: LoadSpread | None = None
    expected_breach: int | None = None


@dataclass(frozen=True, slots=True)
class RunBound:
    """What no plan can beat, and how far the plan lies above it.

    Parameters
    ----------
    objective
        ``cost`` or ``working_time``: what ``value`` and ``plan_value`` count.
    value
        No plan that leaves out as many visits of each tier, or fewer, has less than this: minor
        units without the prices of unassigned visits, or seconds.
    plan_value
        The same of this plan.
    gap
        ``(plan_value - value) / plan_value``; 0 where the plan has nothing to pay.
    unassigned
        Visits that every plan leaves out at least, by tier, ``low`` first.
    method
        How it was found, in words.
    elapsed_s
        Seconds taken, beyond those of the plan.
    """

    objective: str
    value: int
    plan_value: int
    gap: float
    unassigned: tuple[int, int, int, int]
    method: str
    elapsed_s: float


@dataclass(frozen=True, slots=True)
class RunInfo:
    """How a plan was made; the same but ``elapsed_s`` gives the same plan.

    Parameters
    ----------
    seed, engine
        What was asked for.
    time_limit_s
        Seconds allowed; None when only iterations were bounded.
    elapsed_s
        Seconds taken.
    version
        Version of dispatch.
    case_hash
        SHA-256 of the canonical case.
    iterations
        Bound in iterations; None when only time was bounded.
    notes
        What a reader of the run should know: that it was cancelled, for example.
    bound
        A lower bound of all plans, where one was asked for.
    """

    seed: int
    engine: str
    time_limit_s: float | None
    elapsed_s: float
    version: str
    case_hash: str
    iterations: int | None = None
    notes: tuple[str, ...] = ()
    bound: RunBound | None = None
