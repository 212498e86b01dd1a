"""Complaints: taken in with their clocks going out, and taken step by step to their close."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import quote

from fastapi import APIRouter, Path
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.cursors import CursorParam, LimitParam, decode_cursor, encode_cursor
from dispatch.api.problems import documented
from dispatch.api.schemas.base import Page
from dispatch.api.schemas.complaints import ComplaintOut, complaint_out
from dispatch.api.schemas.requests import NoteIn
from dispatch.operations.complaints import (
    ComplaintRecord,
    ComplaintStep,
    raise_complaint,
    take_complaint_step,
    view_complaint,
)
from dispatch.store import UnitOfWork
from dispatch.store.tables import ComplaintRow

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/complaints")
Id = Annotated[str, Path(min_length=1, max_length=200)]


def _answer(work: UnitOfWork, row: ComplaintRow, status: int = 200) -> Answer:
    headers = {"ETag": f'"{row.version}"'}
    if status == 201:
        headers["Location"] = f"/api/v1/complaints/{quote(row.id)}"
    return Answer(complaint_out(view_complaint(work, row)), status, headers)


@router.post(
    "",
    status_code=201,
    response_model=ComplaintOut,
    summary="Raise a complaint; its clocks come back",
    responses=documented(401, 403, 409, 422),
)
def post_complaint(record: ComplaintRecord, call: InCall) -> Response:
    """Take a complaint in."""
    return call.perform(lambda work: _answer(work, raise_complaint(work, record), 201))


@router.get(
    "",
    response_model=Page[ComplaintOut],
    summary="List complaints",
    responses=documented(401, 403, 422),
)
def list_complaints(call: InCall, cursor: CursorParam = None, limit: LimitParam = 50) -> Response:
    """List complaints by id."""
    after = decode_cursor(cursor)

    def find(work: UnitOfWork) -> Page[ComplaintOut]:
        rows = work.catalogue.page(ComplaintRow, after=after, limit=limit + 1)
        items = [complaint_out(view_complaint(work, row)) for row in rows[:limit]]
        more = len(rows) > limit
        return Page(items=items, next_cursor=encode_cursor(items[-1].id) if more else None)

    return call.answer(Answer(call.read(find)))


@router.get(
    "/{id}",
    response_model=ComplaintOut,
    summary="Read a complaint with its clocks",
    responses=documented(401, 403, 404),
)
def read_complaint(id: Id, call: InCall) -> Response:
    """Read one complaint."""
    return call.answer(call.read(lambda work: _answer(work, work.catalogue.get(ComplaintRow, id))))


@router.post(
    "/{id}/{step}",
    response_model=ComplaintOut,
    summary="Take the next step: contact, propose, settle, close",
    responses=documented(401, 403, 404, 409, 412, 422),
)
def post_step(id: Id, step: ComplaintStep, call: InCall, body: NoteIn | None = None) -> Response:
    """Note that a step was taken; its clock stops."""
    expected = call.maybe_expected_version()
    note = "" if body is None else body.note
    return call.perform(
        lambda work: _answer(work, take_complaint_step(work, id, step, note, expected=expected))
    )
