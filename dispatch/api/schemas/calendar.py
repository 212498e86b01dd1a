"""The maintenance calendar as answers."""

from __future__ import annotations

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.maintenance_calendar import (
    SERIES,
    Calendar,
    CalendarRound,
    CalendarWeek,
    Load,
)
from dispatch.operations.records.base import Day

__all__ = ["CalendarOut", "WeekRoundsOut", "calendar_out", "week_rounds_out"]


class LoadOut(Out):
    """Work of one week."""

    rounds: int
    work_s: int = Field(description="Time on site, seconds.")
    by_territory: dict[str, int] = Field(description="Seconds; an empty key is no territory.")
    by_skill: dict[str, int] = Field(
        description="Seconds; a round counts for each skill it asks for, under an empty key for"
        " none."
    )


class WeekOut(Out):
    """One week from Monday to Sunday."""

    start: Day
    shift_s: int = Field(description="Seconds of shifts that begin in it.")
    loads: dict[str, LoadOut] = Field(description="By series.")


class CalendarOut(Out):
    """Weeks with their load."""

    today: Day
    first: Day
    last: Day
    series: list[str] = Field(
        description="What can be shown side by side: due (where rounds fall due) and planned"
        " (where the plans in force have put them)."
    )
    territories: list[str]
    skills: list[str]
    weeks: list[WeekOut]


class CalendarRoundOut(Out):
    """One round."""

    id: str
    kind: str = Field(description="maintenance, survey or hand_over.")
    equipment: str
    equipment_name: str
    equipment_name_en: str = Field(description="Type and model; empty when there is none.")
    site: str
    site_name: str
    site_name_en: str
    territory: str | None
    skills: list[str]
    work_s: int
    due: Day
    earliest: Day
    latest: Day
    overdue: bool
    projected: bool = Field(description="A round before it is still to be done.")
    planned_on: Day | None = Field(description="Day on which a plan in force does it.")


class WeekRoundsOut(Out):
    """What falls due in one week."""

    start: Day
    items: list[CalendarRoundOut]


def calendar_out(calendar: Calendar) -> CalendarOut:
    """Write the weeks."""
    return CalendarOut(
        today=calendar.today,
        first=calendar.first,
        last=calendar.last,
        series=list(SERIES),
        territories=list(calendar.territories),
        skills=list(calendar.skills),
        weeks=[_week(one) for one in calendar.weeks],
    )


def week_rounds_out(calendar: Calendar) -> WeekRoundsOut:
    """Write the rounds of the first week."""
    return WeekRoundsOut(
        start=calendar.first, items=[_round(one, calendar) for one in calendar.rounds]
    )


def _week(week: CalendarWeek) -> WeekOut:
    loads = {name: _load(load) for name, load in week.loads.items()}
    return WeekOut(start=week.start, shift_s=week.shift_s, loads=loads)


def _load(load: Load) -> LoadOut:
    return LoadOut(
        rounds=load.rounds,
        work_s=load.work_s,
        by_territory=dict(load.by_territory),
        by_skill=dict(load.by_skill),
    )


def _round(one: CalendarRound, calendar: Calendar) -> CalendarRoundOut:
    due = one.round
    return CalendarRoundOut(
        id=due.id,
        kind=due.kind.value,
        equipment=due.equipment,
        equipment_name=one.equipment_name,
        equipment_name_en=one.equipment_name_en,
        site=due.site,
        site_name=one.site_name,
        site_name_en=one.site_name_en,
        territory=one.territory,
        skills=list(one.skills),
        work_s=one.work_s,
        due=due.due,
        earliest=due.earliest,
        latest=due.latest,
        overdue=due.is_overdue(calendar.today),
        projected=one.projected,
        planned_on=one.planned_on,
    )
