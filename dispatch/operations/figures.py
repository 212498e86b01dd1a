"""Figures a manager looks at: the plan in force, and how the requests stand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Any

from dispatch.domain.clock import ClockState
from dispatch.domain.request import RequestState
from dispatch.operations.intake import view_of
from dispatch.store import UnitOfWork
from dispatch.store.tables import RequestRow

__all__ = ["Figures", "figures_of"]

CLOSED = {state.value for state in RequestState if not state.is_open}


@dataclass(frozen=True, slots=True)
class Figures:
    """How the company stands.

    Parameters
    ----------
    plan_version, plan
        The plan published last and its ``kpis`` and ``cost``; None without one.
    requests
        Number of requests by state.
    open_clocks
        Number of clocks of open requests by state: running, paused, met, breached, waived.
    runs
        Number of runs by state.
    """

    plan_version: int | None
    plan: dict[str, Any] | None
    requests: dict[str, int]
    open_clocks: dict[str, int]
    runs: dict[str, int]


def figures_of(work: UnitOfWork) -> Figures:
    """Count."""
    current = work.plans.latest_current()
    document = None if current is None else json.loads(current.plan_text)
    clocks = {state.value: 0 for state in ClockState}
    for row in work.catalogue.all(RequestRow):
        if row.state in CLOSED:
            continue
        for reading in view_of(work, row).clocks:
            clocks[reading.state.value] += 1
    return Figures(
        plan_version=None if current is None else current.version,
        plan=None
        if document is None
        else {"status": document["status"], "kpis": document["kpis"], "cost": document["cost"]},
        requests=work.work.count_by_state(),
        open_clocks=clocks,
        runs=work.runs.count_by_state(),
    )
