"""What the office knows at a moment, as a case that the planner of production plans.

What is over is left out, and what is under way is where its engineer will be free: a shift begins
there and then, with the parts that are left in the van.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import timedelta

from dispatch.domain import (
    Case,
    CurrentPlan,
    CurrentRoute,
    CurrentStop,
    Engineer,
    Promise,
    PromiseStage,
    Shift,
    StopKind,
    TimeWindow,
    Visit,
)
from dispatch.simulation.deadlines import Deadlines
from dispatch.simulation.field_work import FieldWork
from dispatch.simulation.people import Planned, VisitState, Wanted, Worker
from dispatch.simulation.roster import WorkShift

__all__ = ["Outlook", "look", "plan_in_force"]

DAY = 86_400
TOLD_BEFORE_S, TOLD_AFTER_S = 1800, 5400
"""How much earlier and later than told work may start without a call to the customer."""


@dataclass(frozen=True, slots=True)
class Outlook:
    """A case for the planner, and the shifts that its plan will be for."""

    case: Case
    shifts: tuple[str, ...]


def look(work: FieldWork, *, days: int, keep_promises: bool, stake: int = 0) -> Outlook:
    """Take the snapshot that is planned now.

    Parameters
    ----------
    work
        The operation.
    days
        Days after today whose shifts are planned too.
    keep_promises
        Whether it costs to move what customers were told.
    stake
        Times its price that a breach weighs, see `Deadlines`; 0: prices and deadlines as they are.
    """
    calendar, now = work.world.calendar, work.now
    today = max(0, now // DAY)
    until = calendar.midnight(today + 1 + days)
    planned_shifts: dict[str, list[Shift]] = {id: [] for id in work.workers}
    for one in work.world.roster:
        if one.start < until and one.limit > now:
            shift = _rest_of(work, one)
            if shift is not None:
                planned_shifts[one.engineer].append(shift)
    ids = tuple(shift.id for shifts in planned_shifts.values() for shift in shifts)
    published = _published(work, ids) if keep_promises else {}
    deadlines = Deadlines(calendar, now, until, _spans(work, until), stake) if stake else None
    visits = tuple(
        _visit(work, one, keep_promises, published.get(one.visit.id), deadlines)
        for one in work.wanted.values()
        if one.state is VisitState.OPEN and not _locked(work, one.visit.id)
    )
    known = {visit.id for visit in visits}
    visits = _in_sequence(visits, known)
    case = replace(
        work.world.case,
        planning_window=TimeWindow(
            calendar.instant(min(now, today * DAY)), calendar.instant(until)
        ),
        now=calendar.instant(now),
        freeze_until=None,
        engineers=tuple(
            _engineer(worker, tuple(planned_shifts[worker.id])) for worker in work.workers.values()
        ),
        depots=work.shelves.as_depots(now, until),
        visits=visits,
        current_plan=_plan_in_force(work, ids, work.routes, visits),
        demand=None,
    )
    return Outlook(case, ids)


def _spans(work: FieldWork, until: int) -> list[tuple[int, int]]:
    """When anybody works, from now on."""
    ahead = (one for one in work.world.roster if one.start < until and one.end > work.now)
    return sorted({(one.start, one.end) for one in ahead})


def plan_in_force(
    work: FieldWork, outlook: Outlook, routes: Mapping[str, Sequence[Planned]]
) -> CurrentPlan:
    """Say other routes than those in force for the shifts and visits of an outlook."""
    return _plan_in_force(work, outlook.shifts, routes, outlook.case.visits)


def _plan_in_force(
    work: FieldWork,
    shifts: Iterable[str],
    routes: Mapping[str, Sequence[Planned]],
    visits: Sequence[Visit],
) -> CurrentPlan:
    known = {visit.id for visit in visits}
    return CurrentPlan(tuple(_route(work, id, routes.get(id, ()), known) for id in shifts))


def _engineer(worker: Worker, shifts: tuple[Shift, ...]) -> Engineer:
    tools = tuple(sorted({*worker.engineer.tools, *worker.tools}))
    van = {part: max(0, many) for part, many in worker.van.items()}
    stop = worker.doing.stop if worker.doing else None
    if stop is not None and worker.doing is not None and worker.doing.started is None:
        for part, many in stop.parts.items():
            van[part] = max(0, van.get(part, 0) - many)
        for part, many in stop.loaded.items():
            van[part] = van.get(part, 0) + many
    return replace(worker.engineer, shifts=shifts, tools=tools, van_stock=van)


def _rest_of(work: FieldWork, one: WorkShift) -> Shift | None:
    """What is left of a shift; None: nothing."""
    worker = work.workers[one.engineer]
    if worker.shift is not one:
        # The present shift of this engineer has not begun, or is over.
        return one.shift if one.start >= work.now else None
    if worker.ill:
        return None
    start, place = _free(work, worker)
    if start >= one.limit - 60:
        return None
    instant = work.world.calendar.instant
    end = max(one.end, start + 1)
    travel = one.shift.max_travel
    return replace(
        one.shift,
        start=instant(start),
        end=instant(end),
        overtime_end=instant(max(end, one.limit)),
        start_location=place,
        fixed_start=False,
        max_travel=None if travel is None else max(timedelta(0), travel - _road(worker)),
        breaks=tuple(
            rest for rest in worker.breaks if work.world.calendar.seconds(rest.latest) >= start
        ),
    )


def _road(worker: Worker) -> timedelta:
    return timedelta(seconds=worker.travelled)


def _free(work: FieldWork, worker: Worker) -> tuple[int, str]:
    """When and where the office expects somebody to be free, after what is locked."""
    at, place = work.now, worker.place
    if worker.doing is not None:
        at, place = worker.doing.expected_free(work.now), worker.doing.place
    elif work.now < worker.silent_until:
        at = work.now + 60
    for stop in work.queue(worker)[: worker.locked]:
        target = stop.place or place
        at += max(0, work.way(place, target))
        if stop.visit is not None:
            one = work.wanted[stop.visit]
            at = one.start_at(at) or at
            at += work.world.work(worker.id, one.visit)
        else:
            at = max(at, stop.start) + stop.length
        place = target
    return at, place


def _locked(work: FieldWork, visit: str) -> bool:
    return any(
        stop.visit == visit
        for worker in work.workers.values()
        if worker.locked
        for stop in work.queue(worker)[: worker.locked]
    )


def _published(work: FieldWork, shifts: Iterable[str]) -> dict[str, int]:
    """Starts by the plan in force, which people count on though no customer was told yet."""
    return {
        stop.visit: stop.start
        for shift in shifts
        for stop in work.routes.get(shift, ())
        if stop.visit is not None
    }


def _visit(
    work: FieldWork,
    one: Wanted,
    keep_promises: bool,
    published: int | None,
    deadlines: Deadlines | None,
) -> Visit:
    visit = one.visit
    instant = work.world.calendar.instant
    changes: dict[str, object] = {}
    if visit.after:
        links = []
        floor = None
        for link in visit.after:
            before = work.wanted.get(link.visit)
            if before is None:
                continue
            if before.state is VisitState.OPEN:
                links.append(link)
            else:
                finish = before.finished or before.expected_finish or work.now
                floor = max(floor or 0, finish + int(link.min_delay.total_seconds()))
        changes["after"] = tuple(links)
        if floor is not None:
            windows = one.windows or ((0, work.world.horizon),)
            late = [(max(low, floor), high) for low, high in windows if high >= floor]
            changes["time_windows"] = tuple(
                TimeWindow(instant(low), instant(high)) for low, high in late or [(floor, floor)]
            )
    if visit.pinned is not None and visit.pinned.shift not in work.shifts:
        changes["pinned"] = None
    promised = published if one.told is None else one.told
    if keep_promises and promised is not None:
        changes["promise"] = Promise(
            instant(promised - TOLD_BEFORE_S),
            instant(promised + TOLD_AFTER_S),
            PromiseStage.PUBLISHED if one.told is None else PromiseStage.NOTIFIED,
        )
    elif visit.promise is not None and not keep_promises:
        changes["promise"] = None
    if deadlines is not None and visit.sla is not None and one.arrive_by is not None:
        changes |= deadlines.told(visit, one.arrive_by)
    return replace(visit, **changes) if changes else visit  # type: ignore[arg-type]


def _in_sequence(visits: tuple[Visit, ...], known: set[str]) -> tuple[Visit, ...]:
    """Leave out what comes after a visit that is not planned now."""
    kept = tuple(v for v in visits if all(link.visit in known for link in v.after))
    if len(kept) == len(visits):
        return kept
    return _in_sequence(kept, {visit.id for visit in kept})


def _route(work: FieldWork, shift: str, stops: Sequence[Planned], visits: set[str]) -> CurrentRoute:
    worker = work.workers[work.shifts[shift].engineer]
    if worker.shift is work.shifts[shift]:
        stops = [stop for stop in stops if stop not in work.queue(worker)[: worker.locked]]
    return CurrentRoute(
        shift,
        tuple(
            _stop(work, stop)
            for stop in stops
            if stop.kind is not StopKind.VISIT or stop.visit in visits
        ),
    )


def _stop(work: FieldWork, stop: Planned) -> CurrentStop:
    return CurrentStop(
        start=work.world.calendar.instant(stop.start),
        kind=stop.kind,
        visit=stop.visit,
        depot=stop.depot,
        location=stop.place,
        parts=stop.parts,
        loaded=stop.loaded,
    )
