"""Maintenance rounds: the due list, generating visits, notices."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.rounds import (
    AnnouncedOut,
    AnnounceIn,
    GenerateIn,
    NoticesOut,
    RoundsOut,
    notices_out,
    rounds_out,
)
from dispatch.errors import InputError
from dispatch.operations.company import company_settings
from dispatch.operations.records.base import Day
from dispatch.operations.rounds import announce, due_list, generate
from dispatch.store import UnitOfWork

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/maintenance-rounds")
LONGEST = timedelta(days=731)


def _require_near(work: UnitOfWork, until: date | None) -> None:
    today = company_settings(work).local_day(work.now)
    if until is not None and not today <= until <= today + LONGEST:
        expected = f"a day from {today} to {today + LONGEST}"
        raise InputError.at("/until", until.isoformat(), expected)


@router.get(
    "",
    response_model=RoundsOut,
    summary="List what falls due",
    responses=documented(401, 403, 422),
)
def list_rounds(
    call: InCall,
    until: Annotated[Day | None, Query(description="30 days from today when left out.")] = None,
) -> Response:
    """List due maintenance, surveys and hand-overs."""

    def find(work: UnitOfWork) -> RoundsOut:
        _require_near(work, until)
        return rounds_out(due_list(work, until))

    return call.answer(Answer(call.read(find)))


@router.post(
    "",
    response_model=RoundsOut,
    summary="Make the visits of what falls due; a second call adds nothing",
    responses=documented(401, 403, 422),
)
def generate_rounds(call: InCall, body: GenerateIn | None = None) -> Response:
    """Generate visits."""
    until = None if body is None else body.until

    def act(work: UnitOfWork) -> Answer:
        _require_near(work, until)
        return Answer(rounds_out(generate(work, until)))

    return call.perform(act)


@router.get(
    "/notices",
    response_model=NoticesOut,
    summary="List customers who are to be told of due maintenance",
    responses=documented(401, 403),
)
def list_notices(call: InCall) -> Response:
    """List notices that are due and have not gone out."""
    return call.answer(Answer(call.read(lambda work: notices_out(due_list(work)))))


@router.post(
    "/notices",
    response_model=AnnouncedOut,
    summary="Note that customers have been told",
    responses=documented(401, 403, 422),
)
def announce_rounds(call: InCall, body: AnnounceIn | None = None) -> Response:
    """Mark notices as given."""
    ids = [] if body is None else body.rounds
    return call.perform(lambda work: Answer(AnnouncedOut(announced=list(announce(work, ids)))))
