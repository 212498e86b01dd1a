"""What the phone asks for and tells: the route, its calendar, the position."""

from __future__ import annotations

from datetime import date, datetime
from typing import Annotated

import icalendar
from fastapi import APIRouter, Path, Query
from starlette.responses import Response

from dispatch.api.call import Answer, Call, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.audit import LookOut, LooksOut, TrackOut, TrackPoint
from dispatch.api.schemas.field_work import PositionKeptOut, PositionOut, RouteOut
from dispatch.api.unless_known import SinceParam, unless_known
from dispatch.operations.company import company_settings
from dispatch.operations.positions import (
    PositionReport,
    keep_position,
    look_at_position,
    look_at_track,
    looks_at,
)
from dispatch.operations.records.base import Coordinates, Day, ShortText
from dispatch.operations.routes import EngineerRoute, route_of
from dispatch.store import UnitOfWork

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/engineers")
Id = Annotated[str, Path(min_length=1, max_length=200)]
DateParam = Annotated[
    Day | None, Query(alias="date", description="Local day; today when left out.")
]
Purpose = Annotated[ShortText, Query(description="Why; it is logged with the look.")]


def _find(call: Call, engineer: str, day: date | None) -> EngineerRoute:
    call.require_own("engineer", engineer, engineer)

    def find(work: UnitOfWork) -> EngineerRoute:
        wanted = day or company_settings(work).local_day(work.now)
        return route_of(work, engineer, wanted)

    return call.read(find)


@router.get(
    "/{id}/route",
    response_model=RouteOut,
    summary="Read an engineer's route; poll it with If-None-Match or since",
    responses={304: {"description": "Not changed"}, **documented(401, 403, 404, 422)},
)
def read_route(id: Id, call: InCall, day: DateParam = None, since: SinceParam = None) -> Response:
    """Read the route of a day."""
    found = _find(call, id, day)
    body = RouteOut(
        engineer=found.engineer,
        date=found.date,
        plan_version=found.version,
        routes=list(found.routes),
    )
    return unless_known(call, body, since)


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
    days = call.services.settings.position_days
    return call.perform(
        lambda work: Answer(PositionKeptOut(kept=keep_position(work, id, report, days=days)))
    )


@router.get(
    "/{id}/position",
    response_model=PositionOut,
    summary="Read where an engineer was last; the look is logged",
    responses=documented(401, 403, 404),
)
def read_position(id: Id, call: InCall, purpose: Purpose = "") -> Response:
    """Read the last point."""
    call.require_own("engineer", id, id)

    def act(work: UnitOfWork) -> Answer:
        row = look_at_position(work, id, purpose)
        return Answer(
            PositionOut(
                engineer=id,
                position=Coordinates(lat=row.lat, lon=row.lon),
                accuracy_m=row.accuracy_m,
                at=row.at,
            )
        )

    return call.perform(act)


@router.get(
    "/{id}/track",
    response_model=TrackOut,
    summary="Read where an engineer was on a day; the look is logged",
    responses=documented(401, 403, 404, 422),
)
def read_track(id: Id, call: InCall, day: DateParam = None, purpose: Purpose = "") -> Response:
    """Read a track; without DISPATCH_POSITION_DAYS there is none."""
    call.require_own("engineer", id, id)
    days = call.services.settings.position_days

    def act(work: UnitOfWork) -> Answer:
        wanted = day or company_settings(work).local_day(work.now)
        points = [
            TrackPoint(at=one.at, position=Coordinates(lat=one.lat, lon=one.lon))
            for one in look_at_track(work, id, wanted, purpose)
        ]
        return Answer(TrackOut(engineer=id, date=wanted, kept_days=days, points=points))

    return call.perform(act)


@router.get(
    "/{id}/position/looks",
    response_model=LooksOut,
    summary="List who looked at an engineer's positions; engineers see their own",
    responses=documented(401, 403, 404),
)
def read_looks(id: Id, call: InCall) -> Response:
    """List the last 200 looks."""
    call.require_own("engineer", id, id)
    rows = call.read(lambda work: looks_at(work, id))
    items = [
        LookOut(
            at=row.at,
            by=row.actor,
            purpose=str(row.payload.get("purpose", "")),
            day=row.payload.get("day"),
        )
        for row in rows
    ]
    return call.answer(Answer(LooksOut(items=items)))
