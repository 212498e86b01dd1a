"""Visits to a depot that fill a van up: stops of the plan like any other, but nobody's appointment.

What is laid ready says whom it is for; from it come the visits that the next plan takes up. They
stand at a site of our own that each depot gets when its first van is filled.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta

from dispatch.domain import Case, Depot, EngineerRules, Pin, TimeWindow, Visit, VisitKind
from dispatch.operations.company import company_settings
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import ContractRow, DepotRow, ReservationRow, SiteRow, VisitRow

__all__ = [
    "collected_at_once",
    "is_van_visit",
    "keep_van_visits",
    "van_visit_of",
    "with_van_visits",
]

OURS = "own-depots"
"""Contract of the sites that depots are."""
LONGEST_NAME = 150
LEAST = timedelta(minutes=1)
UNDER_WAY = ("en_route", "arrived", "started")
TITLE = "补充车载备件 / fill up the van"


def is_van_visit(row: VisitRow) -> bool:
    """Whether a visit is our own errand, of which no customer hears."""
    return row.kind == VisitKind.DELIVERY.value and row.request_id is None


def van_visit_of(work: UnitOfWork, row: ReservationRow) -> str:
    """Id of the visit on which pieces laid ready for a van are fetched."""
    day = company_settings(work).local_day(row.needed_at)
    name = f"van-{row.depot_id}-{row.engineer_id}-{day:%Y%m%d}"
    if len(name) > LONGEST_NAME:
        name = f"van-{hashlib.sha256(name.encode()).hexdigest()[:40]}"
    return name


def keep_van_visits(
    work: UnitOfWork, gone: Iterable[ReservationRow], fresh: Iterable[ReservationRow]
) -> None:
    """Write the visits of what was laid ready, and call off those that nothing is left of."""
    wanted = {van_visit_of(work, row): row for row in fresh}
    for id in sorted({van_visit_of(work, row) for row in gone} - wanted.keys()):
        known = work.catalogue.find(VisitRow, id)
        if known is not None and known.state == "open":
            work.catalogue.change(known, {"state": "cancelled"})
    for id, row in sorted(wanted.items()):
        known = work.catalogue.find(VisitRow, id)
        if known is None:
            site = _site_of(work, work.catalogue.get(DepotRow, row.depot_id))
            work.catalogue.add(
                VisitRow(
                    id=id,
                    kind=VisitKind.DELIVERY.value,
                    site_id=site.id,
                    title=TITLE,
                    state="open",
                )
            )
        elif known.state == "cancelled":
            work.catalogue.change(known, {"state": "open"})


def _site_of(work: UnitOfWork, depot: DepotRow) -> SiteRow:
    id = f"depot-{depot.id}"[:200]
    known = work.catalogue.find(SiteRow, id)
    if known is not None:
        return known
    if work.catalogue.find(ContractRow, OURS) is None:
        work.catalogue.add(
            ContractRow(
                id=OURS,
                customer="本公司",
                customer_en="our own company",
                policy=min(company_settings(work).policies),
                starts=date(2000, 1, 1),
            )
        )
    return work.catalogue.add(
        SiteRow(
            id=id,
            contract_id=OURS,
            name=depot.name,
            name_en=depot.name_en,
            address=depot.address,
            lat=depot.lat,
            lon=depot.lon,
            opens=depot.opens,
            closes=depot.closes,
            every_day=depot.every_day,
            zone=depot.zone,
        )
    )


def with_van_visits(work: UnitOfWork, case: Case, shifts: dict[str, str]) -> Case:
    """Add the visits on which vans are filled up in the window of a case.

    Parameters
    ----------
    work
        The transaction.
    case
        With the people who are really there.
    shifts
        Shift by visit where the plan in force sends somebody already.
    """
    window = case.planning_window
    here = {engineer.id for engineer in case.engineers if engineer.shifts}
    depots = {depot.id: depot for depot in case.depots}
    owner = {shift.id: engineer.id for engineer, shift in case.shifts()}
    found: dict[str, Visit] = {}
    for row in work.supplies.laid_for_vans(collected=True):
        known = window.start <= row.needed_at < window.end and row.depot_id in depots
        if not known or row.engineer_id not in here:
            continue
        id = van_visit_of(work, row)
        visit = work.catalogue.find(VisitRow, id)
        if visit is None or id in found:
            continue
        under_way = visit.state in UNDER_WAY
        if under_way or (visit.state == "open" and row.collected_at is None):
            made = _visit(id, depots[row.depot_id], row.engineer_id)
            shift = shifts.get(id)
            if under_way and shift is not None and owner.get(shift) == row.engineer_id:
                made = replace(made, pinned=Pin(shift))
            found[id] = made
    return replace(case, visits=(*case.visits, *found.values())) if found else case


def _visit(id: str, depot: Depot, engineer: str) -> Visit:
    duration = max(depot.pickup_duration, LEAST)
    # A window is one of starts, and the counter closes with the depot.
    windows = tuple(
        TimeWindow(one.start, one.end - duration)
        for one in depot.opening
        if one.start <= one.end - duration
    )
    return Visit(
        id=id,
        location=rows.depot_place(depot.id),
        duration=duration,
        kind=VisitKind.DELIVERY,
        title=TITLE,
        time_windows=windows,
        engineers=EngineerRules(required=(engineer,)),
    )


def collected_at_once(work: UnitOfWork, visit: str) -> list[ReservationRow]:
    """What a van that was filled up has on board by now, and nobody has told so."""
    return [row for row in work.supplies.laid_for_vans() if van_visit_of(work, row) == visit]
