"""The independent checker of a maintenance calendar: written from the rules, sharing no code.

The rules: from one completed round to the next it is the interval of the piece in calendar months;
a round lies within its tolerance of that day, on a working day of the half-year, none is missing
and none is there twice; customers are told a notice period ahead; the figures are as claimed.
"""

from __future__ import annotations

import calendar as months
from datetime import date, timedelta

from dispatch.domain.equipment import Equipment
from dispatch.planning.half_year import Calendar, HalfYear, PlannedRound

__all__ = ["check_calendar"]


def check_calendar(half: HalfYear, made: Calendar) -> list[str]:
    """List what is wrong with a calendar; empty when nothing is."""
    wrong: list[str] = []
    by_piece: dict[str, list[PlannedRound]] = {}
    for one in made.rounds:
        by_piece.setdefault(one.equipment, []).append(one)
    known = {piece.id: piece for piece in half.equipment}
    wrong += [f"{id}: unknown equipment" for id in by_piece if id not in known]
    for id, piece in known.items():
        own = sorted(by_piece.get(id, ()), key=lambda one: one.day)
        wrong += _check_piece(half, piece, own)
    wrong += _check_figures(half, made)
    return wrong


def _check_piece(half: HalfYear, piece: Equipment, own: list[PlannedRound]) -> list[str]:
    wrong: list[str] = []
    play = {"key": half.policy.key_tolerance, "general": half.policy.general_tolerance}
    tolerance = play[piece.grade.value]
    last = half.start + timedelta(days=7 * half.weeks - 1)
    due = _later(piece.last_maintenance or piece.installed, piece.interval_months)
    overdue = due + tolerance < half.today
    if not overdue and due + tolerance < half.start:
        due = _later(due, piece.interval_months)
    for one in own:
        where = f"{one.id} on {one.day}"
        if not overdue and one.due != due:
            wrong.append(f"{where}: due {one.due}, expected {due}")
        if not overdue and abs(one.day - due) > tolerance:
            wrong.append(f"{where}: more than {tolerance.days} days from {due}")
        if not half.start <= one.day <= last or one.day < half.today:
            wrong.append(f"{where}: outside the half-year")
        if not half.working_days.is_working_day(one.day):
            wrong.append(f"{where}: no working day")
        told = max(half.today, one.day - half.policy.notice)
        if one.notify_on != told:
            wrong.append(f"{where}: told on {one.notify_on}, expected {told}")
        kind = half.types[piece.type]
        if one.minutes * 60 < kind.maintenance_duration.total_seconds():
            wrong.append(f"{where}: {one.minutes} min are too short")
        due, overdue = _later(one.day, piece.interval_months), False
    # Until its tolerance reaches beyond the end, a round that is due must be there.
    if due + tolerance <= last and not own and overdue:
        wrong.append(f"{piece.id}: overdue and not in the calendar")
    elif due <= last and due + tolerance <= last:
        wrong.append(f"{piece.id}: the round due on {due} is missing")
    return wrong


def _check_figures(half: HalfYear, made: Calendar) -> list[str]:
    wrong: list[str] = []
    loads: dict[int, int] = {}
    for one in made.rounds:
        week = (one.day - half.start).days // 7
        loads[week] = loads.get(week, 0) + one.minutes
    peak = max(loads.values(), default=0)
    if made.peak != peak:
        wrong.append(f"peak: {made.peak} min claimed, expected {peak}")
    days = [half.start + timedelta(days=n) for n in range(7 * half.weeks)]
    working = {
        (day - half.start).days // 7
        for day in days
        if day >= half.today and half.working_days.is_working_day(day)
    }
    mean = sum(loads.values()) / max(1, len(working))
    if abs(made.mean - mean) > 0.01:
        wrong.append(f"mean: {made.mean:.2f} min claimed, expected {mean:.2f}")
    if made.peak_bound > peak:
        wrong.append(f"peak_bound: {made.peak_bound} min claimed, above the peak of {peak}")
    return wrong


def _later(day: date, count: int) -> date:
    """So many calendar months later, on the last day of a month that is too short."""
    year, month = divmod(day.year * 12 + day.month - 1 + count, 12)
    return date(year, month + 1, min(day.day, months.monthrange(year, month + 1)[1]))
