"""What the day has brought, told to a case: disruptions, pieces promised to others, collections."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime, timedelta

from dispatch.domain import (
    Break,
    Case,
    CurrentPlan,
    CurrentStop,
    Promise,
    PromiseStage,
    Shift,
    StopKind,
    TimeWindow,
    Visit,
)
from dispatch.domain.disruption import Disruption, DisruptionKind, apply_disruptions
from dispatch.domain.lost_stops import release_lost_stops
from dispatch.operations.company import CompanySettings, company_settings
from dispatch.operations.eased_visits import with_eased_visits
from dispatch.planning.shared_stock import Load, without_loads
from dispatch.store import UnitOfWork
from dispatch.store.tables import DisruptionRow, PlanRow, ReservationRow, SlotRow, VisitRow

__all__ = ["disruption_of", "loads_of", "waiting", "with_day_facts"]


def with_day_facts(
    work: UnitOfWork,
    case: Case,
    *,
    own_plan: PlanRow | None,
    supposed: Iterable[DisruptionRow] = (),
) -> Case:
    """Tell a case what has happened since its master data was written.

    Parameters
    ----------
    work
        The transaction.
    case
        From master data alone.
    own_plan
        The plan in force that the case replaces; what it reserved is the case's own to use.
    supposed
        Disruptions that have not been told but are tried out.
    """
    settings = company_settings(work)
    own = None if own_plan is None else own_plan.version
    slots = {row.id: row for row in work.day.live_slots(work.now)}
    promised = [
        row
        for row in waiting(work)
        if (row.plan_version != own or own is None)
        and not (row.slot_id and slots[row.slot_id].state == "confirmed")
    ]
    case = replace(case, depots=without_loads(case.depots, loads_of(promised)))
    case = _with_slots(case, list(slots.values()), settings)
    if own is not None and case.current_plan is not None:
        collected = [row for row in work.day.reservations_of_plans([own]) if row.collected_at]
        case = replace(case, current_plan=_without_collected(case.current_plan, collected))
    case = with_eased_visits(work, case)
    happened = [disruption_of(row, settings) for row in [*work.day.disruptions(), *supposed]]
    concerned = [one for one in happened if _concerns(one, case)]
    return apply_disruptions(_released(work, case, concerned), concerned)


def _released(work: UnitOfWork, case: Case, disruptions: list[Disruption]) -> Case:
    if not disruptions or case.current_plan is None:
        return case
    planned = {stop.visit for route in case.current_plan.routes for stop in route.stops}
    rows = work.catalogue.some(VisitRow, filter(None, planned))
    arrived = {row.id for row in rows if row.state not in ("open", "en_route", "cancelled")}
    set_out = {row.id for row in rows if row.state == "en_route"}
    return release_lost_stops(case, disruptions, arrived=arrived, set_out=set_out)


def waiting(work: UnitOfWork) -> list[ReservationRow]:
    """Pieces that are promised and still on the shelf; holds that have run out promise nothing."""
    live = {row.id for row in work.day.live_slots(work.now)}
    rows = work.day.waiting_reservations()
    return [row for row in rows if row.slot_id is None or row.slot_id in live]


def _with_slots(case: Case, slots: list[SlotRow], settings: CompanySettings) -> Case:
    """Keep the time of held appointments free, as a break, and bind confirmed ones to their window.

    A hold has no visit yet, so nobody is sent there; a route that cannot spare the time any more
    loses the visits that stand in its way to others.
    """
    held: dict[str, list[Break]] = {}
    bound: dict[str, SlotRow] = {}
    for row in slots:
        if row.state == "confirmed":
            bound[str(row.request_id)] = row
            continue
        leave = settings.local(datetime.fromisoformat(row.details["leave"]))
        length = settings.local(row.work_finish) - leave
        held.setdefault(row.shift_id, []).append(Break(leave, leave, length))
    engineers = tuple(
        replace(engineer, shifts=tuple(_kept_free(shift, held) for shift in engineer.shifts))
        for engineer in case.engineers
    )
    visits = tuple(_bound(visit, bound, settings) for visit in case.visits)
    return replace(case, engineers=engineers, visits=visits)


def _kept_free(shift: Shift, held: dict[str, list[Break]]) -> Shift:
    more = held.get(shift.id)
    if not more:
        return shift
    breaks = sorted((*shift.breaks, *more), key=lambda one: one.earliest)
    return replace(shift, breaks=tuple(breaks))


def _bound(visit: Visit, slots: dict[str, SlotRow], settings: CompanySettings) -> Visit:
    row = slots.get(visit.id.rpartition("-v")[0])
    if row is None or visit.id.rpartition("-v")[2] != "1":
        return visit
    window = TimeWindow(settings.local(row.start), settings.local(row.end))
    promise = visit.promise or Promise(window.start, window.end, PromiseStage.NOTIFIED)
    return replace(visit, time_windows=(window,), promise=promise)


def loads_of(rows: Iterable[ReservationRow]) -> list[Load]:
    """Say reservations as loads."""
    return [Load(row.depot_id, row.part_id, row.quantity, row.needed_at) for row in rows]


def disruption_of(row: DisruptionRow, settings: CompanySettings) -> Disruption:
    """Read a disruption back; places are named as in a case."""
    kind = DisruptionKind(row.kind)
    site = kind is DisruptionKind.SITE_CLOSED
    return Disruption(
        kind=kind,
        subject=f"site-{row.subject}" if site else row.subject,
        start=settings.local(row.start),
        until=None if row.until is None else settings.local(row.until),
        extra=timedelta(minutes=row.details.get("minutes", 0)),
        parts=row.details.get("parts", {}),
    )


def _concerns(one: Disruption, case: Case) -> bool:
    return one.until is None or one.until > case.planning_window.start


def _without_collected(plan: CurrentPlan, collected: list[ReservationRow]) -> CurrentPlan:
    """Pieces that are in the van already, and off the shelf, are not fetched a second time."""
    taken: dict[tuple[str | None, str, datetime], set[str]] = {}
    for row in collected:
        taken.setdefault((row.shift_id, row.depot_id, row.needed_at), set()).add(row.part_id)

    def lighter(shift: str, stop: CurrentStop) -> CurrentStop:
        parts = taken.get((shift, str(stop.depot), stop.start), set())
        if stop.kind is not StopKind.PICKUP or not parts:
            return stop
        return replace(stop, loaded={p: n for p, n in stop.loaded.items() if p not in parts})

    routes = tuple(
        replace(route, stops=tuple(lighter(route.shift, stop) for stop in route.stops))
        for route in plan.routes
    )
    return CurrentPlan(routes)
