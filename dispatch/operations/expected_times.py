"""Expected times of the stops to come: kept beside the plan, told when they move.

The plan in force stays as it was published; what reports from the field do to it stands in the
table of expected times. A promise that will be missed is told before that happens, once, and so
is the good news that it will be kept after all.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Any

from dispatch.domain import PlanRoute
from dispatch.errors import InputError
from dispatch.formats import parse_plan
from dispatch.operations.company import company_settings
from dispatch.operations.notify.giving import tell_delay
from dispatch.planning.projection import ExpectedStop, StopFacts, project
from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import AssignmentRow, EtaRow, SiteRow, VisitRow

__all__ = ["expected_visits", "refresh_all", "refresh_shifts"]

WORTH_TELLING_S = 60
# A route is looked at from an hour before it begins until a while after it should be over.
BEFORE, AFTER = timedelta(hours=1), timedelta(hours=12)


@lru_cache(maxsize=4)
def _routes(plan_text: str) -> dict[str, PlanRoute]:
    try:
        plan = parse_plan(plan_text)
    except InputError:
        # A report from the field must never fail because a stored plan cannot be read.
        return {}
    return {route.shift: route for route in plan.routes}


def refresh_all(database: Database) -> int:
    """Look at every route of today once; what nobody reported moves with the clock.

    Returns
    -------
    int
        Number of shifts whose expected times moved.
    """
    with database.reading() as work:
        moved = [shift for shift in _shifts_of_now(work) if _differs(work, shift)]
    for shift in moved:
        database.write(lambda work, shift=shift: refresh_shifts(work, [shift]), actor="watch")  # type: ignore[misc]
    return len(moved)


def refresh_shifts(work: UnitOfWork, shifts: Iterable[str]) -> None:
    """Expect the times of the routes of some shifts anew, and tell what moved."""
    for shift in sorted(set(shifts)):
        before = {(one.visit_id, one.member): one for one in work.service.etas(shift=shift)}
        fresh = expected_visits(work, shift)
        if [_values(one) for one in before.values()] == [_values(one) for one in fresh]:
            continue
        work.service.keep_etas(shift, fresh)
        rows = work.catalogue.some(VisitRow, (one.visit_id for one in fresh))
        sites = work.catalogue.some(SiteRow, (row.site_id for row in rows))
        visits = {row.id: row for row in rows}
        _tell_moved(work, shift, before, fresh)
        _tell_breaches(work, before, fresh, visits)
        for one in fresh:
            # Of a crew the first member speaks for all of them.
            if one.member == 0:
                tell_delay(work, visits[one.visit_id], one)
        # Notices look the sites up one by one; the session had them as long as they were held.
        del sites


def expected_visits(work: UnitOfWork, shift: str) -> list[EtaRow]:
    """Compute the expected times of the visits of a shift that are not over."""
    assigned = {one.visit_id: one for one in work.service.assignments_of_shifts([shift])}
    if not assigned:
        return []
    version = max(one.plan_version for one in assigned.values())
    route = _routes(work.plans.get(version).plan_text).get(shift)
    if route is None:
        return []
    planned = (stop.visit for stop in route.stops if stop.visit is not None)
    visits = {row.id: row for row in work.catalogue.some(VisitRow, planned)}
    gone = {id for id, row in visits.items() if row.state == "cancelled"}
    # Visits of the plan that nobody is assigned to any more have been moved elsewhere.
    gone |= {id for id, row in visits.items() if id not in assigned and row.state == "open"}
    facts = {
        id: StopFacts(row.en_route_at, row.arrived_at, row.started_at, row.finished_at)
        for id, row in visits.items()
        if row.state not in ("open", "cancelled")
    }
    floors = {id: row.promise_start for id, row in visits.items() if row.promise_start is not None}
    expected = project(route, facts, work.now, not_before=floors, gone=frozenset(gone))
    found = [
        _row(one, assigned[one.stop.visit], visits[one.stop.visit])
        for one in expected
        if one.stop.visit in assigned and one.stop.visit in visits
    ]
    return sorted(found, key=lambda one: (one.arrive, one.visit_id))


def _row(one: ExpectedStop, sent: AssignmentRow, visit: VisitRow) -> EtaRow:
    headroom = one.stop.sla_headroom_s
    promised = None if headroom is None else one.stop.arrive + timedelta(seconds=headroom)
    there = visit.arrived_at is not None
    reason = one.reason
    return EtaRow(
        visit_id=sent.visit_id,
        member=sent.member,
        engineer_id=sent.engineer_id,
        shift_id=sent.shift_id,
        plan_version=sent.plan_version,
        arrive=one.arrive,
        start=one.start,
        finish=one.finish,
        delay_s=one.delay_s,
        reason={}
        if reason is None
        else {"code": reason.code, "visit": reason.visit, "seconds": reason.seconds},
        arrive_by=promised,
        late_s=0 if there else one.late_s,
    )


def _shifts_of_now(work: UnitOfWork) -> list[str]:
    shifts = work.work.shifts_between(work.now - AFTER, work.now + BEFORE)
    known = {one.shift_id for one in work.plans.assignments()} | work.service.shifts_with_etas()
    return [one.id for one in shifts if one.id in known]


def _differs(work: UnitOfWork, shift: str) -> bool:
    before = {(one.visit_id, one.member): one for one in work.service.etas(shift=shift)}
    fresh = {(one.visit_id, one.member): one for one in expected_visits(work, shift)}
    if before.keys() != fresh.keys():
        return True
    return any(_moved(before[key], one) for key, one in fresh.items())


def _moved(before: EtaRow | None, one: EtaRow) -> bool:
    if before is None:
        return abs(one.delay_s) >= WORTH_TELLING_S
    shifted = abs((one.arrive - before.arrive).total_seconds()) >= WORTH_TELLING_S
    return shifted or (before.late_s > 0) != (one.late_s > 0)


def _values(one: EtaRow) -> tuple[Any, ...]:
    return (one.visit_id, one.member, one.arrive, one.start, one.finish, one.late_s, one.reason)


def _tell_moved(
    work: UnitOfWork, shift: str, before: dict[tuple[str, int], EtaRow], fresh: list[EtaRow]
) -> None:
    settings = company_settings(work)
    moved = [one for one in fresh if _moved(before.get((one.visit_id, one.member)), one)]
    if not moved:
        return
    stops = [
        {
            "visit": one.visit_id,
            "arrive": settings.local(one.arrive).isoformat(),
            "delay_s": one.delay_s,
            "reason": one.reason or None,
        }
        for one in moved
    ]
    work.tell("eta_changed", shift, {"engineer": moved[0].engineer_id, "stops": stops})


def _tell_breaches(
    work: UnitOfWork,
    before: dict[tuple[str, int], EtaRow],
    fresh: list[EtaRow],
    visits: Mapping[str, VisitRow],
) -> None:
    settings = company_settings(work)
    for one in fresh:
        known = before.get((one.visit_id, one.member))
        was_late = known is not None and known.late_s > 0
        if one.arrive_by is None or was_late == (one.late_s > 0):
            continue
        visit = visits[one.visit_id]
        if visit.arrived_at is not None:
            continue
        work.tell(
            "breach_predicted" if one.late_s > 0 else "breach_averted",
            one.visit_id,
            {
                "request": visit.request_id,
                "engineer": one.engineer_id,
                "eta": settings.local(one.arrive).isoformat(),
                "arrive_by": settings.local(one.arrive_by).isoformat(),
                "late_s": one.late_s,
                "reason": one.reason or None,
            },
        )
