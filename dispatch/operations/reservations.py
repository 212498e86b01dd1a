"""Pieces of a published plan: reserved on the shelf, listed for the morning, collected into a van.

Two plans can never promise the same piece: whoever publishes holds the depots concerned until the
transaction ends, and is refused when all promises together do not fit what lies there and comes.
"""

from __future__ import annotations

import uuid
from collections.abc import Collection, Sequence
from contextlib import suppress
from datetime import date

from dispatch.domain import Depot, Inbound, Plan, StopKind
from dispatch.errors import Conflict, NotFound
from dispatch.operations.company import company_settings
from dispatch.operations.day_facts import loads_of, waiting
from dispatch.operations.van_stock import put_into_van
from dispatch.planning.shared_stock import Shortage, shortages
from dispatch.store import UnitOfWork
from dispatch.store.tables import PlanRow, ReservationRow

__all__ = [
    "collect",
    "collect_used",
    "find_shortages",
    "picking_list",
    "require_stock",
    "reserve_parts",
]

Key = tuple[str, str, str, object]


def reserve_parts(work: UnitOfWork, row: PlanRow, plan: Plan, *, before: PlanRow | None) -> None:
    """Reserve what the pickups of a plan load, in place of what the plan before it reserved.

    Raises
    ------
    Conflict
        When other plans or held appointments were promised the same pieces.
    """
    old = [] if before is None else list(work.day.reservations_of_plans([before.version]))
    collected = {_key(one): one for one in old if one.collected_at is not None}
    rows, kept = [], set()
    for route in plan.routes:
        for stop in route.stops:
            if stop.kind is not StopKind.PICKUP or stop.depot is None:
                continue
            for part, quantity in sorted(stop.loaded.items()):
                new = ReservationRow(
                    id=str(uuid.uuid4()),
                    depot_id=stop.depot,
                    part_id=part,
                    quantity=quantity,
                    needed_at=stop.start,
                    plan_version=row.version,
                    shift_id=route.shift,
                    engineer_id=route.engineer,
                )
                if quantity and _key(new) not in collected:
                    rows.append(new)
    for one in collected.values():
        # What is in a van stays collected, whichever plan is in force.
        one.plan_version = row.version
        kept.add(one.id)
    work.day.lock_depots({one.depot_id for one in rows})
    gone = [one for one in old if one.id not in kept]
    work.day.replace_reservations([*gone, *_of_planned_slots(work, plan)], rows)
    require_stock(work, {one.depot_id for one in rows}, f"plan {row.version}")
    if rows or len(old) > len(kept):
        work.tell(
            "parts_reserved",
            str(row.version),
            {
                "plan": row.version,
                "reserved": sum(one.quantity for one in rows),
                "released": sum(one.quantity for one in old if one.id not in kept),
            },
        )


def _of_planned_slots(work: UnitOfWork, plan: Plan) -> list[ReservationRow]:
    """What confirmed appointments kept on the shelf until a plan reserves it for their visits."""
    planned = {str(stop.visit) for route in plan.routes for stop in route.stops}
    return [
        reservation
        for slot in work.day.live_slots(work.now)
        if slot.request_id is not None and f"{slot.request_id}-v1" in planned
        for reservation in work.day.reservations_of_slot(slot.id)
    ]


def _key(row: ReservationRow) -> Key:
    return (str(row.shift_id), row.depot_id, row.part_id, row.needed_at)


def require_stock(work: UnitOfWork, depots: set[str], who: str) -> None:
    """Refuse promises that together do not fit the shelves; the depots must be held.

    Raises
    ------
    Conflict
        Names the first part that is promised twice.
    """
    lacking = [one for one in find_shortages(work, depots) if one.depot in depots]
    if lacking:
        one = lacking[0]
        at = company_settings(work).local(one.at).isoformat()
        raise Conflict(
            f"part {one.part!r} at depot {one.depot!r}: {one.missing} more promised by {at} than"
            f" there are, expected none ({who} would promise them twice)",
            advice="plan again; the new run leaves alone what others were promised.",
        )


def find_shortages(work: UnitOfWork, depots: set[str] | None = None) -> tuple[Shortage, ...]:
    """What is reserved and will not be there in time, by depot and part."""
    rows = waiting(work)
    wanted = {row.depot_id for row in rows} if depots is None else depots
    return shortages(shelves_of(work, wanted), loads_of(rows))


def shelves_of(work: UnitOfWork, depots: set[str]) -> Sequence[Depot]:
    """Depots with nothing but their stock and deliveries."""
    stock: dict[str, dict[str, int | None]] = {id: {} for id in depots}
    for level in work.day.shelves(depots):
        stock[level.depot_id][level.part_id] = level.quantity
    inbound: dict[str, list[Inbound]] = {id: [] for id in depots}
    for one in work.supplies.awaited(depots):
        inbound[one.depot_id].append(Inbound(one.part_id, one.quantity, one.available_from))
    return [Depot(id, id, stock[id], inbound=tuple(inbound[id])) for id in sorted(depots)]


def picking_list(work: UnitOfWork, depot: str, day: date) -> list[ReservationRow]:
    """What has to lie ready at a depot on a local day, by engineer, then by time.

    What plans need and what fills vans up stand in one list; each row says what it is for.
    """
    window = company_settings(work).window(day, date.fromordinal(day.toordinal() + 1))
    versions = [plan.version for plan in work.plans.all_current()]
    rows = [
        *work.day.reservations_of_plans(versions),
        *work.supplies.laid_for_vans(collected=True),
    ]
    mine = [r for r in rows if r.depot_id == depot and window.start <= r.needed_at < window.end]
    return sorted(mine, key=lambda one: (str(one.engineer_id), one.needed_at, one.part_id))


def collect(work: UnitOfWork, id: str, *, engineer: str | None = None) -> ReservationRow:
    """Move reserved pieces from the shelf into the van; a second time changes nothing.

    Parameters
    ----------
    work
        The transaction.
    id
        Of the reservation.
    engineer
        Who is signed in as an engineer; they collect their own pieces only.

    Raises
    ------
    NotFound
        When there is no such reservation, or it is none of this engineer's.
    Conflict
        When the shelf does not have the pieces, or nobody's van is meant.
    """
    row = work.catalogue.get(ReservationRow, id)
    if engineer is not None and row.engineer_id != engineer:
        raise NotFound("reservation", id)
    if row.collected_at is not None:
        return row
    if row.engineer_id is None:
        raise Conflict(f"reservation {id!r}: of a held appointment, expected one of a plan")
    work.day.lock_depots({row.depot_id})
    # Somebody else may have told it while this one waited.
    row = work.day.reservation(id)
    if row.collected_at is not None or row.engineer_id is None:
        return row
    shelf = next((s for s in work.day.shelves({row.depot_id}) if s.part_id == row.part_id), None)
    have = 0 if shelf is None else shelf.quantity
    if have is not None and have < row.quantity:
        raise Conflict(
            f"part {row.part_id!r} at depot {row.depot_id!r}: {have} on the shelf, expected at"
            f" least {row.quantity}"
        )
    if shelf is not None and have is not None:
        work.catalogue.change(shelf, {"quantity": have - row.quantity})
    put_into_van(work, row.engineer_id, row.part_id, row.quantity)
    work.catalogue.change(row, {"collected_at": work.now})
    work.tell(
        "part_collected",
        row.part_id,
        {"engineer": row.engineer_id, "depot": row.depot_id, "quantity": row.quantity},
    )
    return row


def collect_used(work: UnitOfWork, engineer: str, visit: str, parts: Collection[str]) -> None:
    """What was built in must have been fetched: take it off the shelf where nobody told so.

    Parameters
    ----------
    work
        The transaction.
    engineer, visit
        Who used parts, and where.
    parts
        Which. What the plan had laid ready of them for this route, before this visit, counts as
        collected. Pieces that the shelf does not have are left for a person to look at.
    """
    sent = [one for one in work.plans.assignments_of(visit) if one.engineer_id == engineer]
    for one in sent:
        for row in work.day.reservations_of_plans([one.plan_version]):
            meant = (row.shift_id, row.engineer_id) == (one.shift_id, engineer)
            waiting = row.collected_at is None and row.needed_at <= one.start
            if meant and waiting and row.part_id in parts:
                with suppress(Conflict):
                    collect(work, row.id)
