"""Publishing: compare-and-set, the present world, promises, messages."""

from __future__ import annotations

import threading
from pathlib import Path

import pytest

from dispatch.domain.request import Step
from dispatch.errors import DispatchError, PlanConflict, PlanRejected
from dispatch.formats import parse_case, parse_plan
from dispatch.operations.company import company_settings
from dispatch.operations.executor import RunExecutor
from dispatch.operations.publish import Published, publish
from dispatch.operations.request_steps import take_step
from dispatch.operations.runs import RunParameters, start_run
from dispatch.planning.audit import audit
from dispatch.store import Database
from dispatch.store.tables import PlanRow, RequestRow, VisitRow
from tests.databases import migrated
from tests.operations.small_company import found_company, tomorrow


@pytest.fixture(scope="module")
def planned(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A file with the small company, three requests and one draft."""
    path = tmp_path_factory.mktemp("planned") / "x.db"
    database = migrated(f"sqlite:///{path}")
    database.write(lambda work: found_company(work, requests=3))
    database.write(lambda work: take_step(work, "r1", Step.ACKNOWLEDGE))
    parameters = RunParameters(day=tomorrow(), time_limit_s=1.0, engine="lns")
    id = database.write(lambda work: start_run(work, parameters).id)
    RunExecutor(database).see_to_end(id)
    database.close()
    return path


@pytest.fixture
def company(planned: Path, tmp_path: Path) -> Database:
    """A copy of the planned company."""
    path = tmp_path / "x.db"
    path.write_bytes(planned.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def draft_again(database: Database, times: int = 1) -> list[int]:
    """Copy the first draft, as further runs on the same base would have made it."""

    def copy(work: object) -> list[int]:
        plans = work.plans  # type: ignore[attr-defined]
        first = plans.get(1)
        made = []
        for _ in range(times):
            version = work.log.take_numbers(1, counter="plan")  # type: ignore[attr-defined]
            values = first.model_dump() | {"version": version, "state": "draft"}
            plans.add(PlanRow(**values))
            made.append(version)
        return made

    return database.write(copy)


def test_a_published_plan_is_current_and_promised(company: Database) -> None:
    """Version, assignments, promises, states, the fact and its messages appear together."""
    done = publish(company, 1, actor="user:1")
    assert (done.row.publication, done.row.is_current, done.dropped) == (1, True, ())
    with company.reading() as work:
        assert {one.visit_id for one in work.plans.assignments()} == {"r1-v1", "r2-v1", "r3-v1"}
        visit = work.catalogue.get(VisitRow, "r1-v1")
        assert visit.promise_start is not None
        assert visit.promise_stage == "published"
        assert visit.sent == [one.engineer_id for one in work.plans.assignments_of("r1-v1")]
        told = {one.visit_id: one for one in work.notices.page()}
        assert set(told) == {"r1-v1", "r2-v1", "r3-v1"}
        assert {one.kind for one in told.values()} == {"appointment_confirmed"}
        assert (
            told["r1-v1"].data["start"]
            == company_settings(work).local(visit.promise_start).isoformat()
        )
        # Only a request that was acknowledged has the step to "scheduled".
        assert work.catalogue.get(RequestRow, "r1").state == "scheduled"
        assert work.catalogue.get(RequestRow, "r2").state == "reported"
        event = next(one for one in work.log.after(0) if one.type == "plan_published")
        assert event.actor == "user:1"
        recipients = {one.recipient for one in work.log.unsent() if one.seq == event.seq}
        assert recipients == {f"engineer:{one}" for one in event.payload["engineers"]}


def test_the_second_publisher_is_told_who_was_first(company: Database) -> None:
    """A draft made against no plan conflicts with the plan published meanwhile."""
    (second,) = draft_again(company)
    publish(company, 1, actor="user:anna")
    with pytest.raises(PlanConflict) as caught:
        publish(company, second, actor="user:ben")
    assert caught.value.published_by == "user:anna"
    assert (caught.value.expected, caught.value.current) == (0, 1)
    with pytest.raises(PlanConflict, match="user:anna"):
        publish(company, 1, actor="user:ben")


def test_of_many_publishers_at_once_one_wins(company: Database) -> None:
    """Six threads, five rounds: each time one version becomes current, all others hear whose."""
    for turn in range(1, 6):
        with company.reading() as work:
            current = work.plans.current("all", tomorrow())
        base = None if current is None else current.version
        drafts = draft_again(company, 6)
        with company.engine.execution_options(dispatch_writes=True).begin() as connection:
            connection.exec_driver_sql(
                f"UPDATE plan SET base_plan = {base or 'NULL'}, publication = NULL,"
                f" is_current = 0 WHERE version >= {drafts[0]}"
            )
        barrier = threading.Barrier(len(drafts))
        won: list[Published] = []
        lost: list[DispatchError] = []

        def race(version: int, barrier: threading.Barrier = barrier) -> None:
            barrier.wait()
            try:
                won.append(publish(company, version, actor=f"user:{version}"))  # noqa: B023
            except DispatchError as error:
                lost.append(error)  # noqa: B023

        threads = [threading.Thread(target=race, args=(version,)) for version in drafts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        (winner,) = won
        assert winner.row.publication == turn
        assert {type(error) for error in lost} == {PlanConflict}
        assert {error.published_by for error in lost} == {winner.row.published_by}  # type: ignore[attr-defined]


def test_a_cancelled_visit_falls_away_with_a_word(company: Database) -> None:
    """The request was cancelled after the snapshot: nobody is sent, and the rest is sound."""
    company.write(lambda work: take_step(work, "r2", Step.CANCEL))
    done = publish(company, 1, actor="user:1")
    assert done.dropped == ({"visit": "r2-v1", "reason": "cancelled"},)
    with company.reading() as work:
        assert {one.visit_id for one in work.plans.assignments()} == {"r1-v1", "r3-v1"}
        row = work.plans.get(1)
    case, plan = parse_case(row.case_text), parse_plan(row.plan_text)
    assert audit(case, plan) == []
    assert "r2-v1" not in {visit.id for visit in case.visits}


def test_an_unsound_draft_is_rejected(company: Database) -> None:
    """A draft whose times were tampered with never becomes current."""

    def tamper(work: object) -> None:
        row = work.plans.get(1)  # type: ignore[attr-defined]
        plan = row.plan_text
        row.plan_text = plan.replace('"travel_s":', '"travel_s":1', 1)

    company.write(tamper)
    with pytest.raises(PlanRejected):
        publish(company, 1, actor="user:1")
    assert company.read(lambda work: work.plans.current("all", tomorrow())) is None


def test_a_cancelled_request_leaves_the_plan_and_the_engineer_hears_it(company: Database) -> None:
    """Cancelling after publishing frees the visit and addresses the engineer."""
    publish(company, 1, actor="user:1")
    sent = company.read(lambda work: work.plans.assignments_of("r2-v1"))[0].engineer_id
    company.write(lambda work: take_step(work, "r2", Step.CANCEL))
    with company.reading() as work:
        assert work.plans.assignments_of("r2-v1") == []
        told = [one.recipient for one in work.log.unsent() if one.topic == "visit_cancelled"]
    assert told == [f"engineer:{sent}"]
