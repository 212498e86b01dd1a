"""Everything an engineer wants to know about one visit before ringing the bell."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from typing import Any

from dispatch.domain.request import Request
from dispatch.domain.request_visits import usual_work
from dispatch.domain.request_work import remaining_work
from dispatch.errors import NotFound
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import (
    ContractRow,
    EngineerRow,
    EquipmentRow,
    EquipmentTypeRow,
    RequestRow,
    ServiceReportRow,
    SiteRow,
    VisitEventRow,
    VisitRow,
)

__all__ = ["PastVisit", "VisitSheet", "own_visit", "sheet_of"]

LONGEST_HISTORY = 10
Names = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class PastVisit:
    """A visit to the same machine that is over.

    Parameters
    ----------
    row
        The visit.
    fault, fault_en
        What its request was about; empty for maintenance.
    text
        Of its service report; empty without one.
    reason
        Why it could not be finished.
    parts_used
        Pieces by part.
    """

    row: VisitRow
    fault: str
    fault_en: str
    text: str
    reason: str
    parts_used: dict[str, int]


@dataclass(frozen=True, slots=True)
class VisitSheet:
    """One visit with its surroundings.

    Parameters
    ----------
    row, site, contract
        The visit, and where and for whom it is.
    request, equipment, kind
        What was reported, the machine and its type; None where there is none.
    fault, fault_en
        What the catalogue calls the fault; empty when it does not know it.
    skills, tools, parts, minutes
        What the work asks for; nothing once it is over.
    checklist
        What maintenance looks at, each point in both languages.
    history
        Earlier visits to the machine, newest first.
    crew
        Ids and names of all who are sent.
    reports
        What was reported up to now.
    written
        The service report; None before it is written.
    """

    row: VisitRow
    site: SiteRow
    contract: ContractRow
    request: RequestRow | None
    equipment: EquipmentRow | None
    kind: EquipmentTypeRow | None
    fault: str
    fault_en: str
    skills: dict[str, int]
    tools: tuple[str, ...]
    parts: dict[str, int]
    minutes: int | None
    checklist: tuple[tuple[str, str], ...]
    history: tuple[PastVisit, ...]
    crew: tuple[tuple[str, str], ...]
    reports: tuple[VisitEventRow, ...]
    written: ServiceReportRow | None


def own_visit(work: UnitOfWork, id: str, *, engineer: str | None) -> VisitRow:
    """Find a visit that an engineer may look at.

    Parameters
    ----------
    work, id
        The transaction and the visit.
    engineer
        Who asks; None: the office, which sees all.

    Raises
    ------
    NotFound
        When there is no such visit, or this engineer was never sent to it.
    """
    row = work.catalogue.get(VisitRow, id)
    if engineer is None:
        return row
    concerned = {one.engineer_id for one in work.plans.assignments_of(id)} | set(row.sent)
    if engineer not in concerned | {one.engineer_id for one in work.work.reports(id)}:
        raise NotFound("visit", id)
    return row


def sheet_of(work: UnitOfWork, row: VisitRow) -> VisitSheet:
    """Gather what belongs to a visit."""
    site = work.catalogue.get(SiteRow, row.site_id)
    request = work.catalogue.find(RequestRow, row.request_id or "")
    equipment = work.catalogue.find(EquipmentRow, row.equipment_id or "")
    kind = None if equipment is None else work.catalogue.get(EquipmentTypeRow, equipment.type)
    fault, fault_en = _fault_names(kind, None if request is None else request.fault)
    skills, tools, parts, minutes = _needs(row, request, kind)
    return VisitSheet(
        row=row,
        site=site,
        contract=work.catalogue.get(ContractRow, site.contract_id),
        request=request,
        equipment=equipment,
        kind=kind,
        fault=fault,
        fault_en=fault_en,
        skills=skills,
        tools=tools,
        parts=parts,
        minutes=minutes,
        checklist=_checklist(row, kind),
        history=_history(work, row, kind),
        crew=tuple(_crew(work, row)),
        reports=tuple(work.work.reports(row.id)),
        written=work.catalogue.find(ServiceReportRow, row.id),
    )


def _fault_names(kind: EquipmentTypeRow | None, code: str | None) -> tuple[str, str]:
    for fault in () if kind is None or code is None else kind.faults:
        if fault["code"] == code:
            return str(fault["title"]), str(fault.get("title_en", ""))
    return "", ""


def _checklist(row: VisitRow, kind: EquipmentTypeRow | None) -> tuple[tuple[str, str], ...]:
    if kind is None or row.kind != "maintenance":
        return ()
    english = [*kind.checklist_en, *([""] * len(kind.checklist))]
    return tuple(zip(kind.checklist, english, strict=False))


def _needs(
    row: VisitRow, request: RequestRow | None, kind: EquipmentTypeRow | None
) -> tuple[dict[str, int], tuple[str, ...], dict[str, int], int | None]:
    if row.kind == "maintenance" and kind is not None:
        needs: dict[str, Any] = kind.maintenance
        skills = {one["name"]: one["min_level"] for one in needs["skills"]}
        return skills, tuple(needs["tools"]), dict(needs["parts"]), needs["duration_s"] // 60
    if row.kind != "corrective" or request is None:
        return {}, (), {}, None
    asked: Request = rows.request_of(request)
    known = None if kind is None else rows.equipment_type_of(kind)
    works = remaining_work(asked, usual_work(known, asked.fault))
    number = row.id.rpartition("-v")[2]
    place = int(number) - asked.visits_done - 1 if number.isdecimal() else 0
    if not 0 <= place < len(works):
        return {}, (), {}, None
    one = works[place]
    wanted = {skill.name: skill.min_level for skill in one.skills}
    return wanted, tuple(one.tools), dict(one.parts), int(one.duration.total_seconds() // 60)


def _history(
    work: UnitOfWork, row: VisitRow, kind: EquipmentTypeRow | None
) -> tuple[PastVisit, ...]:
    if row.equipment_id is None:
        return ()
    found = []
    for past, text in work.service.history_of(row.equipment_id, LONGEST_HISTORY + 1):
        if past.id == row.id:
            continue
        used: Counter[str] = Counter()
        reason = ""
        for report in work.work.reports(past.id):
            used.update(report.details.get("parts_used", {}))
            reason = str(report.details.get("reason") or reason)
        request = work.catalogue.find(RequestRow, past.request_id or "")
        code = None if request is None else request.fault
        titles = _fault_names(kind, code)
        found.append(
            PastVisit(past, titles[0] or (code or ""), titles[1], text, reason, dict(used))
        )
    return tuple(found[:LONGEST_HISTORY])


def _crew(work: UnitOfWork, row: VisitRow) -> Names:
    found: Names = []
    for one in work.plans.assignments_of(row.id):
        person = work.catalogue.find(EngineerRow, one.engineer_id)
        found.append((one.engineer_id, one.engineer_id if person is None else person.name))
    return found
