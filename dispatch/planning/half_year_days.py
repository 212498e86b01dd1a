"""Which weeks a tolerance reaches, and on which day of each a round is done."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

__all__ = ["Span", "day_in_week", "weeks_of"]


@dataclass(frozen=True, slots=True)
class Span:
    """The due day of a round, and the first and last day on which it may be done."""

    due: date
    earliest: date
    latest: date


def weeks_of(
    start: date,
    weeks: int,
    open_days: Callable[[int], tuple[date, ...]],
    span: Span,
    not_before: date | None,
) -> dict[int, date]:
    """List the weeks in which a round may be done, with its day in each.

    Parameters
    ----------
    start, weeks
        Monday of week 0, and the number of weeks.
    open_days
        Working days of a week that have not gone by.
    span
        Of the round.
    not_before
        First day of which the customer can still be told in time; it gives way where nothing
        would be left.

    Returns
    -------
    dict
        Empty when no working day of these weeks lies in the tolerance.
    """
    first = max(0, (span.earliest - start).days // 7)
    last = min(weeks - 1, (span.latest - start).days // 7)
    found: dict[int, date] = {}
    for week in range(first, last + 1):
        days = [day for day in open_days(week) if span.earliest <= day <= span.latest]
        if days:
            found[week] = day_in_week(days, span)
    if not_before is not None:
        in_time = {week: day for week, day in found.items() if day >= not_before}
        return in_time or found
    return found


def day_in_week(days: Sequence[date], span: Span) -> date:
    """The working day within the tolerance that is nearest to the due day, the earlier of two."""
    inside = [day for day in days if span.earliest <= day <= span.latest]
    return min(inside or days, key=lambda day: (abs((day - span.due).days), day))
