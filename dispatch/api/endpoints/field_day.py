"""What an engineer's page asks and tells: the day, sheets, picking lists, confirmed routes."""

from __future__ import annotations

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from dispatch.api.call import Answer, Call, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.field_day import (
    FieldDayOut,
    OwnPickingListOut,
    TakenOut,
    VisitSheetOut,
    field_day_out,
    picking_out,
    sheet_out,
    taken_out,
)
from dispatch.api.schemas.route_confirmations import (
    ConfirmationList,
    ConfirmationOut,
    ConfirmIn,
    confirmation_out,
)
from dispatch.api.unless_known import SinceParam, unless_known
from dispatch.operations.accounts import Role
from dispatch.operations.company import company_settings
from dispatch.operations.field_day import field_day_of, own_picking_list
from dispatch.operations.field_reports import FieldReportsRecord, take_reports
from dispatch.operations.records.base import Day
from dispatch.operations.route_confirmation import (
    confirm_route,
    confirmation_of,
    confirmations_of_day,
)
from dispatch.operations.visit_sheet import own_visit, sheet_of
from dispatch.store import UnitOfWork

__all__ = ["router"]

router = APIRouter(prefix="/api/v1")
Id = Annotated[str, Path(min_length=1, max_length=200)]
DateParam = Annotated[
    Day | None, Query(alias="date", description="Local day; today when left out.")
]


def _as_engineer(call: Call) -> str | None:
    """Who may only see their own; an engineer's account without an engineer has nothing."""
    if call.principal.role is Role.ENGINEER:
        return call.principal.engineer or ""
    return None


def _day(work: UnitOfWork, day: date | None) -> date:
    return day or company_settings(work).local_day(work.now)


@router.get(
    "/engineers/{id}/day",
    response_model=FieldDayOut,
    summary="Read an engineer's whole day; poll it with If-None-Match or since",
    responses={304: {"description": "Not changed"}, **documented(401, 403, 404, 422)},
)
def read_day(
    id: Id,
    call: InCall,
    day: DateParam = None,
    since: SinceParam = None,
) -> Response:
    """Read route, sheets of its visits, picking list and van: all that works offline."""
    call.require_own("engineer", id, id)
    found = call.read(lambda work: field_day_out(field_day_of(work, id, _day(work, day))))
    return unless_known(call, found, since)


@router.get(
    "/engineers/{id}/picking-list",
    response_model=OwnPickingListOut,
    summary="Read what an engineer has to fetch on a day",
    responses=documented(401, 403, 404, 422),
)
def read_own_picking_list(id: Id, call: InCall, day: DateParam = None) -> Response:
    """List reserved pieces by depot, then by time, collected ones included."""
    call.require_own("engineer", id, id)

    def find(work: UnitOfWork) -> OwnPickingListOut:
        wanted = _day(work, day)
        items = [picking_out(one) for one in own_picking_list(work, id, wanted)]
        return OwnPickingListOut(engineer=id, date=wanted, items=items)

    return call.answer(Answer(call.read(find)))


@router.get(
    "/engineers/{id}/route/confirmation",
    response_model=ConfirmationOut,
    summary="Read whether an engineer has confirmed the route of a day, and what changed since",
    responses=documented(401, 403, 404, 422),
)
def read_confirmation(id: Id, call: InCall, day: DateParam = None) -> Response:
    """Tell what the engineer has to be told of."""
    call.require_own("engineer", id, id)
    found = call.read(lambda work: confirmation_of(work, id, _day(work, day)))
    return call.answer(Answer(confirmation_out(found)))


@router.post(
    "/engineers/{id}/route/confirmation",
    response_model=ConfirmationOut,
    summary="Confirm a route; 409 when it has changed again since it was shown",
    responses=documented(401, 403, 404, 409, 422),
)
def post_confirmation(id: Id, body: ConfirmIn, call: InCall) -> Response:
    """Keep that the engineer has seen the route."""
    call.require_own("engineer", id, id)

    def act(work: UnitOfWork) -> Answer:
        found = confirm_route(work, id, body.date, body.fingerprint, body.occurred_at)
        return Answer(confirmation_out(found))

    return call.perform(act)


@router.get(
    "/route-confirmations",
    response_model=ConfirmationList,
    summary="List which routes of a day their engineers have confirmed",
    responses=documented(401, 403, 422),
)
def list_confirmations(call: InCall, day: DateParam = None) -> Response:
    """List every engineer who is sent on that day, by id."""

    def find(work: UnitOfWork) -> ConfirmationList:
        wanted = _day(work, day)
        items = [confirmation_out(one) for one in confirmations_of_day(work, wanted)]
        return ConfirmationList(date=wanted, items=items)

    return call.answer(Answer(call.read(find)))


@router.get(
    "/visits/{id}/sheet",
    response_model=VisitSheetOut,
    summary="Read a visit with site, contacts, machine, its history and the checklist",
    responses=documented(401, 403, 404),
)
def read_sheet(id: Id, call: InCall) -> Response:
    """Read all that belongs to one visit; engineers read their own."""
    mine = _as_engineer(call)
    found = call.read(lambda work: sheet_out(sheet_of(work, own_visit(work, id, engineer=mine))))
    return call.answer(Answer(found))


@router.post(
    "/field-reports",
    response_model=TakenOut,
    summary="Report many things from the field in one call; each by its event_id once",
    responses=documented(401, 403, 422),
)
def post_reports(body: FieldReportsRecord, call: InCall) -> Response:
    """Keep what a phone has gathered offline; a refused report holds up no other."""
    mine = _as_engineer(call)

    def act(work: UnitOfWork) -> Answer:
        taken = take_reports(work, body.reports, engineer=mine)
        return Answer(TakenOut(items=[taken_out(one) for one in taken]))

    return call.perform(act)
