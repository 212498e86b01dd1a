"""Moves made by hand on a plan: tried while dragging, then kept or published."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from dispatch.api.call import Answer, Call, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.moves import MovesIn, MovesOut, moves_out
from dispatch.errors import InputError
from dispatch.operations.hand_moves import HandMade, examine_moves, keep_moves, try_moves
from dispatch.store import UnitOfWork

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/plans/{version}/moves")
SHORTEST_REASON = 3


@router.post(
    "",
    response_model=MovesOut,
    summary="Try, keep or publish moves made by hand",
    responses=documented(401, 403, 404, 409, 422, 503),
)
def move_visits(
    version: Annotated[int, Path(ge=1, le=2**31 - 1)], body: MovesIn, call: InCall
) -> Response:
    """Price moves and list every rule they break; with `accept` keep them unless they break one.

    Broken rules are accepted with `force` and a `reason`. Publishing is a compare-and-set on the
    version in the address: 409 names who published another plan first.
    """
    moves = [one.as_move() for one in body.moves]
    made = try_moves(call.services.database, version, moves)
    if body.accept is None or (made.moved.new_broken and not body.force):
        return call.answer(Answer(moves_out(made)))
    if made.moved.new_broken and len(body.reason.strip()) < SHORTEST_REASON:
        expected = f"at least {SHORTEST_REASON} letters saying why a rule is broken"
        raise InputError.at("/reason", body.reason, expected)
    return _keep(call, body, examine_moves(made))


def _keep(call: Call, body: MovesIn, made: HandMade) -> Response:
    def act(work: UnitOfWork) -> Answer:
        row, _ = keep_moves(
            work, made, publish=body.accept == "publish", reason=body.reason.strip()
        )
        return Answer(moves_out(made, row))

    return call.perform(act)
