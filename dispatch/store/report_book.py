"""Queries behind reports: what was reported, visited, scored, worked and due within a stretch."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, select

from dispatch.store.tables import RequestRow, ShiftRow, VisitEventRow, VisitRow

__all__ = ["ReportBook"]

MOST_NAMED = 500
"""Ids that one query names; SQLite has a bound on variables."""


class ReportBook:
    """Everything of a stretch; starts belong to it, ends do not."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def requests_reported(self, start: datetime, end: datetime) -> Sequence[RequestRow]:
        """Requests by the time they came in."""
        query = select(RequestRow).where(
            col(RequestRow.reported_at) >= start, col(RequestRow.reported_at) < end
        )
        return self._session.exec(query.order_by(RequestRow.id)).all()

    def requests_scored(self, start: datetime, end: datetime) -> Sequence[RequestRow]:
        """Requests by the time their customer gave a score."""
        query = select(RequestRow).where(
            col(RequestRow.scored_at) >= start, col(RequestRow.scored_at) < end
        )
        return self._session.exec(query.order_by(RequestRow.id)).all()

    def requests_repeated(self) -> set[str]:
        """Ids of all requests whose fault was reported again."""
        query = select(RequestRow.repeat_of).where(col(RequestRow.repeat_of).is_not(None))
        return {id for id in self._session.exec(query.distinct()) if id is not None}

    def visits_arrived(self, start: datetime, end: datetime) -> Sequence[VisitRow]:
        """Visits of every kind by the time somebody arrived."""
        query = select(VisitRow).where(
            col(VisitRow.arrived_at) >= start, col(VisitRow.arrived_at) < end
        )
        return self._session.exec(query.order_by(VisitRow.id)).all()

    def reports_on(self, visits: Iterable[str]) -> Sequence[VisitEventRow]:
        """All reports from the field on some visits."""
        found: list[VisitEventRow] = []
        wanted = sorted(set(visits))
        for first in range(0, len(wanted), MOST_NAMED):
            few = wanted[first : first + MOST_NAMED]
            query = select(VisitEventRow).where(col(VisitEventRow.visit_id).in_(few))
            found += self._session.exec(query.order_by(VisitEventRow.event_id)).all()
        return found

    def shifts_started(self, start: datetime, end: datetime) -> Sequence[ShiftRow]:
        """Shifts by their start."""
        query = select(ShiftRow).where(col(ShiftRow.start) >= start, col(ShiftRow.start) < end)
        return self._session.exec(query.order_by(ShiftRow.id)).all()

    def rounds_due(self, first: date, last: date) -> Sequence[VisitRow]:
        """Maintenance visits whose last permitted day lies from one day to another."""
        query = select(VisitRow).where(
            VisitRow.kind == "maintenance",
            col(VisitRow.due_latest) >= first,
            col(VisitRow.due_latest) <= last,
        )
        return self._session.exec(query.order_by(VisitRow.id)).all()
