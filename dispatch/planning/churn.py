"""What one plan changes against another: visit by visit, whom to tell, and the bill for it."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from dispatch.domain import Case, CurrentPlan, Plan, PlanRoute, PromiseStage, Visit

__all__ = ["ChangeKind", "ChurnBill", "Place", "VisitChange", "compare_plans", "routes_of"]

PHONED_FROM = PromiseStage.NOTIFIED
"""From this stage on the customer knows the promise and must hear that it moves."""


class ChangeKind(StrEnum):
    """What happened to a visit between two plans."""

    ADDED = "added"
    REMOVED = "removed"
    REASSIGNED = "reassigned"
    MOVED = "moved"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a visit stands in a plan: engineers and shifts of its crew, start of work."""

    engineers: tuple[str, ...]
    shifts: tuple[str, ...]
    start: datetime


@dataclass(frozen=True, slots=True)
class VisitChange:
    """One visit that differs between two plans.

    Parameters
    ----------
    visit, kind
        Which, and how; ``reassigned`` may have moved as well.
    before, after
        None where it is in no route.
    stage
        How far its promise had gone; None without a promise.
    price
        Of the promise broken by this change and of the change of engineer, minor units. Who has
        lost the shift of the visit could not have kept it; that change costs nothing.
    phone
        Whether the customer has to be told.
    """

    visit: str
    kind: ChangeKind
    before: Place | None
    after: Place | None
    stage: PromiseStage | None
    price: int
    phone: bool


@dataclass(frozen=True, slots=True)
class ChurnBill:
    """All changes with their sum.

    Parameters
    ----------
    changes
        In the order of the case file.
    total
        Sum of their prices, minor units.
    phone
        Visits whose customers have to be told.
    engineers
        Engineers whose route differs, in the order of the case file.
    """

    changes: tuple[VisitChange, ...]
    total: int
    phone: tuple[str, ...]
    engineers: tuple[str, ...]


Entry = tuple[str, str, str, datetime]


def routes_of(plan: Plan | CurrentPlan, case: Case) -> tuple[Entry, ...]:
    """Say the visits of a plan as (visit, engineer, shift, start of work)."""
    owner = {shift.id: engineer.id for engineer, shift in case.shifts()}
    # A plan tells whose routes it has; the case may not know the shift any more.
    owner |= {route.shift: route.engineer for route in plan.routes if isinstance(route, PlanRoute)}
    return tuple(
        (stop.visit, owner.get(route.shift, route.shift), route.shift, stop.start)
        for route in plan.routes
        for stop in route.stops
        if stop.visit is not None
    )


def compare_plans(case: Case, before: Plan | CurrentPlan, after: Plan | CurrentPlan) -> ChurnBill:
    """Compare two plans of one world.

    Parameters
    ----------
    case
        The world: its promises, weights and names.
    before, after
        The plan given up and the plan that replaces it.

    Returns
    -------
    ChurnBill
        Empty when every visit keeps its engineers, shifts and start.
    """
    entries = routes_of(before, case)
    old, new = _places(entries), _places(routes_of(after, case))
    shifts = {shift.id for _, shift in case.shifts()}
    kept = _still_kept(case)
    givers: dict[str, set[str]] = {}
    for visit_id, engineer, shift_id, _ in entries:
        if shift_id in shifts and (kept is None or visit_id in kept):
            givers.setdefault(visit_id, set()).add(engineer)
    changes = tuple(
        change
        for visit in case.visits
        if (
            change := _change(
                visit,
                old.get(visit.id),
                new.get(visit.id),
                case,
                givers.get(visit.id, ()),
            )
        )
        is not None
    )
    concerned = {
        engineer
        for change in changes
        for place in (change.before, change.after)
        if place is not None
        for engineer in place.engineers
    }
    return ChurnBill(
        changes=changes,
        total=sum(change.price for change in changes),
        phone=tuple(change.visit for change in changes if change.phone),
        engineers=tuple(one.id for one in case.engineers if one.id in concerned),
    )


def _still_kept(case: Case) -> set[str | None] | None:
    """Visits that the case says are given to somebody; None: it says nothing.

    What a disruption has taken from its engineer is no longer among them: to send somebody else is
    no choice of the plan, and neither its cost nor the bill asks for it.
    """
    if case.current_plan is None:
        return None
    return {stop.visit for route in case.current_plan.routes for stop in route.stops}


def _places(entries: Iterable[Entry]) -> dict[str, Place]:
    crews: dict[str, list[Entry]] = {}
    for entry in entries:
        crews.setdefault(entry[0], []).append(entry)
    return {
        visit: Place(
            engineers=tuple(sorted(entry[1] for entry in crew)),
            shifts=tuple(sorted(entry[2] for entry in crew)),
            start=min(entry[3] for entry in crew),
        )
        for visit, crew in crews.items()
    }


def _change(
    visit: Visit, old: Place | None, new: Place | None, case: Case, givers: Collection[str]
) -> VisitChange | None:
    if old == new:
        return None
    kept = old is not None and new is not None
    if kept:
        assert old is not None
        assert new is not None
        same = old.engineers == new.engineers and old.shifts == new.shifts
        kind = ChangeKind.MOVED if same else ChangeKind.REASSIGNED
    else:
        kind = ChangeKind.ADDED if old is None else ChangeKind.REMOVED
    promise = visit.promise
    stage = None if promise is None else promise.stage
    broken = promise is not None and new is not None and not promise.kept_by(new.start)
    # A visit left out breaks its promise as well, but its price is that of its tier.
    withdrawn = promise is not None and new is None
    price = case.weights.churn.of(promise.stage) if promise is not None and broken else 0
    if (
        promise is not None
        and givers
        and new is not None
        and not set(givers).issuperset(new.engineers)
    ):
        price += case.weights.engineer_change
    stages = list(PromiseStage)
    told = stage is not None and stages.index(stage) >= stages.index(PHONED_FROM)
    return VisitChange(visit.id, kind, old, new, stage, price, told and (broken or withdrawn))
