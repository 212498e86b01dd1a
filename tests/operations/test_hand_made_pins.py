"""What a dispatcher pins stays where it is when the day is planned anew."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime
from pathlib import Path

import pytest

from dispatch.domain import Pin, Promise, Reason, Unassigned, Verdict
from dispatch.formats import parse_plan
from dispatch.operations.disruptions import DisruptionRecord, report_disruption
from dispatch.operations.executor import RunExecutor
from dispatch.operations.hand_moves import examine_moves, keep_moves, try_moves
from dispatch.operations.publish import publish
from dispatch.operations.replanning import ReplanOrder, start_replan
from dispatch.operations.runs import RunParameters, start_run
from dispatch.operations.snapshot import build_case, span_of
from dispatch.planning.audit import audit
from dispatch.planning.moves import Move, MoveKind
from dispatch.store import Database, UnitOfWork
from tests.databases import migrated
from tests.operations.small_company import at, found_company, tomorrow

OTHER = {"e1-day": "e2-day", "e2-day": "e1-day"}


@pytest.fixture(scope="module")
def pinned_by_hand(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The small company; its plan is in force, and r1 was put with the other engineer by hand."""
    path = tmp_path_factory.mktemp("pinned") / "x.db"
    database = migrated(f"sqlite:///{path}")
    database.write(lambda work: found_company(work, requests=3))
    parameters = RunParameters(day=tomorrow(), iterations=200, engine="lns")
    id = database.write(lambda work: start_run(work, parameters).id)
    RunExecutor(database).see_to_end(id)
    publish(database, 1, actor="user:wang")
    shift = shifts_in_force(database)["r1-v1"]
    moves = (Move(MoveKind.PLACE, "r1-v1", shift=OTHER[shift]), Move(MoveKind.PIN, "r1-v1"))
    made = try_moves(database, 1, moves)
    database.write(lambda work: keep_moves(work, made, publish=True), actor="user:wang")
    database.close()
    return path


@pytest.fixture
def company(pinned_by_hand: Path, tmp_path: Path) -> Iterator[Database]:
    """A copy of it."""
    path = tmp_path / "x.db"
    path.write_bytes(pinned_by_hand.read_bytes())
    database = Database(f"sqlite:///{path}")
    yield database
    database.close()


def shifts_in_force(database: Database) -> dict[str, str]:
    """Shift by visit of the plan in force."""
    with database.reading() as work:
        return {one.visit_id: one.shift_id for one in work.plans.assignments()}


def pin_now(work: UnitOfWork) -> Pin | None:
    """The pin of r1 in the case that a run would plan now."""
    case = build_case(work, span_of(work, "all", tomorrow()))
    return next(one.pinned for one in case.visits if one.id == "r1-v1")


def test_a_pin_survives_a_re_plan(company: Database) -> None:
    """The new plan is made around it, and hands it on to the next."""
    pinned = shifts_in_force(company)["r1-v1"]
    order = ReplanOrder(day=tomorrow(), most_moved=None, iterations=200, engine="lns")
    id = company.write(lambda work: start_replan(work, order).id)
    RunExecutor(company).see_to_end(id)
    version = company.read(lambda work: work.runs.get(id).plan_version)
    assert version is not None
    publish(company, version, actor="user:wang")
    assert shifts_in_force(company)["r1-v1"] == pinned
    assert company.read(pin_now) == Pin(pinned)


def test_an_unpinned_visit_is_free_again(company: Database) -> None:
    """Unpinning is published like everything else done by hand."""
    made = try_moves(company, 2, (Move(MoveKind.UNPIN, "r1-v1"),))
    company.write(lambda work: keep_moves(work, made, publish=True), actor="user:wang")
    assert company.read(pin_now) is None


def test_a_pin_to_somebody_who_falls_ill_binds_nothing(company: Database) -> None:
    """Whoever pinned the visit wanted it made; it goes to somebody else."""
    pinned = shifts_in_force(company)["r1-v1"]
    body = {"kind": "engineer_absent", "subject": pinned[:2], "start": at(8)}
    record = DisruptionRecord.model_validate(body)

    def look(work: UnitOfWork) -> Pin | None:
        report_disruption(work, record)
        return pin_now(work)

    assert company.write(look) is None


def test_a_pin_after_the_hours_that_are_left_binds_nothing(company: Database) -> None:
    """The shift is still there until the engineer leaves, but the visit lies behind it."""
    with company.reading() as work:
        (row,) = [one for one in work.plans.assignments() if one.visit_id == "r1-v1"]
    start = row.start.isoformat()
    assert datetime.fromisoformat(at(8)) <= row.start
    body = {"kind": "van_broken_down", "subject": row.engineer_id, "start": start}
    record = DisruptionRecord.model_validate(body)

    def look(work: UnitOfWork) -> Pin | None:
        report_disruption(work, record)
        return pin_now(work)

    assert company.write(look) is None


def test_a_move_that_was_paid_for_is_not_paid_for_again(company: Database) -> None:
    """The next move is held against the plan in force, and the auditor accepts its price."""
    first = company.read(lambda work: parse_plan(work.plans.get(2).plan_text))
    assert first.cost is not None
    assert first.cost.churn > 0
    made = examine_moves(try_moves(company, 2, (Move(MoveKind.UNPIN, "r1-v1"),))).moved
    assert made.plan.cost is not None
    assert (made.plan.cost.churn, made.bill.total) == (0, 0)
    assert audit(made.case, made.plan) == []


def test_who_falls_out_of_the_plan_was_promised_a_time_all_the_same(company: Database) -> None:
    """The next run knows the promise, so keeping it is worth as much as it ever was."""

    def promise(work: UnitOfWork) -> Promise | None:
        case = build_case(work, span_of(work, "all", tomorrow()))
        return next(one.promise for one in case.visits if one.id == "r2-v1")

    before = company.read(promise)
    made = examine_moves(try_moves(company, 2, (Move(MoveKind.UNASSIGN, "r2-v1"),)))
    assert audit(made.moved.case, made.moved.plan, with_cost=False) == []
    company.write(lambda work: keep_moves(work, made, publish=True), actor="user:wang")
    assert "r2-v1" not in shifts_in_force(company)
    assert before is not None
    assert company.read(promise) == before


def test_reasons_of_the_plan_before_are_not_believed(company: Database) -> None:
    """What froze or pinned a visit may be over by the time somebody makes a move by hand."""
    made = try_moves(company, 2, (Move(MoveKind.UNASSIGN, "r2-v1"),))
    stale = Unassigned("r2-v1", Verdict.IMPOSSIBLE, (Reason("PINNED_ELSEWHERE", engineer="e1"),))
    plan = replace(made.moved.plan, unassigned=(stale,))
    kept = examine_moves(replace(made, moved=replace(made.moved, plan=plan))).moved
    assert [one.verdict for one in kept.plan.unassigned] == [Verdict.DISPLACED]
    assert audit(kept.case, kept.plan) == []
