"""Service reports: what was done at a visit, with which parts, signed by whom."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime
from typing import Annotated
from urllib.parse import urlsplit

from pydantic import AfterValidator, Field

from dispatch.errors import Conflict, NotFound
from dispatch.operations.notify.giving import tell_report
from dispatch.operations.records.base import LongText, Record, ShortText
from dispatch.store import UnitOfWork
from dispatch.store.tables import ServiceReportRow, VisitRow

__all__ = ["ServiceReportRecord", "ServiceReportView", "report_of", "write_report"]


def _link(text: str) -> str:
    parts = urlsplit(text)
    if parts.scheme != "https" or not parts.hostname or parts.username is not None:
        raise ValueError("must be an https address")
    if not text.isascii() or any(letter.isspace() for letter in text):
        raise ValueError("must be written in ASCII without blanks")
    return text


PhotoLink = Annotated[
    str,
    Field(strict=True, min_length=1, max_length=1000, description="https only; never fetched."),
    AfterValidator(_link),
]


class ServiceReportRecord(Record):
    """What the engineer writes before leaving."""

    text: Annotated[LongText, Field(min_length=1)]
    photos: list[PhotoLink] = Field(default=[], max_length=50)
    signed_by: ShortText = Field(default="", description="Who signed for the customer.")


@dataclass(frozen=True, slots=True)
class ServiceReportView:
    """A service report with what the reports from the field add to it.

    Parameters
    ----------
    row
        As written.
    engineers
        Who reported from the site.
    arrived_at, finished_at
        Times on site.
    outcome
        State of the visit.
    parts_used, parts_returned
        Pieces by part, summed over all reports on the visit.
    """

    row: ServiceReportRow
    engineers: tuple[str, ...]
    arrived_at: datetime | None
    finished_at: datetime | None
    outcome: str
    parts_used: dict[str, int]
    parts_returned: dict[str, int]


def write_report(
    work: UnitOfWork, visit: str, record: ServiceReportRecord, *, engineer: str | None
) -> ServiceReportRow:
    """Write the service report of a visit; the same one again changes nothing.

    Parameters
    ----------
    work, visit, record
        The transaction, the visit, and what is written.
    engineer
        Who is signed in as an engineer; None: the office writes.

    Raises
    ------
    NotFound
        When there is no such visit, or it is none of this engineer's.
    Conflict
        When another report was signed, or the visit was cancelled.
    """
    row = work.catalogue.get(VisitRow, visit)
    if engineer is not None and engineer not in _concerned(work, row):
        raise NotFound("visit", visit)
    known = work.catalogue.find(ServiceReportRow, visit)
    if known is not None:
        same = (known.text, known.photos, known.signed_by) == (
            record.text,
            record.photos,
            record.signed_by,
        )
        if same:
            return known
        raise Conflict(f"visit {visit!r}: has a service report already, expected none")
    if row.state == "cancelled":
        raise Conflict(f"visit {visit!r}: was cancelled, expected one that took place")
    written = work.catalogue.add(
        ServiceReportRow(
            id=visit,
            visit_id=visit,
            request_id=row.request_id,
            text=record.text,
            photos=list(record.photos),
            signed_by=record.signed_by,
            written_by=engineer or work.actor,
            written_at=work.now,
        )
    )
    told = {"request": row.request_id, "engineer": engineer, "signed_by": record.signed_by}
    work.tell("service_report_written", visit, told)
    tell_report(work, row, record.text)
    return written


def report_of(work: UnitOfWork, visit: str, *, engineer: str | None) -> ServiceReportView:
    """Read the service report of a visit.

    Raises
    ------
    NotFound
        When there is none, or the visit is none of this engineer's.
    """
    row = work.catalogue.get(VisitRow, visit)
    if engineer is not None and engineer not in _concerned(work, row):
        raise NotFound("visit", visit)
    written = work.catalogue.get(ServiceReportRow, visit)
    reports = work.work.reports(visit)
    used: Counter[str] = Counter()
    returned: Counter[str] = Counter()
    for one in reports:
        used.update(one.details.get("parts_used", {}))
        returned.update(one.details.get("parts_returned", {}))
    return ServiceReportView(
        written,
        tuple(sorted({one.engineer_id for one in reports if one.engineer_id})),
        row.arrived_at,
        row.finished_at,
        row.state,
        dict(used),
        dict(returned),
    )


def _concerned(work: UnitOfWork, row: VisitRow) -> set[str | None]:
    sent: set[str | None] = {one.engineer_id for one in work.plans.assignments_of(row.id)}
    return sent | {one.engineer_id for one in work.work.reports(row.id)} | set(row.sent)
