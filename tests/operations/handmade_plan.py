"""Plans in force that no planner made: rows as publishing leaves them, in no time at all."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

from dispatch.operations.intake import ensure_request_visit
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import (
    AssignmentRow,
    PlanRow,
    RequestRow,
    ReservationRow,
    ShiftRow,
    VisitRow,
)
from tests.operations.small_company import ZONE

__all__ = ["HandStop", "put_in_force", "visits_of_requests"]


@dataclass(frozen=True)
class HandStop:
    """A stop at a local time: a visit, or a pickup at a depot."""

    hour: int
    minute: int = 0
    visit: str | None = None
    depot: str | None = None
    minutes: int = 40
    parts: Mapping[str, int] = field(default_factory=dict)
    loaded: Mapping[str, int] = field(default_factory=dict)


def put_in_force(
    work: UnitOfWork, version: int, day: date, routes: Mapping[str, Sequence[HandStop]]
) -> None:
    """Let a plan be the one in force: one shift an engineer, called ``{engineer}-{day}``."""

    def at(stop: HandStop, more: int = 0) -> datetime:
        begun = datetime(day.year, day.month, day.day, stop.hour, stop.minute, tzinfo=ZONE)
        return begun + timedelta(minutes=more)

    before = work.plans.current("all", day)
    written = []
    assignments = []
    reserved = []
    for engineer, stops in routes.items():
        shift = f"{engineer}-{day}"
        if work.catalogue.find(ShiftRow, shift) is None:
            start = datetime(day.year, day.month, day.day, 8, tzinfo=ZONE)
            work.catalogue.add(
                ShiftRow(
                    id=shift,
                    engineer_id=engineer,
                    start=start,
                    end=start + timedelta(hours=10),
                    overtime_end=start + timedelta(hours=14),
                )
            )
        written.append(
            {
                "shift": shift,
                "engineer": engineer,
                "start": at(stops[0], -30).isoformat(),
                "end": at(stops[-1], stops[-1].minutes + 30).isoformat(),
                "stops": [_stop(one, at(one), at(one, one.minutes)) for one in stops],
                **_TOTALS,
            }
        )
        for position, one in enumerate(stops):
            if one.visit is None:
                reserved += [
                    ReservationRow(
                        id=f"{version}-{engineer}-{position}-{part}",
                        depot_id=str(one.depot),
                        part_id=part,
                        quantity=quantity,
                        needed_at=at(one),
                        plan_version=version,
                        shift_id=shift,
                        engineer_id=engineer,
                    )
                    for part, quantity in one.loaded.items()
                ]
                continue
            assignments.append(
                AssignmentRow(
                    visit_id=one.visit,
                    member=0,
                    engineer_id=engineer,
                    plan_version=version,
                    shift_id=shift,
                    position=position,
                    arrive=at(one),
                    start=at(one),
                    finish=at(one, one.minutes),
                )
            )
            visit = work.catalogue.get(VisitRow, one.visit)
            values: dict[str, Any] = {"sent": sorted({*visit.sent, engineer})}
            values |= {"promise_start": at(one, -30), "promise_end": at(one, 60)}
            work.catalogue.change(visit, values | {"promise_stage": "published"})
    row = PlanRow(
        version=version,
        region="all",
        day=day,
        until=day + timedelta(days=1),
        state="draft",
        publication=version,
        plan_text=json.dumps({"status": "feasible", "routes": written, "unassigned": []}),
        case_text="{}",
        created_by="hand",
        created_at=datetime.now(UTC),
        published_by="hand",
        published_at=datetime.now(UTC),
    )
    work.plans.add(row)
    work.plans.make_current(row, before)
    work.plans.replace_assignments(before, assignments)
    old = [] if before is None else work.day.reservations_of_plans([before.version])
    # A planner knows what is in the van already and sends nobody for it again.
    taken = {(one.shift_id, one.depot_id, one.part_id): one for one in old if one.collected_at}
    for one in taken.values():
        one.plan_version = version
    fresh = [one for one in reserved if (one.shift_id, one.depot_id, one.part_id) not in taken]
    work.day.replace_reservations([one for one in old if one.collected_at is None], fresh)
    work.tell("plan_published", str(version), {"version": version, "engineers": sorted(routes)})


_TOTALS = {"travel_back_s": 0, "travel_back_m": 0, "working_time_s": 0, "overtime_s": 0}


def _stop(one: HandStop, start: datetime, finish: datetime) -> dict[str, Any]:
    return {
        "kind": "visit" if one.visit else "pickup",
        "visit": one.visit,
        "depot": one.depot,
        "location": f"at-{one.visit or one.depot}",
        "arrive": start.isoformat(),
        "start": start.isoformat(),
        "finish": finish.isoformat(),
        "travel_s": 600,
        "travel_m": 4200,
        "wait_s": 0,
        "late_s": 0,
        "sla_headroom_s": None,
        "parts": dict(one.parts),
        "loaded": dict(one.loaded),
        "tools_loaded": [],
    }


def visits_of_requests(work: UnitOfWork, *requests: str) -> None:
    """Let requests have their visits, as publishing a plan makes them."""
    for id in requests:
        ensure_request_visit(work, rows.request_of(work.catalogue.get(RequestRow, id)))
