"""Carrying out what a plan says would help a visit that it leaves out.

A remedy is a JSON Patch on the case of the plan. What it says is looked up there and done where it
belongs: in the shift, in the van, or for the one visit. What no office can do at a click, such as
training somebody, is refused. The visit is then put into the plan in force.
"""

from __future__ import annotations

import json
import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from dispatch.errors import Conflict, InputError, NotFound, PlanConflict
from dispatch.operations import master_data
from dispatch.operations.insertion import start_insertion
from dispatch.operations.records.base import Record
from dispatch.operations.snapshot import UNDER_WAY, PlanningSpan
from dispatch.store import UnitOfWork
from dispatch.store.tables import AppliedRemedyRow, PlanRow, VisitRow

__all__ = ["apply_remedy"]

ENGINEER = re.compile(r"/engineers/(\d+)/(tools|van_stock)")
SHIFT = re.compile(r"/engineers/(\d+)/shifts/(\d+)/(overtime_end|max_travel|breaks)")
VISIT = re.compile(r"/visits/(\d+)/(time_windows|due|after|crew_size|pinned)")
# Taking a stop out of the reference is part of taking its pin away.
REFERENCE = re.compile(r"/current_plan/routes/\d+/stops/\d+")
BREAK_FIELDS = ("earliest", "latest", "duration")


@dataclass
class _Orders:
    """The edits of one remedy, sorted by whom they concern."""

    engineers: dict[str, dict[str, Any]] = field(default_factory=dict)
    shifts: dict[str, dict[str, Any]] = field(default_factory=dict)
    eased: dict[str, Any] = field(default_factory=dict)


def apply_remedy(work: UnitOfWork, version: int, visit: str) -> AppliedRemedyRow:
    """Carry out the remedy of a visit, once; a second time changes nothing.

    Parameters
    ----------
    work
        The transaction.
    version
        Of the plan in force.
    visit
        Id of a visit that it leaves out.

    Raises
    ------
    NotFound
        When the plan leaves no such visit out, or has no remedy for it.
    PlanConflict
        When another plan is in force.
    Conflict
        When the remedy is nothing that can be done from here, or the world has moved on.
    """
    plan = work.plans.get(version)
    id = str(uuid.uuid5(uuid.NAMESPACE_OID, f"{version}:{visit}"))
    known = work.catalogue.find(AppliedRemedyRow, id)
    if known is not None:
        return known
    current = work.plans.current(plan.region, plan.day)
    if current is None or current.version != version:
        now, by = (0, None) if current is None else (current.version, current.published_by)
        raise PlanConflict(version, now, work.accounts.name_of(by or "nobody"))
    remedy = _remedy_of(plan, visit)
    orders = _orders(json.loads(plan.case_text), remedy["edits"], visit)
    row = work.catalogue.find(VisitRow, visit)
    if row is not None and row.state in UNDER_WAY:
        raise Conflict(f"remedy of {visit!r}: its engineer is under way, expected one who is not")
    steps = [_change_engineer(work, id, wanted) for id, wanted in orders.engineers.items()]
    steps += [_change_shift(work, id, wanted) for id, wanted in orders.shifts.items()]
    steps += [
        {"kind": "visits", "id": visit, "field": name, "value": value}
        for name, value in orders.eased.items()
    ]
    done = AppliedRemedyRow(
        id=id,
        plan_version=version,
        visit_id=visit,
        change=remedy["change"][:200],
        steps=steps,
        eased=orders.eased,
        done_by=work.actor,
        done_at=work.now,
    )
    span = PlanningSpan(plan.region, plan.day, plan.until)
    cause = f"what hindered {visit} was done away with"
    done.run_id = start_insertion(work, visit, span, cause=cause, settled=True).id
    work.catalogue.add(done)
    told = {"plan": version, "change": done.change, "steps": steps, "run": done.run_id}
    work.tell("remedy_applied", visit, told)
    return done


def _remedy_of(plan: PlanRow, visit: str) -> dict[str, Any]:
    told = json.loads(plan.plan_text)["unassigned"]
    found = next((one for one in told if one["visit"] == visit), None)
    if found is None or not found.get("remedy") or not found["remedy"].get("edits"):
        raise NotFound("remedy", visit)
    remedy: dict[str, Any] = found["remedy"]
    return remedy


def _orders(case: dict[str, Any], edits: list[dict[str, Any]], visit: str) -> _Orders:
    orders = _Orders()
    for edit in edits:
        path, value = edit["path"], edit.get("value")
        if found := ENGINEER.fullmatch(path):
            engineer = case["engineers"][int(found[1])]
            wanted = orders.engineers.setdefault(engineer["id"], {})
            wanted[found[2]] = (engineer.get(found[2]), value)
        elif found := SHIFT.fullmatch(path):
            shift = case["engineers"][int(found[1])]["shifts"][int(found[2])]
            orders.shifts.setdefault(shift["id"], {})[found[3]] = (shift.get(found[3]), value)
        elif (found := VISIT.fullmatch(path)) and case["visits"][int(found[1])]["id"] == visit:
            before = case["visits"][int(found[1])].get(found[2])
            _ease(orders.eased, found[2], before, value)
        elif not REFERENCE.fullmatch(path):
            raise Conflict(
                f"remedy of {visit!r}: {path} is nothing that can be changed at a click",
                advice="change the master data, then plan again.",
            )
    return orders


def _ease(eased: dict[str, Any], name: str, before: Any, value: Any) -> None:
    if name == "after":
        kept = {one["visit"] for one in value or ()}
        eased["not_after"] = [one["visit"] for one in before or () if one["visit"] not in kept]
    else:
        eased[name] = value


def _change_engineer(work: UnitOfWork, id: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Put tools and parts into a van; of parts as many more as the remedy says."""
    resource = master_data.RESOURCES["engineers"]
    record, _ = master_data.get(work, resource, id)
    body = record.model_dump(mode="json")
    step: dict[str, Any] = {"kind": "engineers", "id": id}
    if "tools" in wanted:
        more = [one for one in wanted["tools"][1] if one not in (wanted["tools"][0] or ())]
        body["tools"] += [one for one in more if one not in body["tools"]]
        step["tools"] = more
    if "van_stock" in wanted:
        before, after = wanted["van_stock"][0] or {}, wanted["van_stock"][1]
        more_parts = {part: many - (before.get(part) or 0) for part, many in after.items()}
        more_parts = {part: many for part, many in more_parts.items() if many > 0}
        for part, many in more_parts.items():
            body["van_stock"][part] = body["van_stock"].get(part, 0) + many
        step["van_stock"] = more_parts
    _write(work, resource, id, body)
    return step


def _change_shift(work: UnitOfWork, id: str, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Let a shift last longer, travel further or have fewer breaks."""
    resource = master_data.RESOURCES["shifts"]
    record, _ = master_data.get(work, resource, id)
    body = record.model_dump(mode="json")
    step: dict[str, Any] = {"kind": "shifts", "id": id}
    if "overtime_end" in wanted:
        ends = [wanted["overtime_end"][1], body["end"], body["overtime_end"]]
        body["overtime_end"] = max((one for one in ends if one), key=datetime.fromisoformat)
        step["overtime_end"] = body["overtime_end"]
    if "max_travel" in wanted:
        body["max_travel"] = step["max_travel"] = wanted["max_travel"][1]
    if "breaks" in wanted:
        before, after = wanted["breaks"]
        kept = [_break(one) for one in after]
        dropped = [one for one in map(_break, before or ()) if one not in kept]
        own = [_break(one) for one in body["breaks"]]
        if any(one not in own for one in dropped):
            raise Conflict(f"shift {id!r}: the time is held for an appointment, no break to drop")
        body["breaks"] = [one for one in body["breaks"] if _break(one) not in dropped]
        step["breaks_dropped"] = len(dropped)
    _write(work, resource, id, body)
    return step


def _break(written: Mapping[str, Any]) -> tuple[object, ...]:
    earliest, latest = (datetime.fromisoformat(written[name]) for name in BREAK_FIELDS[:2])
    return earliest, latest


def _write(work: UnitOfWork, resource: master_data.Resource, id: str, body: dict[str, Any]) -> None:
    record: Record = resource.record.model_validate(body)
    try:
        master_data.change(work, resource, id, record)
    except InputError as error:
        told = "; ".join(issue.message or issue.expected for issue in error.issues)
        raise Conflict(f"{resource.name} {id!r}: {told}") from error
