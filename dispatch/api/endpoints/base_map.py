"""What the board's map is drawn from: roads and places of the extract, and last positions."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.base_map import (
    BaseMapOut,
    LastPositionOut,
    LastPositionsOut,
    PlaceOut,
    RoadOut,
)
from dispatch.operations.last_positions import look_at_all
from dispatch.operations.records.base import Coordinates, ShortText
from dispatch.store import UnitOfWork

__all__ = ["router"]

router = APIRouter(prefix="/api/v1")
AN_HOUR = {"Cache-Control": "private, max-age=3600"}


@router.get(
    "/base-map",
    response_model=BaseMapOut,
    summary="Roads and place names of the configured local extract",
    responses=documented(401, 403, 503),
)
def read_base_map(call: InCall) -> Response:
    """Read the plain map; without DISPATCH_MAP_EXTRACT it is empty."""
    found = call.services.map_extract.base_map()
    body = BaseMapOut(
        roads=[RoadOut(rank=one.rank, points=list(one.points)) for one in found.roads],
        places=[PlaceOut.model_validate(one) for one in found.places],
        attribution=found.attribution,
    )
    return call.answer(Answer(body, 200, AN_HOUR))


@router.get(
    "/positions",
    response_model=LastPositionsOut,
    summary="Read where all engineers were last; the look is logged for each of them",
    responses=documented(401, 403),
)
def read_positions(
    call: InCall,
    purpose: Annotated[ShortText, Query(description="Why; it is logged with the look.")] = "",
) -> Response:
    """Read the last points; who goes on looking for the same purpose is logged every 15 minutes."""

    def act(work: UnitOfWork) -> Answer:
        items = [
            LastPositionOut(
                engineer=row.engineer_id,
                position=Coordinates(lat=row.lat, lon=row.lon),
                accuracy_m=row.accuracy_m,
                at=row.at,
            )
            for row in look_at_all(work, purpose)
        ]
        return Answer(LastPositionsOut(items=items))

    return call.perform(act)
