"""What goes wrong on the day, and what a planner must know of it from then on."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.domain.checks import require, require_aware, require_id
from dispatch.domain.depot import Depot
from dispatch.domain.engineer import Engineer
from dispatch.domain.shift import Break, Shift
from dispatch.domain.snapshot import Case
from dispatch.domain.visit import Visit
from dispatch.domain.window import TimeWindow

__all__ = ["Disruption", "DisruptionKind", "apply_disruptions"]


class DisruptionKind(StrEnum):
    """What has happened."""

    ENGINEER_ABSENT = "engineer_absent"
    VAN_BROKEN_DOWN = "van_broken_down"
    PART_MISSING = "part_missing"
    VISIT_OVERRUN = "visit_overrun"
    SITE_CLOSED = "site_closed"


@dataclass(frozen=True, slots=True)
class Disruption:
    """One thing that went wrong.

    Parameters
    ----------
    kind
        What.
    subject
        Id of the engineer (absent, van), of the depot or engineer that should have the part, of
        the visit that takes longer, or of the location that is closed.
    start, until
        From when, and to when; None: for good. Only people and places have an end.
    extra
        How much longer a visit takes.
    parts
        Pieces that are missing.
    """

    kind: DisruptionKind
    subject: str
    start: datetime
    until: datetime | None = None
    extra: timedelta = timedelta(0)
    parts: Mapping[str, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_id("subject", self.subject)
        require_aware("start", self.start)
        require_aware("until", self.until)
        require(self.until is None or self.start < self.until, "until", self.until, "after start")


def apply_disruptions(case: Case, disruptions: Iterable[Disruption]) -> Case:
    """Tell a case what went wrong.

    Parameters
    ----------
    case
        The world as master data has it.
    disruptions
        In the order they happened; what concerns nothing in the case changes nothing.

    Returns
    -------
    Case
        With shorter shifts, fewer pieces, longer visits and closed hours. The plan in force is
        left as it was: what has begun is history all the same, and what cannot be kept any more
        is `dispatch.domain.lost_stops` to say.

    Notes
    -----
    An engineer whose van broke down is planned no further, like one who fell ill: without it
    there are neither parts nor ways. Whoever gets another van is back when the disruption is
    lifted or over. Somebody who comes back within a shift has two shifts left; the second one
    has ``-back`` behind its id.
    """
    for one in disruptions:
        case = _APPLIED[one.kind](case, one)
    return case


def _without_engineer(case: Case, one: Disruption) -> Case:
    engineers = tuple(
        replace(engineer, shifts=tuple(_rest(engineer, one)))
        if engineer.id == one.subject
        else engineer
        for engineer in case.engineers
    )
    return replace(case, engineers=engineers)


def _rest(engineer: Engineer, one: Disruption) -> Iterable[Shift]:
    for shift in engineer.shifts:
        if shift.limit <= one.start or (one.until is not None and shift.start >= one.until):
            yield shift
            continue
        if shift.start < one.start:
            end = min(shift.end, one.start)
            yield replace(
                shift, end=end, overtime_end=None, breaks=_breaks(shift, shift.start, end)
            )
        if one.until is not None and one.until < shift.end:
            start = max(shift.start, one.until)
            name = f"{shift.id}-back" if shift.start < one.start else shift.id
            breaks = _breaks(shift, start, shift.limit)
            yield replace(shift, id=name, start=start, breaks=breaks)


def _breaks(shift: Shift, start: datetime, end: datetime) -> tuple[Break, ...]:
    return tuple(rest for rest in shift.breaks if rest.earliest >= start and rest.latest <= end)


def _without_parts(case: Case, one: Disruption) -> Case:
    depots = tuple(
        _fewer_in_depot(depot, one) if depot.id == one.subject else depot for depot in case.depots
    )
    engineers = tuple(
        _fewer_in_van(engineer, one) if engineer.id == one.subject else engineer
        for engineer in case.engineers
    )
    return replace(case, depots=depots, engineers=engineers)


def _fewer_in_depot(depot: Depot, one: Disruption) -> Depot:
    stock = dict(depot.stock or {})
    for part, missing in one.parts.items():
        have = depot.stock_of(part)
        if have is not None:
            stock[part] = max(0, have - missing)
    return depot if depot.stock is None else replace(depot, stock=stock)


def _fewer_in_van(engineer: Engineer, one: Disruption) -> Engineer:
    van = dict(engineer.van_stock)
    for part, missing in one.parts.items():
        have = van.get(part, 0)
        if have is not None:
            van[part] = max(0, have - missing)
    return replace(engineer, van_stock=van)


def _longer_visit(case: Case, one: Disruption) -> Case:
    visits = tuple(
        replace(visit, duration=visit.duration + one.extra) if visit.id == one.subject else visit
        for visit in case.visits
    )
    return replace(case, visits=visits)


def _closed_site(case: Case, one: Disruption) -> Case:
    visits = tuple(
        _outside(visit, one, case.planning_window) if visit.location == one.subject else visit
        for visit in case.visits
    )
    return replace(case, visits=visits)


def _outside(visit: Visit, one: Disruption, span: TimeWindow) -> Visit:
    """Windows of the start without the closed hours; a visit has to be over before they begin."""
    last = one.start - visit.duration
    found = []
    for window in visit.time_windows or (span,):
        if window.start <= min(window.end, last):
            found.append(TimeWindow(window.start, min(window.end, last)))
        if one.until is not None and one.until <= window.end:
            found.append(TimeWindow(max(window.start, one.until), window.end))
    # Without any window left a visit could start at any time; one that is over already cannot.
    closed = span.start - timedelta(days=1)
    return replace(visit, time_windows=tuple(found) or (TimeWindow(closed, closed),))


_APPLIED = {
    DisruptionKind.ENGINEER_ABSENT: _without_engineer,
    DisruptionKind.VAN_BROKEN_DOWN: _without_engineer,
    DisruptionKind.PART_MISSING: _without_parts,
    DisruptionKind.VISIT_OVERRUN: _longer_visit,
    DisruptionKind.SITE_CLOSED: _closed_site,
}
