"""Plan files: JSON to Plan, with every problem told at once (contract section 4).

Whether a plan is right is not asked here: an unknown visit or a wrong time is the auditor's
matter. Only what cannot be read at all is refused.
"""

from __future__ import annotations

from pathlib import Path

from dispatch.domain import Plan, PlanRoute, PlanStatus, PlanStop, StopKind
from dispatch.errors import InputError
from dispatch.formats.json_reading import Fields, Findings
from dispatch.formats.json_text import load_json, read_limited
from dispatch.formats.limits import MOST_BYTES
from dispatch.formats.plan_figures_json import read_cost, read_kpis, read_run
from dispatch.formats.unassigned_json import read_unassigned
from dispatch.formats.values import (
    choice,
    identifier,
    instant,
    integer,
    number,
    pieces,
    text,
)

__all__ = ["parse_plan", "plan_from_document", "read_plan"]

PROBABILITY = number(0, 1)
FIGURE = integer(-(2**53), 2**53, "a whole number")


def read_plan(path: Path) -> Plan:
    """Read a plan file from disk; see `parse_plan`."""
    return parse_plan(read_limited(path))


def parse_plan(data: bytes | str, *, most_bytes: int = MOST_BYTES) -> Plan:
    """Read a plan document.

    Parameters
    ----------
    data
        UTF-8 bytes, or text.
    most_bytes
        Largest size accepted.

    Returns
    -------
    Plan
        ``cost``, ``kpis``, ``run``, ``price`` and ``remedy`` are None where absent.

    Raises
    ------
    InputError
        With all issues of the document at once.
    LimitExceeded
        When nothing is wrong with it but its size.
    """
    return plan_from_document(load_json(data, most_bytes=most_bytes))


def plan_from_document(document: object) -> Plan:
    """Make a plan of a JSON document that was read already; see `parse_plan`."""
    found = Findings()
    plan = _read_plan(found, document, "")
    found.raise_if_any()
    if plan is None:
        raise InputError.at("", "a document", "a plan")
    return plan


def _read_plan(found: Findings, value: object, pointer: str) -> Plan | None:
    fields = Fields(found, value, pointer)
    status = fields.required("status", choice(PlanStatus))
    cost = fields.part("cost", read_cost)
    kpis = fields.part("kpis", read_kpis)
    fields.required("routes", lambda routes: routes)
    routes = fields.each("routes", _read_route)
    unassigned = fields.each("unassigned", read_unassigned)
    source = fields.part("travel", _read_travel) or "haversine"
    run = fields.part("run", read_run)
    # A plan that comes from a server says there which version it is; that binds no rule.
    fields.raw("publication")
    return fields.build(lambda: Plan(status, routes, unassigned, source, cost, kpis, run))


def _read_travel(found: Findings, value: object, pointer: str) -> str | None:
    fields = Fields(found, value, pointer)
    source = fields.required("source", text)
    return fields.build(lambda: source)


def _read_route(found: Findings, value: object, pointer: str) -> PlanRoute | None:
    fields = Fields(found, value, pointer)
    shift = fields.required("shift", identifier)
    engineer = fields.required("engineer", identifier)
    start = fields.required("start", instant)
    end = fields.required("end", instant)
    stops = fields.each("stops", _read_stop)
    names = ("travel_back_s", "travel_back_m", "working_time_s", "overtime_s")
    figures = {name: fields.required(name, FIGURE) for name in names}
    return fields.build(lambda: PlanRoute(shift, engineer, start, end, stops, **figures))


def _read_stop(found: Findings, value: object, pointer: str) -> PlanStop | None:
    fields = Fields(found, value, pointer)
    kind = fields.required("kind", choice(StopKind))
    visit = (fields.required if kind is StopKind.VISIT else fields.nullable)("visit", identifier)
    depot = (fields.required if kind is StopKind.PICKUP else fields.nullable)("depot", identifier)
    location = fields.nullable("location", identifier)
    arrive = fields.required("arrive", instant)
    start = fields.required("start", instant)
    finish = fields.required("finish", instant)
    names = ("travel_s", "travel_m", "wait_s")
    figures = {name: fields.required(name, FIGURE) for name in names}
    late_s = fields.optional("late_s", FIGURE, 0)
    headroom = fields.nullable("sla_headroom_s", FIGURE)
    risk = fields.nullable("breach_probability", PROBABILITY)
    parts = fields.mapping("parts", pieces)
    loaded = fields.mapping("loaded", pieces)
    tools_loaded = fields.texts("tools_loaded")
    return fields.build(
        lambda: PlanStop(
            kind=kind,
            arrive=arrive,
            start=start,
            finish=finish,
            location=location,
            visit=visit,
            depot=depot,
            late_s=late_s,
            sla_headroom_s=headroom,
            parts=parts,
            loaded=loaded,
            tools_loaded=tools_loaded,
            breach_probability=risk,
            **figures,
        )
    )
