"""The SLA and quality report as an answer."""

from __future__ import annotations

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.records.base import Day
from dispatch.operations.report_figures import (
    MAINTENANCE_TARGET,
    SATISFACTION_TARGET,
    Figures,
)
from dispatch.operations.reports import Group, QualityReport

__all__ = ["ReportOut", "report_out"]

Share = float | None


class StandingOut(Out):
    """How one kind of clock was kept."""

    met: int
    breached: int
    open: int
    waived: int
    on_time: Share = Field(description="met / (met + breached); null when none is decided.")


class FiguresOut(Out):
    """Counts, sums and shares of a part; docs/reports.md defines them."""

    requests: int
    cancelled: int
    remote: int
    repaired: int
    first_time: int
    repeats: int
    visits: int
    repeat_visits: int
    scores: int
    satisfied: int
    shift_s: int
    on_site_s: int
    travel_s: int
    rounds: int
    rounds_in_time: int
    first_time_fix: Share
    repeat_share: Share
    repeat_visit_share: Share
    score_mean: float | None
    satisfaction: Share
    utilisation: Share
    travel_share: Share
    maintenance_in_time: Share
    mean_arrive_s: float | None
    mean_fix_s: float | None
    clocks: dict[str, StandingOut] = Field(description="acknowledge, arrive, replace and fix.")


class GroupOut(Out):
    """Figures of a part."""

    key: str = Field(description="First day of a period, or an id; empty: in none.")
    name: str
    name_en: str
    until: Day | None = Field(description="Last day of a period.")
    figures: FiguresOut


class TargetsOut(Out):
    """What the company wants to reach."""

    satisfaction: float
    maintenance_in_time: float


class ReportOut(Out):
    """The SLA and quality report."""

    first: Day
    last: Day
    by: str
    territory: str | None
    zone: str
    territories: list[str]
    targets: TargetsOut
    total: FiguresOut
    periods: list[GroupOut]
    by_territory: list[GroupOut]
    by_severity: list[GroupOut]
    by_contract: list[GroupOut]


def report_out(report: QualityReport) -> ReportOut:
    """Write a report."""
    return ReportOut(
        first=report.first,
        last=report.last,
        by=report.by,
        territory=report.territory,
        zone=report.zone,
        territories=list(report.territories),
        targets=TargetsOut(
            satisfaction=SATISFACTION_TARGET, maintenance_in_time=MAINTENANCE_TARGET
        ),
        total=_figures(report.total),
        periods=[_group(one) for one in report.periods],
        by_territory=[_group(one) for one in report.by_territory],
        by_severity=[_group(one) for one in report.by_severity],
        by_contract=[_group(one) for one in report.by_contract],
    )


def _group(group: Group) -> GroupOut:
    return GroupOut(
        key=group.key,
        name=group.name,
        name_en=group.name_en,
        until=group.until,
        figures=_figures(group.figures),
    )


def _figures(figures: Figures) -> FiguresOut:
    return FiguresOut.model_validate(figures)
