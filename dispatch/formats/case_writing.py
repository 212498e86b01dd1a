"""Case to JSON: written out so that reading gives the same case again.

Fields that came later than others are left out where they are neutral, so that a case that does
not use them keeps its bytes and its hash.
"""

from __future__ import annotations

import hashlib
import json
from datetime import datetime, timedelta
from typing import Any

from dispatch.domain import (
    Case,
    CurrentPlan,
    CurrentStop,
    Depot,
    Engineer,
    GivenMatrix,
    Location,
    PromiseStage,
    Shift,
    TimeWindow,
    TravelSettings,
    Visit,
    Weights,
)
from dispatch.domain.risk import DEFAULT_RISK
from dispatch.formats.case_risk import risk_model_to_document
from dispatch.formats.demand_writing import demand_to_document
from dispatch.formats.iso_time import format_duration, format_instant
from dispatch.formats.json_text import dump_json

__all__ = ["canonical_case", "case_hash", "case_to_document", "format_case"]


def format_case(case: Case) -> str:
    """Write a case file that `parse_case` reads back to an equal case."""
    return dump_json(case_to_document(case)) + "\n"


def canonical_case(case: Case) -> bytes:
    """Write a case as one line of ASCII with sorted keys; equal cases give equal bytes."""
    document = case_to_document(case)
    return json.dumps(
        document, sort_keys=True, separators=(",", ":"), ensure_ascii=True, allow_nan=False
    ).encode("ascii")


def case_hash(case: Case) -> str:
    """SHA-256 of the canonical case in hexadecimal (``run.case_hash`` of a plan)."""
    return hashlib.sha256(canonical_case(case)).hexdigest()


def case_to_document(case: Case) -> dict[str, Any]:
    """Make the JSON document of a case; keys in the order of the contract."""
    plan = case.current_plan
    risk = None if case.risk_model == DEFAULT_RISK else risk_model_to_document(case.risk_model)
    return {
        "planning_window": _window(case.planning_window),
        "now": _instant(case.now),
        "freeze_until": _instant(case.freeze_until),
        "travel": _travel(case.travel),
        "locations": [_location(one) for one in case.locations],
        "depots": [_depot(one) for one in case.depots],
        "engineers": [_engineer(one) for one in case.engineers],
        "visits": [_visit(one) for one in case.visits],
        "current_plan": None if plan is None else _current_plan(plan),
        "weights": _weights(case.weights),
        **({} if case.demand is None else {"demand": demand_to_document(case.demand)}),
        **({} if risk is None else {"risk_model": risk}),
    }


def _instant(value: datetime | None) -> str | None:
    return None if value is None else format_instant(value)


def _duration(value: timedelta | None) -> str | None:
    return None if value is None else format_duration(value)


def _unless_zero(name: str, value: timedelta) -> dict[str, str]:
    return {name: format_duration(value)} if value else {}


def _window(window: TimeWindow) -> dict[str, Any]:
    return {"start": _instant(window.start), "end": _instant(window.end)}


def _travel(travel: TravelSettings) -> dict[str, Any]:
    written: dict[str, Any] = {
        "source": travel.source.value,
        "speed_kmh": travel.speed_kmh,
        "detour_factor": travel.detour_factor,
        "speed_by_hour": {str(hour): speed for hour, speed in sorted(travel.speed_by_hour.items())},
    }
    if travel.matrix is not None:
        written["matrix"] = _matrix(travel.matrix)
    return written


def _matrix(matrix: GivenMatrix) -> dict[str, Any]:
    unreachable = matrix.duration_s < 0
    written: dict[str, Any] = {"locations": list(matrix.locations)}
    for name in ("duration_s", "distance_m"):
        cells = getattr(matrix, name)
        if unreachable.any():
            cells = cells.astype(object)
            cells[unreachable] = None
        written[name] = cells.tolist()
    return written


def _location(location: Location) -> dict[str, Any]:
    written: dict[str, Any] = {"id": location.id}
    if location.coordinates is not None:
        written["lat"], written["lon"] = location.coordinates
    return written


def _depot(depot: Depot) -> dict[str, Any]:
    return {
        "id": depot.id,
        "location": depot.location,
        "stock": None if depot.stock is None else dict(depot.stock),
        "tools": list(depot.tools),
        "pickup_duration": _duration(depot.pickup_duration),
        "opening": [_window(one) for one in depot.opening],
        "inbound": [
            {
                "part": one.part,
                "quantity": one.quantity,
                "available_from": _instant(one.available_from),
            }
            for one in depot.inbound
        ],
    }


def _engineer(engineer: Engineer) -> dict[str, Any]:
    tariff = engineer.tariff
    return {
        "id": engineer.id,
        "name": engineer.name,
        "skills": [{"name": one.name, "level": one.level} for one in engineer.skills],
        "tools": list(engineer.tools),
        "van_stock": dict(engineer.van_stock),
        "territory": engineer.territory,
        "duration_factor": dict(engineer.duration_factor),
        "shifts": [_shift(one) for one in engineer.shifts],
        "cost": {
            "per_shift": tariff.per_shift,
            "per_hour": tariff.per_hour,
            "per_overtime_hour": tariff.per_overtime_hour,
            "per_km": tariff.per_km,
        },
        **_unless_zero("workload_history", engineer.workload_history),
    }


def _shift(shift: Shift) -> dict[str, Any]:
    return {
        "id": shift.id,
        "start": _instant(shift.start),
        "end": _instant(shift.end),
        "overtime_end": _instant(shift.overtime_end),
        "start_location": shift.start_location,
        "end_location": shift.end_location,
        "max_travel": _duration(shift.max_travel),
        "fixed_start": shift.fixed_start,
        "breaks": [
            {
                "earliest": _instant(one.earliest),
                "latest": _instant(one.latest),
                "duration": _duration(one.duration),
            }
            for one in shift.breaks
        ],
    }


def _visit(visit: Visit) -> dict[str, Any]:
    rules = visit.engineers
    return {
        "id": visit.id,
        "kind": visit.kind.value,
        "location": visit.location,
        "duration": _duration(visit.duration),
        "title": visit.title,
        "time_windows": [_window(one) for one in visit.time_windows],
        "sla": _sla(visit),
        "due": _due(visit),
        "required_skills": [
            {"name": one.name, "min_level": one.min_level} for one in visit.required_skills
        ],
        "required_tools": list(visit.required_tools),
        "parts": dict(visit.parts),
        "engineers": {
            "required": list(rules.required),
            "preferred": list(rules.preferred),
            "forbidden": list(rules.forbidden),
        },
        "priority": visit.priority.value,
        "pinned": _pin(visit),
        "promise": _promise(visit),
        "crew_size": visit.crew_size,
        "after": [
            {
                "visit": one.visit,
                "min_delay": _duration(one.min_delay),
                "max_delay": _duration(one.max_delay),
            }
            for one in visit.after
        ],
        **_unless_zero("unpopular", visit.unpopular),
    }


def _sla(visit: Visit) -> dict[str, Any] | None:
    sla = visit.sla
    if sla is None:
        return None
    return {
        "severity": sla.severity.value,
        "arrive_by": _instant(sla.arrive_by),
        "breach_fee": sla.breach_fee,
        "lateness_per_hour": sla.lateness_per_hour,
    }


def _due(visit: Visit) -> dict[str, Any] | None:
    due = visit.due
    if due is None:
        return None
    return {
        "earliest": _instant(due.earliest),
        "ideal": _instant(due.ideal),
        "latest": _instant(due.latest),
        "earliness_per_day": due.earliness_per_day,
        "lateness_per_day": due.lateness_per_day,
    }


def _pin(visit: Visit) -> dict[str, Any] | None:
    pin = visit.pinned
    if pin is None:
        return None
    return {"shift": pin.shift, "position": pin.position, "start": _instant(pin.start)}


def _promise(visit: Visit) -> dict[str, Any] | None:
    promise = visit.promise
    if promise is None:
        return None
    return {
        "start": _instant(promise.start),
        "end": _instant(promise.end),
        "stage": promise.stage.value,
    }


def _current_plan(plan: CurrentPlan) -> dict[str, Any]:
    return {
        "routes": [
            {
                "shift": route.shift,
                "start": _instant(route.start),
                "end": _instant(route.end),
                "stops": [_current_stop(stop) for stop in route.stops],
            }
            for route in plan.routes
        ]
    }


def _current_stop(stop: CurrentStop) -> dict[str, Any]:
    return {
        "kind": stop.kind.value,
        "visit": stop.visit,
        "depot": stop.depot,
        "location": stop.location,
        "arrive": _instant(stop.arrive),
        "start": _instant(stop.start),
        "finish": _instant(stop.finish),
        "parts": dict(stop.parts),
        "loaded": dict(stop.loaded),
        "tools_loaded": list(stop.tools_loaded),
    }


def _weights(weights: Weights) -> dict[str, Any]:
    whole = {
        "fairness_per_squared_hour": weights.fairness_per_squared_hour,
        "worst_lateness_per_hour": weights.worst_lateness_per_hour,
        "risk": weights.risk,
    }
    return {
        "objective": weights.objective.value,
        "preference": weights.preference,
        "churn": {stage.value: weights.churn.of(stage) for stage in PromiseStage},
        "engineer_change": weights.engineer_change,
        **{name: price for name, price in whole.items() if price},
    }
