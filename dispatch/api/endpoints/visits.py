"""Visits and what is reported about them from the field."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from dispatch.api.call import Answer, Call, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.complaints import ServiceReportOut, service_report_out
from dispatch.api.schemas.field_work import (
    ExpectedTimesOut,
    KeptReport,
    ReportOut,
    ReportsOut,
    VisitOut,
    expected_out,
)
from dispatch.errors import InputError
from dispatch.operations.progress import VisitReport, record_report
from dispatch.operations.records.base import Identifier
from dispatch.operations.service_reports import ServiceReportRecord, report_of, write_report
from dispatch.operations.visit_sheet import own_visit
from dispatch.store import UnitOfWork
from dispatch.store.tables import VisitRow

__all__ = ["router", "times_router"]

router = APIRouter(prefix="/api/v1/visits")
times_router = APIRouter(prefix="/api/v1/expected-times")
Id = Annotated[str, Path(min_length=1, max_length=200)]


def _own(work: UnitOfWork, call: Call, id: str) -> VisitRow:
    return own_visit(work, id, engineer=_reporter(call))


@times_router.get(
    "",
    response_model=ExpectedTimesOut,
    summary="When the visits to come are expected, as far as the day has come",
    responses=documented(401, 403, 422),
)
def list_expected_times(
    call: InCall,
    engineer: Annotated[
        Identifier | None, Query(description="Only this engineer's visits.")
    ] = None,
    late: Annotated[
        bool, Query(description="Only visits whose promised arrival will be missed.")
    ] = False,
) -> Response:
    """List expected times by time; visits that run as planned before their day are not there."""
    rows = call.read(lambda work: work.service.all_etas(engineer=engineer))
    items = [expected_out(one) for one in rows if one.late_s > 0 or not late]
    return call.answer(Answer(ExpectedTimesOut(items=items)))


@router.get(
    "/{id}",
    response_model=VisitOut,
    summary="Read a visit",
    responses=documented(401, 403, 404),
)
def read_visit(id: Id, call: InCall) -> Response:
    """Read one visit."""

    def find(work: UnitOfWork) -> VisitOut:
        row = _own(work, call, id)
        return VisitOut(
            id=row.id,
            kind=row.kind,
            state=row.state,
            request=row.request_id,
            equipment=row.equipment_id,
            site=row.site_id,
            title=row.title,
            promise_start=row.promise_start,
            promise_end=row.promise_end,
            promise_stage=row.promise_stage,
            en_route_at=row.en_route_at,
            arrived_at=row.arrived_at,
            started_at=row.started_at,
            finished_at=row.finished_at,
            engineers=[one.engineer_id for one in work.plans.assignments_of(id)],
            expected=[expected_out(one) for one in work.service.etas(visit=id)],
        )

    return call.answer(Answer(call.read(find)))


@router.get(
    "/{id}/events",
    response_model=ReportsOut,
    summary="List the reports on a visit",
    responses=documented(401, 403, 404),
)
def list_reports(id: Id, call: InCall) -> Response:
    """List all reports, in the order of the device's clock."""

    def find(work: UnitOfWork) -> ReportsOut:
        _own(work, call, id)
        return ReportsOut(
            items=[
                KeptReport(
                    event_id=one.event_id,
                    type=one.type,
                    engineer=one.engineer_id,
                    occurred_at=one.occurred_at,
                    received_at=one.received_at,
                    outcome=one.outcome,
                    details=one.details,
                )
                for one in work.work.reports(id)
            ]
        )

    return call.answer(Answer(call.read(find)))


@router.post(
    "/{id}/events",
    response_model=ReportOut,
    summary="Report from the field; needs Idempotency-Key or event_id",
    responses=documented(400, 401, 403, 404, 409, 422),
)
def report_event(id: Id, report: VisitReport, call: InCall) -> Response:
    """Keep a report; repeated and late ones are safe."""
    key = call.request.headers.get("idempotency-key")
    event_id = report.event_id or key
    if event_id is None:
        raise InputError.at(
            "/event_id", None, "an event_id, or a key in the header Idempotency-Key"
        )

    def act(work: UnitOfWork) -> Answer:
        outcome = record_report(work, id, report, engineer=_reporter(call), event_id=event_id)
        return Answer(ReportOut.model_validate(outcome))

    return call.perform(act)


@router.post(
    "/{id}/report",
    status_code=201,
    response_model=ServiceReportOut,
    summary="Write the service report of a visit; the same one again changes nothing",
    responses=documented(401, 403, 404, 409, 422),
)
def post_service_report(id: Id, record: ServiceReportRecord, call: InCall) -> Response:
    """Write what was done, with links to photos and the name of who signed."""

    def act(work: UnitOfWork) -> Answer:
        write_report(work, id, record, engineer=_reporter(call))
        return Answer(service_report_out(report_of(work, id, engineer=None)), 201)

    return call.perform(act)


@router.get(
    "/{id}/report",
    response_model=ServiceReportOut,
    summary="Read the service report of a visit",
    responses=documented(401, 403, 404),
)
def read_service_report(id: Id, call: InCall) -> Response:
    """Read the report, with the parts that were used."""
    mine = _reporter(call)
    view = call.read(lambda work: report_of(work, id, engineer=mine))
    return call.answer(Answer(service_report_out(view)))


def _reporter(call: Call) -> str | None:
    if call.principal.role.value == "engineer":
        # An engineer's account without an engineer is nobody's, so nothing is theirs.
        return call.principal.engineer or ""
    return None
