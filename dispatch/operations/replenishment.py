"""Filling vans up in the morning: what a van lacks to its norm is laid ready at a depot.

Only pieces that nobody was promised are given away, and each is reserved like those of a plan,
so no run counts on them any more. The list of a morning is made anew as a whole each time it is
asked for, so asking twice lays nothing ready twice.
"""

from __future__ import annotations

import uuid
from collections import defaultdict
from datetime import date

from dispatch.domain import TimeWindow
from dispatch.operations.company import company_settings
from dispatch.operations.day_facts import loads_of, waiting
from dispatch.operations.records.base import Day, Identifier, Record
from dispatch.operations.reservations import require_stock, shelves_of
from dispatch.operations.van_visits import keep_van_visits
from dispatch.planning.shared_stock import without_loads
from dispatch.store import UnitOfWork
from dispatch.store.tables import DepotRow, EngineerRow, ReservationRow, ShiftRow

__all__ = ["VAN", "ReplenishmentRecord", "replenish"]

VAN = "van"
"""What a reservation says it is for when it fills a van up."""


class ReplenishmentRecord(Record):
    """Which morning is prepared where."""

    depot: Identifier
    day: Day


def replenish(work: UnitOfWork, depot: str, day: date) -> list[ReservationRow]:
    """Lay ready what the vans that set out on a day lack to their norms.

    Parameters
    ----------
    work
        The transaction.
    depot
        Where; an engineer whose van another depot fills on that day is left to it.
    day
        A local day; what was laid ready for earlier days and never collected goes back.

    Returns
    -------
    list of ReservationRow
        By engineer, then by part. Where pieces are scarce, who sets out first gets them.
    """
    work.catalogue.get(DepotRow, depot)
    window = company_settings(work).window(day, date.fromordinal(day.toordinal() + 1))
    work.day.lock_depots({depot})
    rows = work.supplies.laid_for_vans()
    old = [one for one in rows if one.depot_id == depot and one.needed_at < window.end]
    elsewhere = [one for one in rows if one not in old and window.start <= one.needed_at]
    work.day.replace_reservations(old, [])
    free = _free(work, depot)
    fresh = []
    for shift in _first_shifts(work, window):
        for part, lacking in _lacking(work, shift.engineer_id, elsewhere, window).items():
            given = min(lacking, free.get(part, 0))
            if given > 0:
                free[part] -= given
                fresh.append(
                    ReservationRow(
                        id=str(uuid.uuid4()),
                        depot_id=depot,
                        part_id=part,
                        quantity=given,
                        needed_at=shift.start,
                        shift_id=shift.id,
                        engineer_id=shift.engineer_id,
                        purpose=VAN,
                    )
                )
    work.day.replace_reservations([], fresh)
    keep_van_visits(work, old, fresh)
    require_stock(work, {depot}, f"the vans of {day}")
    if old or fresh:
        told = {"depot": depot, "day": day.isoformat()}
        reserved, released = (sum(one.quantity for one in some) for some in (fresh, old))
        work.tell("vans_replenished", depot, {**told, "reserved": reserved, "released": released})
    return sorted(fresh, key=lambda one: (str(one.engineer_id), one.part_id))


def _free(work: UnitOfWork, depot: str) -> dict[str, int]:
    """Pieces on the shelf now that nobody was promised; unlimited ones are plenty."""
    (left,) = without_loads(shelves_of(work, {depot}), loads_of(waiting(work)))
    plenty = 10**9
    return {
        part: plenty if pieces is None else pieces for part, pieces in (left.stock or {}).items()
    }


def _first_shifts(work: UnitOfWork, window: TimeWindow) -> list[ShiftRow]:
    """The first shift of each engineer that begins on the day, earliest first."""
    shifts = work.work.shifts_between(window.start, window.end)
    begun = [one for one in shifts if window.start <= one.start < window.end]
    first: dict[str, ShiftRow] = {}
    for shift in sorted(begun, key=lambda one: (one.start, one.engineer_id)):
        first.setdefault(shift.engineer_id, shift)
    return list(first.values())


def _lacking(
    work: UnitOfWork, engineer: str, elsewhere: list[ReservationRow], window: TimeWindow
) -> dict[str, int]:
    """Pieces by part that a van lacks, less what another depot has laid ready for it."""
    van = work.catalogue.get(EngineerRow, engineer)
    if not van.active:
        return {}
    coming: dict[str, int] = defaultdict(int)
    for one in elsewhere:
        if one.engineer_id == engineer and one.needed_at < window.end:
            coming[one.part_id] += one.quantity
    lacking = {}
    for norm in work.supplies.norms(engineer):
        # A van may hold a part without counting it.
        has: int | None = van.van_stock.get(norm.part_id, 0)
        if has is None:
            continue
        owed = van.van_debt.get(norm.part_id, 0)
        lacking[norm.part_id] = norm.quantity - has + owed - coming[norm.part_id]
    return {part: pieces for part, pieces in lacking.items() if pieces > 0}
