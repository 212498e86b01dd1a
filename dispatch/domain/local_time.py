"""Wall clocks, instants and calendar months.

People write "Friday 17:30 in Berlin"; clocks of a contract count real seconds. Everything
here returns instants in UTC, because the difference of two local times of one zone ignores a
change of the clocks in between (PEP 495), which would make an hour of summer time vanish.
"""

from __future__ import annotations

import calendar
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from dispatch.errors import InputError

__all__ = ["add_months", "elapsed", "instant_at", "to_utc", "zone_named"]


@lru_cache(maxsize=256)
def zone_named(name: str) -> ZoneInfo:
    """Look up a time zone by its IANA name.

    Raises
    ------
    InputError
        When no such zone is known.
    """
    try:
        return ZoneInfo(name)
    except (KeyError, ValueError, OSError) as error:
        raise InputError.at("/zone", name, "an IANA zone name such as 'Asia/Shanghai'") from error


def to_utc(instant: datetime, name: str) -> datetime:
    """Return the instant in UTC, or refuse it because it has no offset.

    Parameters
    ----------
    instant
        Any instant.
    name
        How the value is called in the message.
    """
    if instant.tzinfo is None or instant.utcoffset() is None:
        raise InputError.at(f"/{name}", instant.isoformat(), "an instant with an offset")
    return instant.astimezone(UTC)


def elapsed(start: datetime, end: datetime) -> timedelta:
    """Real time from `start` to `end`, whatever the clocks on the wall did in between."""
    return end.astimezone(UTC) - start.astimezone(UTC)


def instant_at(day: date, wall: time, zone: ZoneInfo, *, last: bool = False) -> datetime:
    """Find the instant at which a wall clock shows `wall` on `day`.

    Parameters
    ----------
    day, wall, zone
        Local date, local time and where the clock hangs.
    last
        Which of two instants to take when the clock shows this time twice.

    Returns
    -------
    datetime
        In UTC. When the clock skips this time (also when a zone skips the whole day, as Apia
        did on 2011-12-30), the instant of the skip: the first one at which the clock shows
        that time or a later one.
    """
    local = datetime.combine(day, wall, tzinfo=zone)
    first = local.replace(fold=0).astimezone(UTC)
    second = local.replace(fold=1).astimezone(UTC)
    if first <= second:
        return second if last else first
    # The clock skips this time. Both readings miss it, one on either side of the skip,
    # so the skip itself is found by halving the seconds between them.
    before, after = second, first
    offset_before = before.astimezone(zone).utcoffset()
    while after - before > timedelta(seconds=1):
        middle = (before + (after - before) / 2).replace(microsecond=0)
        if middle.astimezone(zone).utcoffset() == offset_before:
            before = middle
        else:
            after = middle
    return after


def add_months(day: date, months: int) -> date:
    """Move a date by whole calendar months, clipping to the end of a shorter month.

    The 31st of January plus one month is the 28th (or 29th) of February.
    """
    index = day.year * 12 + day.month - 1 + months
    year, month = divmod(index, 12)
    if not date.min.year <= year <= date.max.year:
        raise InputError.at(
            "/months", months, f"a number of months that keeps {day} on the calendar"
        )
    last = calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))
