"""An engineer's day, sheets of visits and picking lists as answers."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import time
from typing import Any

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.api.schemas.field_work import KeptReport, ReportOut
from dispatch.api.schemas.route_confirmations import ConfirmationOut, confirmation_out
from dispatch.operations.field_day import FieldDay, PickingItem
from dispatch.operations.field_reports import TakenReport
from dispatch.operations.records.base import Coordinates, Day, Instant
from dispatch.operations.visit_sheet import PastVisit, VisitSheet
from dispatch.store.tables import EquipmentRow, EquipmentTypeRow, RequestRow

__all__ = [
    "FieldDayOut",
    "OwnPickingListOut",
    "TakenOut",
    "VisitSheetOut",
    "field_day_out",
    "picking_out",
    "sheet_out",
    "taken_out",
]


class ContactOut(Out):
    """Somebody to ask for at a site."""

    name: str
    role: str
    phone: str
    email: str


class SheetPlaceOut(Out):
    """A site as an engineer needs it."""

    id: str
    name: str
    name_en: str
    address: str
    location: Coordinates
    opens: str | None = Field(description="Time of day; null: open at any time.")
    closes: str | None
    every_day: bool
    contacts: list[ContactOut]


class SheetEquipmentOut(Out):
    """The machine of a visit."""

    id: str
    name: str
    type: str
    type_name: str
    type_name_en: str
    model: str
    serial: str
    grade: str
    installed: Day
    last_maintenance: Day | None
    warranty_end: Day | None


class SheetRequestOut(Out):
    """What was reported."""

    id: str
    severity: str
    state: str
    fault: str
    fault_en: str
    summary: str
    summary_en: str
    reported_at: Instant


class PastVisitOut(Out):
    """An earlier visit to the same machine."""

    visit: str
    kind: str
    outcome: str
    finished_at: Instant | None
    fault: str
    fault_en: str
    text: str
    reason: str
    parts_used: dict[str, int]


class ChecklistPointOut(Out):
    """What maintenance looks at."""

    point: str
    point_en: str


class CrewMemberOut(Out):
    """Somebody who is sent."""

    engineer: str
    name: str


class WrittenOut(Out):
    """The service report as it was written."""

    text: str
    signed_by: str
    written_at: Instant


class VisitSheetOut(Out):
    """One visit with its surroundings."""

    id: str
    kind: str
    state: str
    title: str
    customer: str
    customer_en: str
    promise_start: Instant | None
    promise_end: Instant | None
    site: SheetPlaceOut
    equipment: SheetEquipmentOut | None
    request: SheetRequestOut | None
    skills: dict[str, int] = Field(description="Least level by skill.")
    tools: list[str]
    parts: dict[str, int] = Field(description="Pieces that the work is expected to take.")
    minutes: int | None = Field(description="Expected time on site; null when it is over.")
    checklist: list[ChecklistPointOut]
    history: list[PastVisitOut]
    crew: list[CrewMemberOut]
    reports: list[KeptReport]
    report: WrittenOut | None = Field(description="The service report; null before it is there.")


class PickingItemOut(Out):
    """Pieces that lie ready."""

    id: str = Field(description="Of the reservation; `reservations/{id}/collect` takes it.")
    depot: str
    depot_name: str
    depot_name_en: str
    address: str
    location: Coordinates
    part: str
    quantity: int
    needed_at: Instant
    collected_at: Instant | None


class OwnPickingListOut(Out):
    """What an engineer has to fetch on a day."""

    engineer: str
    date: Day
    items: list[PickingItemOut]


class PartNameOut(Out):
    """What a part is called."""

    id: str
    name: str
    name_en: str
    unit: str


class FieldDayOut(Out):
    """Everything an engineer's phone shows of a day."""

    engineer: str
    name: str
    name_en: str
    zone: str
    date: Day
    plan_version: int | None
    confirmation: ConfirmationOut
    routes: list[dict[str, Any]] = Field(description="As in `engineers/{id}/route`.")
    visits: list[VisitSheetOut]
    picking: list[PickingItemOut]
    van_stock: dict[str, int]
    parts: list[PartNameOut]


class TakenReportOut(ReportOut):
    """What became of one report of many."""

    status: int = Field(description="What it would have been answered alone: 200, 404, 409 or 422.")


class TakenOut(Out):
    """What became of each report, in the order in which they were sent."""

    items: list[TakenReportOut]


def sheet_out(sheet: VisitSheet) -> VisitSheetOut:
    """Write a sheet as an answer."""
    row, site, written = sheet.row, sheet.site, sheet.written
    return VisitSheetOut(
        id=row.id,
        kind=row.kind,
        state=row.state,
        title=row.title,
        customer=sheet.contract.customer,
        customer_en=sheet.contract.customer_en,
        promise_start=row.promise_start,
        promise_end=row.promise_end,
        site=SheetPlaceOut(
            id=site.id,
            name=site.name,
            name_en=site.name_en,
            address=site.address,
            location=Coordinates(lat=site.lat, lon=site.lon),
            opens=_wall(site.opens),
            closes=_wall(site.closes),
            every_day=site.every_day,
            contacts=[_contact(one) for one in site.contacts],
        ),
        equipment=_equipment(sheet.equipment, sheet.kind),
        request=_request(sheet.request, sheet),
        skills=sheet.skills,
        tools=list(sheet.tools),
        parts=sheet.parts,
        minutes=sheet.minutes,
        checklist=[ChecklistPointOut(point=one, point_en=en) for one, en in sheet.checklist],
        history=[_past(one) for one in sheet.history],
        crew=[CrewMemberOut(engineer=id, name=name) for id, name in sheet.crew],
        reports=[
            KeptReport(
                event_id=one.event_id,
                type=one.type,
                engineer=one.engineer_id,
                occurred_at=one.occurred_at,
                received_at=one.received_at,
                outcome=one.outcome,
                details=one.details,
            )
            for one in sheet.reports
        ],
        report=None if written is None else WrittenOut.model_validate(written),
    )


def _contact(stored: Mapping[str, Any]) -> ContactOut:
    named = {name: str(stored.get(name, "")) for name in ContactOut.model_fields}
    return ContactOut(**named)


def _wall(at: time | None) -> str | None:
    return None if at is None else at.isoformat("minutes")


def _equipment(row: EquipmentRow | None, kind: EquipmentTypeRow | None) -> SheetEquipmentOut | None:
    if row is None or kind is None:
        return None
    return SheetEquipmentOut(
        id=row.id,
        name=row.name,
        type=row.type,
        type_name=kind.name,
        type_name_en=kind.name_en,
        model=row.model,
        serial=row.serial,
        grade=row.grade,
        installed=row.installed,
        last_maintenance=row.last_maintenance,
        warranty_end=row.warranty_end,
    )


def _request(row: RequestRow | None, sheet: VisitSheet) -> SheetRequestOut | None:
    if row is None:
        return None
    return SheetRequestOut(
        id=row.id,
        severity=row.severity,
        state=row.state,
        fault=sheet.fault or row.fault or "",
        fault_en=sheet.fault_en,
        summary=row.summary,
        summary_en=row.summary_en,
        reported_at=row.reported_at,
    )


def _past(past: PastVisit) -> PastVisitOut:
    return PastVisitOut(
        visit=past.row.id,
        kind=past.row.kind,
        outcome=past.row.state,
        finished_at=past.row.finished_at,
        fault=past.fault,
        fault_en=past.fault_en,
        text=past.text,
        reason=past.reason,
        parts_used=past.parts_used,
    )


def picking_out(item: PickingItem) -> PickingItemOut:
    """Write pieces that lie ready as an answer."""
    row, depot = item.row, item.depot
    return PickingItemOut(
        id=row.id,
        depot=depot.id,
        depot_name=depot.name,
        depot_name_en=depot.name_en,
        address=depot.address,
        location=Coordinates(lat=depot.lat, lon=depot.lon),
        part=row.part_id,
        quantity=row.quantity,
        needed_at=row.needed_at,
        collected_at=row.collected_at,
    )


def field_day_out(found: FieldDay) -> FieldDayOut:
    """Write a day as an answer."""
    return FieldDayOut(
        engineer=found.engineer.id,
        name=found.engineer.name,
        name_en=found.engineer.name_en,
        zone=found.zone,
        date=found.route.date,
        plan_version=found.route.version,
        confirmation=confirmation_out(found.confirmation),
        routes=list(found.route.routes),
        visits=[sheet_out(one) for one in found.sheets],
        picking=[picking_out(one) for one in found.picking],
        van_stock=found.engineer.van_stock,
        parts=[PartNameOut.model_validate(one) for one in found.parts],
    )


def taken_out(taken: TakenReport) -> TakenReportOut:
    """Write what became of a report as an answer."""
    outcome = taken.outcome
    return TakenReportOut(
        event_id=outcome.event_id,
        outcome=outcome.outcome,
        visit_state=outcome.visit_state,
        message=outcome.message,
        status=taken.status,
    )
