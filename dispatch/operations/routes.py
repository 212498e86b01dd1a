"""An engineer's route on a day, as the phone shows it, and plans as everybody reads them."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from functools import lru_cache
from typing import Any

from dispatch.operations.company import company_settings
from dispatch.store import UnitOfWork
from dispatch.store.tables import (
    DepotRow,
    EngineerRow,
    EquipmentRow,
    PlanRow,
    SiteRow,
    VisitRow,
)

__all__ = ["EngineerRoute", "planned_routes", "route_of"]


@dataclass(frozen=True, slots=True)
class EngineerRoute:
    """What one engineer does on one day.

    Parameters
    ----------
    engineer, date
        Who, and which local day.
    version
        Newest plan it comes from; None when nothing is planned.
    routes
        Routes of the plan file, their stops with what is needed on the way and on site.
    """

    engineer: str
    date: date
    version: int | None
    routes: tuple[dict[str, Any], ...]


def route_of(work: UnitOfWork, engineer: str, day: date) -> EngineerRoute:
    """Find the routes of an engineer's shifts that begin on a local day.

    Raises
    ------
    NotFound
        When there is no such engineer.
    """
    version, routes = planned_routes(work, engineer, day)
    return EngineerRoute(engineer, day, version, tuple(_enriched(work, route) for route in routes))


def planned_routes(
    work: UnitOfWork, engineer: str, day: date
) -> tuple[int | None, list[dict[str, Any]]]:
    """Find the routes as they were planned, and the newest plan they come from.

    Raises
    ------
    NotFound
        When there is no such engineer.
    """
    work.catalogue.get(EngineerRow, engineer)
    found: list[tuple[PlanRow, dict[str, Any]]] = []
    for plan in work.plans.all_current():
        if not plan.day <= day < plan.until:
            continue
        found += [(plan, route) for route in _routes(plan, engineer, day, work)]
    # Of two plans that cover the day the one made for the later day knows better.
    best: dict[str, tuple[PlanRow, dict[str, Any]]] = {}
    for plan, route in sorted(found, key=lambda one: (one[0].day, one[0].version)):
        best[route["shift"]] = (plan, route)
    chosen = sorted(best.values(), key=lambda one: str(one[1]["start"]))
    version = max((plan.version for plan, _ in chosen), default=None)
    return version, [route for _, route in chosen]


def _routes(plan: PlanRow, engineer: str, day: date, work: UnitOfWork) -> Iterator[dict[str, Any]]:
    settings = company_settings(work)
    for route in _by_engineer(plan.plan_text).get(engineer, ()):
        if settings.local_day(datetime.fromisoformat(route["start"])) == day:
            yield route


@lru_cache(maxsize=4)
def _by_engineer(plan_text: str) -> Mapping[str, Sequence[dict[str, Any]]]:
    """Read a plan once for all phones that ask for their part of it; nobody writes into it."""
    found: dict[str, list[dict[str, Any]]] = {}
    for route in json.loads(plan_text)["routes"]:
        found.setdefault(route["engineer"], []).append(route)
    return found


def _enriched(work: UnitOfWork, route: dict[str, Any]) -> dict[str, Any]:
    stops = []
    for stop in route["stops"]:
        more: dict[str, Any] = {}
        if stop.get("visit"):
            row = work.catalogue.find(VisitRow, stop["visit"])
            if row is not None:
                site = work.catalogue.get(SiteRow, row.site_id)
                piece = (
                    None
                    if row.equipment_id is None
                    else work.catalogue.find(EquipmentRow, row.equipment_id)
                )
                more = {
                    "title": row.title,
                    "visit_kind": row.kind,
                    "state": row.state,
                    "request": row.request_id,
                    "place": _place(site),
                    "equipment": None if piece is None else piece.name or piece.id,
                    "expected": _expected(work, row.id, route["shift"]),
                }
        elif stop.get("depot"):
            depot = work.catalogue.find(DepotRow, stop["depot"])
            if depot is not None:
                more = {"place": _place(depot)}
        stops.append({**stop, **more})
    return {**route, "stops": stops}


def _expected(work: UnitOfWork, visit: str, shift: str) -> dict[str, Any] | None:
    settings = company_settings(work)
    for one in work.service.etas(visit=visit):
        if one.shift_id == shift:
            return {
                "arrive": settings.local(one.arrive).isoformat(),
                "start": settings.local(one.start).isoformat(),
                "finish": settings.local(one.finish).isoformat(),
                "delay_s": one.delay_s,
                "reason": one.reason or None,
                "late_s": one.late_s,
            }
    return None


def _place(row: SiteRow | DepotRow) -> dict[str, Any]:
    return {
        "id": row.id,
        "name": row.name,
        "name_en": row.name_en,
        "address": row.address,
        "lat": row.lat,
        "lon": row.lon,
    }
