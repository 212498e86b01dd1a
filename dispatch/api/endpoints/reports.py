"""The SLA and quality report: to be looked at, and to be taken away."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.endpoints.tables import FILE_KINDS, FILE_OUT
from dispatch.api.problems import documented
from dispatch.api.schemas.reports import ReportOut, report_out
from dispatch.operations.records.base import Day
from dispatch.operations.report_files import report_file
from dispatch.operations.reports import ReportQuery, quality_report

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/reports")
First = Annotated[
    Day | None, Query(alias="from", description="First local day; 90 days before the last one.")
]
Last = Annotated[Day | None, Query(alias="until", description="Last local day; today.")]
By = Annotated[str, Query(pattern="^(day|week|month)$", description="How time is cut.")]
Territory = Annotated[str | None, Query(max_length=200, description="Left out: all of them.")]


def _query(first: date | None, last: date | None, by: str, territory: str | None) -> ReportQuery:
    return ReportQuery(first, last, by, territory or None)


@router.get(
    "/quality",
    response_model=ReportOut,
    summary="SLA and quality report",
    responses=documented(401, 403, 422),
)
def read_quality(
    call: InCall,
    first: First = None,
    last: Last = None,
    by: By = "week",
    territory: Territory = None,
) -> Response:
    """Tell how promises were kept and how good the work was, in all and in parts."""
    query = _query(first, last, by, territory)
    report = call.read(lambda work: quality_report(work, query))
    return call.answer(Answer(report_out(report)))


@router.get(
    "/quality/file",
    response_model=None,
    summary="SLA and quality report as a file",
    responses={**FILE_OUT, **documented(401, 403, 422)},
)
def export_quality(
    call: InCall,
    format: Annotated[str, Query(pattern="^(csv|xlsx)$")] = "csv",
    first: First = None,
    last: Last = None,
    by: By = "week",
    territory: Territory = None,
) -> Response:
    """Write the same figures, every count among them."""
    query = _query(first, last, by, territory)
    report = call.read(lambda work: quality_report(work, query))
    name = f"quality-{report.first}-{report.last}.{format}"
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return Response(report_file(report, format), media_type=FILE_KINDS[format], headers=headers)
