"""Rows of the visits a plan sends somebody to; planning itself needs none."""

from __future__ import annotations

from dispatch.domain import Case, Plan, VisitKind
from dispatch.domain.maintenance import RoundKind
from dispatch.store import UnitOfWork
from dispatch.store.tables import EquipmentRow, RequestRow, VisitRow

__all__ = ["ensure_visits"]


def ensure_visits(work: UnitOfWork, case: Case, plan: Plan) -> None:
    """Write a row for each visit of a plan that has none yet."""
    planned = {stop.visit for route in plan.routes for stop in route.stops if stop.visit}
    for visit in case.visits:
        if visit.id in planned and work.catalogue.find(VisitRow, visit.id) is None:
            site = visit.location.removeprefix("site-")
            request = _request_of(work, visit.id)
            kind = _round_kind(visit.id) or visit.kind.value
            work.catalogue.add(
                VisitRow(
                    id=visit.id,
                    kind=kind,
                    request_id=None if request is None else request.id,
                    equipment_id=_equipment_of(work, visit.id, request),
                    site_id=site,
                    title=visit.title[:500],
                    state="open",
                    due_earliest=visit.due.earliest.date()
                    if visit.due is not None and visit.due.earliest is not None
                    else None,
                    due_ideal=visit.due.ideal.date()
                    if visit.due is not None and visit.due.ideal is not None
                    else None,
                    due_latest=visit.due.latest.date()
                    if visit.due is not None and visit.due.latest is not None
                    else None,
                )
            )


def _round_kind(visit: str) -> str | None:
    return next((kind.value for kind in RoundKind if visit.startswith(f"{kind.value}-")), None)


def _request_of(work: UnitOfWork, visit: str) -> RequestRow | None:
    if _round_kind(visit) is not None:
        return None
    base = visit.removesuffix("-loaner") if visit.endswith("-loaner") else visit.rpartition("-v")[0]
    return work.catalogue.find(RequestRow, base)


def _equipment_of(work: UnitOfWork, visit: str, request: RequestRow | None) -> str | None:
    if request is not None:
        return request.equipment_id
    kind = _round_kind(visit)
    if kind != VisitKind.MAINTENANCE.value:
        return None
    # maintenance-<equipment>-after-<day>
    id = visit.removeprefix(f"{kind}-").rpartition("-after-")[0]
    row = work.catalogue.find(EquipmentRow, id)
    return None if row is None else row.id
