"""Day shifts, nights on call, weekends and holidays."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.domain.roster import Roster
from dispatch.errors import InputError

SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = date(2026, 11, 23)
TWO_TEAMS = Roster(duty_teams=(("an", "bo"), ("cai", "ding")))


def at(day: int, hour: int, minute: int = 0, month: int = 11) -> datetime:
    """An instant of 2026 in Shanghai."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def hours(engineer: str, day: date) -> list[tuple[datetime, datetime, datetime]]:
    """Start, end and limit of the shifts of an engineer that begin on a day."""
    shifts = TWO_TEAMS.shifts_of(engineer, "home", day, day)
    return [(shift.start, shift.end, shift.limit) for shift in shifts]


def test_an_ordinary_engineer_works_nine_and_a_half_hours_by_day() -> None:
    """08:00 to 17:30 with 45 minutes of lunch, and two hours of overtime at most."""
    (shift,) = TWO_TEAMS.shifts_of("el", "home", MONDAY, MONDAY)
    assert (shift.start, shift.end, shift.limit) == (at(23, 8), at(23, 17, 30), at(23, 19, 30))
    (lunch,) = shift.breaks
    assert (lunch.earliest, lunch.latest) == (at(23, 11, 30), at(23, 13))
    assert lunch.duration == timedelta(minutes=45)


def test_nobody_works_on_sunday_but_the_team_on_day_duty() -> None:
    """The other team has the nights of that week."""
    sunday = date(2026, 11, 22)
    assert hours("el", sunday) == []
    by_day, by_night = TWO_TEAMS.on_day_duty(sunday), TWO_TEAMS.on_night_duty(sunday)
    assert set(by_day) | set(by_night) == {"an", "bo", "cai", "ding"}
    assert hours(by_day[0], sunday) == [(at(22, 8), at(22, 17, 30), at(22, 19, 30))]
    assert hours(by_night[0], sunday) == [(at(22, 17, 30), at(23, 8), at(23, 10))]


def test_who_was_on_call_starts_late_and_has_no_overtime_before_the_next_night() -> None:
    """Tuesday between two nights: 10:00 to 17:30 sharp, then on call until Wednesday."""
    tuesday = date(2026, 11, 24)
    assert hours(TWO_TEAMS.on_night_duty(tuesday)[0], tuesday) == [
        (at(24, 10), at(24, 17, 30), at(24, 17, 30)),
        (at(24, 17, 30), at(25, 8), at(25, 10)),
    ]


def test_teams_change_on_monday() -> None:
    """Sunday's night team is not Monday's."""
    sunday = date(2026, 11, 22)
    assert TWO_TEAMS.on_night_duty(sunday) != TWO_TEAMS.on_night_duty(MONDAY)
    assert TWO_TEAMS.on_night_duty(MONDAY) == TWO_TEAMS.on_night_duty(date(2026, 11, 29))


@given(st.dates(date(2025, 1, 1), date(2027, 12, 31)), st.sampled_from(["an", "cai", "el"]))
def test_shifts_of_one_engineer_never_overlap(day: date, engineer: str) -> None:
    """Overtime included, over three weeks from any day, holidays or not."""
    shifts = TWO_TEAMS.shifts_of(engineer, "home", day, day + timedelta(days=21))
    assert len({shift.id for shift in shifts}) == len(shifts)
    for before, after in pairwise(shifts):
        assert before.limit <= after.start


@given(st.datetimes(datetime(2025, 1, 1), datetime(2027, 12, 31)))  # noqa: DTZ001
def test_somebody_is_on_duty_at_every_instant(naive: datetime) -> None:
    """Day or night, weekend or holiday, at least two engineers are in a shift or its overtime."""
    instant = naive.replace(tzinfo=SHANGHAI)
    day = instant.date()
    present = [
        engineer
        for engineer in ("an", "bo", "cai", "ding")
        for shift in TWO_TEAMS.shifts_of(engineer, "home", day - timedelta(days=1), day)
        if shift.start <= instant < shift.limit
    ]
    assert len(present) >= 2


def window(day: int, hour: int, month: int = 11) -> tuple[datetime, datetime]:
    """The stretch to plan at an instant of 2026."""
    found = TWO_TEAMS.planning_window(at(day, hour, month=month))
    return found.start, found.end


def test_the_planning_window_holds_a_whole_working_day() -> None:
    """Before eight it is today; later, tomorrow too; on Friday at noon, until Monday."""
    assert window(23, 7) == (at(23, 0), at(24, 0))
    assert window(23, 8) == (at(23, 0), at(24, 0))
    assert window(23, 9) == (at(23, 0), at(25, 0))
    assert window(20, 12) == (at(20, 0), at(24, 0))


def test_a_plan_before_a_long_holiday_reaches_beyond_it() -> None:
    """At noon of 30 September the next working day is 8 October."""
    assert window(30, 12, month=9) == (at(30, 0, month=9), at(9, 0, month=10))


def test_one_team_cannot_take_turns() -> None:
    """It would be on call every night of its life."""
    with pytest.raises(InputError, match="two teams"):
        Roster(duty_teams=(("an",),))
    with pytest.raises(InputError, match="order"):
        Roster(starts=time(19))
