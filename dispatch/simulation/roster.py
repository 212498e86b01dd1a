"""Who works on each day of a simulation: the shifts of the planning window, again and again."""

from __future__ import annotations

from dataclasses import dataclass, replace

from dispatch.domain import Case, Shift
from dispatch.simulation.calendar_days import CalendarDays

__all__ = ["WorkShift", "roster_of"]


@dataclass(frozen=True, slots=True)
class WorkShift:
    """A shift of the simulation.

    Parameters
    ----------
    engineer
        Id.
    shift
        As in the case, moved to its day; ids of repeated shifts end in ``@`` and the day.
    start, end, limit
        Seconds since the origin; ``limit`` is the end with overtime.
    """

    engineer: str
    shift: Shift
    start: int
    end: int
    limit: int


def roster_of(case: Case, calendar: CalendarDays, days: int) -> tuple[WorkShift, ...]:
    """List the shifts that begin within so many days, in order of their start.

    The planning window is the pattern: one of a day repeats every day, one of a week every week.
    """
    window = case.planning_window.length
    period = max(1, -(-window.total_seconds() // 86_400).__int__())
    found = []
    horizon = calendar.midnight(days)
    for engineer, shift in case.shifts():
        for cycle in range(-(-days // period) + 1):
            moved = _moved(shift, calendar, cycle * period)
            start = calendar.seconds(moved.start)
            if start >= horizon:
                break
            limit = calendar.seconds(moved.limit)
            found.append(WorkShift(engineer.id, moved, start, calendar.seconds(moved.end), limit))
    found.sort(key=lambda one: (one.start, one.engineer))
    return _apart(found)


def _moved(shift: Shift, calendar: CalendarDays, days: int) -> Shift:
    if not days:
        return shift
    return replace(
        shift,
        id=f"{shift.id}@{days}",
        start=calendar.moved(shift.start, days),
        end=calendar.moved(shift.end, days),
        overtime_end=None
        if shift.overtime_end is None
        else calendar.moved(shift.overtime_end, days),
        breaks=tuple(
            replace(
                one,
                earliest=calendar.moved(one.earliest, days),
                latest=calendar.moved(one.latest, days),
            )
            for one in shift.breaks
        ),
    )


def _apart(shifts: list[WorkShift]) -> tuple[WorkShift, ...]:
    """Leave out what would begin before the shift before it is over."""
    free: dict[str, int] = {}
    kept = []
    for one in shifts:
        if one.start >= free.get(one.engineer, one.start):
            kept.append(one)
            free[one.engineer] = one.limit
    return tuple(kept)
