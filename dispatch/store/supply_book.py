"""Queries on supplies: deliveries that are awaited or have come, norms of vans."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from sqlmodel import Session, col, select

from dispatch.store.tables import InboundRow, ReceiptRow, ReservationRow, VanNormRow

__all__ = ["SupplyBook"]


class SupplyBook:
    """What comes to depots and what vans should hold."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def awaited(self, depots: Iterable[str] | None = None) -> Sequence[InboundRow]:
        """Deliveries that nobody has received yet, of some depots (None: of all), by id."""
        query = select(InboundRow).where(col(InboundRow.id).not_in(select(ReceiptRow.inbound_id)))
        if depots is not None:
            query = query.where(col(InboundRow.depot_id).in_(sorted(set(depots))))
        return self._session.exec(query.order_by(InboundRow.id)).all()

    def receipt(self, inbound: str) -> ReceiptRow | None:
        """What was received of a delivery, as it is at this very moment."""
        return self._session.get(ReceiptRow, inbound, populate_existing=True)

    def add_receipt(self, row: ReceiptRow) -> None:
        """Note that a delivery has come."""
        self._session.add(row)
        self._session.flush()

    def laid_for_vans(self, *, collected: bool = False) -> Sequence[ReservationRow]:
        """Pieces laid ready to fill vans up, by the time they are needed; collected ones if asked."""
        query = select(ReservationRow).where(ReservationRow.purpose == "van")
        if not collected:
            query = query.where(col(ReservationRow.collected_at).is_(None))
        return self._session.exec(
            query.order_by(col(ReservationRow.needed_at), ReservationRow.id)
        ).all()

    def norms(self, engineer: str | None = None) -> Sequence[VanNormRow]:
        """What vans should hold, by engineer and part; of one engineer where named."""
        query = select(VanNormRow)
        if engineer is not None:
            query = query.where(VanNormRow.engineer_id == engineer)
        return self._session.exec(query.order_by(VanNormRow.engineer_id, VanNormRow.part_id)).all()
