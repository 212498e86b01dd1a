"""ISO-8601 times with an offset and durations, in whole seconds."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone
from fractions import Fraction

from dispatch.formats.limits import FIRST_YEAR, LAST_YEAR
from dispatch.formats.unfit import Unfit

__all__ = ["format_duration", "format_instant", "parse_duration", "parse_instant"]

INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d+))?)?(Z|([+-])(\d\d):(\d\d))?",
    re.ASCII,
)
DURATION = re.compile(
    r"(-)?P(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?"
    r"(?:T(?=\d)(?:(\d+(?:[.,]\d+)?)H)?(?:(\d+(?:[.,]\d+)?)M)?(?:(\d+(?:[.,]\d+)?)S)?)?",
    re.ASCII,
)
LONGEST_WRITTEN = 40
EXAMPLE_INSTANT = "2026-11-23T07:30:00+08:00"


def parse_instant(text: str) -> datetime:
    """Read a time such as ``2026-11-23T07:30:00+08:00``.

    Parameters
    ----------
    text
        Date and time of day with an offset or ``Z``; seconds may be left out.

    Returns
    -------
    datetime.datetime
        Aware, with the offset as written.

    Raises
    ------
    Unfit
        When it is anything else, has no offset, a fraction of a second or a silly year.
    """
    match = INSTANT.fullmatch(text) if len(text) <= LONGEST_WRITTEN else None
    if match is None:
        raise Unfit(f"a time with an offset such as {EXAMPLE_INSTANT}")
    year, month, day, hour, minute = (int(part) for part in match.group(1, 2, 3, 4, 5))
    if match[8] is None:
        raise Unfit(f"a time with an offset such as {EXAMPLE_INSTANT}; the offset is missing")
    if match[7] and match[7].strip("0"):
        raise Unfit("a time in whole seconds")
    if hour > 23:
        raise Unfit("a time of day from 00:00:00 to 23:59:59")
    if not FIRST_YEAR <= year <= LAST_YEAR:
        raise Unfit(f"a time in the years {FIRST_YEAR} to {LAST_YEAR}")
    zone: timezone = UTC
    if match[8] != "Z":
        offset = timedelta(hours=int(match[10]), minutes=int(match[11]))
        if int(match[11]) > 59 or offset > timedelta(hours=15):
            raise Unfit("a time with an offset from -15:00 to +15:00")
        zone = timezone(-offset if match[9] == "-" else offset)
    try:
        return datetime(year, month, day, hour, minute, int(match[6] or 0), tzinfo=zone)
    except ValueError as error:
        raise Unfit("a time that exists in the calendar") from error


def format_instant(instant: datetime) -> str:
    """Write a time as `parse_instant` reads it."""
    return instant.isoformat(timespec="seconds")


def parse_duration(text: str) -> timedelta:
    """Read a duration such as ``PT1H30M``.

    Parameters
    ----------
    text
        Weeks, days, hours, minutes and seconds that add up to whole seconds.

    Returns
    -------
    datetime.timedelta
        Negative when written so; the reader of the field decides about that.

    Raises
    ------
    Unfit
        When it is anything else, or counts in years or months, which have no fixed length.
    """
    match = DURATION.fullmatch(text) if len(text) <= LONGEST_WRITTEN else None
    if match is None or not any(match.groups()[1:]):
        raise Unfit("an ISO-8601 duration such as PT1H30M")
    sign, years, months, weeks, days, hours, minutes, seconds = match.groups()
    if years or months:
        raise Unfit("a duration in weeks, days, hours, minutes or seconds")
    units = ((weeks, 604800), (days, 86400), (hours, 3600), (minutes, 60), (seconds, 1))
    total = sum(
        (Fraction((amount or "0").replace(",", ".")) * unit for amount, unit in units),
        start=Fraction(0),
    )
    if total.denominator != 1:
        raise Unfit("a duration in whole seconds")
    if total > 10**10:
        raise Unfit("a duration of less than 300 years")
    return timedelta(seconds=int(-total if sign else total))


def format_duration(duration: timedelta) -> str:
    """Write a duration of whole seconds as ``P1DT2H3M4S``, leaving out what is zero."""
    seconds = duration // timedelta(seconds=1)
    sign = "-" if seconds < 0 else ""
    minutes, s = divmod(abs(seconds), 60)
    hours, m = divmod(minutes, 60)
    d, h = divmod(hours, 24)
    date = f"{d}D" if d else ""
    time = "".join(f"{n}{unit}" for n, unit in ((h, "H"), (m, "M"), (s, "S")) if n)
    if not date and not time:
        return "PT0S"
    return f"{sign}P{date}{'T' if time else ''}{time}"
