"""Who works when: day shifts, and a duty roster for nights, weekends and holidays."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta

from dispatch.domain.checks import require, require_duration
from dispatch.domain.local_time import instant_at, to_utc, zone_named
from dispatch.domain.shift import Break, Shift
from dispatch.domain.window import TimeWindow
from dispatch.domain.working_days import WorkingDays

__all__ = ["Roster"]

DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Roster:
    """The pattern of shifts of a company.

    Everybody works by day on working days. The duty teams take turns by the week: one is on
    call every night from the end of the day until the next morning, the following one works
    by day when nobody else does. Who was on call at night starts later the next day, and has
    no overtime in the evening before, so no two shifts of one engineer ever touch.

    Parameters
    ----------
    duty_teams
        Ids of the engineers of each team; at least two teams, or none at all.
    zone, working_days
        Whose wall clock, and which days are working days.
    starts, ends
        Hours of a day shift; a night on call goes from `ends` to `starts`.
    overtime
        How long a shift may overrun; after a night on call it must fit before `rested`.
    rested
        When the day shift begins after a night on call.
    lunch_earliest, lunch_latest, lunch
        Bounds of the start of the break of a day shift, and its length.
    """

    duty_teams: tuple[tuple[str, ...], ...] = ()
    zone: str = "Asia/Shanghai"
    working_days: WorkingDays = field(default_factory=WorkingDays)
    starts: time = time(8)
    ends: time = time(17, 30)
    overtime: timedelta = timedelta(hours=2)
    rested: time = time(10)
    lunch_earliest: time = time(11, 30)
    lunch_latest: time = time(13)
    lunch: timedelta = timedelta(minutes=45)

    def __post_init__(self) -> None:
        zone_named(self.zone)
        require(len(self.duty_teams) != 1, "duty_teams", self.duty_teams, "two teams or none")
        hours = [self.starts, self.rested, self.lunch_earliest, self.lunch_latest, self.ends]
        require(hours == sorted(hours), "starts", hours, "hours of the day in their order")
        require_duration("overtime", self.overtime)
        require_duration("lunch", self.lunch)

    def shifts_of(self, engineer: str, home: str, first: date, last: date) -> tuple[Shift, ...]:
        """List the shifts of an engineer that begin on the days from `first` to `last`.

        Parameters
        ----------
        engineer
            Id of the engineer; the ids of the shifts are made of it and of the day.
        home
            Id of the location where every shift starts and ends.
        first, last
            Local days, both included.
        """
        days = (first + DAY * number for number in range((last - first).days + 1))
        return tuple(shift for day in days for shift in self._shifts_on(day, engineer, home))

    def planning_window(self, now: datetime) -> TimeWindow:
        """Find the stretch to plan: from today 00:00 until a whole working day is covered.

        Before the day shifts have begun, that is today's working day; later, the next one.
        The window ends at midnight after it, so a plan made on a Friday night reaches to
        Monday, and one made before a long holiday reaches beyond it.
        """
        zone = zone_named(self.zone)
        instant = to_utc(now, "now")
        today = instant.astimezone(zone).date()
        day = today
        while not self.working_days.is_working_day(day) or self._at(day, self.starts) < instant:
            day += DAY
        return TimeWindow(
            instant_at(today, time(0), zone).astimezone(zone),
            instant_at(day + DAY, time(0), zone).astimezone(zone),
        )

    def on_night_duty(self, day: date) -> tuple[str, ...]:
        """Ids of those on call in the night that begins on `day`."""
        return self._team(day, 0)

    def on_day_duty(self, day: date) -> tuple[str, ...]:
        """Ids of those who work by day although `day` is not a working day."""
        return self._team(day, 1)

    def _team(self, day: date, offset: int) -> tuple[str, ...]:
        if not self.duty_teams:
            return ()
        # Ordinal 1 is a Monday, so weeks change between Sunday and Monday.
        week = (day.toordinal() - 1) // 7
        return self.duty_teams[(week + offset) % len(self.duty_teams)]

    def _shifts_on(self, day: date, engineer: str, home: str) -> Iterator[Shift]:
        called_last_night = engineer in self.on_night_duty(day - DAY)
        called_tonight = engineer in self.on_night_duty(day)
        if self.working_days.is_working_day(day) or engineer in self.on_day_duty(day):
            end = self._at(day, self.ends)
            yield Shift(
                id=f"{engineer}-{day:%Y%m%d}-day",
                start=self._at(day, self.rested if called_last_night else self.starts),
                end=end,
                start_location=home,
                overtime_end=None if called_tonight else end + self.overtime,
                breaks=(
                    Break(
                        self._at(day, self.lunch_earliest),
                        self._at(day, self.lunch_latest),
                        self.lunch,
                    ),
                ),
            )
        if called_tonight:
            end = self._at(day + DAY, self.starts)
            rested = self._at(day + DAY, self.rested)
            yield Shift(
                id=f"{engineer}-{day:%Y%m%d}-night",
                start=self._at(day, self.ends),
                end=end,
                start_location=home,
                overtime_end=min(end + self.overtime, rested),
            )

    def _at(self, day: date, wall: time) -> datetime:
        zone = zone_named(self.zone)
        return instant_at(day, wall, zone).astimezone(zone)
