"""Queries on the operating day: disruptions, reserved pieces, appointment slots."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from sqlalchemy import delete, or_
from sqlmodel import Session, col, select

from dispatch.errors import NotFound
from dispatch.store.tables import (
    AppliedRemedyRow,
    DepotRow,
    DisruptionRow,
    ReservationRow,
    SlotRow,
    StockRow,
)

__all__ = ["DayBook"]


class DayBook:
    """What the day has brought, and what it has promised; single rows come from the catalogue."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def disruptions(self) -> Sequence[DisruptionRow]:
        """Those that nobody has lifted, oldest first."""
        query = select(DisruptionRow).where(col(DisruptionRow.lifted_at).is_(None))
        return self._session.exec(
            query.order_by(col(DisruptionRow.created_at), DisruptionRow.id)
        ).all()

    def eased_since(self, instant: datetime) -> Sequence[AppliedRemedyRow]:
        """Remedies carried out since an instant that eased something for a visit."""
        query = select(AppliedRemedyRow).where(col(AppliedRemedyRow.done_at) >= instant)
        rows = self._session.exec(query.order_by(AppliedRemedyRow.id)).all()
        return [row for row in rows if row.eased]

    def waiting_reservations(self) -> Sequence[ReservationRow]:
        """Pieces that are promised and still on the shelf, by the time they are needed."""
        query = select(ReservationRow).where(col(ReservationRow.collected_at).is_(None))
        return self._session.exec(
            query.order_by(col(ReservationRow.needed_at), ReservationRow.id)
        ).all()

    def reservations_of_plans(self, versions: Iterable[int]) -> Sequence[ReservationRow]:
        """Everything that some plans reserved, collected or not."""
        query = select(ReservationRow).where(
            col(ReservationRow.plan_version).in_(sorted(set(versions)))
        )
        return self._session.exec(query.order_by(ReservationRow.id)).all()

    def reservation(self, id: str) -> ReservationRow:
        """One reservation as it is at this very moment.

        Raises
        ------
        NotFound
            When it was given up meanwhile.
        """
        row = self._session.get(ReservationRow, id, populate_existing=True)
        if row is None:
            raise NotFound("reservation", id)
        return row

    def reservations_of_slot(self, slot: str) -> Sequence[ReservationRow]:
        """What a held appointment keeps on the shelf."""
        query = select(ReservationRow).where(ReservationRow.slot_id == slot)
        return self._session.exec(query.order_by(ReservationRow.id)).all()

    def replace_reservations(
        self, gone: Iterable[ReservationRow], rows: Iterable[ReservationRow]
    ) -> None:
        """Give some reservations up and write others."""
        ids = [row.id for row in gone]
        if ids:
            self._session.execute(delete(ReservationRow).where(col(ReservationRow.id).in_(ids)))
        self._session.add_all(rows)
        self._session.flush()

    def lock_depots(self, ids: Iterable[str]) -> None:
        """Hold depots until the transaction ends, so that of two that promise pieces one waits.

        On SQLite only one transaction writes at a time; there the lock is that one.
        """
        query = select(DepotRow.id).where(col(DepotRow.id).in_(sorted(set(ids))))
        # The lock that lets others go on referring to the depot meanwhile.
        self._session.exec(query.order_by(DepotRow.id).with_for_update(key_share=True)).all()

    def shelves(self, depots: Iterable[str]) -> Sequence[StockRow]:
        """What lies on the shelves of some depots, as it is at this very moment."""
        query = select(StockRow).where(col(StockRow.depot_id).in_(sorted(set(depots))))
        ordered = query.order_by(StockRow.depot_id, StockRow.part_id)
        return self._session.exec(ordered.execution_options(populate_existing=True)).all()

    def live_slots(self, now: datetime) -> Sequence[SlotRow]:
        """Appointments that are held and not expired, and those that were confirmed."""
        held = (col(SlotRow.state) == "held") & (col(SlotRow.expires_at) > now)
        query = select(SlotRow).where(or_(held, col(SlotRow.state) == "confirmed"))
        return self._session.exec(query.order_by(col(SlotRow.start), SlotRow.id)).all()

    def expired_slots(self, now: datetime) -> Sequence[SlotRow]:
        """Offers and holds whose time has gone by."""
        query = select(SlotRow).where(col(SlotRow.state).in_(("offered", "held")))
        return self._session.exec(
            query.where(col(SlotRow.expires_at) <= now).order_by(SlotRow.id)
        ).all()
