"""Due maintenance as answers."""

from __future__ import annotations

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.domain.maintenance import MaintenanceRound
from dispatch.operations.records.base import Day, Identifier, Record
from dispatch.operations.rounds import RoundsReport

__all__ = [
    "AnnounceIn",
    "AnnouncedOut",
    "GenerateIn",
    "NoticesOut",
    "RoundOut",
    "RoundsOut",
    "notices_out",
    "rounds_out",
]


class RoundOut(Out):
    """Something that falls due."""

    id: str = Field(description="Stable: the same thing always has the same id.")
    kind: str = Field(description="maintenance, survey or hand_over.")
    equipment: str
    site: str
    site_name: str
    due: Day
    earliest: Day
    latest: Day
    notify_on: Day
    overdue: bool
    generated: bool = Field(description="Whether it has a visit already.")


class RoundsOut(Out):
    """All that falls due within a stretch."""

    today: Day
    until: Day
    items: list[RoundOut]
    added: list[str] = Field(description="Rounds that got their visit by this very call.")


class NoticesOut(Out):
    """Customers who are to be told."""

    today: Day
    items: list[RoundOut]


class GenerateIn(Record):
    """Up to which day visits are made."""

    until: Day | None = Field(default=None, description="30 days from today when left out.")


class AnnounceIn(Record):
    """Which customers have been told."""

    rounds: list[Identifier] = Field(
        default=[], max_length=1000, description="Empty: everybody who is due."
    )


class AnnouncedOut(Out):
    """Rounds that were announced just now."""

    announced: list[str]


def rounds_out(report: RoundsReport) -> RoundsOut:
    """Write a report as an answer."""
    return RoundsOut(
        today=report.today,
        until=report.until,
        items=[_round(one, report) for one in report.due],
        added=list(report.added),
    )


def notices_out(report: RoundsReport) -> NoticesOut:
    """Write the notices of a report as an answer."""
    return NoticesOut(today=report.today, items=[_round(one, report) for one in report.notices])


def _round(one: MaintenanceRound, report: RoundsReport) -> RoundOut:
    return RoundOut(
        id=one.id,
        kind=one.kind.value,
        equipment=one.equipment,
        site=one.site,
        site_name=report.site_names.get(one.site, ""),
        due=one.due,
        earliest=one.earliest,
        latest=one.latest,
        notify_on=one.notify_on,
        overdue=one.is_overdue(report.today),
        generated=one.id in report.generated,
    )
