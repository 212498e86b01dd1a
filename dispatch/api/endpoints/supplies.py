"""Supplies: deliveries come, vans are looked into, shortages are foreseen."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.day import PickingListOut, reservation_out
from dispatch.api.schemas.supplies import (
    ForecastOut,
    ReceiptOut,
    VanStockOut,
    forecast_out,
    receipt_out,
    van_stock_out,
)
from dispatch.operations.part_forecast import LONGEST_FORECAST, forecast_shortages
from dispatch.operations.replenishment import ReplenishmentRecord, replenish
from dispatch.operations.runs import DEFAULT_REGION
from dispatch.operations.supplies import ReceiptRecord, receive, van_levels
from dispatch.store import UnitOfWork

__all__ = ["router"]

router = APIRouter(prefix="/api/v1")
Id = Annotated[str, Path(min_length=1, max_length=200)]


@router.post(
    "/inbound/{id}/receive",
    response_model=ReceiptOut,
    summary="Tell that a delivery lies on the shelf",
    responses=documented(401, 403, 404, 409, 422),
)
def receive_delivery(id: Id, call: InCall, body: ReceiptRecord | None = None) -> Response:
    """Add its pieces to the stock of the depot; the same once more changes nothing."""
    asked = body or ReceiptRecord()
    return call.perform(lambda work: Answer(receipt_out(receive(work, id, asked.quantity))))


@router.post(
    "/replenishments",
    response_model=PickingListOut,
    summary="Lay ready what the vans of a morning lack to their norms",
    responses=documented(401, 403, 404, 409, 422),
)
def replenish_vans(body: ReplenishmentRecord, call: InCall) -> Response:
    """Make the list of that morning anew; what was laid ready and not collected is in it again."""

    def act(work: UnitOfWork) -> Answer:
        items = [reservation_out(row) for row in replenish(work, body.depot, body.day)]
        return Answer(PickingListOut(depot=body.depot, day=body.day, items=items))

    return call.perform(act)


@router.get(
    "/van-stock",
    response_model=VanStockOut,
    summary="Read what lies in vans, and what should",
    responses=documented(401, 403, 404, 422),
)
def read_van_stock(
    call: InCall,
    engineer: Annotated[
        str | None, Query(max_length=200, description="Only this one's; engineers see their own.")
    ] = None,
) -> Response:
    """List pieces by engineer and part, with what is owed and the norm."""
    whose = engineer
    if call.as_engineer is not None:
        whose = engineer or call.as_engineer
        call.require_own("engineer", whose, whose)
    return call.answer(
        Answer(van_stock_out(call.read(lambda work: van_levels(work, engineer=whose))))
    )


@router.get(
    "/shortage-forecast",
    response_model=ForecastOut,
    summary="Foresee which parts run short, open visits included",
    responses=documented(401, 403, 422),
)
def read_forecast(
    call: InCall,
    days: Annotated[int, Query(ge=1, le=LONGEST_FORECAST, description="Local days from today.")] = (
        14
    ),
    region: Annotated[str, Query(min_length=1, max_length=100)] = DEFAULT_REGION,
) -> Response:
    """Hold what planned and open visits need against vans, shelves and deliveries."""
    found = call.read(lambda work: forecast_shortages(work, days, region=region))
    return call.answer(Answer(forecast_out(days, found)))
