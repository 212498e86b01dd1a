"""What a plan says would help is done at a click: in the shift, in the van, or for the visit."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from dispatch.errors import Conflict, NotFound, PlanConflict
from dispatch.operations import master_data
from dispatch.operations.executor import RunExecutor
from dispatch.operations.intake import RequestRecord, report
from dispatch.operations.publish import publish
from dispatch.operations.remedies import apply_remedy
from dispatch.operations.runs import RunParameters, start_run
from dispatch.operations.snapshot import PlanningSpan, build_case
from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import AppliedRemedyRow, EngineerRow, ShiftRow
from tests.databases import migrated
from tests.operations.small_company import ZONE, at, fault, found_company, near, tomorrow

SPAN = PlanningSpan("all", tomorrow(), tomorrow() + timedelta(days=1))
UPS = [{"name": "ups"}]
USUAL = {"duration": "PT40M", "skills": UPS}
FAULTS = [
    {"code": "long", "title": "大修", "duration": "PT12H", "skills": UPS},
    {"code": "crane", "title": "吊装", "duration": "PT30M", "skills": UPS, "tools": ["crane"]},
    {"code": "rare", "title": "缺件", "duration": "PT30M", "skills": UPS, "parts": {"P-9": 2}},
    {"code": "magnet", "title": "磁体", "duration": "PT30M", "skills": [{"name": "magnets"}]},
    {"code": "late", "title": "验收", "duration": "PT45M", "skills": UPS},
]
EARLY = {"opens": "05:00:00", "closes": "06:30:00", "every_day": True}


def found(work: UnitOfWork) -> None:
    """The small company with faults of which each lacks one thing."""
    found_company(work)
    for kind, body in (
        ("parts", {"id": "P-9", "name": "稀有件"}),
        (
            "equipment-types",
            {"id": "odd", "name": "怪机", "maintenance": USUAL, "faults": FAULTS},
        ),
        ("sites", {"id": "s9", "contract": "c1", "name": "早市", "location": near(0.03)} | EARLY),
    ):
        add(work, kind, body)
    for number, one in enumerate(FAULTS):
        site = "s9" if one["code"] == "late" else "s1"
        machine = {"id": f"odd{number}", "site": site, "type": "odd", "grade": "general"}
        add(work, "equipment", {**machine, "installed": str(tomorrow())})
        body = {**fault(number + 1), "equipment": machine["id"], "site": site}
        report(
            work, RequestRecord.model_validate({**body, "id": one["code"], "fault": one["code"]})
        )


def add(work: UnitOfWork, kind: str, body: dict[str, Any]) -> None:
    """Write one record."""
    resource = master_data.RESOURCES[kind]
    master_data.add(work, resource, resource.record.model_validate(body))


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with that company and a published plan that leaves every one of them out."""
    path = tmp_path_factory.mktemp("remedies") / "x.db"
    database = migrated(f"sqlite:///{path}")
    database.write(found)
    parameters = RunParameters(day=tomorrow(), iterations=20, engine="lns")
    id = database.write(lambda work: start_run(work, parameters).id)
    RunExecutor(database).see_to_end(id)
    publish(database, 1, actor="user:1")
    database.close()
    return path


@pytest.fixture
def company(planned: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy of it."""
    path = tmp_path / "x.db"
    path.write_bytes(planned.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def apply(database: Database, visit: str) -> AppliedRemedyRow:
    """Do what the first plan says would help a visit."""
    return database.write(lambda work: apply_remedy(work, 1, visit), actor="user:7")


def planned_to(database: Database, row: AppliedRemedyRow) -> Any:
    """See the run of a remedy to its end; the assignment it led to."""
    assert row.run_id is not None
    RunExecutor(database).see_to_end(row.run_id)
    (assigned,) = database.read(lambda work: work.plans.assignments_of(row.visit_id))
    return assigned


def test_a_shift_is_extended_and_the_visit_planned(company: Database) -> None:
    """Twelve hours of work need a shift of more than twelve hours, and get one."""
    row = apply(company, "long-v1")
    assert row.change == "EXTEND_SHIFT"
    (step,) = row.steps
    assert step["kind"] == "shifts"
    shift = company.read(lambda work: work.catalogue.get(ShiftRow, step["id"]))
    assert shift.overtime_end is not None
    assert shift.overtime_end - shift.start >= timedelta(hours=12)
    assigned = planned_to(company, row)
    assert (assigned.shift_id, assigned.finish <= shift.overtime_end) == (shift.id, True)
    with company.reading() as work:
        told = [one for one in work.log.after(0, 900) if one.type == "remedy_applied"]
        assert [(one.actor, one.subject) for one in told] == [("user:7", "long-v1")]


def test_a_van_gets_the_tool_and_the_parts(company: Database) -> None:
    """One remedy each; doing it twice, as an impatient finger does, fills the van once."""
    tool = apply(company, "crane-v1")
    engineer = tool.steps[0]["id"]
    row = company.read(lambda work: work.catalogue.get(EngineerRow, engineer))
    assert row.tools == ["crane"]
    assert planned_to(company, tool).engineer_id == engineer
    assert apply(company, "crane-v1").run_id == tool.run_id


def test_parts_are_delivered_once(company: Database) -> None:
    """Two pieces are missing and two are put into the van, however often one asks."""
    first, second = apply(company, "rare-v1"), apply(company, "rare-v1")
    assert (first.id, first.version) == (second.id, second.version)
    engineer = first.steps[0]["id"]
    row = company.read(lambda work: work.catalogue.get(EngineerRow, engineer))
    assert (row.van_stock["P-9"], row.van_stock["P-1"]) == (2, 50)
    assert planned_to(company, first).engineer_id == engineer


def test_a_window_is_widened_for_the_one_visit(company: Database) -> None:
    """The market closes before anybody is awake; this once it lets somebody in later."""
    row = apply(company, "late-v1")
    assert "WIDEN_WINDOW" in row.change
    with company.reading() as work:
        visit = next(one for one in build_case(work, SPAN).visits if one.id == "late-v1")
    own = datetime.fromisoformat(at(6, 30)).astimezone(ZONE)
    assert max(window.end for window in visit.time_windows) > own
    assert planned_to(company, row).start > own


def test_nobody_is_trained_at_a_click(company: Database) -> None:
    """Such a remedy stays advice, and nothing is written."""
    before = company.read(lambda work: work.log.last_number())
    with pytest.raises(Conflict, match="at a click"):
        apply(company, "magnet-v1")
    assert company.read(lambda work: work.log.last_number()) == before


def test_only_what_the_plan_in_force_says_is_done(company: Database) -> None:
    """A visit that is planned has no remedy, and an overtaken plan has none any more."""
    with pytest.raises(NotFound):
        apply(company, "nobody-v1")
    row = apply(company, "crane-v1")
    planned_to(company, row)
    with pytest.raises(PlanConflict):
        apply(company, "long-v1")


def test_the_plan_says_what_each_lacks(company: Database) -> None:
    """The world of this file is what its first line says."""
    with company.reading() as work:
        told = json.loads(work.plans.get(1).plan_text)["unassigned"]
    assert {one["visit"]: one["verdict"] for one in told} == {
        f"{one['code']}-v1": "impossible" for one in FAULTS
    }
