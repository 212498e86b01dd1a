"""A company whose phones and dispatchers can all write at once: a published day for each engineer."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import timedelta
from typing import Any

from benchmarks.urgent import found_company
from dispatch.operations import master_data
from dispatch.operations.accounts import Role, create_user
from dispatch.operations.company import company_settings
from dispatch.store import UnitOfWork
from dispatch.store.tables import AssignmentRow, EngineerRow, PlanRow, UserRow, VisitRow

__all__ = ["PART", "PASSWORD", "VAN", "LoadWorld", "plant"]

PASSWORD = "a long enough password"
PART = "P-1"
VAN = 1_000_000
SHELF = 1000


@dataclass(frozen=True)
class LoadWorld:
    """Who is there: visits by engineer, names of dispatchers, pieces on the one shelf."""

    visits: dict[str, list[str]]
    dispatchers: list[str]
    shelf: int = SHELF


def plant(work: UnitOfWork, phones: int, dispatchers: int, visits_each: int) -> LoadWorld:
    """Write the company, its people with one password, and a published plan.

    Parameters
    ----------
    work
        A transaction on an empty database.
    phones, dispatchers
        How many there are.
    visits_each
        Visits in the route of each engineer.
    """
    found_company(work, phones, phones * visits_each, 1)
    _add(work, "parts", {"id": PART, "name": "battery"})
    depot = {"id": "d1", "name": "d1", "location": {"lat": 21.2, "lon": 110.3}}
    _add(work, "depots", {**depot, "pickup_duration": "PT10M"})
    _add(work, "stock", {"id": "d1:P-1", "depot": "d1", "part": PART, "quantity": SHELF})
    for n in range(phones):
        work.catalogue.change(work.catalogue.get(EngineerRow, f"e{n}"), {"van_stock": {PART: VAN}})
    # Hashing is slow on purpose, so everybody has the hash of the first one.
    first = create_user(work, "dispatcher-0", PASSWORD, Role.DISPATCHER)
    people = [(f"dispatcher-{n}", Role.DISPATCHER, None) for n in range(1, dispatchers)]
    people += [(f"phone-e{n}", Role.ENGINEER, f"e{n}") for n in range(phones)]
    for name, role, engineer in people:
        row = UserRow(
            id=f"user-{name}",
            name=name,
            password_hash=first.password_hash,
            role=role.value,
            engineer_id=engineer,
            created_at=work.now,
        )
        work.accounts.add(row)
    visits = {
        f"e{n}": [f"r{n * visits_each + k}-v1" for k in range(visits_each)] for n in range(phones)
    }
    _publish(work, visits)
    return LoadWorld(visits, [f"dispatcher-{n}" for n in range(dispatchers)])


def _add(work: UnitOfWork, kind: str, body: dict[str, Any]) -> None:
    resource = master_data.RESOURCES[kind]
    master_data.add(work, resource, resource.record.model_validate(body))


def _publish(work: UnitOfWork, visits: dict[str, list[str]]) -> None:
    """Send each engineer to the own visits, one after the other."""
    settings = company_settings(work)
    day = settings.local_day(work.now)
    version = work.log.take_numbers(1, counter="plan")
    routes, sent = [], []
    for engineer, row in visits.items():
        stops = []
        for place, visit in enumerate(row):
            start = work.now + timedelta(minutes=50 * place)
            finish = start + timedelta(minutes=40)
            number = visit.removeprefix("r").removesuffix("-v1")
            stop = {"kind": "visit", "visit": visit, "depot": None, "location": f"site-s{number}"}
            stop |= {name: settings.local(start).isoformat() for name in ("arrive", "start")}
            stop |= {"finish": settings.local(finish).isoformat(), "travel_s": 600, "wait_s": 0}
            stop |= {"travel_m": 5000, "late_s": 0, "sla_headroom_s": None}
            stops.append({**stop, "parts": {}, "loaded": {}, "tools_loaded": []})
            sent.append(
                AssignmentRow(
                    visit_id=visit,
                    member=0,
                    engineer_id=engineer,
                    plan_version=version,
                    shift_id=f"{engineer}-day",
                    position=place,
                    arrive=start,
                    start=start,
                    finish=finish,
                )
            )
            found = work.catalogue.get(VisitRow, visit)
            work.catalogue.change(found, {"sent": [engineer]})
        route = {"shift": f"{engineer}-day", "engineer": engineer, "start": stops[0]["start"]}
        route |= {"end": stops[-1]["finish"], "stops": stops, "travel_back_s": 0}
        routes.append({**route, "travel_back_m": 0, "working_time_s": 3600, "overtime_s": 0})
    document = {"status": "feasible", "routes": routes, "unassigned": []}
    work.plans.add(
        PlanRow(
            version=version,
            region="all",
            day=day,
            until=day + timedelta(days=1),
            state="published",
            publication=1,
            is_current=True,
            plan_text=json.dumps({**document, "travel": {"source": "haversine"}}),
            case_text="{}",
            created_by="benchmark",
            created_at=work.now,
            published_by="benchmark",
            published_at=work.now,
        )
    )
    work.plans.replace_assignments(None, sent)
