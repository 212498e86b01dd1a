"""What-ifs: asking, watching, calling off, and taking the outcome away."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Annotated, Any

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.cursors import LimitParam
from dispatch.api.problems import documented
from dispatch.api.schemas.base import Page
from dispatch.api.schemas.scenarios import (
    ScenarioChoicesOut,
    WhatIfHead,
    WhatIfIn,
    WhatIfOut,
    choices_out,
    what_if_head,
    what_if_out,
)
from dispatch.domain import Case
from dispatch.errors import Conflict, InputError
from dispatch.formats import dump_json, parse_case
from dispatch.formats.question_table import format_question_csv, format_question_html
from dispatch.formats.whatif_csv import format_whatif_csv
from dispatch.formats.whatif_html import format_whatif_html
from dispatch.operations.what_if_names import names_of_base
from dispatch.operations.what_if_order import WhatIfOrder, base_case
from dispatch.operations.what_ifs import call_off_what_if, resume_what_if, start_what_if
from dispatch.store import UnitOfWork
from dispatch.store.tables import WhatIfRow

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/scenarios")
Id = Annotated[str, Path(min_length=1, max_length=64)]
FILES = {
    "json": "application/json",
    "csv": "text/csv; charset=utf-8",
    "html": "text/html; charset=utf-8",
}
TEXT = {"schema": {"type": "string"}}
OBJECT = {"schema": {"type": "object"}}
FILE_OUT: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The report.",
        "content": {"application/json": OBJECT, "text/csv": TEXT, "text/html": TEXT},
    }
}

CASE_OUT: dict[int | str, dict[str, Any]] = {
    200: {"description": "The case.", "content": {"application/json": OBJECT}}
}


@router.get(
    "",
    response_model=Page[WhatIfHead],
    summary="List the newest what-ifs",
    responses=documented(401, 403, 422),
)
def list_what_ifs(call: InCall, limit: LimitParam = 50) -> Response:
    """List what-ifs without their outcomes, newest first."""
    found = call.read(lambda work: work.what_ifs.page(limit=limit))
    return call.answer(Answer(Page(items=[what_if_head(row) for row in found], next_cursor=None)))


@router.post(
    "",
    status_code=202,
    response_model=WhatIfOut,
    summary="Compare scenarios, or ask a question, in simulated futures",
    responses=documented(401, 403, 413, 422, 503),
)
def ask_what_if(call: InCall, body: WhatIfIn) -> Response:
    """Queue a what-if; `Location` says where to watch it."""
    order = _checked(body)
    given = None if body.case is None else _given_case(body.case)

    def act(work: UnitOfWork) -> Answer:
        case = base_case(work) if given is None else given
        row = start_what_if(work, order, case, body.title or order.title)
        return Answer(what_if_out(row), 202, {"Location": f"/api/v1/scenarios/{row.id}"})

    response = call.perform(act)
    call.services.what_ifs.wake()
    return response


def _checked(body: WhatIfIn) -> WhatIfOrder:
    try:
        return body.order()
    except InputError as error:
        if body.question is None or any(one.pointer == "/scenarios" for one in error.issues):
            raise
        raise _below("/question", error) from error


def _given_case(document: dict[str, object]) -> Case:
    try:
        return parse_case(json.dumps(document))
    except InputError as error:
        raise _below("/case", error) from error


def _below(front: str, error: InputError) -> InputError:
    return InputError([replace(one, pointer=front + one.pointer) for one in error.issues])


@router.get(
    "/choices",
    response_model=ScenarioChoicesOut,
    summary="Ids that scenarios and questions about the company may name",
    responses=documented(401, 403),
)
def read_choices(call: InCall) -> Response:
    """Give engineers, skills, parts, places and contracts of the base as it would be now."""
    return call.answer(
        Answer(call.read(lambda work: choices_out(base_case(work), names_of_base(work))))
    )


@router.get(
    "/{id}",
    response_model=WhatIfOut,
    summary="Read a what-if with its progress and, once done, its report",
    responses=documented(401, 403, 404),
)
def read_what_if(id: Id, call: InCall) -> Response:
    """Read one what-if."""
    return call.answer(Answer(what_if_out(call.read(lambda work: work.what_ifs.get(id)))))


@router.delete(
    "/{id}",
    status_code=202,
    response_model=WhatIfOut,
    summary="Call a what-if off; its finished replications stay",
    responses=documented(401, 403, 404),
)
def cancel_what_if(id: Id, call: InCall) -> Response:
    """Ask for the end of a what-if."""
    return call.perform(lambda work: Answer(what_if_out(call_off_what_if(work, id)), 202))


@router.post(
    "/{id}/resume",
    status_code=202,
    response_model=WhatIfOut,
    summary="Go on with a what-if that was called off or failed",
    responses=documented(401, 403, 404, 409, 503),
)
def go_on_with_what_if(id: Id, call: InCall) -> Response:
    """Queue it again; what was finished is not simulated again."""
    response = call.perform(lambda work: Answer(what_if_out(resume_what_if(work, id)), 202))
    call.services.what_ifs.wake()
    return response


@router.get(
    "/{id}/report",
    response_model=None,
    summary="The report as a page with charts, a table, or JSON",
    responses={**FILE_OUT, **documented(401, 403, 404, 409, 422)},
)
def read_report(
    id: Id,
    call: InCall,
    format: Annotated[str, Query(pattern="^(json|csv|html)$")] = "html",
    language: Annotated[str, Query(pattern="^(en|zh)$")] = "en",
) -> Response:
    """Write the report of a what-if that is done."""
    row = call.read(lambda work: work.what_ifs.get(id))
    if row.state != "done":
        raise Conflict(f"what-if {id!r}: {row.state}, expected done")
    headers = (
        {}
        if format == "html"
        else {"Content-Disposition": f'attachment; filename="what-if-{row.id}.{format}"'}
    )
    if format == "html":
        # The page brings its style along and may do nothing else.
        headers["Content-Security-Policy"] = "default-src 'none'; style-src 'unsafe-inline'"
    return Response(_written(row, format, language), media_type=FILES[format], headers=headers)


def _written(row: WhatIfRow, format: str, language: str) -> str:
    if format == "json":
        return dump_json(row.report) + "\n"
    if row.kind == "comparison":
        if format == "csv":
            return format_whatif_csv(row.report)
        return format_whatif_html(row.report, language)
    if format == "csv":
        return format_question_csv(row.report)
    return format_question_html(row.report, row.title, language)


@router.get(
    "/{id}/case",
    response_model=None,
    summary="The base that a what-if was asked about, as a case file",
    responses={**CASE_OUT, **documented(401, 403, 404)},
)
def read_base(id: Id, call: InCall) -> Response:
    """Give the base as it was frozen, for ``dispatch whatif`` and ``dispatch ask``."""
    row = call.read(lambda work: work.what_ifs.get(id))
    return Response(row.case_text, media_type="application/json")
