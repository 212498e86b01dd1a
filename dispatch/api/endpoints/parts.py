"""Parts of published plans: what to lay ready, what was collected, what will be missing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.day import (
    PickingListOut,
    ReservationOut,
    ShortageList,
    reservation_out,
    shortage_list,
)
from dispatch.operations.picking_csv import picking_csv
from dispatch.operations.records.base import Day
from dispatch.operations.reservations import collect, find_shortages, picking_list
from dispatch.store import UnitOfWork
from dispatch.store.tables import DepotRow

__all__ = ["router"]

router = APIRouter(prefix="/api/v1")
Id = Annotated[str, Path(min_length=1, max_length=200)]


@router.get(
    "/picking-lists",
    response_model=PickingListOut,
    summary="Read what a depot has to lay ready on a day",
    responses=documented(401, 403, 404, 422),
)
def read_picking_list(
    call: InCall,
    depot: Annotated[str, Query(min_length=1, max_length=200)],
    day: Annotated[Day, Query(description="A local day.")],
) -> Response:
    """List the pickups of the plans in force, collected ones included."""

    def find(work: UnitOfWork) -> PickingListOut:
        work.catalogue.get(DepotRow, depot)
        rows = picking_list(work, depot, day)
        return PickingListOut(depot=depot, day=day, items=[reservation_out(row) for row in rows])

    return call.answer(Answer(call.read(find)))


@router.get(
    "/picking-lists.csv",
    response_model=None,
    summary="Read what a depot has to lay ready on a day, to be printed",
    responses={
        200: {"description": "CSV (RFC 4180)", "content": {"text/csv": {}}},
        **documented(401, 403, 404, 422),
    },
)
def read_picking_csv(
    call: InCall,
    depot: Annotated[str, Query(min_length=1, max_length=200)],
    day: Annotated[Day, Query(description="A local day.")],
) -> Response:
    """Write the same list with names, for whoever stands at the shelves."""

    def find(work: UnitOfWork) -> str:
        work.catalogue.get(DepotRow, depot)
        return picking_csv(work, picking_list(work, depot, day))

    headers = {"Content-Disposition": 'attachment; filename="picking-list.csv"'}
    text = call.read(find)
    return Response(text, media_type="text/csv; charset=utf-8", headers=headers)


@router.post(
    "/reservations/{id}/collect",
    response_model=ReservationOut,
    summary="Tell that reserved pieces are in the van",
    responses=documented(401, 403, 404, 409),
)
def collect_pieces(id: Id, call: InCall) -> Response:
    """Move them from the shelf into the van; a second time changes nothing."""
    return call.perform(
        lambda work: Answer(reservation_out(collect(work, id, engineer=call.as_engineer)))
    )


@router.get(
    "/shortages",
    response_model=ShortageList,
    summary="Read which promised parts will not be there in time",
    responses=documented(401, 403),
)
def read_shortages(call: InCall) -> Response:
    """Hold everything that is reserved against shelves and deliveries."""
    return call.answer(Answer(shortage_list(call.read(find_shortages))))
