"""How long an urgent request waits for its engineer: `python -m benchmarks urgent`.

A company of 200 engineers and 1,500 visits is planned and published, the service is started, and
urgent requests come in over HTTP one after the other. With `--full` the price of each insertion
is held against a full re-plan of that many seconds from the same plan.
"""

from __future__ import annotations

import argparse
import csv
import random
import socket
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import uvicorn

from dispatch.api import Settings, create_app
from dispatch.domain import Case, Plan
from dispatch.domain.travel_settings import TravelSettings
from dispatch.formats import parse_case, parse_plan
from dispatch.operations import master_data
from dispatch.operations.company import keep_company_settings
from dispatch.operations.executor import RunExecutor
from dispatch.operations.insertion import freeze_of
from dispatch.operations.intake import RequestRecord, report
from dispatch.operations.publish import publish
from dispatch.operations.replanning_policy import replanning_policy
from dispatch.operations.runs import RunParameters, start_run
from dispatch.operations.snapshot import build_case, default_span
from dispatch.planning.insert_now import insert_now
from dispatch.planning.planner import plan
from dispatch.store import Database, UnitOfWork, prepare

RESULTS = Path(__file__).resolve().parent / "results" / "urgent.csv"
SKILLS = ("ups", "cooling", "network", "lift")
MORNING = 9


def zone_of_morning() -> str:
    """The zone in which it is morning now, so that a working day lies ahead."""
    hours = (MORNING - datetime.now(UTC).hour + 12) % 24 - 12
    # POSIX counts hours west of Greenwich.
    return f"Etc/GMT{-hours:+d}" if hours else "Etc/GMT"


def found_company(work: UnitOfWork, engineers: int, visits: int, seed: int) -> None:
    """A city with its engineers, sites and requests."""
    draw = random.Random(seed)
    keep_company_settings(work, zone_of_morning(), TravelSettings())

    def place() -> dict[str, float]:
        return {"lat": draw.uniform(21.1, 21.4), "lon": draw.uniform(110.2, 110.5)}

    def add(kind: str, body: dict[str, Any]) -> None:
        resource = master_data.RESOURCES[kind]
        master_data.add(work, resource, resource.record.model_validate(body))

    start = work.now.replace(minute=0, second=0) - timedelta(hours=1)
    for skill in SKILLS:
        need = [{"name": skill, "min_level": 1}]
        care = {"duration": "PT1H", "skills": need}
        faults = [{"code": "fault", "title": skill, "duration": "PT40M", "skills": need}]
        add("equipment-types", {"id": skill, "name": skill, "maintenance": care, "faults": faults})
    terms = {"customer": "customer", "policy": "platinum", "starts": "2020-01-01"}
    add("contracts", {"id": "c", **terms})
    for n in range(engineers):
        skills = [{"name": one, "level": 1} for one in SKILLS if draw.random() < 0.7]
        add("engineers", {"id": f"e{n}", "name": f"e{n}", "home": place(), "skills": skills})
        hours = {"start": start.isoformat(), "end": (start + timedelta(hours=9)).isoformat()}
        late = (start + timedelta(hours=11)).isoformat()
        add("shifts", {"id": f"e{n}-day", "engineer": f"e{n}", **hours, "overtime_end": late})
    today = str(work.now.date())
    for n in range(visits):
        site = {"id": f"s{n}", "contract": "c", "name": f"s{n}", "location": place()}
        add("sites", site | {"zone": zone_of_morning()})
        piece = {"id": f"q{n}", "site": f"s{n}", "type": draw.choice(SKILLS), "grade": "general"}
        add("equipment", piece | {"installed": "2020-01-01", "last_maintenance": today})
        report(work, RequestRecord.model_validate(fault(f"r{n}", n, "minor")))


def fault(id: str, site: int, severity: str) -> dict[str, Any]:
    """A request about the equipment of a site."""
    where = {"site": f"s{site}", "equipment": f"q{site}"}
    return {"id": id, "severity": severity, "fault": "fault", "summary": "fault", **where}


@contextmanager
def serving(url: str) -> Iterator[httpx.Client]:
    """The service on a free port; runs wait, so that only the answers are measured."""
    app = create_app(Settings(database_url=url, demo=True, demo_plants=False, solver_threads=0))
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = int(probe.getsockname()[1])
    server = uvicorn.Server(uvicorn.Config(app, port=port, log_level="error"))
    thread = threading.Thread(target=server.run)
    thread.start()
    while not server.started:
        time.sleep(0.01)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=120) as client:
            yield client
    finally:
        app.state.services.hub.closing = True
        server.should_exit = True
        thread.join()


def ask(client: httpx.Client, urgent: int, visits: int) -> list[dict[str, Any]]:
    """Report urgent requests one after the other, each about another site."""
    rows = []
    # Without the runs behind the answers, which nobody would take up here.
    policy = {**client.get("/api/v1/replanning-policy").json(), "mode": "off"}
    client.put("/api/v1/replanning-policy", json=policy).raise_for_status()
    sites = random.Random(7).sample(range(visits), urgent + 1)
    for number, site in enumerate(sites):
        body = fault(f"u{number}", site, "critical")
        began, worked = time.perf_counter(), time.process_time()
        answer = client.post("/api/v1/urgent-requests", json=body)
        spent, worked = time.perf_counter() - began, time.process_time() - worked
        answer.raise_for_status()
        told = answer.json()["insertion"]
        # The first call loads the compiled clock.
        if number:
            row = {"request": body["id"], "site": site, "ms": round(1000 * spent, 1)}
            # The service runs in this process; what others do on the machine does not count.
            row |= {"cpu_ms": round(1000 * worked, 1), "placed": told["placed"]}
            rows.append({**row, "late_s": told["late_s"], "price": told["price"]})
        # Nobody waits for the plan: the next one is asked as if this one had not been.
        client.post(f"/api/v1/requests/{body['id']}/cancel")
    return rows


def hold_against_full(database: Database, rows: list[dict[str, Any]], seconds: float) -> None:
    """Plan the whole day anew for each request, and tell how much cheaper that is.

    The answer looked at the nearest engineers alone; what it costs is the plan in force and the
    price that was answered. The run behind it prices every place of every shift.
    """
    for number, row in enumerate(rows):
        id = f"f{number}-v1"
        record = RequestRecord.model_validate(fault(f"f{number}", row["site"], "critical"))
        database.write(lambda work, record=record: report(work, record))  # type: ignore[misc]
        with database.reading() as work:
            freeze = freeze_of(replanning_policy(work))
            case = build_case(work, default_span(work, "all"), freeze=freeze)
        kept = tuple(v for v in case.visits if not v.id.startswith("f") or v.id == id)
        case = replace(case, visits=kept)
        whole = insert_now(case, id)
        full = _plan_for(case, seconds)
        assert whole.plan is not None
        assert whole.plan.cost is not None
        assert whole.price is not None
        assert full.cost is not None
        answered = whole.plan.cost.total - whole.price + row["price"]
        row |= {"answer_cost": answered, "run_cost": whole.plan.cost.total}
        row["full_cost"] = full.cost.total
        row["gap_pct"] = round(100 * (answered / full.cost.total - 1), 3)
        row["run_gap_pct"] = round(100 * (whole.plan.cost.total / full.cost.total - 1), 3)
        told = f"{id}: answer {row['gap_pct']:+.2f} %, run {row['run_gap_pct']:+.2f} %"
        print(f"{told} against {seconds:g} s for the whole day", file=sys.stderr, flush=True)


def _plan_for(case: Case, seconds: float) -> Plan:
    """Plan anew with seconds of CPU time, so that what else the machine does takes none away."""
    began = time.process_time()
    return plan(
        case,
        time_limit_s=20 * seconds,
        cancelled=lambda: time.process_time() - began >= seconds,
    )


def main(arguments: Sequence[str]) -> int:
    """Print the latencies and keep a row for each request; 1 when the 95th percentile is above."""
    parser = argparse.ArgumentParser(prog="benchmarks urgent", description=__doc__)
    parser.add_argument("--engineers", type=int, default=200)
    parser.add_argument("--visits", type=int, default=1500)
    parser.add_argument("--urgent", type=int, default=50, help="requests (50)")
    parser.add_argument("--plan-seconds", type=float, default=20.0, help="of the first plan")
    parser.add_argument("--full", type=float, default=0.0, help="seconds of a full re-plan each")
    parser.add_argument("--limit-ms", type=float, default=500.0)
    parser.add_argument("--limit-gap", type=float, default=3.0, help="per cent, of each request")
    parser.add_argument("--out", type=Path, default=RESULTS)
    asked = parser.parse_args(list(arguments))
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{folder}/urgent.db"
        database = Database(url)
        prepare(database)
        database.write(lambda work: found_company(work, asked.engineers, asked.visits, 1))
        span = database.read(lambda work: default_span(work, "all"))
        orders = RunParameters(day=span.day, engine="lns", time_limit_s=asked.plan_seconds)
        id = database.write(lambda work: start_run(work, orders).id)
        RunExecutor(database).see_to_end(id)
        publish(database, 1, actor="benchmark")
        with database.reading() as work:
            row = work.plans.get(1)
        left = len(parse_plan(row.plan_text).unassigned)
        print(f"{len(parse_case(row.case_text).visits)} visits planned, {left} left out")
        with serving(url) as client:
            rows = ask(client, asked.urgent, asked.visits)
        if asked.full:
            hold_against_full(database, rows, asked.full)
        database.close()
    with asked.out.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    p95 = 0.0
    for name, column in (("CPU time", "cpu_ms"), ("wall time", "ms")):
        spent = sorted(float(one[column]) for one in rows)
        p95 = spent[min(len(spent) - 1, int(0.95 * len(spent)))]
        told = f"p50 {statistics.median(spent):.0f} ms, p95 {p95:.0f} ms, worst {spent[-1]:.0f} ms"
        print(f"{name}: {told}")
    print(f"placed {sum(bool(one['placed']) for one in rows)} of {len(rows)}")
    most = 0.0
    for name, column in (("answer", "gap_pct"), ("run behind it", "run_gap_pct")):
        if asked.full:
            gaps = [float(one[column]) for one in rows]
            most = max(most, *gaps)
            told = f"mean {statistics.mean(gaps):.2f} %, most {max(gaps):.2f} %"
            print(f"{name}: dearer than a full re-plan of {asked.full:g} s: {told}")
    return 0 if p95 <= asked.limit_ms and most <= asked.limit_gap else 1
