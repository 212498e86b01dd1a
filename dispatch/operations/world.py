"""The company as the domain sees it, read in one consistent view of the database."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from dispatch.domain.depot import Depot, Inbound
from dispatch.domain.request import RequestState
from dispatch.domain.site import Access, Site
from dispatch.domain.window import TimeWindow
from dispatch.domain.working_days import WorkingDays
from dispatch.domain.world import CompanyWorld
from dispatch.operations.company import company_settings
from dispatch.operations.half_year_days import calendar_days
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import (
    ContractRow,
    DepotRow,
    EngineerRow,
    EquipmentRow,
    EquipmentTypeRow,
    PartRow,
    RequestRow,
    ShiftRow,
    SiteRow,
    StockRow,
)

__all__ = ["Subset", "read_world"]

CLOSED = {state.value for state in RequestState if not state.is_open}


@dataclass(frozen=True, slots=True)
class Subset:
    """A part of the company, by ids: whoever asks about one visit need not read everything."""

    engineers: frozenset[str] = frozenset()
    requests: frozenset[str] = frozenset()
    equipment: frozenset[str] = frozenset()
    visits: frozenset[str] = frozenset()


def read_world(
    work: UnitOfWork, window: TimeWindow, *, region: str = "all", only: Subset | None = None
) -> CompanyWorld:
    """Read everything a case of one window is made of.

    Parameters
    ----------
    work
        One transaction, so that nothing changes while this reads.
    window
        Shifts that touch it, and hours of depots within it.
    region
        Territory of engineers and sites; ``"all"`` takes every one.
    only
        Leave everything out that is not named here, or needed by what is; None: take all.

    Returns
    -------
    CompanyWorld
        Active engineers and open requests only.
    """
    settings = company_settings(work)
    catalogue = work.catalogue
    where = {} if region == "all" else {"territory": region}
    depots = catalogue.all(DepotRow)
    if only is None:
        engineers = catalogue.all(EngineerRow, active=True, **where)
        sites = catalogue.all(SiteRow, **where)
        equipment = catalogue.all(EquipmentRow)
        requests = catalogue.all(RequestRow)
    else:
        engineers = [row for row in catalogue.some(EngineerRow, only.engineers) if row.active]
        requests = catalogue.some(RequestRow, only.requests)
        pieces = {row.equipment_id for row in requests if row.equipment_id} | only.equipment
        equipment = catalogue.some(EquipmentRow, pieces)
        named = {row.site_id for row in requests} | {row.site_id for row in equipment}
        sites = catalogue.some(SiteRow, named)
    site_ids = {row.id for row in sites}
    equipment = [row for row in equipment if row.site_id in site_ids]
    requests = [row for row in requests if row.site_id in site_ids and row.state not in CLOSED]
    bound = {row.contract_id for row in sites}
    contracts = catalogue.all(ContractRow) if only is None else catalogue.some(ContractRow, bound)
    shifts = _shifts_in(work, window)
    return CompanyWorld(
        locations=tuple(rows.locations_of(engineers, depots)),
        depots=_depots(work, depots, window),
        engineers=tuple(rows.engineer_of(row, shifts[row.id]) for row in engineers),
        contracts=tuple(rows.contract_of(row, settings.policies) for row in contracts),
        sites=tuple(rows.site_of(row) for row in sites),
        equipment_types=tuple(
            rows.equipment_type_of(row) for row in catalogue.all(EquipmentTypeRow)
        ),
        equipment=tuple(rows.equipment_of(row) for row in equipment),
        parts=tuple(rows.part_of(row) for row in catalogue.all(PartRow)),
        requests=tuple(rows.request_of(row) for row in requests),
        zone=settings.zone,
        calendar=calendar_days(work),
        travel=settings.travel,
    )


def _shifts_in(work: UnitOfWork, window: TimeWindow) -> dict[str, list[ShiftRow]]:
    found: dict[str, list[ShiftRow]] = defaultdict(list)
    for row in work.work.shifts_between(window.start, window.end):
        found[row.engineer_id].append(row)
    return found


def _depots(work: UnitOfWork, depots: Sequence[DepotRow], window: TimeWindow) -> tuple[Depot, ...]:
    stock: dict[str, dict[str, int | None]] = defaultdict(dict)
    for level in work.catalogue.all(StockRow):
        stock[level.depot_id][level.part_id] = level.quantity
    inbound: dict[str, list[Inbound]] = defaultdict(list)
    for one in work.supplies.awaited():
        inbound[one.depot_id].append(Inbound(one.part_id, one.quantity, one.available_from))
    return tuple(
        Depot(
            id=row.id,
            location=rows.depot_place(row.id),
            stock=stock[row.id],
            tools=tuple(row.tools),
            pickup_duration=timedelta(seconds=row.pickup_duration_s),
            opening=_opening(row, window),
            inbound=tuple(inbound[row.id]),
        )
        for row in depots
    )


def _opening(row: DepotRow, window: TimeWindow) -> tuple[TimeWindow, ...]:
    if row.opens is None:
        return ()
    # A depot keeps hours as a site does; only the site knows how to unroll them over days.
    place = Site(
        id=row.id,
        contract="-",
        location=rows.locations_of([], [row])[0],
        access=Access(row.opens, row.closes, row.every_day),
        zone=row.zone,
        working_days=WorkingDays(),
    )
    return place.access_or_next(window)
