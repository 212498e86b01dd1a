"""The figures of the report, each counted by hand in a small company of the past."""

from __future__ import annotations

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any

import openpyxl
import pytest

from dispatch.errors import InputError
from dispatch.operations.report_figures import Figures, Standing
from dispatch.operations.report_files import COLUMNS, report_file
from dispatch.operations.reports import QualityReport, ReportQuery, quality_report
from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import (
    ContractRow,
    EngineerRow,
    EquipmentRow,
    EquipmentTypeRow,
    RequestRow,
    ShiftRow,
    SiteRow,
    VisitEventRow,
    VisitRow,
)

MARCH = ReportQuery(date(2026, 3, 2), date(2026, 3, 15))


def at(day: int, hour: int, minute: int = 0) -> datetime:
    """Wall time in Shanghai in March 2026; the 2nd and the 9th are Mondays."""
    return datetime(2026, 3, day, hour, minute, tzinfo=UTC) - timedelta(hours=8)


def stage(state: str, when: datetime, step: str | None = None) -> dict[str, Any]:
    """One stage of a request as it is stored."""
    return {
        "state": state,
        "at": when.isoformat(),
        "inferred": False,
        "visit": None,
        "step": step,
    }


def request(id: str, day: int, hour: int, stages: list[dict[str, Any]], **more: Any) -> RequestRow:
    """A request at the first site, reported on the hour."""
    values = {"severity": "major", "site_id": "north", "results": [], **more}
    state = stages[-1]["state"] if stages else "reported"
    return RequestRow(
        id=id, reported_at=at(day, hour), state=state, stages=stages, summary=id, **values
    )


def repaired(day: int, hour: int, arrived: int, fixed: int) -> list[dict[str, Any]]:
    """Acknowledged ten minutes later, then arrived and fixed so many minutes after the report."""
    start = at(day, hour)
    return [
        stage("acknowledged", start + timedelta(minutes=10)),
        stage("arrived", start + timedelta(minutes=arrived)),
        stage("fixed", start + timedelta(minutes=fixed)),
    ]


def result(number: int, finished: bool) -> dict[str, Any]:
    """How a visit ended."""
    return {"number": number, "finished": finished, "parts": {}, "duration_s": None}


def visit(id: str, request: str, arrived: datetime, **more: Any) -> VisitRow:
    """A corrective visit at the first site."""
    values = {"site_id": "north", "kind": "corrective", **more}
    return VisitRow(id=id, request_id=request, arrived_at=arrived, state="finished", **values)


def told(visit: str, engineer: str, kind: str, when: datetime) -> VisitEventRow:
    """A report from the field."""
    return VisitEventRow(
        event_id=f"{visit}-{engineer}-{kind}",
        visit_id=visit,
        engineer_id=engineer,
        type=kind,
        occurred_at=when,
        received_at=when,
        outcome="applied",
    )


def found(work: UnitOfWork) -> None:
    """Two customers in two territories, two engineers, no requests yet."""
    plant = work.catalogue.plant
    place = {"lat": 21.27, "lon": 110.36}
    plant(
        [
            ContractRow(id="c1", customer="海湾医院", policy="platinum", starts=date(2025, 1, 1)),
            ContractRow(id="c2", customer="=cmd", policy="standard", starts=date(2025, 1, 1)),
            EngineerRow(id="e1", name="陈伟", territory="N", **place),
            EngineerRow(id="e2", name="李娜", territory="S", **place),
            EquipmentTypeRow(id="ups", name="UPS", maintenance={"duration_s": 3600}),
        ]
    )
    plant(
        [
            SiteRow(id="north", contract_id="c1", name="一号楼", territory="N", **place),
            SiteRow(id="south", contract_id="c2", name="二号楼", territory="S", **place),
        ]
    )


def figures(database: Database, query: ReportQuery = MARCH) -> QualityReport:
    """The report."""
    return database.read(lambda work: quality_report(work, query))


@pytest.fixture
def company(database: Database) -> Database:
    """The company on SQLite and PostgreSQL."""
    database.write(found)
    return database


def keep(database: Database, *rows: Any) -> None:
    """Write rows one kind after the other."""

    def write(work: UnitOfWork) -> None:
        for row in rows:
            work.session.add(row)
            work.session.flush()

    database.write(write)


def test_promises_by_severity_and_contract(company: Database) -> None:
    """Platinum promises a major fault an arrival in 2 h: at 120 min it is kept, at 121 it is not.

    The standard contract gives a day, so 121 min are in time there; a cancelled request waives
    its promise and one that nobody came to for weeks has broken it.
    """
    keep(
        company,
        request("kept", 3, 10, repaired(3, 10, 120, 200)),
        request("late", 3, 12, repaired(3, 12, 121, 200)),
        request("gone", 4, 10, [stage("cancelled", at(4, 10, 5), "cancel")]),
        request("south", 4, 10, repaired(4, 10, 121, 200), site_id="south"),
        request("forgotten", 10, 9, [], severity="critical"),
    )
    report = figures(company)
    arrive = report.total.clocks["arrive"]
    assert (arrive.met, arrive.breached, arrive.open, arrive.waived) == (2, 2, 0, 1)
    assert arrive.on_time == 0.5
    by_severity = {one.key: one.figures.clocks["arrive"] for one in report.by_severity}
    assert list(by_severity) == ["critical", "major"]
    assert (by_severity["major"].met, by_severity["major"].breached) == (2, 1)
    by_contract = {one.key: one for one in report.by_contract}
    assert by_contract["c1"].figures.clocks["arrive"].on_time == pytest.approx(1 / 3)
    assert (by_contract["c2"].name, by_contract["c2"].figures.clocks["arrive"].on_time) == (
        "=cmd",
        1.0,
    )
    assert (report.total.requests, report.total.cancelled) == (5, 1)
    # 120, 121 and 121 min to arrive, 200 to repair each time.
    assert report.total.mean_arrive_s == pytest.approx(362 * 60 / 3)
    assert report.total.mean_fix_s == 200 * 60


def test_first_time_fix_and_repeats(company: Database) -> None:
    """Of five repairs two held at the first attempt; of seven requests one came back.

    ``again`` reports the fault of ``broke`` once more, which spoils the repair of ``broke``;
    ``twice`` took two visits; ``reopened`` was not accepted; a remote solution is no repair.
    """
    reopened = [
        *repaired(5, 9, 60, 90),
        stage("diagnosed", at(5, 12), "reopen"),
        stage("arrived", at(5, 13)),
        stage("fixed", at(5, 14)),
    ]
    remote = [stage("acknowledged", at(5, 9, 5)), stage("resolved_remotely", at(5, 9, 30))]
    keep(
        company,
        request("good", 3, 10, repaired(3, 10, 60, 90), results=[result(1, True)]),
        request("broke", 3, 12, repaired(3, 12, 60, 90), results=[result(1, True)]),
        request(
            "twice", 4, 10, repaired(4, 10, 60, 300), results=[result(1, False), result(2, True)]
        ),
        request("reopened", 5, 9, reopened, results=[result(1, True), result(2, True)]),
        request("remote", 5, 9, remote),
        request("open", 6, 9, []),
        request(
            "again", 9, 9, repaired(9, 9, 60, 90), results=[result(1, True)], repeat_of="broke"
        ),
        visit("good-v1", "good", at(3, 11)),
        visit("broke-v1", "broke", at(3, 13)),
        visit("twice-v1", "twice", at(4, 11)),
        visit("twice-v2", "twice", at(4, 14)),
        visit("reopened-v1", "reopened", at(5, 10)),
        visit("reopened-v2", "reopened", at(5, 13)),
        visit("again-v1", "again", at(9, 10)),
        # Not corrective, so it counts nowhere here.
        visit("again-loan", "again", at(9, 12), kind="delivery"),
    )
    report = figures(company)
    total = report.total
    assert (total.repaired, total.first_time, total.remote) == (5, 2, 1)
    assert total.first_time_fix == 0.4
    assert (total.repeats, total.repeat_share) == (1, pytest.approx(1 / 7))
    # Second visits of twice and reopened, and the only one of again.
    assert (total.visits, total.repeat_visits) == (7, 3)
    first, second = report.periods
    assert (first.key, str(first.until), second.key) == ("2026-03-02", "2026-03-08", "2026-03-09")
    assert (first.figures.first_time_fix, second.figures.first_time_fix) == (0.25, 1.0)
    assert (first.figures.repeats, second.figures.repeats) == (0, 1)


def test_satisfaction_belongs_to_the_day_of_the_score(company: Database) -> None:
    """5, 4 and 3: mean 4, two of three content; a score of April counts in April."""
    old = repaired(1, 10, 60, 90)
    keep(
        company,
        *(
            request(f"r{score}-{day}", 1, 10, old, score=score, scored_at=at(day, 12))
            for score, day in ((5, 2), (4, 8), (3, 15), (1, 16))
        ),
    )
    total = figures(company).total
    assert (total.scores, total.score_mean, total.satisfied) == (3, 4.0, 2)
    assert total.satisfaction == pytest.approx(2 / 3)
    # They were reported on the first, before the stretch.
    assert total.requests == 0


def test_utilisation_and_travel(company: Database) -> None:
    """e1: 30 min of travel and 90 of work in a shift of 8 h, a crew of two at the second visit.

    At the second visit e2 did not say when it set out: its work counts for utilisation, and
    neither work nor travel for the share of travel.
    """
    keep(
        company,
        request("a", 3, 8, repaired(3, 8, 60, 90)),
        request("b", 3, 8, repaired(3, 8, 60, 90)),
        visit("a-v1", "a", at(3, 9)),
        visit("b-v1", "b", at(3, 11)),
        ShiftRow(id="s1", engineer_id="e1", start=at(3, 8), end=at(3, 16)),
        ShiftRow(id="s2", engineer_id="e2", start=at(3, 8), end=at(3, 12)),
    )
    keep(
        company,
        told("a-v1", "e1", "en_route", at(3, 8, 40)),
        told("a-v1", "e1", "arrived", at(3, 9)),
        told("a-v1", "e1", "started", at(3, 9, 10)),
        told("a-v1", "e1", "finished", at(3, 10)),
        told("b-v1", "e1", "en_route", at(3, 10, 50)),
        told("b-v1", "e1", "arrived", at(3, 11)),
        told("b-v1", "e1", "finished", at(3, 11, 30)),
        told("b-v1", "e2", "arrived", at(3, 11, 10)),
        told("b-v1", "e2", "finished", at(3, 11, 40)),
    )
    report = figures(company)
    total = report.total
    assert (total.shift_s, total.on_site_s, total.travel_s) == (12 * 3600, 120 * 60, 30 * 60)
    assert total.utilisation == pytest.approx(150 / 720)
    assert total.travel_share == 30 / 120
    by_territory = {one.key: one.figures for one in report.by_territory}
    assert by_territory["N"].utilisation == 120 / 480
    assert by_territory["S"].utilisation == 30 / 240
    assert by_territory["S"].travel_share is None
    south = figures(company, ReportQuery(MARCH.first, MARCH.last, territory="S")).total
    assert (south.requests, south.shift_s) == (0, 4 * 3600)


def test_maintenance_in_time(company: Database) -> None:
    """Done on its last day counts, a day later does not; nobody planned the overdue machine.

    The machine was due on 1 March plus or minus 14 days, so its last day is the 15th.
    """
    due = {"kind": "maintenance", "request_id": None, "site_id": "north", "title": "m"}
    keep(
        company,
        VisitRow(
            id="m1", state="finished", due_latest=date(2026, 3, 6), finished_at=at(6, 23, 59), **due
        ),
        VisitRow(
            id="m2", state="finished", due_latest=date(2026, 3, 6), finished_at=at(7, 0, 1), **due
        ),
        VisitRow(id="m3", state="cancelled", due_latest=date(2026, 3, 6), **due),
        EquipmentRow(
            id="q1", site_id="south", type="ups", grade="general", installed=date(2025, 9, 1)
        ),
    )
    report = figures(company)
    assert (report.total.rounds, report.total.rounds_in_time) == (3, 1)
    assert report.total.maintenance_in_time == pytest.approx(1 / 3)


def test_a_quarter_is_the_sum_of_its_weeks(company: Database) -> None:
    """Every count of the whole is the sum of the periods, of the territories, and of the months."""
    keep(
        company,
        request("a", 3, 10, repaired(3, 10, 60, 90)),
        request("b", 12, 10, repaired(12, 10, 200, 300), site_id="south"),
    )
    report = figures(company)
    for parts in (report.periods, report.by_territory, report.by_severity, report.by_contract):
        assert Figures.sum(one.figures for one in parts) == report.total
    months = figures(company, ReportQuery(date(2026, 1, 31), date(2026, 3, 10), "month")).periods
    assert [(one.key, str(one.until)) for one in months] == [
        ("2026-01-31", "2026-01-31"),
        ("2026-02-01", "2026-02-28"),
        ("2026-03-01", "2026-03-10"),
    ]
    days = figures(company, ReportQuery(MARCH.first, MARCH.last, "day")).periods
    assert len(days) == 14


def test_nothing_has_no_shares(company: Database) -> None:
    """No share is made of nothing, and a stretch upside down is refused."""
    total = figures(company).total
    assert Standing().on_time is None
    assert (total.first_time_fix, total.utilisation, total.satisfaction) == (None, None, None)
    with pytest.raises(InputError):
        figures(company, ReportQuery(date(2026, 3, 2), date(2026, 3, 1)))
    with pytest.raises(InputError):
        figures(company, ReportQuery(date(2025, 3, 1), date(2026, 3, 3)))


def test_the_file_holds_every_figure_and_runs_nothing(company: Database) -> None:
    """A customer called like a formula leaves as text, in CSV and in the workbook."""
    keep(company, request("b", 12, 10, repaired(12, 10, 60, 90), site_id="south"))
    report = figures(company)
    text = report_file(report, "csv").decode("utf-8-sig")
    rows = list(csv.DictReader(io.StringIO(text)))
    assert tuple(rows[0]) == COLUMNS
    assert [row["part"] for row in rows].count("week") == 2
    (contract,) = [row for row in rows if row["part"] == "contract"]
    assert (contract["name"], contract["arrive_met"], contract["first_time_fix"]) == (
        "'=cmd",
        "1",
        "1.0",
    )
    book = openpyxl.load_workbook(io.BytesIO(report_file(report, "xlsx")))
    assert book.sheetnames == ["total", "week", "territory", "severity", "contract"]
    cells = [cell for row in book["contract"].rows for cell in row]
    assert "'=cmd" in [cell.value for cell in cells]
    assert "f" not in {cell.data_type for cell in cells}
