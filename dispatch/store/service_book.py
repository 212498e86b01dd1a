"""Queries on complaints, service reports, alerts of clocks and expected times."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import date, datetime

from sqlalchemy import delete, func, tuple_
from sqlmodel import Session, col, select

from dispatch.store.tables import (
    AssignmentRow,
    ClockAlertRow,
    ComplaintRow,
    EtaRow,
    RequestRow,
    RouteConfirmationRow,
    ServiceReportRow,
    VisitRow,
)

__all__ = ["ServiceBook"]


class ServiceBook:
    """What surrounds the work; single rows come from the catalogue."""

    def __init__(self, session: Session) -> None:
        self._session = session

    def open_complaints(self) -> Sequence[ComplaintRow]:
        """Complaints that are not closed, by id."""
        query = select(ComplaintRow).where(col(ComplaintRow.closed_at).is_(None))
        return self._session.exec(query.order_by(ComplaintRow.id)).all()

    def open_requests(self, closed: Iterable[str]) -> Sequence[RequestRow]:
        """Requests in no closed state, by id."""
        query = select(RequestRow).where(col(RequestRow.state).not_in(list(closed)))
        return self._session.exec(query.order_by(RequestRow.id)).all()

    def alerts(self, subjects: Iterable[str]) -> dict[tuple[str, str], int]:
        """Highest percent told so far, by subject and clock."""
        query = select(ClockAlertRow).where(col(ClockAlertRow.subject).in_(list(subjects)))
        found: dict[tuple[str, str], int] = {}
        for row in self._session.exec(query).all():
            key = (row.subject, row.kind)
            found[key] = max(found.get(key, 0), row.percent)
        return found

    def add_alert(self, row: ClockAlertRow) -> None:
        """Note that a share of a clock was told."""
        self._session.add(row)
        self._session.flush()

    def visits_of(self, request: str) -> Sequence[VisitRow]:
        """Every visit of a request, by id."""
        query = select(VisitRow).where(VisitRow.request_id == request)
        return self._session.exec(query.order_by(VisitRow.id)).all()

    def remove_visit(self, row: VisitRow) -> None:
        """Drop a visit that nobody was ever sent to."""
        self._session.delete(row)
        self._session.flush()

    def visits_of_requests(self, requests: Sequence[str]) -> Sequence[VisitRow]:
        """Every visit of some requests, by id."""
        query = select(VisitRow).where(col(VisitRow.request_id).in_(requests))
        return self._session.exec(query.order_by(VisitRow.id)).all()

    def repeats_of_requests(self, requests: Sequence[str]) -> Sequence[tuple[str, str]]:
        """Ids of the requests that report the same fault as one of some again, and which, by id."""
        before = col(RequestRow.repeat_of)
        query = select(RequestRow.id, before).where(before.in_(requests)).order_by(RequestRow.id)
        return [(id, str(of)) for id, of in self._session.exec(query)]

    def candidates_for_repeat(
        self, equipment: str, fault: str, since: datetime
    ) -> Sequence[RequestRow]:
        """Requests about one fault of one piece of equipment, newest first."""
        query = select(RequestRow).where(
            RequestRow.equipment_id == equipment,
            RequestRow.fault == fault,
            RequestRow.reported_at >= since,
        )
        return self._session.exec(
            query.order_by(col(RequestRow.reported_at).desc(), col(RequestRow.id).desc())
        ).all()

    def assignments_of_shifts(self, shifts: Iterable[str]) -> Sequence[AssignmentRow]:
        """What is assigned to some shifts, in the order of their routes."""
        query = select(AssignmentRow).where(col(AssignmentRow.shift_id).in_(list(shifts)))
        ordered = query.order_by(AssignmentRow.shift_id, col(AssignmentRow.position))
        return self._session.exec(ordered).all()

    def etas(self, *, shift: str | None = None, visit: str | None = None) -> Sequence[EtaRow]:
        """Expected times of a shift or of a visit, by time."""
        query = select(EtaRow)
        if shift is not None:
            query = query.where(EtaRow.shift_id == shift)
        if visit is not None:
            query = query.where(EtaRow.visit_id == visit)
        return self._session.exec(query.order_by(col(EtaRow.arrive), EtaRow.visit_id)).all()

    def shifts_with_etas(self) -> set[str]:
        """Shifts that have expected times."""
        return set(self._session.exec(select(EtaRow.shift_id).distinct()).all())

    def all_etas(self, *, engineer: str | None = None) -> Sequence[EtaRow]:
        """Every expected time, by time; of one engineer where named."""
        query = select(EtaRow)
        if engineer is not None:
            query = query.where(EtaRow.engineer_id == engineer)
        return self._session.exec(query.order_by(col(EtaRow.arrive), EtaRow.visit_id)).all()

    def keep_etas(self, shift: str, rows: Iterable[EtaRow]) -> None:
        """Put the expected times of a shift in the place of those before."""
        fresh = list(rows)
        # A visit that was moved here from another shift has its time there no more.
        here = [(row.visit_id, row.member) for row in fresh]
        moved = tuple_(col(EtaRow.visit_id), col(EtaRow.member)).in_(here)
        self._session.execute(delete(EtaRow).where((col(EtaRow.shift_id) == shift) | moved))
        self._session.add_all(fresh)
        self._session.flush()

    def history_of(self, equipment: str, most: int) -> Sequence[tuple[VisitRow, str]]:
        """Visits to a machine that are over, newest first, each with its service report."""
        query = (
            select(VisitRow, ServiceReportRow.text)
            .join(ServiceReportRow, col(ServiceReportRow.visit_id) == VisitRow.id, isouter=True)
            .where(VisitRow.equipment_id == equipment, col(VisitRow.finished_at).is_not(None))
            .where(col(VisitRow.state).in_(("finished", "could_not_finish")))
        )
        ordered = query.order_by(col(VisitRow.finished_at).desc(), col(VisitRow.id).desc())
        return [(row, text or "") for row, text in self._session.exec(ordered.limit(most)).all()]

    def confirmations(
        self, day: date, *, engineer: str | None = None
    ) -> Sequence[RouteConfirmationRow]:
        """Routes of a day that were confirmed, in the order in which they were.

        Of two in the same second that of the later plan comes later.
        """
        query = select(RouteConfirmationRow).where(RouteConfirmationRow.day == day)
        if engineer is not None:
            query = query.where(RouteConfirmationRow.engineer_id == engineer)
        return self._session.exec(
            query.order_by(
                RouteConfirmationRow.engineer_id,
                col(RouteConfirmationRow.occurred_at),
                col(RouteConfirmationRow.received_at),
                func.coalesce(col(RouteConfirmationRow.plan_version), 0),
                RouteConfirmationRow.fingerprint,
            )
        ).all()

    def keep_confirmation(self, row: RouteConfirmationRow) -> None:
        """Write that a route was confirmed, or that it was once more."""
        self._session.merge(row)
        self._session.flush()
