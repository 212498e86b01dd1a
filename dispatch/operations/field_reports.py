"""Many reports in one call: what a phone has kept while there was no net."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from pydantic import Field

from dispatch.errors import Conflict, InputError, NotFound
from dispatch.operations.progress import (
    VisitReport,
    VisitReportOutcome,
    examine_report,
    keep_report,
)
from dispatch.operations.records.base import Identifier, Record
from dispatch.operations.visit_sheet import own_visit
from dispatch.store import UnitOfWork

__all__ = ["FieldReportRecord", "FieldReportsRecord", "TakenReport", "take_reports"]

MOST_REPORTS = 200


class FieldReportRecord(VisitReport):
    """One report with the visit it is about; its own id makes it safe to send again."""

    event_id: Identifier = Field(
        description="Made by the device; the same report always has the same id."
    )
    visit: Identifier


class FieldReportsRecord(Record):
    """Reports in the order in which they are to be taken."""

    reports: Annotated[list[FieldReportRecord], Field(min_length=1, max_length=MOST_REPORTS)]


@dataclass(frozen=True, slots=True)
class TakenReport:
    """What became of one of many reports.

    Parameters
    ----------
    status
        What it would have been answered alone: 200, 404, 409 or 422.
    outcome
        As `VisitReportOutcome`; ``refused`` when it was not kept.
    """

    status: int
    outcome: VisitReportOutcome


def take_reports(
    work: UnitOfWork, reports: Sequence[FieldReportRecord], *, engineer: str | None
) -> list[TakenReport]:
    """Keep each report as if it had come alone; one that is refused holds up no other.

    Parameters
    ----------
    work, reports
        The transaction, and the reports in order.
    engineer
        Who is signed in as an engineer; None: somebody in the office reports for one.
    """
    return [_take(work, one, engineer) for one in reports]


def _take(work: UnitOfWork, report: FieldReportRecord, engineer: str | None) -> TakenReport:
    id = report.event_id
    try:
        own_visit(work, report.visit, engineer=engineer)
        examined = examine_report(work, report.visit, report, engineer=engineer, event_id=id)
    except (NotFound, Conflict, InputError) as error:
        status = 404 if isinstance(error, NotFound) else 409 if isinstance(error, Conflict) else 422
        return TakenReport(status, VisitReportOutcome(id, "refused", "", error.message))
    return TakenReport(200, keep_report(work, examined))
