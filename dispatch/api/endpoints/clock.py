"""The clock: what the present is, and, in a rehearsal, moving it on."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.api.call import Answer, Call, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.clock import ClockIn, ClockOut
from dispatch.errors import Conflict

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/clock")


def _told(call: Call) -> Response:
    now = call.services.database.clock.now()
    rehearsal = call.services.rehearsal is not None
    return call.answer(Answer(ClockOut(now=now, rehearsal=rehearsal)))


@router.get(
    "",
    response_model=ClockOut,
    summary="Read what the service calls the present",
    responses=documented(401, 403),
)
def read_clock(call: InCall) -> Response:
    """Tell the present, and whether it stands still."""
    return _told(call)


@router.post(
    "",
    response_model=ClockOut,
    summary="Move the clock of a rehearsal on",
    responses=documented(401, 403, 409, 422),
)
def move_clock(body: ClockIn, call: InCall) -> Response:
    """Let the time go by; what the watch would have seen meanwhile is told."""
    if call.services.rehearsal is None:
        raise Conflict(
            "clock: that of the machine, expected that of a rehearsal",
            advice="start a server with DISPATCH_REHEARSAL to practise a day.",
        )
    call.services.rehearsal.move_to(body.now)
    return _told(call)
