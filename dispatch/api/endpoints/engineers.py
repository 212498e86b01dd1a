"""What the phone asks for and tells: the route, its calendar, the position."""

from __future__ import annotations

import hashlib
from datetime import date, datetime
from typing import Annotated

import icalendar
from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from dispatch.api.call import Answer, Call, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.field_work import PositionKeptOut, PositionOut, RouteOut
from dispatch.errors import NotFound
from dispatch.operations.company import company_settings
from dispatch.operations.positions import PositionReport, keep_position
from dispatch.operations.records.base import Coordinates, Day
from dispatch.operations.routes import EngineerRoute, route_of
from dispatch.store import UnitOfWork
from dispatch.store.tables import EngineerRow

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/engineers")
Id = Annotated[str, Path(min_length=1, max_length=200)]
DateParam = Annotated[
    Day | None, Query(alias="date", description="Local day; today when left out.")
]


def _find(call: Call, engineer: str, day: date | None) -> EngineerRoute:
    call.require_own("engineer", engineer, engineer)

    def find(work: UnitOfWork) -> EngineerRoute:
        wanted = day or company_settings(work).local_day(work.now)
        return route_of(work, engineer, wanted)

    return call.read(find)


@router.get(
    "/{id}/route",
    response_model=RouteOut,
    summary="Read an engineer's route; poll it with If-None-Match",
    responses={304: {"description": "Not changed"}, **documented(401, 403, 404, 422)},
)
def read_route(id: Id, call: InCall, day: DateParam = None) -> Response:
    """Read the route of a day."""
    found = _find(call, id, day)
    body = RouteOut(
        engineer=found.engineer,
        date=found.date,
        plan_version=found.version,
        routes=list(found.routes),
    )
    etag = f'"{hashlib.sha256(body.model_dump_json().encode()).hexdigest()[:32]}"'
    headers = {"ETag": etag, "Cache-Control": "private, no-cache"}
    wanted = call.request.headers.get("if-none-match", "")
    if etag in [one.strip().removeprefix("W/") for one in wanted.split(",")]:
        return Response(status_code=304, headers=headers)
    return call.answer(Answer(body, 200, headers))


@router.get(
    "/{id}/route.ics",
    response_model=None,
    summary="Read an engineer's route as a calendar",
    responses={
        200: {"description": "iCalendar", "content": {"text/calendar": {}}},
        **documented(401, 403, 404, 422),
    },
)
def read_calendar(id: Id, call: InCall, day: DateParam = None) -> Response:
    """Read the route of a day as iCalendar."""
    found = _find(call, id, day)
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//dispatch//route//EN")
    calendar.add("version", "2.0")
    for route in found.routes:
        for number, stop in enumerate(route["stops"]):
            if stop["kind"] == "break":
                continue
            entry = icalendar.Event()
            place = stop.get("place") or {}
            entry.add("uid", f"{route['shift']}-{stop.get('visit') or number}@dispatch")
            entry.add("dtstamp", datetime.fromisoformat(route["start"]))
            entry.add("dtstart", datetime.fromisoformat(stop["start"]))
            entry.add("dtend", datetime.fromisoformat(stop["finish"]))
            entry.add("summary", stop.get("title") or stop.get("visit") or place.get("name", ""))
            if place:
                entry.add("location", " ".join(one for one in (place["name"], place["address"])))
                entry.add("geo", (place["lat"], place["lon"]))
            calendar.add_component(entry)
    headers = {"Content-Disposition": 'attachment; filename="route.ics"'}
    return Response(calendar.to_ical(), media_type="text/calendar", headers=headers)


@router.post(
    "/{id}/position",
    response_model=PositionKeptOut,
    summary="Tell where an engineer is; only the last point is kept",
    responses=documented(401, 403, 404, 409, 422),
)
def report_position(id: Id, report: PositionReport, call: InCall) -> Response:
    """Keep a location ping made during a shift."""
    call.require_own("engineer", id, id)
    return call.perform(lambda work: Answer(PositionKeptOut(kept=keep_position(work, id, report))))


@router.get(
    "/{id}/position",
    response_model=PositionOut,
    summary="Read where an engineer was last; the look is logged",
    responses=documented(401, 403, 404),
)
def read_position(id: Id, call: InCall) -> Response:
    """Read the last point."""
    call.require_own("engineer", id, id)

    def act(work: UnitOfWork) -> Answer:
        work.catalogue.get(EngineerRow, id)
        row = work.work.position(id)
        if row is None:
            raise NotFound("position", id)
        work.tell("position_viewed", id, {"by": work.actor})
        return Answer(
            PositionOut(
                engineer=id,
                position=Coordinates(lat=row.lat, lon=row.lon),
                accuracy_m=row.accuracy_m,
                at=row.at,
            )
        )

    return call.perform(act)
