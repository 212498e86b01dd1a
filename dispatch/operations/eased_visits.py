"""Visits whose conditions a dispatcher has eased: told to every case until they are done."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dispatch.domain import Case, DueWindow, TimeWindow, Visit
from dispatch.operations.company import CompanySettings, company_settings
from dispatch.store import UnitOfWork

__all__ = ["with_eased_visits"]

LOOKED_BACK = timedelta(days=90)
"""An easing speaks of certain days; after this long its visit is done or was asked about anew."""


def with_eased_visits(work: UnitOfWork, case: Case) -> Case:
    """Widen windows and due dates, drop links and shrink crews as remedies were carried out."""
    rows = work.day.eased_since(work.now - LOOKED_BACK)
    if not rows:
        return case
    settings = company_settings(work)
    eased: dict[str, list[Mapping[str, Any]]] = {}
    for row in rows:
        eased.setdefault(row.visit_id, []).append(row.eased)
    visits = tuple(_eased(one, eased.get(one.id, ()), settings) for one in case.visits)
    return replace(case, visits=visits)


def _eased(visit: Visit, changes: Iterable[Mapping[str, Any]], settings: CompanySettings) -> Visit:
    for change in changes:
        windows = [_window(one, settings) for one in change.get("time_windows", ())]
        if windows and visit.time_windows:
            # The visit's own windows stay: tomorrow's are as good as those eased for today.
            visit = replace(visit, time_windows=_united([*visit.time_windows, *windows]))
        if visit.due is not None and "due" in change:
            visit = replace(visit, due=_reaching(visit.due, change["due"], settings))
        gone = set(change.get("not_after", ()))
        if gone:
            links = tuple(one for one in visit.after if one.visit not in gone)
            visit = replace(visit, after=links)
        size = change.get("crew_size")
        if size is not None:
            visit = replace(visit, crew_size=min(visit.crew_size, size))
    return visit


def _instant(written: str, settings: CompanySettings) -> datetime:
    return settings.local(datetime.fromisoformat(written))


def _window(written: Mapping[str, str], settings: CompanySettings) -> TimeWindow:
    return TimeWindow(_instant(written["start"], settings), _instant(written["end"], settings))


def _united(windows: Iterable[TimeWindow]) -> tuple[TimeWindow, ...]:
    """Windows in order, those that touch made one."""
    found: list[TimeWindow] = []
    for window in sorted(windows, key=lambda one: (one.start, one.end)):
        if found and window.start <= found[-1].end:
            found[-1] = TimeWindow(found[-1].start, max(found[-1].end, window.end))
        else:
            found.append(window)
    return tuple(found)


def _reaching(due: DueWindow, written: Mapping[str, Any], settings: CompanySettings) -> DueWindow:
    earliest, latest = written.get("earliest"), written.get("latest")
    return replace(
        due,
        earliest=None
        if due.earliest is None or earliest is None
        else min(due.earliest, _instant(earliest, settings)),
        latest=None
        if due.latest is None or latest is None
        else max(due.latest, _instant(latest, settings)),
    )
