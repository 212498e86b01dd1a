"""The levelled half-year of maintenance: the one in force, and making another."""

from __future__ import annotations

from fastapi import APIRouter
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.half_year import HalfYearIn, HalfYearOut, half_year_out
from dispatch.operations.half_year import (
    HalfYearOrder,
    in_force,
    keep,
    level_apart,
    read_half_year,
)

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/half-year")


@router.get(
    "",
    response_model=HalfYearOut,
    summary="The levelled maintenance calendar in force",
    responses=documented(401, 403, 404),
)
def read_levelled(call: InCall) -> Response:
    """Give the newest calendar: rounds with their weeks, load, comparison, what slips."""
    return call.answer(Answer(call.read(lambda work: half_year_out(in_force(work)))))


@router.post(
    "",
    response_model=HalfYearOut,
    summary="Level the maintenance of a half-year; days are planned by it from then on",
    responses=documented(401, 403, 422),
)
def level(call: InCall, body: HalfYearIn | None = None) -> Response:
    """Level in a process of its own, check the outcome, keep it."""
    asked = body or HalfYearIn()
    order = HalfYearOrder(
        start=asked.start,
        weeks=asked.weeks,
        territory=asked.territory,
        growth=asked.growth,
        time_limit_s=asked.time_limit_s,
        seed=asked.seed,
        corrective_share=asked.corrective_share,
    )
    # The search runs outside any transaction: nobody else has to wait for it.
    made = level_apart(call.read(lambda work: read_half_year(work, order)), order)
    return call.perform(lambda work: Answer(half_year_out(keep(work, made))))
