"""What customers hear of their visits, in both languages, and what they do not."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.domain.request import Step
from dispatch.operations.notify.templates import NoticeKind, write_notice
from dispatch.operations.progress import VisitReport, record_report
from dispatch.operations.request_steps import take_step
from dispatch.operations.rounds import announce_due
from dispatch.operations.service_reports import ServiceReportRecord, write_report
from dispatch.store import Database
from dispatch.store.tables import EquipmentRow, VisitRow
from tests.operations.notice_world import deliver_all, subscribe
from tests.operations.receiver import Receiver
from tests.operations.small_company import found_company, tomorrow


@pytest.fixture
def company(database: Database) -> Database:
    """The small company with one request."""
    database.write(lambda work: found_company(work, requests=1))
    return database


def tell(database: Database, kind: str, minute: int) -> None:
    """Somebody reports about r1-v1."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1) + timedelta(minutes=minute)
    record = VisitReport.model_validate(
        {"type": kind, "occurred_at": at.isoformat(), "engineer": "e1"}
    )
    database.write(
        lambda work: record_report(work, "r1-v1", record, engineer=None, event_id=f"e-{kind}")
    )


def test_what_a_customer_hears_of_a_visit(company: Database, receiver: Receiver) -> None:
    """On the way, report, survey; a second report of the same step tells nothing twice."""
    subscribe(company, receiver.url)
    tell(company, "en_route", 0)
    tell(company, "finished", 40)
    record = ServiceReportRecord(text="更换电池 {site} %s")
    company.write(lambda work: write_report(work, "r1-v1", record, engineer=None))
    company.write(lambda work: take_step(work, "r1", Step.CONFIRM))
    deliver_all(company)
    assert sorted(receiver.kinds) == ["on_the_way", "report", "survey"]
    report = next(one for one in map(json.loads, receiver.bodies) if one["kind"] == "report")
    assert "更换电池 {site} %s" in report["text"]["zh"]["body"]


def test_news_that_is_old_is_no_news(company: Database, receiver: Receiver) -> None:
    """The phone tells of setting out when the visit is over: nobody is told of it."""
    subscribe(company, receiver.url, "on_the_way")
    tell(company, "finished", 40)
    tell(company, "en_route", 0)
    deliver_all(company)
    assert receiver.bodies == []


def test_maintenance_is_announced_by_itself(company: Database, receiver: Receiver) -> None:
    """A month ahead, once, and only when somebody passes it on."""

    def make_due(work: Any) -> None:
        done = tomorrow() - timedelta(days=70)
        work.catalogue.change(work.catalogue.get(EquipmentRow, "q1"), {"last_maintenance": done})

    company.write(make_due)
    assert announce_due(company) == 0
    subscribe(company, receiver.url)
    assert (announce_due(company), announce_due(company)) == (1, 0)
    deliver_all(company)
    assert receiver.kinds == ["maintenance_ahead"]


def test_a_confirmed_appointment_is_a_promise_that_was_heard(
    company: Database, receiver: Receiver
) -> None:
    """Once delivered the promise is notified, which makes it dearer to move."""
    subscribe(company, receiver.url)
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=5)

    def promise(work: Any) -> None:
        from dispatch.operations.notify.giving import confirm_appointment

        row = work.catalogue.get(VisitRow, "r1-v1")
        values = {"promise_start": start, "promise_end": start + timedelta(hours=1)}
        work.catalogue.change(row, {**values, "promise_stage": "published"})
        confirm_appointment(work, row, "e1", 1)

    company.write(promise)
    deliver_all(company)
    with company.reading() as work:
        assert work.catalogue.get(VisitRow, "r1-v1").promise_stage == "notified"


def test_every_kind_has_both_languages() -> None:
    """Each template is written with nothing known, and no brace is left over."""
    for kind in NoticeKind:
        texts = write_notice(kind, {"site": "{x}", "reason_code": "nothing known"})
        assert set(texts) == {"en", "zh"}
        for text in texts.values():
            assert text["subject"]
            assert "{" not in text["body"].replace("{x}", "")
