"""Expected times beside the plan in force: moved by reports, told once, alerts beforehand."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.domain import Plan, PlanRoute, PlanStatus, PlanStop, StopKind
from dispatch.formats import format_plan
from dispatch.operations.expected_times import refresh_all
from dispatch.operations.progress import VisitReport, record_report
from dispatch.store import Database
from dispatch.store.tables import AssignmentRow, PlanRow, RequestRow, ShiftRow, VisitRow
from tests.operations.small_company import found_company, tomorrow

NOW = datetime.now(UTC).replace(microsecond=0)
BEGUN = NOW - timedelta(hours=2)


def at(minute: int) -> datetime:
    """So many minutes after two hours ago."""
    return BEGUN + timedelta(minutes=minute)


def stop(visit: str, arrive: int) -> PlanStop:
    """An hour's visit, ten minutes from the one before, 30 minutes before its promise."""
    return PlanStop(
        StopKind.VISIT,
        at(arrive),
        at(arrive),
        at(arrive + 60),
        visit=visit,
        travel_s=600,
        sla_headroom_s=1800,
    )


@pytest.fixture
def company(database: Database) -> Database:
    """e1 is sent to r1 (10 to 70 minutes after the begin) and to r2 (from 130)."""
    stops = (stop("r1-v1", 60), stop("r2-v1", 130))
    route = PlanRoute("e1-day", "e1", at(50), at(200), stops)

    def found(work: Any) -> None:
        found_company(work, requests=2)
        work.catalogue.change(
            work.catalogue.get(ShiftRow, "e1-day"), {"start": at(0), "end": at(600)}
        )
        for id in ("r1", "r2"):
            row = work.catalogue.get(RequestRow, id)
            work.catalogue.change(row, {"reported_at": at(-60)})
        work.plans.add(
            PlanRow(
                version=1,
                region="all",
                day=tomorrow(),
                until=tomorrow(),
                state="published",
                publication=1,
                is_current=True,
                plan_text=format_plan(Plan(PlanStatus.FEASIBLE, (route,))),
                case_text="{}",
                created_by="x",
                created_at=BEGUN,
            )
        )
        work.plans.replace_assignments(
            None,
            [
                AssignmentRow(
                    visit_id=one.visit,
                    member=0,
                    engineer_id="e1",
                    plan_version=1,
                    shift_id="e1-day",
                    position=place,
                    arrive=one.arrive,
                    start=one.start,
                    finish=one.finish,
                )
                for place, one in enumerate(stops)
            ],
        )

    database.write(found)
    return database


def tell(database: Database, kind: str, minute: int) -> None:
    """e1 reports about r1-v1."""
    said = {"type": kind, "occurred_at": at(minute).isoformat()}
    report = VisitReport.model_validate(said)
    database.write(
        lambda work: record_report(
            work, "r1-v1", report, engineer="e1", event_id=f"{kind}-{minute}"
        )
    )


def facts(database: Database, kind: str) -> list[Any]:
    """Events of one kind."""
    return [one for one in database.read(lambda work: work.log.after(0, 500)) if one.type == kind]


def test_a_late_arrival_moves_the_next_visit_at_once(company: Database) -> None:
    """He arrived 45 minutes late, so r2 is expected 45 minutes late, and its promise breaks."""
    tell(company, "arrived", 105)
    with company.reading() as work:
        first, second = work.service.etas(shift="e1-day")
    assert (first.visit_id, first.delay_s) == ("r1-v1", 2700)
    assert (second.visit_id, second.delay_s, second.late_s) == ("r2-v1", 2700, 900)
    assert second.reason == {"code": "travel", "visit": "r1-v1", "seconds": 2700}
    (alert,) = facts(company, "breach_predicted")
    assert (alert.subject, alert.payload["late_s"]) == ("r2-v1", 900)
    assert alert.payload["reason"]["code"] == "travel"


def test_good_news_is_told_too(company: Database) -> None:
    """The work took 20 minutes only: r2 will be reached in time after all."""
    tell(company, "arrived", 105)
    tell(company, "started", 105)
    tell(company, "finished", 112)
    assert [one.subject for one in facts(company, "breach_averted")] == ["r2-v1"]
    with company.reading() as work:
        (left,) = work.service.etas(shift="e1-day")
    assert left.late_s == 0


def test_silence_moves_the_times_too(company: Database) -> None:
    """Nobody has reported; the watch expects r1 in ten minutes, and tells only what moved."""
    assert refresh_all(company) == 1
    assert refresh_all(company) == 0
    with company.reading() as work:
        first = work.service.etas(shift="e1-day")[0]
    assert first.reason["code"] == "no_report"
    assert len(facts(company, "eta_changed")) == 1


def test_what_is_over_is_expected_no_more(company: Database) -> None:
    """Without assignments the next look forgets the expected times."""
    refresh_all(company)
    company.write(lambda work: work.plans.release(["r1-v1", "r2-v1"]))
    assert refresh_all(company) == 1
    with company.reading() as work:
        assert work.service.all_etas() == []


def test_a_customer_hears_of_a_delay_once_for_each_half_hour(company: Database) -> None:
    """r2 was promised to start by minute 150; now it starts at 175, then at 176."""

    def promise(work: Any) -> None:
        row = work.catalogue.get(VisitRow, "r2-v1")
        work.catalogue.change(row, {"promise_start": at(100), "promise_end": at(150)})

    company.write(promise)
    tell(company, "arrived", 105)
    with company.reading() as work:
        (notice,) = work.notices.page()
    assert (notice.kind, notice.visit_id) == ("delay", "r2-v1")
    assert notice.data["reason_code"] == "travel"
    assert "journey takes longer" in notice.text["en"]["body"]
    assert "路上" in notice.text["zh"]["body"]
    tell(company, "started", 106)
    with company.reading() as work:
        assert len(work.notices.page()) == 1, "a minute more is the same half hour"
