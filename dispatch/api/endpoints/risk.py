"""How likely each visit of a plan misses its SLA or window, and what that is learned from."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.risk import RiskModelOut, RiskOut, model_out, risk_out
from dispatch.operations.risk import learn, risk_model, risk_of

__all__ = ["router"]

router = APIRouter(prefix="/api/v1")
Version = Annotated[int, Path(ge=1, le=2**31 - 1)]


@router.get(
    "/plans/{version}/risk",
    response_model=RiskOut,
    summary="Read how likely each visit of a plan misses its SLA or window",
    responses=documented(401, 403, 404, 422),
)
def read_risk(version: Version, call: InCall) -> Response:
    """Drive the plan a thousand times with the spreads learned last."""
    model, found = call.read(lambda work: risk_of(work, version))
    return call.answer(Answer(risk_out(version, model, found)))


@router.get(
    "/risk-model",
    response_model=RiskModelOut,
    summary="Read how long work and travel really take",
    responses=documented(401, 403),
)
def read_model(call: InCall) -> Response:
    """Read the spreads learned last, or the defaults."""
    return call.answer(Answer(model_out(call.read(risk_model))))


@router.post(
    "/risk-model",
    response_model=RiskModelOut,
    summary="Learn how long work and travel really take from the reports of the field",
    responses=documented(401, 403),
)
def learn_model(call: InCall) -> Response:
    """Learn the spreads and keep them."""
    return call.perform(lambda work: Answer(model_out(learn(work))))
