"""Doing what a plan says would help a visit that it leaves out."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.remedies import RemedyDoneOut, remedy_done_out
from dispatch.operations.remedies import apply_remedy

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/plans/{version}/remedies")


@router.post(
    "/{visit}",
    response_model=RemedyDoneOut,
    summary="Carry out the remedy of an unassigned visit, and plan it",
    responses=documented(401, 403, 404, 409, 422),
)
def carry_out(
    version: Annotated[int, Path(ge=1, le=2**31 - 1)],
    visit: Annotated[str, Path(min_length=1, max_length=200)],
    call: InCall,
) -> Response:
    """Extend the shift, fill the van, widen the window or whatever it says; twice is once.

    The version must be the plan in force: 409 names who published another one. What nobody can
    do at a click, such as training, is refused with 409.
    """
    response = call.perform(
        lambda work: Answer(remedy_done_out(apply_remedy(work, version, visit)))
    )
    call.services.executor.wake()
    return response
