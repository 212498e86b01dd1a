"""Proposals: taking a draft over, whole or visit by visit; and why a visit has its engineer."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.proposals import AcceptIn, AcceptOut, WhyOut, accept_out, why_out
from dispatch.errors import PlanConflict, PlanRejected
from dispatch.operations.acceptance import (
    TriedPart,
    keep_part,
    publish_whole,
    try_part,
    try_whole,
)
from dispatch.operations.publish import SoundDraft
from dispatch.operations.reasons import why_in_plan
from dispatch.store import UnitOfWork

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/plans/{version}")
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]
Id = Annotated[str, Path(min_length=1, max_length=200)]


@router.post(
    "/accept",
    response_model=AcceptOut,
    summary="Try or take over some changes of a draft, or all of them",
    responses=documented(401, 403, 404, 409, 422, 503),
)
def accept_proposal(version: Version, body: AcceptIn, call: InCall) -> Response:
    """Put changes of a draft on the plan in force; the whole is audited before it is published.

    A part that would break a rule is never published: 409 says which. So does 409 when another
    plan has been published since the draft was begun, naming who was first.
    """
    database = call.services.database
    tried: TriedPart | None = None
    draft: SoundDraft | None = None
    late: PlanConflict | None = None
    try:
        if body.visits is None:
            tried, draft = try_whole(database, version)
        else:
            tried = try_part(database, version, body.visits)
    except PlanConflict as error:
        # The replay of a call that was answered is found in the transaction below.
        late = error
        if not body.publish:
            raise
    if tried is not None and not body.publish:
        return call.answer(Answer(accept_out(tried)))

    def act(work: UnitOfWork) -> Answer:
        if tried is None:
            assert late is not None, "whatever was not tried was refused"
            raise late
        if tried.part.broken:
            raise PlanRejected([f"{one.rule}: {one.message}" for one in tried.part.broken])
        if body.visits is None:
            return Answer(accept_out(tried, publish_whole(work, draft, version)))
        return Answer(accept_out(tried, keep_part(work, tried, publish=True)))

    return call.perform(act)


@router.get(
    "/visits/{id}/why",
    response_model=WhyOut,
    summary="Why this engineer: what everybody else would cost, or what is in the way",
    responses=documented(401, 403, 404, 422, 503),
)
def explain_visit(version: Version, id: Id, call: InCall) -> Response:
    """Try a planned visit on every other shift; of one in no route, say why."""
    found = why_in_plan(call.services.database, version, id)
    return call.answer(Answer(why_out(id, found)))
