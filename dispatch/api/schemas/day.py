"""Disruptions, picking lists and shortages as answers."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.disruptions import Repair
from dispatch.operations.records.base import Day, Instant
from dispatch.planning.shared_stock import Shortage
from dispatch.store.tables import DisruptionRow, ReservationRow

__all__ = [
    "DisruptionList",
    "DisruptionOut",
    "PickingListOut",
    "RepairOut",
    "ReservationOut",
    "ShortageList",
    "disruption_out",
    "repair_out",
    "reservation_out",
    "shortage_list",
]


class DisruptionOut(Out):
    """Something that went wrong and binds every plan until it is lifted."""

    id: str
    kind: str
    subject: str
    start: Instant
    until: Instant | None
    details: dict[str, Any] = Field(description="minutes of an overrun, parts that are missing.")
    note: str
    created_by: str
    created_at: Instant
    lifted_at: Instant | None


class DisruptionList(Out):
    """The disruptions in force, oldest first."""

    items: list[DisruptionOut]


class RepairOut(Out):
    """A disruption and the run that repairs the day."""

    disruption: DisruptionOut
    run: str | None = Field(description="Id of the run; null: the policy starts none.")


class ReservationOut(Out):
    """Pieces that lie ready for one engineer."""

    id: str
    depot: str
    part: str
    quantity: int
    needed_at: Instant
    engineer: str | None
    shift: str | None
    plan_version: int | None
    collected_at: Instant | None
    purpose: str = Field(description="visits, or van: to fill the van up to its norm.")


class PickingListOut(Out):
    """What a depot has to lay ready for a day, by engineer, then by time."""

    depot: str
    day: Day
    items: list[ReservationOut]


class ShortageOut(Out):
    """A part that was promised and will not be there in time."""

    depot: str
    part: str
    at: Instant = Field(description="First pickup that goes short.")
    missing: int = Field(description="Pieces missing at the worst moment.")


class ShortageList(Out):
    """Every depot and part that goes short, by depot, then by part."""

    items: list[ShortageOut]


def disruption_out(row: DisruptionRow) -> DisruptionOut:
    """Write a disruption as an answer."""
    return DisruptionOut.model_validate(row)


def repair_out(repair: Repair) -> RepairOut:
    """Write a repair as an answer."""
    run = None if repair.run is None else repair.run.id
    return RepairOut(disruption=disruption_out(repair.row), run=run)


def reservation_out(row: ReservationRow) -> ReservationOut:
    """Write a reservation as an answer."""
    return ReservationOut(
        id=row.id,
        depot=row.depot_id,
        part=row.part_id,
        quantity=row.quantity,
        needed_at=row.needed_at,
        engineer=row.engineer_id,
        shift=row.shift_id,
        plan_version=row.plan_version,
        collected_at=row.collected_at,
        purpose=row.purpose,
    )


def shortage_list(found: tuple[Shortage, ...]) -> ShortageList:
    """Write shortages as an answer."""
    return ShortageList(
        items=[
            ShortageOut(depot=one.depot, part=one.part, at=one.at, missing=one.missing)
            for one in found
        ]
    )
