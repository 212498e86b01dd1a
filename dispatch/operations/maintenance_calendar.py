"""The maintenance calendar of the half-year: what falls due in which week, and how much work it is.

Each load is a series by itself (``due``: where the rounds fall due; ``planned``: where the plans
in force have put them), so that another one, levelled for example, can stand beside them.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta

from dispatch.domain.equipment import Equipment, EquipmentType
from dispatch.domain.local_time import add_months
from dispatch.domain.maintenance import MaintenanceRound, RoundKind, due_rounds, next_round
from dispatch.domain.round_visits import HAND_OVER_DURATION, SURVEY_DURATION
from dispatch.errors import InputError
from dispatch.operations.company import company_settings
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import EngineerRow, EquipmentRow, EquipmentTypeRow, SiteRow, VisitRow

__all__ = ["SERIES", "Calendar", "CalendarRound", "CalendarWeek", "Load", "maintenance_calendar"]

SERIES = ("due", "planned")
WEEKS = 26
SECOND = timedelta(seconds=1)
WEEK = timedelta(days=7)
NOWHERE = ""
"""Key of what belongs to no territory, or asks for no skill."""


@dataclass(slots=True)
class Load:
    """Work of one week.

    Parameters
    ----------
    rounds, work_s
        How many rounds, and their time on site.
    by_territory, by_skill
        Seconds by territory, and by skill; a round that asks for two skills counts for both.
    """

    rounds: int = 0
    work_s: int = 0
    by_territory: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    by_skill: dict[str, int] = field(default_factory=lambda: defaultdict(int))


@dataclass(frozen=True, slots=True)
class CalendarRound:
    """One round in the calendar.

    Parameters
    ----------
    round
        What falls due, with its tolerance.
    projected
        Whether a round before it is still to be done; its days assume that this happens in time.
    territory, skills, work_s
        Where, what is asked for, and how long it takes on site.
    site_name, equipment_name
        For people.
    site_name_en, equipment_name_en
        The same in English, of a machine its type and model; empty where nobody has written it.
    planned_on
        Day on which the plan in force does it; None: no plan does.
    """

    round: MaintenanceRound
    projected: bool
    territory: str | None
    skills: tuple[str, ...]
    work_s: int
    site_name: str
    equipment_name: str
    site_name_en: str
    equipment_name_en: str
    planned_on: date | None


@dataclass(frozen=True, slots=True)
class CalendarWeek:
    """One week from Monday to Sunday.

    Parameters
    ----------
    start
        Its Monday.
    shift_s
        Seconds of shifts that begin in it.
    loads
        One for each of `SERIES`.
    """

    start: date
    shift_s: int
    loads: dict[str, Load]


@dataclass(frozen=True, slots=True)
class Calendar:
    """The calendar.

    Parameters
    ----------
    today, first, last
        The present day; first and last day shown.
    territories, skills
        Everything that can be chosen.
    weeks
        All weeks, empty ones too.
    rounds
        What falls due in them, by due day; overdue rounds first, in the first week.
    """

    today: date
    first: date
    last: date
    territories: tuple[str, ...]
    skills: tuple[str, ...]
    weeks: tuple[CalendarWeek, ...]
    rounds: tuple[CalendarRound, ...]


def maintenance_calendar(
    work: UnitOfWork,
    *,
    start: date | None = None,
    weeks: int = WEEKS,
    territory: str | None = None,
    skill: str | None = None,
) -> Calendar:
    """Lay out what falls due.

    Parameters
    ----------
    work
        The transaction.
    start
        A day of the first week; None: this week.
    weeks
        How many weeks.
    territory, skill
        Only rounds of this territory, or that ask for this skill.

    Raises
    ------
    InputError
        When the first week has gone by.
    """
    settings = company_settings(work)
    today = settings.local_day(work.now)
    first = _monday(start or today)
    if first < _monday(today) or first > today + timedelta(days=731):
        expected = f"a day from {_monday(today)} to {today + timedelta(days=731)}"
        raise InputError.at("/start", str(start), expected)
    last = first + weeks * WEEK - timedelta(days=1)
    everything = [one for one in _rounds(work, today, last) if max(one.round.due, today) >= first]
    found = [
        one
        for one in everything
        if (territory is None or (one.territory or NOWHERE) == territory)
        and (skill is None or skill in (one.skills or (NOWHERE,)))
    ]
    shifts = _shift_seconds(work, first, last, territory, skill)
    loads: dict[date, dict[str, Load]] = {
        first + number * WEEK: {name: Load() for name in SERIES} for number in range(weeks)
    }
    for one in found:
        # What is overdue weighs on the present week.
        _count(loads, _monday(max(one.round.due, today)), "due", one)
        if one.planned_on is not None:
            _count(loads, _monday(one.planned_on), "planned", one)
    return Calendar(
        today=today,
        first=first,
        last=last,
        territories=tuple(sorted({one.territory or NOWHERE for one in everything})),
        skills=tuple(sorted({name for one in everything for name in one.skills or (NOWHERE,)})),
        weeks=tuple(CalendarWeek(day, shifts[day], loads[day]) for day in loads),
        rounds=tuple(sorted(found, key=lambda one: (one.round.due, one.round.id))),
    )


def _monday(day: date) -> date:
    return day - timedelta(days=day.weekday())


def _count(loads: dict[date, dict[str, Load]], week: date, series: str, one: CalendarRound) -> None:
    load = loads.get(week, {}).get(series)
    if load is None:
        return
    load.rounds += 1
    load.work_s += one.work_s
    load.by_territory[one.territory or NOWHERE] += one.work_s
    for name in one.skills or (NOWHERE,):
        load.by_skill[name] += one.work_s


def _rounds(work: UnitOfWork, today: date, last: date) -> Iterator[CalendarRound]:
    equipment = {row.id: row for row in work.catalogue.all(EquipmentRow)}
    sites = {row.id: row for row in work.catalogue.all(SiteRow)}
    types = {row.id: rows.equipment_type_of(row) for row in work.catalogue.all(EquipmentTypeRow)}
    visits = {row.id: row for row in work.catalogue.all(VisitRow)}
    settings = company_settings(work)
    planned = {
        row.visit_id: settings.local_day(row.start)
        for row in work.plans.assignments()
        if row.member == 0
    }
    for one, projected in _falling_due(
        (rows.equipment_of(row) for row in equipment.values()), today, last
    ):
        if one.due > last or (one.id in visits and visits[one.id].state == "finished"):
            continue
        piece = equipment[one.equipment]
        kind = types[piece.type]
        site = sites[one.site]
        skills, work_s = _asked_for(one, kind)
        yield CalendarRound(
            round=one,
            projected=projected,
            territory=site.territory,
            skills=skills,
            work_s=work_s,
            site_name=site.name,
            equipment_name=piece.name or kind.name,
            site_name_en=site.name_en,
            equipment_name_en=f"{kind.name_en} {piece.model}".strip() if kind.name_en else "",
            planned_on=planned.get(one.id),
        )


def _falling_due(
    equipment: Iterable[Equipment], today: date, last: date
) -> Iterator[tuple[MaintenanceRound, bool]]:
    """What is open now, and the rounds of maintenance that follow it until the last day."""
    pieces = list(equipment)
    for one in due_rounds(pieces, today, last):
        yield one, False
    for piece in pieces:
        coming = next_round(piece)
        # The next one counts from the day the one before is done, which is its due day or, when
        # that has gone by, at the earliest today.
        anchor = max(coming.due, today)
        while (due := add_months(anchor, piece.interval_months)) <= last:
            after = next_round(replace(piece, last_maintenance=anchor))
            yield after, True
            anchor = due


def _asked_for(one: MaintenanceRound, kind: EquipmentType) -> tuple[tuple[str, ...], int]:
    if one.kind is RoundKind.SURVEY:
        return (), SURVEY_DURATION // SECOND
    if one.kind is RoundKind.HAND_OVER:
        return (), HAND_OVER_DURATION // SECOND
    return tuple(
        skill.name for skill in kind.maintenance_skills
    ), kind.maintenance_duration // SECOND


def _shift_seconds(
    work: UnitOfWork, first: date, last: date, territory: str | None, skill: str | None
) -> dict[date, int]:
    """Seconds of shifts by week, of engineers of the territory who have the skill."""
    settings = company_settings(work)
    able = {
        row.id
        for row in work.catalogue.all(EngineerRow)
        if row.active
        and (territory is None or (row.territory or NOWHERE) == territory)
        and (skill in (None, NOWHERE) or any(one["name"] == skill for one in row.skills))
    }
    found: dict[date, int] = defaultdict(int)
    start, end = settings.midnight(first), settings.midnight(last + timedelta(days=1))
    for shift in work.work.shifts_between(start, end):
        if shift.engineer_id in able and shift.start >= start:
            week = _monday(settings.local_day(shift.start))
            found[week] += (shift.end - shift.start) // SECOND
    return found
