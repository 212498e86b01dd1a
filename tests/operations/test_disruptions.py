"""The day is repaired: one call, one event, one run, and the plan is sound again."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from dispatch.errors import Conflict, InputError
from dispatch.formats import parse_case, parse_plan
from dispatch.operations.disruptions import (
    DisruptionRecord,
    Repair,
    lift_disruption,
    report_disruption,
)
from dispatch.operations.executor import RunExecutor
from dispatch.operations.publish import publish
from dispatch.operations.replanning_policy import ReplanningPolicy, keep_replanning_policy
from dispatch.operations.runs import RunParameters, start_run
from dispatch.operations.snapshot import PlanningSpan, build_case
from dispatch.planning.audit import audit
from dispatch.store import Database
from dispatch.store.tables import PlanRow
from tests.databases import migrated
from tests.operations.small_company import at, found_company, tomorrow

SPAN = PlanningSpan("all", tomorrow(), tomorrow() + timedelta(days=1))


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the small company and a published plan of four visits."""
    path = tmp_path_factory.mktemp("disrupted") / "x.db"
    database = migrated(f"sqlite:///{path}")
    database.write(lambda work: found_company(work, requests=4))
    parameters = RunParameters(day=tomorrow(), iterations=100, engine="lns")
    id = database.write(lambda work: start_run(work, parameters).id)
    RunExecutor(database).see_to_end(id)
    publish(database, 1, actor="user:1")
    policy = ReplanningPolicy(mode="propose", time_limit_s=0.5)
    database.write(lambda work: keep_replanning_policy(work, policy))
    database.close()
    return path


@pytest.fixture
def company(planned: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Database:
    """A copy of it, on which the day of the plan is today."""
    for room in ("replanning", "insertion"):
        monkeypatch.setattr(f"dispatch.operations.{room}.default_span", lambda *_: SPAN)
    path = tmp_path / "x.db"
    path.write_bytes(planned.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def tell(database: Database, **values: object) -> Repair:
    """Report a disruption."""
    record = DisruptionRecord.model_validate(values)
    return database.write(lambda work: report_disruption(work, record), actor="user:1")


def repaired(database: Database, repair: Repair) -> PlanRow:
    """Let the repair run and read its draft."""
    assert repair.run is not None
    RunExecutor(database).see_to_end(repair.run.id)
    with database.reading() as work:
        run = work.runs.get(repair.run.id)
        assert run.state == "done", run.error
        return work.plans.get(run.plan_version or 0)


def test_an_ill_engineer_is_replaced(company: Database) -> None:
    """Whoever falls ill has no stop after that; the colleague takes what can be taken."""
    with company.reading() as work:
        busy = sorted(one.engineer_id for one in work.plans.assignments())[0]
    row = repaired(company, tell(company, kind="engineer_absent", subject=busy, start=at(0)))
    case, plan = parse_case(row.case_text), parse_plan(row.plan_text)
    assert audit(case, plan) == []
    assert busy not in {route.engineer for route in plan.routes}
    assert {stop.visit for route in plan.routes for stop in route.stops if stop.visit} == {
        f"r{number}-v1" for number in (1, 2, 3, 4)
    }
    with company.reading() as work:
        events = [one for one in work.log.after(0) if one.type == "engineer_absent"]
        proposal = [one for one in work.log.after(0) if one.type == "replan_proposed"]
    assert [one.subject for one in events] == [busy]
    assert proposal[0].payload["cause"] == f"engineer_absent {busy}"


def test_a_freeze_does_not_keep_what_cannot_be_kept(company: Database) -> None:
    """All of tomorrow is frozen; who falls ill at the first stop is replaced all the same."""
    policy = ReplanningPolicy(mode="propose", freeze_minutes=24 * 60, iterations=60)
    company.write(lambda work: keep_replanning_policy(work, policy))
    with company.reading() as work:
        first = min(work.plans.assignments(), key=lambda one: one.start)
    ill_at = first.start + timedelta(minutes=5)
    told = {"kind": "engineer_absent", "subject": first.engineer_id, "start": ill_at}
    row = repaired(company, tell(company, **told))
    case, plan = parse_case(row.case_text), parse_plan(row.plan_text)
    assert case.freeze_until is not None
    assert audit(case, plan) == []
    assert plan.unassigned == ()


def test_an_overrun_is_seen_by_every_case_until_it_is_lifted(company: Database) -> None:
    """Two hours more, then as long as before; lifting twice is refused."""
    repair = tell(company, kind="visit_overrun", subject="r1-v1", minutes=120)
    assert length(company) == timedelta(minutes=160)
    company.write(lambda work: lift_disruption(work, repair.row.id))
    assert length(company) == timedelta(minutes=40)
    with pytest.raises(Conflict, match="lifted already"):
        company.write(lambda work: lift_disruption(work, repair.row.id))


def length(database: Database) -> timedelta:
    """How long the first visit takes in a case of the day."""
    with database.reading() as work:
        return {one.id: one for one in build_case(work, SPAN).visits}["r1-v1"].duration


def test_a_closed_site_is_not_entered(company: Database) -> None:
    """Site s2 is closed until noon: its visits start at noon or later, or not at all."""
    body = {"kind": "site_closed", "subject": "s2", "start": at(0), "until": at(12)}
    row = repaired(company, tell(company, **body))
    plan = parse_plan(row.plan_text)
    noon = parse_case(row.case_text).planning_window.start + timedelta(hours=12)
    at_site = [s for r in plan.routes for s in r.stops if s.location == "site-s2"]
    assert all(stop.start >= noon for stop in at_site)


def test_missing_parts_are_fetched_elsewhere(company: Database) -> None:
    """Both vans turn out to be empty: the batteries come from the depot, and are audited."""
    tell(company, kind="part_missing", subject="e1", parts={"P-1": 50})
    row = repaired(company, tell(company, kind="part_missing", subject="e2", parts={"P-1": 50}))
    plan = parse_plan(row.plan_text)
    assert audit(parse_case(row.case_text), plan) == []
    loaded = sum(sum(s.loaded.values()) for r in plan.routes for s in r.stops)
    planned = sum(s.visit is not None for r in plan.routes for s in r.stops)
    assert loaded == planned > 0


@pytest.mark.parametrize(
    ("wrong", "pointer"),
    [
        ({"kind": "engineer_absent", "subject": "nobody"}, "/subject"),
        ({"kind": "site_closed", "subject": "e1"}, "/subject"),
        ({"kind": "visit_overrun", "subject": "r1-v1"}, "/minutes"),
        ({"kind": "engineer_absent", "subject": "e1", "minutes": 5}, "/minutes"),
        ({"kind": "part_missing", "subject": "d1"}, "/parts"),
        ({"kind": "part_missing", "subject": "d1", "parts": {"X": 1}}, "/parts/X"),
        ({"kind": "engineer_absent", "subject": "e1", "start": at(9), "until": at(8)}, "/until"),
    ],
)
def test_what_makes_no_sense_is_refused(
    company: Database, wrong: dict[str, object], pointer: str
) -> None:
    """Each with the place that is wrong, and nothing is kept."""
    with pytest.raises(InputError) as caught:
        tell(company, **wrong)
    assert pointer in {issue.pointer for issue in caught.value.issues}
    assert company.read(lambda work: work.day.disruptions()) == []
