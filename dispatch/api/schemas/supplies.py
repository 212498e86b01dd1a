"""Deliveries received, vans and the forecast of shortages as answers."""

from __future__ import annotations

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.part_forecast import PartShortage
from dispatch.operations.records.base import Instant
from dispatch.operations.supplies import Receipt, VanLevel

__all__ = [
    "ForecastOut",
    "ReceiptOut",
    "VanStockOut",
    "forecast_out",
    "receipt_out",
    "van_stock_out",
]


class ReceiptOut(Out):
    """A delivery that lies on the shelf now."""

    delivery: str
    depot: str
    part: str
    announced: int
    received_quantity: int
    received_by: str
    received_at: Instant


class VanLevelOut(Out):
    """Pieces of one part in one van."""

    engineer: str
    part: str
    quantity: int
    owed: int = Field(description="Used without being known to be in the van.")
    norm: int | None = Field(description="What should be in it; null: nobody said.")


class VanStockOut(Out):
    """What lies in vans, by engineer, then by part."""

    items: list[VanLevelOut]


class PartNeedOut(Out):
    """Pieces that one visit needs."""

    visit: str
    quantity: int
    at: Instant = Field(description="Planned start, else the last instant that is in time.")
    planned: bool


class PartShortageOut(Out):
    """A part that will not be there for everybody."""

    part: str
    at: Instant = Field(description="The first need that goes short.")
    missing: int = Field(description="Pieces missing at the worst moment.")
    available: int = Field(description="In vans and on shelves now.")
    coming: int = Field(description="Awaited within the time looked at.")
    needed: int
    needs: list[PartNeedOut] = Field(description="Those that go short, by time.")


class ForecastOut(Out):
    """What will run short, by part."""

    days: int
    items: list[PartShortageOut]


def receipt_out(receipt: Receipt) -> ReceiptOut:
    """Write a received delivery as an answer."""
    return ReceiptOut(
        delivery=receipt.delivery.id,
        depot=receipt.delivery.depot_id,
        part=receipt.delivery.part_id,
        announced=receipt.delivery.quantity,
        received_quantity=receipt.row.quantity,
        received_by=receipt.row.received_by,
        received_at=receipt.row.received_at,
    )


def van_stock_out(levels: tuple[VanLevel, ...]) -> VanStockOut:
    """Write the stock of vans as an answer."""
    return VanStockOut(
        items=[
            VanLevelOut(
                engineer=one.engineer,
                part=one.part,
                quantity=one.quantity,
                owed=one.owed,
                norm=one.norm,
            )
            for one in levels
        ]
    )


def forecast_out(days: int, found: tuple[PartShortage, ...]) -> ForecastOut:
    """Write a forecast as an answer."""
    return ForecastOut(
        days=days,
        items=[
            PartShortageOut(
                part=one.part,
                at=one.at,
                missing=one.missing,
                available=one.available,
                coming=one.coming,
                needed=one.needed,
                needs=[
                    PartNeedOut(
                        visit=need.visit, quantity=need.quantity, at=need.at, planned=need.planned
                    )
                    for need in one.needs
                ],
            )
            for one in found
        ],
    )
