"""From the report to the score: diagnosis, repeats, loans, alerts, complaints, reports."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.domain.request import Step
from dispatch.errors import Conflict, InputError, NotFound, TransitionRefused
from dispatch.operations.complaints import ComplaintRecord, raise_complaint, take_complaint_step
from dispatch.operations.diagnosis import DiagnosisRecord, diagnose
from dispatch.operations.escalation import escalate
from dispatch.operations.intake import RequestRecord, report
from dispatch.operations.progress import VisitReport, record_report
from dispatch.operations.proposals import propose
from dispatch.operations.request_steps import give_score, take_step
from dispatch.operations.request_views import view_of
from dispatch.operations.service_reports import ServiceReportRecord, report_of, write_report
from dispatch.operations.snapshot import PlanningSpan, build_case
from dispatch.store import Database
from dispatch.store.tables import ComplaintRow, EquipmentTypeRow, RequestRow, VisitRow
from tests.operations.small_company import fault, found_company, tomorrow

NOW = datetime.now(UTC).replace(microsecond=0)
TWO = {
    "visits": [
        {"duration": "PT30M", "tools": ["meter"], "title": "测量"},
        {"duration": "PT2H", "parts": {"P-1": 3}, "crew_size": 2},
    ]
}


@pytest.fixture
def company(database: Database) -> Database:
    """The small company with one request, acknowledged."""
    database.write(lambda work: found_company(work, requests=1))
    database.write(lambda work: take_step(work, "r1", Step.ACKNOWLEDGE))
    return database


def tell(database: Database, visit: str, kind: str, minute: int = 0, **more: Any) -> str:
    """Report a step so many minutes after two hours ago; say what became of it."""
    occurred = NOW - timedelta(hours=2) + timedelta(minutes=minute)
    said = {"type": kind, "occurred_at": occurred.isoformat(), **more}
    record = VisitReport.model_validate(said)
    id = f"{visit}-{kind}-{minute}"
    return database.write(
        lambda work: record_report(work, visit, record, engineer=None, event_id=id)
    ).outcome


def settle(database: Database, body: dict[str, Any]) -> None:
    """Diagnose r1."""
    record = DiagnosisRecord.model_validate(body)
    database.write(lambda work: diagnose(work, "r1", record))


def state(database: Database, id: str = "r1") -> str:
    """State of a request."""
    return database.read(lambda work: work.catalogue.get(RequestRow, id).state)


def facts(database: Database, kind: str) -> list[Any]:
    """Events of one kind."""
    return [one for one in database.read(lambda work: work.log.after(0, 1000)) if one.type == kind]


def test_the_catalogue_proposes(company: Database) -> None:
    """A battery asks for what the catalogue says, an unknown fault for what the type says."""
    with company.reading() as work:
        known, unknown = propose(work, "r1"), propose(work, "r1", "smoke")
    assert (known.source, known.work.parts) == ("fault", {"P-1": 1})
    assert (unknown.source, unknown.work.duration) == ("type", timedelta(hours=1))


def test_a_diagnosis_of_two_visits(company: Database) -> None:
    """Both are done before the request is fixed; the second one waits for the first."""
    settle(company, TWO)
    assert state(company) == "diagnosed"
    with company.reading() as work:
        ahead = view_of(work, work.catalogue.get(RequestRow, "r1")).work_ahead
    assert [one.duration for one in ahead] == [timedelta(minutes=30), timedelta(hours=2)]
    assert tell(company, "r1-v1", "finished", 10) == "applied"
    assert state(company) == "diagnosed"
    assert tell(company, "r1-v2", "finished", 90) == "applied"
    assert state(company) == "fixed"


def test_a_diagnosis_knows_parts_and_faults(company: Database) -> None:
    """Unknown ones are pointed at, and nobody diagnoses what nobody has acknowledged."""
    with pytest.raises(InputError, match="/visits/0/parts/P-9"):
        settle(company, {"visits": [{"duration": "PT1H", "parts": {"P-9": 1}}]})
    with pytest.raises(InputError, match="/fault"):
        settle(company, {"fault": "smoke"})
    company.write(lambda work: report(work, RequestRecord.model_validate(fault(2))))
    with pytest.raises(TransitionRefused):
        company.write(lambda work: diagnose(work, "r2", DiagnosisRecord()))


def test_what_an_engineer_asks_for_is_planned(company: Database) -> None:
    """Two pieces and ten minutes; then the finish is found, and the second visit is gone."""
    more = {"parts_needed": {"P-1": 2}, "minutes_needed": 10, "reason": "part missing"}
    tell(company, "r1-v1", "could_not_finish", 60, **more)
    with company.reading() as work:
        (ahead,) = view_of(work, work.catalogue.get(RequestRow, "r1")).work_ahead
        assert work.catalogue.find(VisitRow, "r1-v2") is not None
    assert (ahead.parts, ahead.duration) == ({"P-1": 2}, timedelta(minutes=10))
    assert facts(company, "work_not_finished")[0].payload["parts_needed"] == {"P-1": 2}
    tell(company, "r1-v1", "finished", 80)
    assert state(company) == "fixed"
    with company.reading() as work:
        assert work.catalogue.find(VisitRow, "r1-v2") is None


def test_a_repeat_is_linked_and_counted(company: Database) -> None:
    """The same fault of the same machine after its repair; a third time makes two."""
    tell(company, "r1-v1", "finished")
    for number in (3, 5):
        record = RequestRecord.model_validate(fault(number))
        company.write(lambda work, record=record: report(work, record))
        company.write(lambda work, n=number: take_step(work, f"r{n}", Step.ACKNOWLEDGE))
        tell(company, f"r{number}-v1", "finished", 100 + number)
    with company.reading() as work:
        first = view_of(work, work.catalogue.get(RequestRow, "r1"))
        third = view_of(work, work.catalogue.get(RequestRow, "r5"))
    assert (first.repeats, third.request.repeat_of, third.repeat_number) == (("r3",), "r3", 2)


def test_an_open_fault_is_no_repeat(company: Database) -> None:
    """Somebody who calls twice about one fault has had no repair that did not hold."""
    company.write(lambda work: report(work, RequestRecord.model_validate(fault(3))))
    with company.reading() as work:
        assert work.catalogue.get(RequestRow, "r3").repeat_of is None


def grow_older(database: Database, hours: float) -> None:
    """Let r1 have been reported, and everything about it done, so much earlier."""
    then = NOW - timedelta(hours=hours)

    def change(work: Any) -> None:
        row = work.catalogue.get(RequestRow, "r1")
        stages = [{**one, "at": then.isoformat()} for one in row.stages]
        work.catalogue.change(row, {"reported_at": then, "stages": stages})

    database.write(change)


def test_each_share_of_a_clock_is_told_once(company: Database) -> None:
    """Of the 24 h to arrive 13 are over, then 20, then 25; each is told at the first look."""
    for hours, percent in ((11.0, 0), (13.0, 50), (20.0, 80), (25.0, 100)):
        grow_older(company, hours)
        escalate(company)
        assert escalate(company) == 0
        told = [
            one.payload["percent"]
            for one in facts(company, "clock_alert_raised")
            if one.payload["clock"] == "arrive"
        ]
        assert max(told, default=0) == percent
    assert told == [50, 80, 100]


def test_shares_that_went_by_unseen_are_told_each(company: Database) -> None:
    """Nobody looked for a day: whoever is to hear of 50, 80 and 100 percent hears of it now."""
    grow_older(company, 25.0)
    escalate(company)
    told = [
        (one.payload["percent"], one.payload["to"])
        for one in facts(company, "clock_alert_raised")
        if one.payload["clock"] == "arrive"
    ]
    assert told == [
        (50, ["dispatcher"]),
        (80, ["dispatcher", "manager"]),
        (100, ["manager", "admin"]),
    ]


def test_a_loan_is_owed_after_three_days(company: Database) -> None:
    """Not a minute before; then there is a delivery to plan, once."""

    def lend(work: Any) -> None:
        row = work.catalogue.get(EquipmentTypeRow, "ups")
        work.catalogue.change(row, {"loaner_part": "P-1"})

    company.write(lend)
    for hours, owed in ((71.9, 0), (72.1, 1), (80, 1)):
        grow_older(company, hours)
        escalate(company)
        assert len(facts(company, "loaner_owed")) == owed
    with company.reading() as work:
        assert work.catalogue.get(VisitRow, "r1-loaner").kind == "delivery"
    tell(company, "r1-loaner", "finished", 30)
    with company.reading() as work:
        row = work.catalogue.get(RequestRow, "r1")
    assert row.loaner_at is not None
    assert row.state == "acknowledged"


def test_a_loan_is_owed_for_whatever_is_broken(company: Database) -> None:
    """Nobody wrote down what is lent for such a machine: the visit is there, its part is not."""
    grow_older(company, 72.1)
    escalate(company)
    (fact,) = facts(company, "loaner_owed")
    assert (fact.subject, fact.payload) == ("r1-loaner", {"request": "r1", "part": None})
    with company.reading() as work:
        span = PlanningSpan("all", tomorrow(), tomorrow() + timedelta(days=1))
        visits = {visit.id: visit for visit in build_case(work, span).visits}
    assert visits["r1-loaner"].parts == {}
    assert "机型待定" in visits["r1-loaner"].title
    assert "to be decided" in visits["r1-loaner"].title


def test_a_complaint_runs_its_course(company: Database) -> None:
    """Four steps in their order, each once, and each kept with its note."""
    body = {"request": "r1", "text": "没有人来电话"}
    company.write(lambda work: raise_complaint(work, ComplaintRecord.model_validate(body)))
    with pytest.raises(TransitionRefused, match="expected contact first"):
        company.write(lambda work: take_complaint_step(work, "K-000001", "propose"))
    for step in ("contact", "propose", "settle", "close"):
        company.write(lambda work, step=step: take_complaint_step(work, "K-000001", step, "ok"))
    with pytest.raises(TransitionRefused, match="taken already"):
        company.write(lambda work: take_complaint_step(work, "K-000001", "close"))
    with company.reading() as work:
        row = work.catalogue.get(ComplaintRow, "K-000001")
    assert (row.contract_id, len(row.notes)) == ("c1", 4)


def test_a_complaint_nobody_answers_is_escalated(company: Database) -> None:
    """Contact is promised within four hours; after two it is half."""
    body = {"site": "s1", "text": "x"}
    company.write(lambda work: raise_complaint(work, ComplaintRecord.model_validate(body)))

    def age(work: Any) -> None:
        row = work.catalogue.get(ComplaintRow, "K-000001")
        work.catalogue.change(row, {"raised_at": NOW - timedelta(hours=2, minutes=1)})

    company.write(age)
    escalate(company)
    alerts = [one for one in facts(company, "clock_alert_raised") if one.subject == "K-000001"]
    assert [(one.payload["clock"], one.payload["percent"]) for one in alerts] == [
        ("complaint_contact", 50)
    ]


REPORT = {"text": "更换电池", "photos": ["https://photos.example/1.jpg"], "signed_by": "王主任"}


def test_a_visit_closes_with_a_report_and_a_score(company: Database) -> None:
    """Text, photos, signature; the parts come from the field; the customer gives a four."""
    tell(company, "r1-v1", "started", 5, parts_used={"P-1": 2})
    tell(company, "r1-v1", "finished", 50, parts_used={"P-1": 1}, parts_returned={"P-1": 1})
    record = ServiceReportRecord.model_validate(REPORT)
    for _ in range(2):
        company.write(lambda work: write_report(work, "r1-v1", record, engineer=None))
    with company.reading() as work:
        view = report_of(work, "r1-v1", engineer=None)
    assert (view.parts_used, view.parts_returned) == ({"P-1": 3}, {"P-1": 1})
    assert len(facts(company, "service_report_written")) == 1
    other = ServiceReportRecord(text="something else")
    with pytest.raises(Conflict):
        company.write(lambda work: write_report(work, "r1-v1", other, engineer=None))
    company.write(lambda work: take_step(work, "r1", Step.CONFIRM))
    company.write(lambda work: give_score(work, "r1", 4, "快"))
    with company.reading() as work:
        assert view_of(work, work.catalogue.get(RequestRow, "r1")).score == 4


def test_nobody_scores_what_is_not_solved(company: Database) -> None:
    """A score for an open request is refused."""
    with pytest.raises(TransitionRefused):
        company.write(lambda work: give_score(work, "r1", 5))


def test_a_stranger_writes_no_report(company: Database) -> None:
    """e2 was never sent to r1-v1, so it does not exist for e2."""
    record = ServiceReportRecord.model_validate(REPORT)
    with pytest.raises(NotFound):
        company.write(lambda work: write_report(work, "r1-v1", record, engineer="e2"))


@pytest.mark.parametrize(
    "link", ["http://x.example/1", "javascript:alert(1)", "https://u@x.example/", "data:,x", "x"]
)
def test_photos_are_links_of_one_kind(link: str) -> None:
    """Anything but https is refused."""
    with pytest.raises(ValueError, match="photos"):
        ServiceReportRecord.model_validate({**REPORT, "photos": [link]})
