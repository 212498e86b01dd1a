"""The ``current_plan`` of a case file: the short form, or routes as a plan file has them."""

from __future__ import annotations

from dispatch.domain import Case, CurrentPlan, CurrentRoute, CurrentStop, StopKind
from dispatch.formats.case_references import References
from dispatch.formats.json_reading import Fields, Findings
from dispatch.formats.values import choice, identifier, instant, pieces

__all__ = ["read_current_plan", "refuse_second_stops"]

PLAN_FIELDS = ("status", "cost", "kpis", "unassigned", "travel", "run")
ROUTE_FIELDS = ("travel_back_s", "travel_back_m", "working_time_s", "overtime_s")
STOP_FIELDS = ("travel_s", "travel_m", "wait_s", "late_s", "sla_headroom_s")


def read_current_plan(references: References, value: object, pointer: str) -> CurrentPlan | None:
    """Read ``current_plan``; figures of a whole plan file are accepted and not kept.

    They describe the old world and would be computed again anyway.
    """
    fields = Fields(references.found, value, pointer)
    for name in PLAN_FIELDS:
        fields.raw(name)
    routes = fields.each("routes", lambda _, item, at: _read_route(references, item, at))
    shifts = fields.raw("routes")
    seen: set[str] = set()
    for i, item in enumerate(shifts if isinstance(shifts, list) else ()):
        shift = item.get("shift") if isinstance(item, dict) else None
        if isinstance(shift, str):
            if shift in seen:
                references.found.add(f"{fields.at('routes')}/{i}/shift", shift, "one route a shift")
            seen.add(shift)
    return fields.build(lambda: CurrentPlan(routes))


def _read_route(references: References, value: object, pointer: str) -> CurrentRoute | None:
    fields = Fields(references.found, value, pointer)
    for name in ROUTE_FIELDS:
        fields.raw(name)
    shift = fields.required("shift", identifier)
    references.name("shift", shift, fields.at("shift"))
    engineer = fields.nullable("engineer", identifier)
    references.name("engineer", engineer, fields.at("engineer"))
    start = fields.nullable("start", instant)
    end = fields.nullable("end", instant)
    stops = fields.each("stops", lambda _, item, at: _read_stop(references, item, at))
    return fields.build(lambda: CurrentRoute(shift, stops, start, end))


def _read_stop(references: References, value: object, pointer: str) -> CurrentStop | None:
    fields = Fields(references.found, value, pointer)
    for name in STOP_FIELDS:
        fields.raw(name)
    kind = fields.optional("kind", choice(StopKind), StopKind.VISIT)
    id = identifier
    visit = (fields.required if kind is StopKind.VISIT else fields.nullable)("visit", id)
    references.name("visit", visit, fields.at("visit"))
    depot = (fields.required if kind is StopKind.PICKUP else fields.nullable)("depot", id)
    references.name("depot", depot, fields.at("depot"))
    location = fields.nullable("location", id)
    references.name("location", location, fields.at("location"))
    start = fields.required("start", instant)
    arrive = fields.nullable("arrive", instant)
    finish = fields.nullable("finish", instant)
    parts = fields.mapping("parts", pieces)
    loaded = fields.mapping("loaded", pieces)
    tools_loaded = fields.texts("tools_loaded")
    return fields.build(
        lambda: CurrentStop(
            start=start,
            kind=kind,
            visit=visit,
            depot=depot,
            location=location,
            arrive=arrive,
            finish=finish,
            parts=parts,
            loaded=loaded,
            tools_loaded=tools_loaded,
        )
    )


def refuse_second_stops(found: Findings, case: Case) -> None:
    """Refuse a visit that stands in more routes than its crew has members, or twice in one."""
    crews = {visit.id: visit.crew_size for visit in case.visits}
    routes: dict[str, set[int]] = {}
    for i, route in enumerate(case.current_plan.routes if case.current_plan else ()):
        for j, stop in enumerate(route.stops):
            if stop.kind is not StopKind.VISIT or stop.visit is None:
                continue
            known = routes.setdefault(stop.visit, set())
            if i in known or len(known) >= crews[stop.visit]:
                pointer = f"/current_plan/routes/{i}/stops/{j}/visit"
                found.add(pointer, stop.visit, "each visit once per member of its crew")
            known.add(i)
