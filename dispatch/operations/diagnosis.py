"""Remote diagnosis: what the office settles on."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Annotated

from pydantic import Field

from dispatch.domain.request import Request, RequestState, Step
from dispatch.domain.skill import RequiredSkill
from dispatch.domain.work import Work
from dispatch.errors import InputError
from dispatch.operations.proposals import type_of
from dispatch.operations.records.base import Count, Identifier, LongText, Record, ShortText, YesNo
from dispatch.operations.records.things import WorkRecord
from dispatch.operations.request_retelling import settle_visits
from dispatch.operations.request_steps import change_request
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import PartRow, RequestRow

__all__ = ["DiagnosisRecord", "VisitWorkRecord", "diagnose"]

UNDERSTOOD = (RequestState.DIAGNOSED, RequestState.SCHEDULED, RequestState.DISPATCHED)


class VisitWorkRecord(WorkRecord):
    """What one visit takes."""

    title: ShortText = ""
    title_en: ShortText = ""
    crew_size: Annotated[Count, Field(le=50)] = 1


class DiagnosisRecord(Record):
    """What was found out on the telephone."""

    note: LongText = ""
    fault: Identifier | None = Field(
        default=None, description="Code in the catalogue of the equipment's type."
    )
    visits: list[VisitWorkRecord] | None = Field(
        default=None,
        min_length=1,
        max_length=10,
        description="What has to be done on site, one entry a visit, each after the one before;"
        " the catalogue's proposal when left out.",
    )
    replace: YesNo = Field(
        default=False, description="An item has to be replaced; starts the clock for that."
    )


def diagnose(
    work: UnitOfWork, id: str, record: DiagnosisRecord, *, expected: int | None = None
) -> RequestRow:
    """Settle what is wrong and what has to be done on site.

    A request that was diagnosed before is diagnosed anew; what its visits have done by then
    stays done.

    Raises
    ------
    InputError
        When fault or part are unknown.
    TransitionRefused
        When nobody has acknowledged it yet, or somebody is on site.
    """
    row = work.catalogue.get(RequestRow, id)
    _require_known(work, row, record)
    works = tuple(_work_of(one) for one in record.visits or ())

    def change(one: Request, now: datetime) -> Request:
        moved = one if one.state in UNDERSTOOD else one.take(Step.DIAGNOSE, now)
        return replace(
            moved,
            fault=record.fault or one.fault,
            works=works,
            works_from=one.visits_done + 1,
            replace_since=one.replace_since or (now if record.replace else None),
        )

    row = change_request(work, id, change, expected=expected)
    settle_visits(work, rows.request_of(row))
    told = {
        "state": row.state,
        "note": record.note,
        "fault": row.fault,
        "visits": len(works) or 1,
        "replace": record.replace,
    }
    work.tell("request_diagnosed", id, told)
    return row


def _require_known(work: UnitOfWork, row: RequestRow, record: DiagnosisRecord) -> None:
    kind = type_of(work, row)
    if record.fault is not None and (kind is None or kind.fault(record.fault) is None):
        raise InputError.at("/fault", record.fault, "a fault of this type of equipment")
    for place, one in enumerate(record.visits or ()):
        for part in one.parts:
            if work.catalogue.find(PartRow, part) is None:
                raise InputError.at(f"/visits/{place}/parts/{part}", part, "id of a known part")
        names = [skill.name for skill in one.skills]
        if len(set(names)) < len(names) or len(set(one.tools)) < len(one.tools):
            raise InputError.at(f"/visits/{place}", names, "each skill and tool only once")


def _work_of(record: VisitWorkRecord) -> Work:
    return Work(
        duration=record.duration,
        skills=tuple(RequiredSkill(one.name, one.min_level) for one in record.skills),
        tools=tuple(record.tools),
        parts=dict(record.parts),
        crew_size=record.crew_size,
        title=record.title,
        title_en=record.title_en,
    )
