"""The part of the company that matters to one urgent visit, read without reading everything."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

from dispatch.domain import Case, CurrentPlan, CurrentRoute, CurrentStop, StopKind, Visit
from dispatch.domain.intake import build_case as make_case
from dispatch.errors import Conflict, NotFound
from dispatch.operations.company import company_settings
from dispatch.operations.snapshot import PlanningSpan, build_case
from dispatch.operations.world import Subset, read_world
from dispatch.planning.near import Candidate, nearest
from dispatch.planning.shared_stock import Load, without_loads
from dispatch.store import UnitOfWork
from dispatch.store.tables import SiteRow, VisitRow

__all__ = ["Neighbourhood", "read_neighbourhood"]

MOST_NEAR = 12
"""Engineers that are asked about one visit; on the benchmark more of them found nothing better."""
PLANS_KEPT = 4
"""Plans in force that are kept as read, by their text: a published plan never changes."""

Route = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Neighbourhood:
    """A small case about one visit, and the plan it was cut out of.

    Parameters
    ----------
    case
        The nearest able engineers with all their shifts and visits, and the visit.
    visit
        Id of the visit.
    base_plan
        Version in force; None: no plan is.
    span
        What the plan in force covers.
    """

    case: Case
    visit: str
    base_plan: int | None
    span: PlanningSpan


def read_neighbourhood(
    work: UnitOfWork, id: str, span: PlanningSpan, *, freeze: timedelta, most: int = MOST_NEAR
) -> Neighbourhood:
    """Cut the surroundings of one visit out of the company.

    Raises
    ------
    NotFound
        When there is no such visit.
    Conflict
        When nobody has to drive for it any more, or somebody is sent already.
    """
    row = work.catalogue.get(VisitRow, id)
    visit = _visit(work, row, span)
    if work.plans.assignments_of(id):
        raise Conflict(f"visit {id!r}: somebody is sent already, expected one without")
    current = work.plans.current(span.region, span.day)
    document: dict[str, Any] = {"status": "partial", "routes": [], "unassigned": []}
    if current is not None:
        document = _document(current.plan_text)
    routes: list[Route] = document["routes"]
    site = work.catalogue.get(SiteRow, row.site_id)
    candidates = _candidates(work, span, routes)
    chosen = nearest(visit, (site.lat, site.lon), candidates, most=most)
    near = [one for one in routes if one["engineer"] in chosen]
    far = [one for one in routes if one["engineer"] not in chosen]
    case = build_case(
        work,
        span,
        freeze=freeze,
        only=_subset(work, row, chosen, near),
        in_force=None if current is None else _in_force(near),
    )
    if id not in {one.id for one in case.visits}:
        raise Conflict(f"visit {id!r}: nobody has to drive for it now")
    depots = without_loads(case.depots, _loads(far))
    version = None if current is None else current.version
    return Neighbourhood(replace(case, depots=depots), id, version, span)


def _visit(work: UnitOfWork, row: VisitRow, span: PlanningSpan) -> Visit:
    """What the visit needs, made from its own rows alone."""
    settings = company_settings(work)
    window = settings.window(span.day, span.until)
    world = read_world(work, window, region=span.region, only=_own(row))
    case = make_case(world, window, settings.local(work.now))
    found = next((one for one in case.visits if one.id == row.id), None)
    if found is None:
        if row.state != "open":
            raise Conflict(f"visit {row.id!r}: {row.state}, expected one that is open")
        raise NotFound("plannable visit", row.id)
    return found


def _own(row: VisitRow) -> Subset:
    return Subset(
        requests=frozenset({row.request_id} if row.request_id else ()),
        equipment=frozenset({row.equipment_id} if row.equipment_id else ()),
        visits=frozenset({row.id}),
    )


def _candidates(work: UnitOfWork, span: PlanningSpan, routes: list[Route]) -> list[Candidate]:
    window = company_settings(work).window(span.day, span.until)
    working = {
        shift.engineer_id
        for shift in work.work.shifts_between(max(window.start, work.now), window.end)
    }
    places = {f"site-{id}": (lat, lon) for id, lat, lon in work.catalogue.places()}
    crews: dict[str, set[str]] = defaultdict(set)
    spots: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for route in routes:
        for stop in route["stops"]:
            if stop["visit"]:
                crews[stop["visit"]].add(route["engineer"])
            if stop["location"] in places and datetime.fromisoformat(stop["finish"]) > work.now:
                spots[route["engineer"]].append(places[stop["location"]])
    partners: dict[str, set[str]] = defaultdict(set)
    for crew in crews.values():
        for one in crew if len(crew) > 1 else ():
            partners[one] |= crew
    return [
        Candidate(
            id,
            {one["name"]: one["level"] for one in skills},
            [(lat, lon), *spots[id]],
            frozenset(partners[id] & working),
        )
        for id, lat, lon, skills in work.catalogue.people(
            None if span.region == "all" else span.region
        )
        if id in working
    ]


def _subset(work: UnitOfWork, row: VisitRow, chosen: frozenset[str], near: list[Route]) -> Subset:
    planned = {stop["visit"] for route in near for stop in route["stops"] if stop["visit"]}
    rows = work.catalogue.some(VisitRow, planned | {row.id})
    return Subset(
        engineers=chosen,
        requests=frozenset(one.request_id for one in rows if one.request_id),
        equipment=frozenset(one.equipment_id for one in rows if one.equipment_id),
        visits=frozenset(planned | {row.id}),
    )


@lru_cache(maxsize=PLANS_KEPT)
def _document(plan_text: str) -> dict[str, Any]:
    """A plan in force as it was written; nobody may change what is returned."""
    document: dict[str, Any] = json.loads(plan_text)
    return document


def _in_force(near: list[Route]) -> CurrentPlan:
    """The routes of a plan that was audited before it was kept."""
    return CurrentPlan(
        tuple(
            CurrentRoute(
                shift=route["shift"],
                stops=tuple(_stop(stop) for stop in route["stops"]),
                start=datetime.fromisoformat(route["start"]),
                end=datetime.fromisoformat(route["end"]),
            )
            for route in near
        )
    )


def _stop(stop: Mapping[str, Any]) -> CurrentStop:
    return CurrentStop(
        start=datetime.fromisoformat(stop["start"]),
        kind=StopKind(stop["kind"]),
        visit=stop["visit"],
        depot=stop["depot"],
        location=stop["location"],
        arrive=datetime.fromisoformat(stop["arrive"]),
        finish=datetime.fromisoformat(stop["finish"]),
        parts=stop["parts"],
        loaded=stop["loaded"],
        tools_loaded=tuple(stop["tools_loaded"]),
    )


def _loads(far: list[Route]) -> list[Load]:
    """What the others fetch; a case counts stock from the beginning of its plan."""
    return [
        Load(stop["depot"], part, quantity, datetime.fromisoformat(stop["start"]))
        for route in far
        for stop in route["stops"]
        if stop["kind"] == "pickup"
        for part, quantity in stop["loaded"].items()
    ]
