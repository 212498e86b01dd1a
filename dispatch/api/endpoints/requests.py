"""Requests come in with their clocks going out, and take the steps of their life."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from dispatch.api.call import Answer, Call, InCall
from dispatch.api.cursors import CursorParam, LimitParam, decode_cursor, encode_cursor
from dispatch.api.problems import documented
from dispatch.api.schemas.base import Page
from dispatch.api.schemas.requests import (
    ConfirmIn,
    NoteIn,
    PauseIn,
    ProposalOut,
    RequestOut,
    SatisfactionIn,
    request_out,
    work_out,
)
from dispatch.domain.clock import PauseReason
from dispatch.domain.request import RequestState, Step
from dispatch.operations.diagnosis import DiagnosisRecord, diagnose
from dispatch.operations.intake import RequestRecord, report
from dispatch.operations.proposals import propose
from dispatch.operations.records.base import Identifier
from dispatch.operations.request_steps import give_score, pause, resume, take_step
from dispatch.operations.request_views import view_of, views_of
from dispatch.store import UnitOfWork
from dispatch.store.tables import RequestRow

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/requests")
Id = Annotated[str, Path(min_length=1, max_length=200)]
STEP_PROBLEMS = documented(401, 403, 404, 409, 412, 422)


def _written(work: UnitOfWork, row: RequestRow) -> RequestOut:
    return request_out(view_of(work, row))


def _answer(work: UnitOfWork, row: RequestRow, status: int = 200) -> Answer:
    body = _written(work, row)
    headers = {"ETag": f'"{row.version}"'}
    if status == 201:
        headers["Location"] = f"/api/v1/requests/{quote(row.id)}"
    return Answer(body, status, headers)


@router.post(
    "",
    status_code=201,
    response_model=RequestOut,
    summary="Report a request; its clocks come back",
    responses=documented(401, 403, 409, 422),
)
def report_request(record: RequestRecord, call: InCall) -> Response:
    """Take a request in."""
    return call.perform(lambda work: _answer(work, report(work, record), 201))


@router.get(
    "",
    response_model=Page[RequestOut],
    summary="List requests",
    responses=documented(401, 403, 422),
)
def list_requests(
    call: InCall,
    cursor: CursorParam = None,
    limit: LimitParam = 50,
    state: Annotated[RequestState | None, Query(description="Only those in this state.")] = None,
    site: Annotated[str | None, Query(max_length=200, description="Only this site's.")] = None,
) -> Response:
    """List requests by id."""
    after = decode_cursor(cursor)

    def find(work: UnitOfWork) -> Page[RequestOut]:
        rows = work.work.requests(
            after=after,
            limit=limit + 1,
            state=None if state is None else state.value,
            site=site,
        )
        items = [request_out(view) for view in views_of(work, rows[:limit])]
        more = len(rows) > limit
        return Page(items=items, next_cursor=encode_cursor(items[-1].id) if more else None)

    return call.answer(Answer(call.read(find)))


@router.get(
    "/{id}",
    response_model=RequestOut,
    summary="Read a request with its clocks",
    responses=documented(401, 403, 404),
)
def read_request(id: Id, call: InCall) -> Response:
    """Read one request."""
    return call.answer(call.read(lambda work: _answer(work, work.catalogue.get(RequestRow, id))))


def _take(id: str, step: Step, call: Call, body: NoteIn | None) -> Response:
    expected = call.maybe_expected_version()
    note = "" if body is None else body.note
    return call.perform(
        lambda work: _answer(work, take_step(work, id, step, expected=expected, note=note))
    )


@router.post(
    "/{id}/acknowledge",
    response_model=RequestOut,
    summary="Tell the customer that somebody cares",
    responses=STEP_PROBLEMS,
)
def acknowledge(id: Id, call: InCall, body: NoteIn | None = None) -> Response:
    """Stop the clock of the acknowledgement."""
    return _take(id, Step.ACKNOWLEDGE, call, body)


@router.post(
    "/{id}/diagnose",
    response_model=RequestOut,
    summary="Settle what is wrong and what has to be done on site",
    responses=STEP_PROBLEMS,
)
def post_diagnosis(id: Id, call: InCall, body: DiagnosisRecord | None = None) -> Response:
    """Note the end of the remote diagnosis; without visits the catalogue's proposal holds."""
    expected = call.maybe_expected_version()
    record = body or DiagnosisRecord()
    return call.perform(lambda work: _answer(work, diagnose(work, id, record, expected=expected)))


@router.get(
    "/{id}/proposal",
    response_model=ProposalOut,
    summary="Read what the catalogue proposes to bring and to do",
    responses=documented(401, 403, 404, 422),
)
def read_proposal(
    id: Id,
    call: InCall,
    fault: Annotated[
        Identifier | None, Query(description="Code to look up in place of the reported one.")
    ] = None,
) -> Response:
    """Propose the visit for a fault; the catalogue is edited at equipment-types."""

    def find(work: UnitOfWork) -> ProposalOut:
        found = propose(work, id, fault)
        return ProposalOut(
            request=id, fault=found.fault, source=found.source, visits=[work_out(found.work)]
        )

    return call.answer(Answer(call.read(find)))


@router.post(
    "/{id}/resolve-remotely",
    response_model=RequestOut,
    summary="Close a request that needed no visit",
    responses=STEP_PROBLEMS,
)
def resolve_remotely(id: Id, call: InCall, body: NoteIn | None = None) -> Response:
    """Close it; its visit falls away."""
    return _take(id, Step.RESOLVE_REMOTELY, call, body)


@router.post(
    "/{id}/confirm",
    response_model=RequestOut,
    summary="The customer confirms the repair",
    responses=STEP_PROBLEMS,
)
def confirm(id: Id, call: InCall, body: ConfirmIn | None = None) -> Response:
    """Note that the customer is content, with a score where they gave one."""
    expected = call.maybe_expected_version()
    said = body or ConfirmIn()

    def act(work: UnitOfWork) -> Answer:
        row = take_step(work, id, Step.CONFIRM, expected=expected, note=said.note)
        if said.score is not None:
            row = give_score(work, id, said.score, said.comment)
        return _answer(work, row)

    return call.perform(act)


@router.post(
    "/{id}/satisfaction",
    response_model=RequestOut,
    summary="Note how content the customer is; the last word counts",
    responses=STEP_PROBLEMS,
)
def post_satisfaction(id: Id, body: SatisfactionIn, call: InCall) -> Response:
    """Keep the answer to the survey."""
    expected = call.maybe_expected_version()
    return call.perform(
        lambda work: _answer(
            work, give_score(work, id, body.score, body.comment, expected=expected)
        )
    )


@router.post(
    "/{id}/reopen",
    response_model=RequestOut,
    summary="The customer does not accept the repair",
    responses=STEP_PROBLEMS,
)
def reopen(id: Id, call: InCall, body: NoteIn | None = None) -> Response:
    """Open it again; another visit is needed."""
    return _take(id, Step.REOPEN, call, body)


@router.post(
    "/{id}/cancel",
    response_model=RequestOut,
    summary="Cancel a request",
    responses=STEP_PROBLEMS,
)
def cancel(id: Id, call: InCall, body: NoteIn | None = None) -> Response:
    """Cancel it; its visit falls away and the engineer is told."""
    return _take(id, Step.CANCEL, call, body)


@router.post(
    "/{id}/pause",
    response_model=RequestOut,
    summary="Let a request wait for the customer or a part",
    responses=STEP_PROBLEMS,
)
def pause_request(id: Id, body: PauseIn, call: InCall) -> Response:
    """Begin a pause."""
    expected = call.maybe_expected_version()
    reason = PauseReason(body.reason)
    return call.perform(lambda work: _answer(work, pause(work, id, reason, expected=expected)))


@router.post(
    "/{id}/resume",
    response_model=RequestOut,
    summary="End a pause",
    responses=STEP_PROBLEMS,
)
def resume_request(id: Id, call: InCall, body: NoteIn | None = None) -> Response:  # noqa: ARG001
    """End the pause that lasts."""
    expected = call.maybe_expected_version()
    return call.perform(lambda work: _answer(work, resume(work, id, expected=expected)))
