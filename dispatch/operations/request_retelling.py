"""A request and its visits after a report from the field, told anew from all that is known."""

from __future__ import annotations

from dispatch.domain.field_report import VisitCourse, course_of
from dispatch.domain.request import Request, RequestState
from dispatch.domain.request_history import retell
from dispatch.operations.intake import ensure_request_visit
from dispatch.operations.notify.giving import tell_survey
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import RequestRow

__all__ = ["course_of_visit", "retell_request", "settle_visits"]


def course_of_visit(work: UnitOfWork, visit: str) -> VisitCourse:
    """Fold all reports on a visit."""
    return course_of(rows.field_report_of(row) for row in work.work.reports(visit))


def retell_request(work: UnitOfWork, id: str) -> frozenset[str]:
    """Make the stages of a request follow its visits' reports again.

    Returns
    -------
    frozenset of str
        Visits whose reports the request cannot follow any more.
    """
    row = work.catalogue.get(RequestRow, id)
    courses = {
        number: (visit.id, course_of_visit(work, visit.id))
        for visit in work.service.visits_of(id)
        if visit.kind == "corrective" and visit.state not in ("open", "cancelled")
        if (number := number_of(visit.id)) is not None
    }
    before = rows.request_of(row)
    told = retell(before, courses)
    if told.request != before:
        work.catalogue.change(row, rows.request_values(told.request))
        settle_visits(work, told.request)
        if told.request.state is not before.state:
            state = {"state": told.request.state.value, "from": before.state.value}
            work.tell("request_moved", id, state)
        if told.request.state is RequestState.FIXED:
            tell_survey(work, row, told.request.visits_done)
    return told.unfitting


def number_of(visit: str) -> int | None:
    """Number of a visit among those of its request, from its id."""
    _, mark, number = visit.rpartition("-v")
    return int(number) if mark and number.isdecimal() else None


def settle_visits(work: UnitOfWork, request: Request) -> None:
    """Let there be a visit for what is still to be done, and none for what is not."""
    done = request.visits_done
    left = len(request.works) - sum(
        one.finished for one in request.results if one.number >= request.works_from
    )
    last = done + max(1, left) if request.state.is_open else 0
    for visit in work.service.visits_of(request.id):
        number = number_of(visit.id)
        if visit.state != "open" or visit.kind != "corrective" or number is None:
            continue
        if done < number <= last or work.work.reports(visit.id):
            continue
        sent = work.plans.assignments_of(visit.id)
        if not sent and not visit.sent:
            work.service.remove_visit(visit)
            continue
        work.plans.release([visit.id])
        work.catalogue.change(visit, {"state": "cancelled"})
        recipients = tuple(f"engineer:{one.engineer_id}" for one in sent)
        work.tell("visit_cancelled", visit.id, {"reason": "done already"}, recipients=recipients)
    if request.state.is_open:
        row = ensure_request_visit(work, request)
        if row is not None and row.state == "cancelled":
            work.catalogue.change(row, {"state": "open"})
