"""A big company with a published plan, made without any search, for looking at the board.

Each engineer has a day of visits near home, driven in the order of their numbers and timed by the
one clock. Some deadlines are missed and some visits are in no route, as on any real day.
"""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dispatch.domain import Case, Kpis, Plan, PlanStatus, Reason, RunInfo, Unassigned, Verdict
from dispatch.formats import format_case, format_plan, parse_case
from dispatch.operations import master_data
from dispatch.planning.figures import count_cost
from dispatch.planning.kpis import count_kpis
from dispatch.planning.legend import make_legend
from dispatch.planning.to_plan import to_routes
from dispatch.planning.to_problem import to_problem
from dispatch.planning.travel_times import find_ways
from dispatch.solver.solution import Solution, Stop, StopKind
from dispatch.solver.timetable import schedule
from dispatch.store import UnitOfWork
from dispatch.store.tables import EngineerRow, PlanRow, RequestRow, SiteRow, VisitRow

__all__ = ["big_world", "plant"]

ZONE = ZoneInfo("Asia/Shanghai")
TERRITORY_SIZE = 25
LEFT_OUT_EVERY = 80
SURNAMES = "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗"


def big_world(engineers: int, visits: int, day: date) -> tuple[Case, Plan]:
    """Make the case and its plan; every so many visits one is left out for want of a skill."""
    each = visits // engineers
    parts = [_one_engineer(number, each, day) for number in range(engineers)]
    cases = [parse_case(json.dumps(one, ensure_ascii=False)) for one in parts]
    timed = [_drive(one) for one in cases]
    routes = tuple(route for one in timed for route in one[0])
    left_out = tuple(
        Unassigned(
            visit=visit.id,
            verdict=Verdict.IMPOSSIBLE,
            reasons=(Reason(code="NO_SKILL", message="nobody is trained for it"),),
        )
        for one in cases
        for visit in one.visits
        if visit.required_skills[0].name == "magnets"
    )
    case = replace(
        cases[0],
        locations=tuple(place for one in cases for place in one.locations),
        engineers=tuple(person for one in cases for person in one.engineers),
        visits=tuple(visit for one in cases for visit in one.visits),
    )
    costs = [one[1] for one in timed]
    names = ("total", "travel", "labour", "overtime", "sla", "due", "preference", "churn")
    cost = replace(costs[0], **{name: sum(getattr(c, name) for c in costs) for name in names})
    kpis: Kpis = count_kpis(case, routes)
    plan = Plan(
        status=PlanStatus.PARTIAL if left_out else PlanStatus.FEASIBLE,
        routes=routes,
        unassigned=left_out,
        travel_source="haversine",
        cost=cost,
        kpis=kpis,
        run=RunInfo(
            seed=1, engine="lns", time_limit_s=1.0, elapsed_s=1.0, version="0", case_hash=""
        ),
    )
    return case, plan


def plant(work: UnitOfWork, case: Case, plan: Plan, day: date) -> None:
    """Write names, places and the published plan into an empty database."""
    places = {place.id: place for place in case.locations}
    work.catalogue.plant(
        [
            EngineerRow(id=one.id, name=one.name, territory=one.territory, lat=21.0, lon=110.0)
            for one in case.engineers
        ]
    )
    contract = master_data.RESOURCES["contracts"]
    body = {"id": "c1", "customer": "海湾集团", "policy": "platinum", "starts": "2026-01-01"}
    master_data.add(work, contract, contract.record.model_validate(body))
    sites = []
    for number, visit in enumerate(case.visits):
        place = places[visit.location]
        name = f"第{number + 1}医院 Hospital {number + 1}"
        id = visit.location.removeprefix("site-")
        assert place.lat is not None
        assert place.lon is not None
        sites.append(SiteRow(id=id, contract_id="c1", name=name, lat=place.lat, lon=place.lon))
    work.catalogue.plant(sites)
    called = [one for one in case.visits if one.sla is not None]
    work.catalogue.plant(
        [
            RequestRow(
                id=f"r-{one.id}",
                site_id=one.location.removeprefix("site-"),
                severity="major",
                summary=one.title,
                state="scheduled",
                reported_at=work.now - timedelta(hours=1),
                stages=[],
            )
            for one in called
        ]
    )
    work.catalogue.plant(
        [
            VisitRow(
                id=one.id,
                kind="corrective" if one.sla else "maintenance",
                request_id=f"r-{one.id}" if one.sla else None,
                site_id=one.location.removeprefix("site-"),
                title=one.title,
                state="open",
            )
            for one in case.visits
        ]
    )
    work.plans.add(
        PlanRow(
            version=work.log.take_numbers(1, counter="plan"),
            region="all",
            day=day,
            until=day + timedelta(days=1),
            state="published",
            publication=1,
            is_current=True,
            plan_text=format_plan(plan),
            case_text=format_case(case),
            created_by="benchmark",
            created_at=work.now,
            published_by="benchmark",
            published_at=work.now,
        )
    )


def _drive(case: Case) -> tuple[tuple[Any, ...], Any]:
    legend = make_legend(case)
    problem = to_problem(case, legend, find_ways(case, legend))
    stops = tuple(
        Stop(StopKind.VISIT, index)
        for index, visit in enumerate(case.visits)
        if visit.required_skills[0].name != "magnets"
    )
    timed = schedule(problem, Solution((stops,)))
    return to_routes(timed, problem, legend), count_cost(problem, timed.cost)


def _one_engineer(number: int, each: int, day: date) -> dict[str, Any]:
    def at(hour: float) -> str:
        moment = datetime.combine(day, time(0), ZONE) + timedelta(hours=hour)
        return moment.isoformat()

    row, column = divmod(number, 25)
    lat, lon = 21.0 + row * 0.06, 110.0 + column * 0.06
    engineer = f"e{number:03d}"
    visits, places = [], [{"id": f"home-{engineer}", "lat": lat, "lon": lon}]
    for place in range(each):
        count = number * each + place
        id = f"site-s{count:05d}"
        spread = (count * 7919) % 97 / 97 - 0.5
        places.append({"id": id, "lat": lat + 0.03 * spread, "lon": lon + 0.004 * place})
        hour = 8.4 + place * 1.1 - (0.9 if count % 31 == 0 else 0) + (0.2 if count % 9 == 0 else 0)
        skill = "magnets" if count % LEFT_OUT_EVERY == 7 else "ups"
        visit: dict[str, Any] = {
            "id": f"v{count:05d}",
            "location": id,
            "duration": f"PT{25 + count % 5 * 7}M",
            "title": f"UPS {count}",
            "required_skills": [{"name": skill, "min_level": 1}],
        }
        if count % 3 == 0:
            terms = {"severity": "major", "arrive_by": at(hour + 1), "breach_fee": 5000}
            visit["sla"] = {**terms, "lateness_per_hour": 2000}
        if count % 2 == 0:
            visit["promise"] = {"start": at(hour - 1), "end": at(hour + 2), "stage": "published"}
        visits.append(visit)
    shift = {
        "id": f"{engineer}-day",
        "start": at(8),
        "end": at(17.5),
        "overtime_end": at(19.5),
        "start_location": f"home-{engineer}",
        "breaks": [{"earliest": at(11.5), "latest": at(13.5), "duration": "PT30M"}],
    }
    return {
        "planning_window": {"start": at(0), "end": at(24)},
        "locations": places,
        "engineers": [
            {
                "id": engineer,
                "name": f"{SURNAMES[number % 20]}工 {number + 1}",
                "skills": [{"name": "ups", "level": 2}],
                "territory": f"territory-{number // TERRITORY_SIZE + 1:02d}",
                "shifts": [shift],
            }
        ],
        "visits": visits,
    }
