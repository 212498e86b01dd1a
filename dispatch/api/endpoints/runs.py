"""Watching runs and calling them off."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.cursors import LimitParam
from dispatch.api.problems import documented
from dispatch.api.schemas.base import Page
from dispatch.api.schemas.plans import RunOut, run_out
from dispatch.operations.runs import call_off
from dispatch.store import UnitOfWork

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/runs")
Id = Annotated[str, Path(min_length=1, max_length=64)]


@router.get(
    "",
    response_model=Page[RunOut],
    summary="List the newest runs",
    responses=documented(401, 403, 422),
)
def list_runs(call: InCall, limit: LimitParam = 50) -> Response:
    """List runs, newest first."""

    def find(work: UnitOfWork) -> Page[RunOut]:
        rows = work.runs.page(limit=limit)
        items = [run_out(row, work.accounts.name_of) for row in rows]
        return Page(items=items, next_cursor=None)

    return call.answer(Answer(call.read(find)))


@router.get(
    "/{id}",
    response_model=RunOut,
    summary="Read a run with its progress",
    responses=documented(401, 403, 404),
)
def read_run(id: Id, call: InCall) -> Response:
    """Read one run."""

    def find(work: UnitOfWork) -> RunOut:
        return run_out(work.runs.get(id), work.accounts.name_of)

    return call.answer(Answer(call.read(find)))


@router.delete(
    "/{id}",
    status_code=202,
    response_model=RunOut,
    summary="Call a run off; the best plan so far is kept as a draft",
    responses=documented(401, 403, 404),
)
def cancel_run(id: Id, call: InCall) -> Response:
    """Ask for the end of a run."""

    def act(work: UnitOfWork) -> Answer:
        return Answer(run_out(call_off(work, id), work.accounts.name_of), 202)

    return call.perform(act)
