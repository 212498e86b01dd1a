"""Plan to JSON; the same plan gives the same bytes."""

from __future__ import annotations

import copy
from dataclasses import asdict
from typing import Any

from dispatch.domain import (
    CostBreakdown,
    Kpis,
    Plan,
    PlanRoute,
    PlanStop,
    Reason,
    Remedy,
    RunInfo,
    Unassigned,
)
from dispatch.formats.iso_time import format_instant
from dispatch.formats.json_text import dump_json
from dispatch.formats.plan_figures_json import TIER_FIELDS, WHOLE_PLAN_FIELDS

__all__ = ["format_plan", "plan_to_document"]


def format_plan(plan: Plan) -> str:
    """Write a plan file that `parse_plan` reads back to an equal plan."""
    return dump_json(plan_to_document(plan)) + "\n"


def plan_to_document(plan: Plan) -> dict[str, Any]:
    """Make the JSON document of a plan.

    Keys stand in the order of the contract and those of part maps are sorted. ``cost``,
    ``kpis`` and ``run`` are left out when unknown.
    """
    written: dict[str, Any] = {"status": plan.status.value}
    if plan.cost is not None:
        written["cost"] = _cost(plan.cost)
    if plan.kpis is not None:
        written["kpis"] = _kpis(plan.kpis)
    written["routes"] = [_route(one) for one in plan.routes]
    written["unassigned"] = [_unassigned(one) for one in plan.unassigned]
    written["travel"] = {"source": plan.travel_source}
    if plan.run is not None:
        written["run"] = _run(plan.run)
    return written


def _cost(cost: CostBreakdown) -> dict[str, int]:
    """Write every component, but the prices of the plan as a whole only where they are paid."""
    written: dict[str, int] = asdict(cost)
    return {n: price for n, price in written.items() if price or n not in WHOLE_PLAN_FIELDS}


def _kpis(kpis: Kpis) -> dict[str, Any]:
    written = asdict(kpis)
    if kpis.load is None:
        del written["load"]
    if kpis.expected_breach is None:
        del written["expected_breach"]
    return written


def _route(route: PlanRoute) -> dict[str, Any]:
    return {
        "shift": route.shift,
        "engineer": route.engineer,
        "start": format_instant(route.start),
        "end": format_instant(route.end),
        "stops": [_stop(one) for one in route.stops],
        "travel_back_s": route.travel_back_s,
        "travel_back_m": route.travel_back_m,
        "working_time_s": route.working_time_s,
        "overtime_s": route.overtime_s,
    }


def _stop(stop: PlanStop) -> dict[str, Any]:
    written: dict[str, Any] = {
        "kind": stop.kind.value,
        "visit": stop.visit,
        "depot": stop.depot,
        "location": stop.location,
        "arrive": format_instant(stop.arrive),
        "start": format_instant(stop.start),
        "finish": format_instant(stop.finish),
        "travel_s": stop.travel_s,
        "travel_m": stop.travel_m,
        "wait_s": stop.wait_s,
        "late_s": stop.late_s,
        "sla_headroom_s": stop.sla_headroom_s,
        "parts": dict(sorted(stop.parts.items())),
        "loaded": dict(sorted(stop.loaded.items())),
        "tools_loaded": list(stop.tools_loaded),
    }
    if stop.breach_probability is not None:
        written["breach_probability"] = stop.breach_probability
    return written


def _unassigned(one: Unassigned) -> dict[str, Any]:
    return {
        "visit": one.visit,
        "verdict": one.verdict.value,
        "reasons": [_reason(reason) for reason in one.reasons],
        "remedy": None if one.remedy is None else _remedy(one.remedy),
        "displaces": list(one.displaces),
        "price": one.price,
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "code": reason.code,
        "engineer": reason.engineer,
        "shift": reason.shift,
        "shortfall": copy.deepcopy(dict(reason.shortfall)),
        "message": reason.message,
        **_in_chinese(reason),
    }


def _remedy(remedy: Remedy) -> dict[str, Any]:
    edits = [copy.deepcopy(dict(edit)) for edit in remedy.edits]
    sentences = {"message": remedy.message, **_in_chinese(remedy)}
    return {"change": remedy.change, **sentences, "edits": edits}


def _in_chinese(told: Reason | Remedy) -> dict[str, str]:
    return {"message_zh": told.message_zh} if told.message_zh else {}


def _run(run: RunInfo) -> dict[str, Any]:
    written = asdict(run)
    written["notes"] = list(run.notes)
    if run.iterations is None:
        del written["iterations"]
    if not run.notes:
        del written["notes"]
    if run.bound is None:
        del written["bound"]
    else:
        tiers = zip(TIER_FIELDS, run.bound.unassigned, strict=True)
        written["bound"]["unassigned"] = dict(tiers)
    return written
