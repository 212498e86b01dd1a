"""The risk of a plan over HTTP, and what it is learned from."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import httpx
import pytest

from dispatch.operations.executor import RunExecutor
from dispatch.operations.publish import publish
from dispatch.operations.risk import learn_daily
from dispatch.operations.runs import RunParameters, start_run
from dispatch.store import Database
from dispatch.store.tables import VisitRow
from tests.api.conftest import found
from tests.api.running import V1, running
from tests.operations.small_company import tomorrow

LONG_AGO = "2020-01-01T00:00:00+00:00"


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The small company with a published plan of three visits, one of them finished."""
    url = f"sqlite:///{tmp_path_factory.mktemp('risk') / 'x.db'}"
    found(url, requests=3)
    database = Database(url)
    parameters = RunParameters(day=tomorrow(), iterations=50, engine="lns")
    id = database.write(lambda work: start_run(work, parameters).id)
    RunExecutor(database).see_to_end(id)
    publish(database, 1, actor="user:1")

    def finish(work: object) -> None:
        row = work.catalogue.get(VisitRow, "r1-v1")  # type: ignore[attr-defined]
        done = {"state": "finished", "started_at": work.now - timedelta(minutes=80)}  # type: ignore[attr-defined]
        work.catalogue.change(row, {**done, "finished_at": work.now})  # type: ignore[attr-defined]

    database.write(finish)
    database.close()
    with running(url, solver_threads=0) as server, server.client() as one:
        one.headers["x-database"] = url
        yield one


def test_each_visit_has_its_probability(client: httpx.Client) -> None:
    """In the answer of the endpoint and in the plan file."""
    answer = client.get(f"{V1}/plans/1/risk").json()
    assert {one["visit"] for one in answer["visits"]} == {"r1-v1", "r2-v1", "r3-v1"}
    assert all(0 <= one["breach_probability"] <= 1 for one in answer["visits"])
    assert answer["model"]["observations"] == 0
    stops = [s for r in client.get(f"{V1}/plans/1").json()["routes"] for s in r["stops"]]
    assert all("breach_probability" in stop for stop in stops if stop["visit"])
    assert client.get(f"{V1}/plans/999/risk").status_code == 404


def test_the_model_learns_from_finished_visits(client: httpx.Client) -> None:
    """One visit took 80 minutes instead of 40: repairs are believed a little longer."""
    before = client.get(f"{V1}/risk-model").json()
    learned = client.post(f"{V1}/risk-model").json()
    assert learned["observations"] == 1
    assert learned["work"]["corrective"]["mu"] > before["work"]["corrective"]["mu"]
    assert client.get(f"{V1}/risk-model").json() == learned


def test_the_next_case_carries_what_was_learned(client: httpx.Client) -> None:
    """So the plan of tomorrow is told, priced and audited by it; it is learned once a day."""
    run = client.post(f"{V1}/plans", json={"day": str(tomorrow()), "iterations": 0}).json()["id"]
    database = Database(client.headers["x-database"])
    assert learn_daily(database) is False
    RunExecutor(database).see_to_end(run)
    version = client.get(f"{V1}/runs/{run}").json()["plan_version"]
    case = client.get(f"{V1}/plans/{version}/case").json()
    assert case["risk_model"]["observations"] == 1
    database.write(lambda work: work.log.keep_setting("risk_model_learned_at", LONG_AGO))
    assert learn_daily(database) is True
    database.close()
