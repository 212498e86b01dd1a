"""The maintenance calendar of the half-year: load per week, and the rounds of one week."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Query
from starlette.responses import Response

from dispatch.api.call import Answer, InCall
from dispatch.api.problems import documented
from dispatch.api.schemas.calendar import (
    CalendarOut,
    WeekRoundsOut,
    calendar_out,
    week_rounds_out,
)
from dispatch.operations.maintenance_calendar import maintenance_calendar
from dispatch.operations.records.base import Day

__all__ = ["router"]

router = APIRouter(prefix="/api/v1/maintenance-calendar")
Start = Annotated[Day | None, Query(description="A day of the first week; this one.")]
Territory = Annotated[
    str | None, Query(max_length=200, description="Only this one; empty: rounds in none.")
]
Skill = Annotated[
    str | None, Query(max_length=200, description="Only this one; empty: rounds that ask for none.")
]


@router.get(
    "",
    response_model=CalendarOut,
    summary="Load of due maintenance, surveys and hand-overs by week",
    responses=documented(401, 403, 422),
)
def read_calendar(
    call: InCall,
    start: Start = None,
    weeks: Annotated[int, Query(ge=1, le=53)] = 26,
    territory: Territory = None,
    skill: Skill = None,
) -> Response:
    """Tell how much falls due in which week, by territory and by skill."""
    found = call.read(
        lambda work: maintenance_calendar(
            work, start=start, weeks=weeks, territory=territory, skill=skill
        )
    )
    return call.answer(Answer(calendar_out(found)))


@router.get(
    "/rounds",
    response_model=WeekRoundsOut,
    summary="What falls due in one week",
    responses=documented(401, 403, 422),
)
def read_week(
    call: InCall, start: Start = None, territory: Territory = None, skill: Skill = None
) -> Response:
    """List the rounds of a week with their tolerances; overdue ones stand in the present week."""
    found = call.read(
        lambda work: maintenance_calendar(
            work, start=start, weeks=1, territory=territory, skill=skill
        )
    )
    return call.answer(Answer(week_rounds_out(found)))
