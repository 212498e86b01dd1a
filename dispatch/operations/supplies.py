"""Deliveries that come to a depot, and what lies in vans beside what should."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import Field

from dispatch.errors import Conflict
from dispatch.operations.records.base import Pieces, Record
from dispatch.store import UnitOfWork
from dispatch.store.tables import EngineerRow, InboundRow, ReceiptRow, StockRow

__all__ = ["Receipt", "ReceiptRecord", "VanLevel", "receive", "van_levels"]


class ReceiptRecord(Record):
    """What came of a delivery."""

    quantity: Pieces | None = Field(
        default=None, description="Pieces that came; null: as many as were announced."
    )


@dataclass(frozen=True, slots=True)
class Receipt:
    """A delivery and what was received of it."""

    delivery: InboundRow
    row: ReceiptRow


def receive(work: UnitOfWork, id: str, quantity: int | None = None) -> Receipt:
    """Put a delivery on the shelf; the same once more changes nothing.

    Parameters
    ----------
    work
        The transaction.
    id
        Of the delivery.
    quantity
        Pieces that came; None: as many as were announced. Nobody waits for the rest.

    Raises
    ------
    Conflict
        When another number of pieces was received of it before.
    """
    delivery = work.catalogue.get(InboundRow, id)
    # Whoever promises pieces of this depot waits until they are either awaited or here.
    work.day.lock_depots({delivery.depot_id})
    known = work.supplies.receipt(id)
    pieces = delivery.quantity if quantity is None else quantity
    if known is not None:
        if quantity is not None and known.quantity != quantity:
            raise Conflict(
                f"delivery {id!r}: {known.quantity} received already, expected {quantity}",
                advice="correct the stock of the depot instead.",
            )
        return Receipt(delivery, known)
    shelf = next(
        (s for s in work.day.shelves({delivery.depot_id}) if s.part_id == delivery.part_id), None
    )
    if shelf is None:
        work.catalogue.add(
            StockRow(
                id=f"{delivery.depot_id}:{delivery.part_id}",
                depot_id=delivery.depot_id,
                part_id=delivery.part_id,
                quantity=pieces,
            )
        )
    elif shelf.quantity is not None:
        work.catalogue.change(shelf, {"quantity": shelf.quantity + pieces})
    row = ReceiptRow(inbound_id=id, quantity=pieces, received_by=work.actor, received_at=work.now)
    work.supplies.add_receipt(row)
    work.tell(
        "delivery_received",
        delivery.part_id,
        {
            "delivery": id,
            "depot": delivery.depot_id,
            "announced": delivery.quantity,
            "quantity": pieces,
        },
    )
    return Receipt(delivery, row)


@dataclass(frozen=True, slots=True)
class VanLevel:
    """Pieces of one part in one van.

    Parameters
    ----------
    engineer, part
        Whose van, and which part.
    quantity
        Pieces known to be in it.
    owed
        Pieces that were used without being known to be in it.
    norm
        Pieces that should be in it; None: nobody said.
    """

    engineer: str
    part: str
    quantity: int
    owed: int
    norm: int | None


def van_levels(work: UnitOfWork, *, engineer: str | None = None) -> tuple[VanLevel, ...]:
    """What lies in vans, by engineer and part; in one van where named."""
    rows = [
        row for row in work.catalogue.all(EngineerRow) if engineer is None or row.id == engineer
    ]
    norms = {(row.engineer_id, row.part_id): row.quantity for row in work.supplies.norms(engineer)}
    return tuple(
        VanLevel(
            row.id,
            part,
            row.van_stock.get(part) or 0,
            row.van_debt.get(part, 0),
            norms.get((row.id, part)),
        )
        for row in rows
        for part in sorted({*row.van_stock, *row.van_debt, *(p for e, p in norms if e == row.id)})
    )
