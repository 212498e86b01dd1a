"""Reports from the field: in order, repeated, late, and after all was over."""

from __future__ import annotations

import itertools
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.domain.request import Step
from dispatch.errors import Conflict, InputError, NotFound
from dispatch.operations.progress import VisitReport, VisitReportOutcome, record_report
from dispatch.operations.request_steps import take_step
from dispatch.store import Database
from dispatch.store.tables import (
    AssignmentRow,
    EngineerRow,
    EquipmentRow,
    PartRow,
    PlanRow,
    RequestRow,
    VisitRow,
)
from tests.operations.small_company import found_company, tomorrow

BEGUN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=2)
STEPS = ("en_route", "arrived", "started", "finished")


@pytest.fixture
def company(database: Database) -> Database:
    """The small company with two requests, the first of which e1 is sent to."""

    def found(work: Any) -> None:
        found_company(work, requests=2)
        work.plans.add(
            PlanRow(
                version=1,
                region="all",
                day=tomorrow(),
                until=tomorrow(),
                state="published",
                publication=1,
                is_current=True,
                plan_text="{}",
                case_text="{}",
                created_by="x",
                created_at=BEGUN,
            )
        )
        work.plans.replace_assignments(
            None,
            [
                AssignmentRow(
                    visit_id="r1-v1",
                    member=0,
                    engineer_id="e1",
                    plan_version=1,
                    shift_id="e1-day",
                    position=0,
                    arrive=BEGUN,
                    start=BEGUN,
                    finish=BEGUN,
                )
            ],
        )

    database.write(found)
    # What is reported lies in the past, so the requests were reported before.
    database.write(
        lambda work: [
            work.catalogue.change(
                work.catalogue.get(RequestRow, id), {"reported_at": BEGUN - timedelta(hours=1)}
            )
            for id in ("r1", "r2")
        ]
    )
    return database


def tell(
    database: Database,
    kind: str,
    minute: int = 0,
    *,
    id: str = "",
    visit: str = "r1-v1",
    engineer: str | None = "e1",
    **more: Any,
) -> VisitReportOutcome:
    """Report one step."""
    occurred = (BEGUN + timedelta(minutes=minute)).isoformat()
    report = VisitReport.model_validate({"type": kind, "occurred_at": occurred, **more})
    event = id or f"{visit}-{kind}"
    return database.write(
        lambda work: record_report(work, visit, report, engineer=engineer, event_id=event)
    )


def states(database: Database, id: str = "r1") -> tuple[str, str]:
    """State of a request and of its first visit."""
    with database.reading() as work:
        request = work.catalogue.get(RequestRow, id).state
        return request, work.catalogue.get(VisitRow, f"{id}-v1").state


def test_a_visit_runs_its_course(company: Database) -> None:
    """Each report moves the visit and its request; the last one leaves it fixed."""
    found = [tell(company, kind, 10 * n).visit_state for n, kind in enumerate(STEPS)]
    assert found == list(STEPS)
    assert states(company) == ("fixed", "finished")


@pytest.mark.parametrize("order", list(itertools.permutations(range(4)))[::5])
def test_any_order_ends_alike(company: Database, order: tuple[int, ...]) -> None:
    """Reports that overtake each other leave the same state, and all of them are kept."""
    for n in order:
        tell(company, STEPS[n], 10 * n)
    assert states(company) == ("fixed", "finished")
    with company.reading() as work:
        assert len(work.work.reports("r1-v1")) == 4


def test_a_report_that_comes_twice_is_one(company: Database) -> None:
    """The second time nothing is written; the same id for any other contents is refused."""
    assert tell(company, "arrived", id="x").outcome == "applied"
    assert tell(company, "arrived", id="x").outcome == "duplicate"
    for other in (
        {"kind": "finished"},
        {"kind": "arrived", "minute": 1},
        {"kind": "arrived", "note": "nobody there"},
        {"kind": "arrived", "parts_used": {"P-1": 1}},
        {"kind": "arrived", "visit": "r2-v1", "engineer": None},
    ):
        with pytest.raises(Conflict, match="other contents"):
            tell(company, id="x", **other)
    with company.reading() as work:
        assert len(work.work.reports("r1-v1")) == 1


def test_a_slip_in_an_id_is_told(company: Database) -> None:
    """All of them, each with its place, and nothing is kept."""
    wrong = {"engineer": "e9", "parts_used": {"P-1": 1, "P-9": 1}, "parts_needed": {"P-8": 1}}
    record = {"type": "could_not_finish", "occurred_at": BEGUN.isoformat(), **wrong}
    report = VisitReport.model_validate(record)
    with pytest.raises(InputError) as caught:
        company.write(
            lambda work: record_report(work, "r1-v1", report, engineer=None, event_id="x")
        )
    pointers = [issue.pointer for issue in caught.value.issues]
    assert pointers == ["/engineer", "/parts_used/P-9", "/parts_needed/P-8"]
    assert states(company) == ("reported", "open")


def test_work_done_is_never_thrown_away(company: Database) -> None:
    """A report on a cancelled visit is kept as a conflict for a person to look at."""
    company.write(lambda work: take_step(work, "r1", Step.CANCEL))
    outcome = tell(company, "finished", 30, engineer=None)
    assert (outcome.outcome, outcome.visit_state) == ("conflict", "cancelled")
    with company.reading() as work:
        assert [one.outcome for one in work.work.reports("r1-v1")] == ["conflict"]


def test_what_could_not_be_finished_is_visited_again(company: Database) -> None:
    """The request is open again, and its second visit has an id of its own."""
    tell(company, "arrived", 10)
    tell(company, "could_not_finish", 40, reason="part broken")
    assert states(company) == ("diagnosed", "could_not_finish")
    with company.reading() as work:
        assert work.catalogue.get(VisitRow, "r1-v2").state == "open"


def test_parts_leave_the_van(company: Database) -> None:
    """Two of fifty batteries are used; a part the van should not have had counts as none."""
    company.write(lambda work: work.catalogue.add(PartRow(id="P-7", name="fuse")))
    tell(company, "finished", 30, parts_used={"P-1": 2, "P-7": 1})
    with company.reading() as work:
        assert work.catalogue.get(EngineerRow, "e1").van_stock == {"P-1": 48}


def test_a_finished_round_starts_the_next_count(company: Database) -> None:
    """Maintenance finished today makes today the last maintenance of the equipment."""

    def plan_round(work: Any) -> None:
        work.catalogue.change(work.catalogue.get(EquipmentRow, "q1"), {"last_maintenance": None})
        work.catalogue.add(
            VisitRow(
                id="maintenance-q1",
                kind="maintenance",
                equipment_id="q1",
                site_id="s1",
                state="open",
            )
        )

    company.write(plan_round)
    tell(company, "finished", 30, visit="maintenance-q1", engineer=None)
    with company.reading() as work:
        assert work.catalogue.get(EquipmentRow, "q1").last_maintenance is not None


def test_other_engineers_do_not_see_it(company: Database) -> None:
    """e2 is not sent there, and nobody is sent to r2-v1: both are as good as missing."""
    with pytest.raises(NotFound):
        tell(company, "arrived", engineer="e2")
    with pytest.raises(NotFound):
        tell(company, "arrived", visit="r2-v1")
    assert states(company) == ("reported", "open")


def test_a_wrong_clock_is_noted(company: Database) -> None:
    """A phone two days ahead cannot finish tomorrow's work today; its skew is kept."""
    assert tell(company, "finished", 3 * 24 * 60).outcome == "applied"
    with company.reading() as work:
        visit = work.catalogue.get(VisitRow, "r1-v1")
        (report,) = work.work.reports("r1-v1")
    assert visit.finished_at is not None
    assert visit.finished_at <= datetime.now(UTC)
    assert report.details["skewed"] is True


def test_who_was_sent_once_may_still_tell(company: Database) -> None:
    """The visit went to e2 while e1's phone was offline: what e1 did is kept and counts."""

    def give_to_another(work: Any) -> None:
        (sent,) = work.plans.assignments_of("r1-v1")
        sent.engineer_id, sent.shift_id = "e2", "e2-day"
        work.session.add(sent)
        work.catalogue.change(work.catalogue.get(VisitRow, "r1-v1"), {"sent": ["e1", "e2"]})

    company.write(give_to_another)
    assert tell(company, "finished", 30).outcome == "applied"
    assert states(company) == ("fixed", "finished")
    with company.reading() as work:
        assert [one.engineer_id for one in work.work.reports("r1-v1")] == ["e1"]


def test_a_van_owes_what_it_was_not_known_to_hold(company: Database) -> None:
    """70 used of 50, 30 put back: whichever is told first, 10 are left and nothing is owed."""
    for first, second in (("used", "returned"), ("returned", "used")):

        def refill(work: Any) -> None:
            row = work.catalogue.get(EngineerRow, "e1")
            work.catalogue.change(row, {"van_stock": {"P-1": 50}, "van_debt": {}})

        company.write(refill)
        pieces = {"used": 70, "returned": 30}
        for name in (first, second):
            tell(
                company,
                "started",
                10,
                id=f"{first}-{name}",
                **{f"parts_{name}": {"P-1": pieces[name]}},
            )
        with company.reading() as work:
            row = work.catalogue.get(EngineerRow, "e1")
        assert (row.van_stock, row.van_debt) == ({"P-1": 10}, {})


def test_clocks_of_devices_tell_fractions_of_a_second() -> None:
    """They are taken and fall; whoever writes no offset is still refused."""
    body = {"type": "arrived", "occurred_at": "2026-03-02T07:31:33.987Z"}
    told = VisitReport.model_validate(body).occurred_at
    assert told == datetime(2026, 3, 2, 7, 31, 33, tzinfo=UTC)
    with pytest.raises(ValueError, match="offset"):
        VisitReport.model_validate({**body, "occurred_at": "2026-03-02T07:31:33.987"})
