"""Queries on requests, visits, reports from the field and positions."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime

from sqlmodel import Session, col, func, select

from dispatch.store.tables import PositionRow, RequestRow, ShiftRow, VisitEventRow, VisitRow

__all__ = ["OPEN_VISIT_STATES", "WorkBook"]

OPEN_VISIT_STATES = ("open", "en_route", "arrived", "started")


class WorkBook:
    """Work to be done and what became of it; single rows come from the catalogue."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open_visits(self) -> Sequence[VisitRow]:
        """Visits that still need somebody, by id."""
        query = select(VisitRow).where(col(VisitRow.state).in_(OPEN_VISIT_STATES))
        return self._session.exec(query.order_by(VisitRow.id)).all()

    def shifts_between(self, start: datetime, end: datetime) -> Sequence[ShiftRow]:
        """Shifts that touch a stretch, by their start."""
        query = select(ShiftRow).where(col(ShiftRow.start) < end)
        latest = func.coalesce(col(ShiftRow.overtime_end), col(ShiftRow.end))
        ordered = query.where(latest > start).order_by(col(ShiftRow.start), ShiftRow.id)
        return self._session.exec(ordered).all()

    def visit_of_request(self, request: str) -> VisitRow | None:
        """The newest visit of a request, or None."""
        query = select(VisitRow).where(VisitRow.request_id == request)
        return self._session.exec(query.order_by(col(VisitRow.id).desc())).first()

    def promises(
        self, visits: Collection[str] | None = None
    ) -> Sequence[tuple[str, datetime, datetime, str | None]]:
        """Visit, begin, end and stage of each promise of a visit that is not over; of some visits."""
        start, end = col(VisitRow.promise_start), col(VisitRow.promise_end)
        query = select(VisitRow.id, start, end, VisitRow.promise_stage).where(
            start.is_not(None), end.is_not(None), col(VisitRow.state).in_(OPEN_VISIT_STATES)
        )
        if visits is not None:
            query = query.where(col(VisitRow.id).in_(sorted(visits)))
        return [(id, *rest) for id, *rest in self._session.exec(query)]

    def visit_ids(self, kinds: Sequence[str]) -> set[str]:
        """Ids of all visits of some kinds, done ones included."""
        return set(self._session.exec(select(VisitRow.id).where(col(VisitRow.kind).in_(kinds))))

    def visits_due(self, until: date) -> Sequence[VisitRow]:
        """Open visits with a due day on or before a day, by that day."""
        query = select(VisitRow).where(col(VisitRow.state).in_(OPEN_VISIT_STATES))
        due = query.where(col(VisitRow.due_ideal).is_not(None), VisitRow.due_ideal <= until)  # type: ignore[operator]
        return self._session.exec(due.order_by(col(VisitRow.due_ideal), VisitRow.id)).all()

    def requests(
        self, *, after: str = "", limit: int = 50, state: str | None = None, site: str | None = None
    ) -> Sequence[RequestRow]:
        """Requests with an id after the given one, by id."""
        query = select(RequestRow).where(RequestRow.id > after)
        if state is not None:
            query = query.where(RequestRow.state == state)
        if site is not None:
            query = query.where(RequestRow.site_id == site)
        return self._session.exec(query.order_by(RequestRow.id).limit(limit)).all()

    def request_called(self, external_id: str) -> RequestRow | None:
        """The request with a reporter's own number, or None."""
        query = select(RequestRow).where(RequestRow.external_id == external_id)
        return self._session.exec(query).first()

    def count_by_state(self) -> dict[str, int]:
        """Number of requests in each state that occurs."""
        query = select(RequestRow.state, func.count()).group_by(RequestRow.state)
        return dict(self._session.exec(query).all())

    def report(self, event_id: str) -> VisitEventRow | None:
        """A report from the field by its id."""
        return self._session.get(VisitEventRow, event_id)

    def reports(self, visit: str) -> Sequence[VisitEventRow]:
        """All reports on a visit, in the order of the phone's clock."""
        query = select(VisitEventRow).where(VisitEventRow.visit_id == visit)
        ordered = query.order_by(
            col(VisitEventRow.device_epoch),
            col(VisitEventRow.device_seq),
            col(VisitEventRow.occurred_at),
            col(VisitEventRow.received_at),
            VisitEventRow.event_id,
        )
        return self._session.exec(ordered).all()

    def add_report(self, row: VisitEventRow) -> None:
        """Write a report from the field."""
        self._session.add(row)
        self._session.flush()

    def position(self, engineer: str) -> PositionRow | None:
        """Where an engineer was last, or None."""
        return self._session.get(PositionRow, engineer)

    def positions(self) -> Sequence[PositionRow]:
        """Last known places of all engineers."""
        return self._session.exec(select(PositionRow).order_by(PositionRow.engineer_id)).all()

    def keep_position(self, row: PositionRow) -> None:
        """Replace an engineer's last place."""
        self._session.merge(row)
        self._session.flush()
