"""Appointment offers: priced, held, confirmed, released."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.slots import HoldIn, SlotList, SlotOut, slot_out
from dispatch.operations.holds import confirm_slot, hold_slot, release_slot
from dispatch.operations.slots import SlotQuery, offer_slots
from dispatch.store.tables import SlotRow

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/slots")
Id = Annotated[str, Path(min_length=1, max_length=200)]


@router.post(
    "",
    status_code=201,
    response_model=SlotList,
    summary="Offer the best windows for a request that is not yet one",
    responses=documented(401, 403, 409, 422, 503),
)
def offer(query: SlotQuery, call: InCall) -> Response:
    """Price every window of the next days and keep the best as offers."""
    return call.perform(
        lambda work: Answer(
            SlotList(items=[slot_out(row) for row in offer_slots(work, query)]), 201
        )
    )


@router.get(
    "/{id}",
    response_model=SlotOut,
    summary="Read an offer",
    responses=documented(401, 403, 404),
)
def read_slot(id: Id, call: InCall) -> Response:
    """Read one offer and what became of it."""
    return call.answer(call.read(lambda work: Answer(slot_out(work.catalogue.get(SlotRow, id)))))


@router.post(
    "/{id}/hold",
    response_model=SlotOut,
    summary="Hold an offered window with its engineer and parts",
    responses=documented(401, 403, 404, 409, 422),
)
def hold(id: Id, call: InCall, body: HoldIn | None = None) -> Response:
    """Keep it for a while; 409 when the plan has overtaken it."""
    minutes = (body or HoldIn()).minutes
    return call.perform(lambda work: Answer(slot_out(hold_slot(work, id, minutes=minutes))))


@router.post(
    "/{id}/confirm",
    response_model=SlotOut,
    summary="Make the request and promise the held window",
    responses=documented(401, 403, 404, 409),
)
def confirm(id: Id, call: InCall) -> Response:
    """Turn a hold into a request with a promise, and plan it where it was held."""
    response = call.perform(lambda work: Answer(slot_out(confirm_slot(work, id))))
    call.services.executor.wake()
    return response


@router.post(
    "/{id}/release",
    response_model=SlotOut,
    summary="Give an offer or a hold up",
    responses=documented(401, 403, 404, 409),
)
def release(id: Id, call: InCall) -> Response:
    """Free the engineer's time and the parts; a second time changes nothing."""
    return call.perform(lambda work: Answer(slot_out(release_slot(work, id))))
