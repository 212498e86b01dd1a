"""Figures a manager looks at: the plan in force, and how the requests stand."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from dispatch.domain.clock import ClockState
from dispatch.domain.request import RequestState
from dispatch.domain.sla import sla_of
from dispatch.operations.company import company_settings
from dispatch.operations.reports import ReportQuery, quality_report
from dispatch.operations.request_views import contracts_by_site
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows

__all__ = ["Figures", "figures_of"]

FOUR_WEEKS = timedelta(days=27)
"""Back from today, which is the last of the 28 days."""
QUALITY = (
    "first_time_fix",
    "repeat_share",
    "repeat_visit_share",
    "satisfaction",
    "utilisation",
    "travel_share",
    "maintenance_in_time",
)
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
    quality
        The shares of the quality report over the last four weeks, as `docs/reports.md` defines
        them; None where there is nothing to be a share of.
    """

    plan_version: int | None
    plan: dict[str, Any] | None
    requests: dict[str, int]
    open_clocks: dict[str, int]
    runs: dict[str, int]
    quality: dict[str, float | None]


def figures_of(work: UnitOfWork) -> Figures:
    """Count."""
    current = work.plans.latest_current()
    document = None if current is None else json.loads(current.plan_text)
    clocks = {state.value: 0 for state in ClockState}
    contracts = contracts_by_site(work, company_settings(work))
    for row in work.service.open_requests(CLOSED):
        for reading in sla_of(rows.request_of(row), contracts[row.site_id]).readings(work.now):
            clocks[reading.state.value] += 1
    return Figures(
        plan_version=None if current is None else current.version,
        plan=None
        if document is None
        else {"status": document["status"], "kpis": document["kpis"], "cost": document["cost"]},
        requests=work.work.count_by_state(),
        open_clocks=clocks,
        runs=work.runs.count_by_state(),
        quality=_quality(work),
    )


def _quality(work: UnitOfWork) -> dict[str, float | None]:
    today = company_settings(work).local_day(work.now)
    total = quality_report(work, ReportQuery(today - FOUR_WEEKS, today)).total
    shares = {name: getattr(total, name) for name in QUALITY}
    return {"arrive_on_time": total.clocks["arrive"].on_time, **shares}
