"""Urgent visits in the database: the neighbourhood, the provisional place, the run behind it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest

from dispatch.errors import Conflict
from dispatch.formats import parse_case, parse_plan
from dispatch.operations.executor import RunExecutor
from dispatch.operations.insertion import place_now, visit_to_place
from dispatch.operations.intake import RequestRecord, report
from dispatch.operations.nearby import read_neighbourhood
from dispatch.operations.publish import publish
from dispatch.operations.replanning import BURST
from dispatch.operations.replanning_policy import (
    ReplanningPolicy,
    keep_replanning_policy,
    replanning_policy,
)
from dispatch.operations.runs import RunParameters, start_run
from dispatch.operations.snapshot import PlanningSpan, build_case
from dispatch.planning.audit import audit
from dispatch.store import Database, UnitOfWork
from tests.databases import migrated
from tests.operations.small_company import fault, found_company, tomorrow

SPAN = PlanningSpan("all", tomorrow(), tomorrow() + timedelta(days=1))


def plan_company(database: Database) -> None:
    """Two requests are planned and one has come in since."""
    database.write(lambda work: found_company(work, requests=2))
    parameters = RunParameters(day=tomorrow(), iterations=50, engine="lns")
    id = database.write(lambda work: start_run(work, parameters).id)
    RunExecutor(database).see_to_end(id)
    publish(database, 1, actor="user:1")
    late = RequestRecord.model_validate(fault(3, severity="critical"))
    database.write(lambda work: report(work, late))


@pytest.fixture
def company(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Database]:
    """The small company with two planned requests and one that came in since."""
    monkeypatch.setattr("dispatch.operations.insertion.default_span", lambda *_: SPAN)
    database = migrated(database_url, plan_company)
    yield database
    database.close()


def test_the_neighbourhood_is_the_whole_of_a_small_company(company: Database) -> None:
    """With fewer engineers than are asked the small case is the case itself."""
    with company.reading() as work:
        near = read_neighbourhood(work, "r3-v1", SPAN, freeze=timedelta(0))
        whole = build_case(work, SPAN, freeze=timedelta(0))
    assert near.base_plan == 1
    assert {one.id for one in near.case.visits} == {one.id for one in whole.visits}
    assert near.case.engineers == whole.engineers
    assert {one.id: one for one in near.case.visits} == {one.id: one for one in whole.visits}
    assert near.case.depots == whole.depots


def test_a_smaller_neighbourhood_holds_the_nearest_engineer_only(company: Database) -> None:
    """One engineer is asked: with all their visits, and with nobody else's."""
    with company.reading() as work:
        near = read_neighbourhood(work, "r3-v1", SPAN, freeze=timedelta(0), most=1)
        (engineer,) = near.case.engineers
        own = {one.visit_id for one in work.plans.assignments() if one.engineer_id == engineer.id}
    assert {one.id for one in near.case.visits} == own | {"r3-v1"}


def test_a_provisional_place_becomes_a_draft_by_a_run(company: Database) -> None:
    """The answer names engineer and time; the run puts the visit into the whole plan."""
    found = company.write(lambda work: place_now(work, visit_to_place(work, "r3")))
    assert found.insertion.placed
    assert found.run is not None
    RunExecutor(company).see_to_end(found.run.id)
    with company.reading() as work:
        run = work.runs.get(found.run.id)
        row = work.plans.get(run.plan_version or 0)
        events = {one.type: one for one in work.log.after(0)}
        in_force = work.plans.current("all", tomorrow())
    case, plan = parse_case(row.case_text), parse_plan(row.plan_text)
    assert audit(case, plan) == []
    where = {s.visit: r.engineer for r in plan.routes for s in r.stops}
    assert {where["r3-v1"]} == set(found.insertion.stops)
    # The policy is to propose unless it says otherwise.
    assert in_force is not None
    assert in_force.version == 1
    assert events["replan_proposed"].payload["plan"] == row.version
    assert events["visit_placed_provisionally"].payload["run"] == run.id


def test_the_policy_may_publish_by_itself(company: Database) -> None:
    """Nobody has to be phoned and nothing moves, so the plan is in force at once."""
    company.write(lambda work: keep_replanning_policy(work, ReplanningPolicy(mode="apply")))
    found = company.write(lambda work: place_now(work, "r3-v1"))
    assert found.run is not None
    RunExecutor(company).see_to_end(found.run.id)
    with company.reading() as work:
        in_force = work.plans.current("all", tomorrow())
        assert in_force is not None
        assert (in_force.published_by, in_force.publication) == ("planner", 2)
        assert {one.visit_id for one in work.plans.assignments()} == {"r1-v1", "r2-v1", "r3-v1"}
        kinds = [one.type for one in work.log.after(0)]
    assert kinds[-2:] == ["replan_applied", "run_ended"]


def test_a_policy_of_off_starts_no_run(company: Database) -> None:
    """The customer still hears who would come."""
    company.write(lambda work: keep_replanning_policy(work, ReplanningPolicy(mode="off")))
    assert company.read(replanning_policy).mode == "off"
    found = company.write(lambda work: place_now(work, "r3-v1"))
    assert found.insertion.placed
    assert found.run is None


def test_a_visit_that_is_planned_is_refused(company: Database) -> None:
    """Somebody is sent to it already, so there is nothing to insert."""
    with pytest.raises(Conflict, match="sent already"):
        company.write(lambda work: place_now(work, "r1-v1"))


def test_pieces_of_colleagues_are_not_promised_again(company: Database) -> None:
    """A pickup of somebody far away leaves fewer pieces for the visit at hand."""

    def fetch(work: object) -> None:
        row = work.plans.current("all", tomorrow())  # type: ignore[attr-defined]
        plan = json.loads(row.plan_text)
        route = plan["routes"][0]
        stop = {**route["stops"][0], "kind": "pickup", "visit": None, "depot": "d1"}
        stop |= {"location": "depot-d1", "loaded": {"P-1": 4}}
        plan["routes"].append({**route, "engineer": "far", "shift": "far-day", "stops": [stop]})
        row.plan_text = json.dumps(plan)

    company.write(fetch)
    with company.reading() as work:
        near = read_neighbourhood(work, "r3-v1", SPAN, freeze=timedelta(0))
    (depot,) = near.case.depots
    assert depot.stock == {"P-1": 6}


def test_a_burst_of_urgent_calls_shares_a_run(company: Database, monkeypatch: Any) -> None:
    """Nobody is refused because the queue is long: what waits last sees everybody."""
    monkeypatch.setattr("dispatch.operations.replanning.default_span", lambda *_: SPAN)

    def call(work: UnitOfWork, number: int) -> str | None:
        row = report(work, RequestRecord.model_validate(fault(number, severity="critical")))
        visit = work.work.visit_of_request(row.id)
        assert visit is not None
        run = place_now(work, visit.id).run
        return None if run is None else run.id

    runs = [company.write(lambda work, n=n: call(work, n)) for n in range(4, 16)]
    assert len(set(runs)) == BURST + 1
    assert len(set(runs[BURST:])) == 1
    with company.reading() as work:
        purposes = [one.parameters["purpose"] for one in work.runs.queued()]
    assert (purposes.count("insert"), purposes.count("replan")) == (BURST, 1)
