"""Which days are working days where.

China publishes its calendar one year at a time: public holidays are bridged with days off, and
the working days lost are made up on weekends. ``chinesecalendar`` knows those lists; for a year
that is not published yet nobody can know them, and this module says so instead of guessing
silently: see `WorkingDays.beyond` and `WorkingDays.is_published`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from functools import lru_cache

import chinese_calendar
import holidays

from dispatch.errors import InputError

__all__ = ["BeyondPublished", "WorkingDays"]

CHINA = "CN"
_CHINA_YEARS = frozenset(day.year for day in chinese_calendar.holidays)


class BeyondPublished(StrEnum):
    """What to do with a year whose official calendar is not published yet."""

    STATUTORY = "statutory"
    """Use the public holidays that follow from the law (package ``holidays``); days off in
    lieu and make-up working days are unknown and therefore left out."""
    REFUSE = "refuse"
    """Raise an error that names the year."""


@lru_cache(maxsize=64)
def _public_holidays(country: str, subdivision: str | None) -> holidays.HolidayBase:
    try:
        return holidays.country_holidays(country, subdiv=subdivision)
    except NotImplementedError as error:
        raise InputError.at(
            "/country",
            f"{country}-{subdivision}" if subdivision else country,
            "an ISO 3166 country (and subdivision) whose public holidays are known",
        ) from error


@dataclass(frozen=True, slots=True)
class WorkingDays:
    """The working days of one country.

    Parameters
    ----------
    country
        ISO 3166-1 alpha-2 code, or None for Monday to Friday without any holidays.
    subdivision
        Province or state with holidays of its own, for example ``"BY"``.
    beyond
        What to do for years that China has not published yet.
    every_day
        Whether every day counts as a working day, for companies that never close.
    """

    country: str | None = CHINA
    subdivision: str | None = None
    beyond: BeyondPublished = BeyondPublished.STATUTORY
    every_day: bool = False

    def __post_init__(self) -> None:
        if self.country is not None:
            _public_holidays(self.country, self.subdivision)

    def is_published(self, day: date) -> bool:
        """Whether the official calendar of that day's year is known (always, outside China)."""
        return self.country != CHINA or day.year in _CHINA_YEARS

    def is_working_day(self, day: date) -> bool:
        """Whether offices work on that day.

        Raises
        ------
        InputError
            When the year is not published and `beyond` says to refuse.
        """
        if self.every_day:
            return True
        if self.country is None:
            return day.weekday() < 5
        if self.country == CHINA and day.year in _CHINA_YEARS:
            return bool(chinese_calendar.is_workday(day))
        if not self.is_published(day) and self.beyond is BeyondPublished.REFUSE:
            raise InputError.at(
                "/day",
                day.isoformat(),
                f"a day in {min(_CHINA_YEARS)} to {max(_CHINA_YEARS)}, the years whose"
                " Chinese working days are published here",
            )
        return bool(_public_holidays(self.country, self.subdivision).is_working_day(day))
