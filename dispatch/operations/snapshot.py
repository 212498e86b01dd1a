"""From the database to the case a run plans: the world, what binds it, the plan in force."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from dispatch.domain import (
    Case,
    CurrentPlan,
    CurrentStop,
    Pin,
    Promise,
    PromiseStage,
    StopKind,
    Visit,
)
from dispatch.domain.intake import Commitment
from dispatch.domain.intake import build_case as make_case
from dispatch.formats import parse_plan
from dispatch.operations.company import company_settings
from dispatch.operations.day_facts import with_day_facts
from dispatch.operations.risk import risk_model
from dispatch.operations.van_visits import with_van_visits
from dispatch.operations.world import Subset, read_world
from dispatch.store import UnitOfWork
from dispatch.store.tables import AssignmentRow, DisruptionRow, VisitRow

__all__ = ["PlanningSpan", "build_case", "default_span", "promise_of", "span_of"]

UNDER_WAY = ("en_route", "arrived", "started")
OVER = ("finished", "could_not_finish", "cancelled")


@dataclass(frozen=True, slots=True)
class PlanningSpan:
    """What one plan covers: a region, from a local day to the one before ``until``."""

    region: str
    day: date
    until: date


def default_span(work: UnitOfWork, region: str) -> PlanningSpan:
    """The span of the plan in force while it lasts, else today alone."""
    today = company_settings(work).local_day(work.now)
    current = work.plans.latest_current(region)
    if current is not None and current.day <= today < current.until:
        return PlanningSpan(region, current.day, current.until)
    return PlanningSpan(region, today, today + timedelta(days=1))


def span_of(work: UnitOfWork, region: str, day: date) -> PlanningSpan:
    """The span of the plan in force on a day, else that day alone."""
    covering = [
        one
        for one in work.plans.all_current()
        if one.region == region and one.day <= day < one.until
    ]
    current = max(covering, key=lambda one: one.day, default=None)
    if current is None:
        return PlanningSpan(region, day, day + timedelta(days=1))
    return PlanningSpan(region, current.day, current.until)


def build_case(
    work: UnitOfWork,
    span: PlanningSpan,
    *,
    freeze: timedelta | None = None,
    only: Subset | None = None,
    in_force: CurrentPlan | None = None,
    supposed: Sequence[DisruptionRow] = (),
) -> Case:
    """Take the snapshot a run plans.

    Visits that are done, cancelled or sent out by the plan of another region or day are left
    out; those under way keep their engineer, those pinned by hand their shift; all others that the
    plan in force contains bring it along as reference.

    Parameters
    ----------
    work, span
        The transaction, and what is planned.
    freeze
        Starts of the plan in force within this time from now stay; None: only what has begun.
    only
        The part of the company to look at; then nothing but its visits is in the case.
    in_force
        The plan in force, or the part of it that matters, where it was read already.
    supposed
        Disruptions that have not been told but are tried out.
    """
    settings = company_settings(work)
    window = settings.window(span.day, span.until)
    world = read_world(work, window, region=span.region, only=only)
    current = work.plans.current(span.region, span.day)
    catalogue = work.catalogue
    rows = catalogue.all(VisitRow) if only is None else catalogue.some(VisitRow, only.visits)
    states = {row.id: row for row in rows}
    if in_force is None and current is not None:
        in_force = CurrentPlan.of(parse_plan(current.plan_text))
    concerned = None if only is None else only.visits
    own = () if current is None else work.plans.assignments_by(current.version, concerned)
    case = make_case(
        world,
        window,
        settings.local(work.now),
        commitments=_commitments(states, own),
        current_plan=in_force,
        freeze_until=None if freeze is None else settings.local(work.now) + freeze,
    )
    taken = _taken_elsewhere(work, span)
    kept = tuple(
        visit
        for visit in case.visits
        if visit.id not in taken
        and (visit.id not in states or states[visit.id].state not in OVER)
        and (only is None or visit.id in only.visits)
    )
    kept = _in_sequence(kept) if only is None else _out_of_sequence(kept)
    case = replace(case, visits=kept)
    case = replace(case, risk_model=risk_model(work))
    case = with_day_facts(work, case, own_plan=current, supposed=supposed)
    case = _without_absent(_without_lost_pins(case, own))
    case = with_van_visits(work, case, {row.visit_id: row.shift_id for row in own})
    if only is not None:
        case = replace(case, visits=tuple(one for one in case.visits if one.id in only.visits))
    return _without_strangers(case)


def _without_lost_pins(case: Case, own: Sequence[AssignmentRow]) -> Case:
    """Drop pins to places that the day has taken away, as when somebody falls ill at noon.

    Nobody could keep them, and whoever pinned the visit wanted it made.
    """
    shifts = {shift.id: shift for _, shift in case.shifts()}
    starts = {(row.visit_id, row.shift_id): row.start for row in own if row.pinned}

    def lost(visit: Visit) -> bool:
        if visit.pinned is None:
            return False
        shift = shifts.get(visit.pinned.shift)
        start = starts.get((visit.id, visit.pinned.shift))
        return shift is None or (start is not None and start >= shift.limit)

    if not any(lost(visit) for visit in case.visits):
        return case
    visits = (replace(one, pinned=None) if lost(one) else one for one in case.visits)
    return replace(case, visits=tuple(visits))


def _without_absent(case: Case) -> Case:
    """Forget preferences for people who are not here: off duty, or too far to be asked."""
    here = {engineer.id for engineer in case.engineers}

    def known(visit: Visit) -> Visit:
        rules = visit.engineers
        if here.issuperset(rules.preferred) and here.issuperset(rules.forbidden):
            return visit
        preferred = tuple(one for one in rules.preferred if one in here)
        forbidden = tuple(one for one in rules.forbidden if one in here)
        rules = replace(rules, preferred=preferred, forbidden=forbidden)
        return replace(visit, engineers=rules)

    return replace(case, visits=tuple(known(visit) for visit in case.visits))


def _in_sequence(visits: tuple[Visit, ...]) -> tuple[Visit, ...]:
    """Leave out what comes after a visit that is not here: its time is not known yet."""
    known = {visit.id for visit in visits}
    kept = tuple(visit for visit in visits if all(one.visit in known for one in visit.after))
    return kept if len(kept) == len(visits) else _in_sequence(kept)


def _out_of_sequence(visits: tuple[Visit, ...]) -> tuple[Visit, ...]:
    """Drop what binds a part of the company to visits outside of it; its stops are settled."""
    known = {visit.id for visit in visits}
    return tuple(
        replace(visit, after=tuple(one for one in visit.after if one.visit in known))
        for visit in visits
    )


def _commitments(
    states: dict[str, VisitRow], own: Sequence[AssignmentRow]
) -> dict[str, Commitment]:
    found: dict[str, Commitment] = {}
    by_hand = {row.visit_id: Pin(row.shift_id) for row in own if row.pinned}
    for row in own:
        state = states.get(row.visit_id)
        if state is None or row.member != 0:
            continue
        promise = promise_of(state)
        under_way = state.state in UNDER_WAY
        pinned = Pin(row.shift_id) if under_way else by_hand.get(row.visit_id)
        if promise is not None or pinned is not None:
            found[row.visit_id] = Commitment(promise, pinned)
    for id, state in states.items():
        # Who fell out of the plan was promised a time all the same.
        if id not in found and state.state == "open":
            promise = promise_of(state)
            if promise is not None:
                found[id] = Commitment(promise)
    return found


def promise_of(row: VisitRow) -> Promise | None:
    """What the customer of a visit was told; None: nothing yet."""
    if row.promise_start is None or row.promise_end is None:
        return None
    stage = PromiseStage(row.promise_stage or "published")
    return Promise(row.promise_start, row.promise_end, stage)


def _taken_elsewhere(work: UnitOfWork, span: PlanningSpan) -> set[str]:
    """Visits of other current plans: of other regions, and of later days of this one."""
    versions = {
        plan.version
        for plan in work.plans.all_current()
        if (plan.region, plan.day) != (span.region, span.day)
        and (plan.region != span.region or plan.day > span.day)
    }
    if not versions:
        return set()
    return {row.visit_id for row in work.plans.assignments() if row.plan_version in versions}


def _without_strangers(case: Case) -> Case:
    """Leave out of the reference what the case does not know any more."""
    if case.current_plan is None:
        return case
    visits = {visit.id for visit in case.visits}
    depots = {depot.id for depot in case.depots}
    shifts = {shift.id for _, shift in case.shifts()}
    places = {place.id for place in case.locations}

    def is_known(stop: CurrentStop) -> bool:
        if stop.location is not None and stop.location not in places:
            return False
        if stop.kind is StopKind.VISIT:
            return stop.visit in visits
        return stop.kind is StopKind.BREAK or stop.depot in depots

    routes = tuple(
        replace(route, stops=tuple(stop for stop in route.stops if is_known(stop)))
        for route in case.current_plan.routes
        if route.shift in shifts
    )
    return replace(case, current_plan=CurrentPlan(routes))
