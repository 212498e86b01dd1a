"""An engineer's whole day in one piece, so that a phone can carry it where there is no net."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from dispatch.operations.company import company_settings
from dispatch.operations.route_confirmation import Confirmation, confirmation_of
from dispatch.operations.routes import EngineerRoute, route_of
from dispatch.operations.visit_sheet import VisitSheet, sheet_of
from dispatch.store import UnitOfWork
from dispatch.store.tables import DepotRow, EngineerRow, PartRow, ReservationRow, VisitRow

__all__ = ["FieldDay", "PickingItem", "field_day_of", "own_picking_list"]


@dataclass(frozen=True, slots=True)
class PickingItem:
    """Pieces that lie ready for an engineer, and where."""

    row: ReservationRow
    depot: DepotRow


@dataclass(frozen=True, slots=True)
class FieldDay:
    """What an engineer needs to know on one day.

    Parameters
    ----------
    engineer, zone
        Whose day, by which wall clock.
    route, confirmation
        Where to go, and whether that was confirmed.
    sheets
        One for each visit on the route.
    picking
        What to take in the morning and on the way, by depot and time.
    parts
        Every part that is spoken of, and what is in the van.
    """

    engineer: EngineerRow
    zone: str
    route: EngineerRoute
    confirmation: Confirmation
    sheets: tuple[VisitSheet, ...]
    picking: tuple[PickingItem, ...]
    parts: tuple[PartRow, ...]


def field_day_of(work: UnitOfWork, engineer: str, day: date) -> FieldDay:
    """Gather a day.

    Raises
    ------
    NotFound
        When there is no such engineer.
    """
    route = route_of(work, engineer, day)
    ids = [stop["visit"] for one in route.routes for stop in one["stops"] if stop.get("visit")]
    found = (work.catalogue.find(VisitRow, id) for id in ids)
    sheets = tuple(sheet_of(work, row) for row in found if row is not None)
    picking = own_picking_list(work, engineer, day)
    person = work.catalogue.get(EngineerRow, engineer)
    return FieldDay(
        engineer=person,
        zone=company_settings(work).zone,
        route=route,
        confirmation=confirmation_of(work, engineer, day),
        sheets=sheets,
        picking=tuple(picking),
        parts=tuple(_parts(work, person, sheets, picking, route)),
    )


def own_picking_list(work: UnitOfWork, engineer: str, day: date) -> list[PickingItem]:
    """List what an engineer has to fetch on a day, by depot, then by time.

    Raises
    ------
    NotFound
        When there is no such engineer.
    """
    work.catalogue.get(EngineerRow, engineer)
    window = company_settings(work).window(day, date.fromordinal(day.toordinal() + 1))
    versions = [plan.version for plan in work.plans.all_current()]
    mine = [
        row
        for row in work.day.reservations_of_plans(versions)
        if row.engineer_id == engineer and window.start <= row.needed_at < window.end
    ]
    mine.sort(key=lambda row: (row.depot_id, row.needed_at, row.part_id))
    return [PickingItem(row, work.catalogue.get(DepotRow, row.depot_id)) for row in mine]


def _parts(
    work: UnitOfWork,
    person: EngineerRow,
    sheets: Sequence[VisitSheet],
    picking: Sequence[PickingItem],
    route: EngineerRoute,
) -> list[PartRow]:
    ids = {*person.van_stock, *(item.row.part_id for item in picking)}
    for sheet in sheets:
        ids |= set(sheet.parts)
        for past in sheet.history:
            ids |= set(past.parts_used)
        # A repair may well need another part of the same machine than the one that was planned.
        for fault in () if sheet.kind is None else sheet.kind.faults:
            ids |= set(fault["parts"])
        for report in sheet.reports:
            ids |= _named(report.details)
    for one in route.routes:
        for stop in one["stops"]:
            ids |= {*(stop.get("parts") or {}), *(stop.get("loaded") or {})}
    return list(work.catalogue.some(PartRow, ids))


def _named(details: Mapping[str, Any]) -> set[str]:
    names = ("parts_used", "parts_returned", "parts_needed")
    return {part for name in names for part in details.get(name, {})}
