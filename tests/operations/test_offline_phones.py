"""Phones that were offline: whatever the order, the doubles, the delays, the state is the same."""

from __future__ import annotations

import random
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dispatch.operations.progress import VisitReport, record_report
from dispatch.store import Database
from dispatch.store.tables import EngineerRow, EquipmentRow, RequestRow, VisitRow
from tests.databases import migrated
from tests.operations.small_company import found_company

BEGUN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=12)
KINDS = ("en_route", "arrived", "started", "finished", "could_not_finish")
VISITS = ("r1-v1", "r2-v1", "round")


def found(path: Path) -> Database:
    """The small company with two requests of yesterday and a round of maintenance."""
    database = migrated(f"sqlite:///{path}")

    def make(work: Any) -> None:
        found_company(work, requests=2)
        for id in ("r1", "r2"):
            row = work.catalogue.get(RequestRow, id)
            work.catalogue.change(row, {"reported_at": BEGUN - timedelta(hours=1)})
        work.catalogue.change(work.catalogue.get(EquipmentRow, "q1"), {"last_maintenance": None})
        work.catalogue.add(
            VisitRow(id="round", kind="maintenance", equipment_id="q1", site_id="s1", state="open")
        )

    database.write(make)
    return database


def send(database: Database, event: dict[str, Any]) -> str:
    """Hand one report in; say what became of it."""
    body = {name: value for name, value in event.items() if name not in ("visit", "id")}
    report = VisitReport.model_validate(body)
    return database.write(
        lambda work: record_report(
            work, event["visit"], report, engineer=None, event_id=event["id"]
        )
    ).outcome


def state(database: Database) -> Any:
    """Everything that reports change."""
    with database.reading() as work:
        visits = {
            row.id: (row.state, row.en_route_at, row.arrived_at, row.started_at, row.finished_at)
            for row in work.catalogue.all(VisitRow)
        }
        requests = {
            row.id: (row.state, row.stages, row.results) for row in work.catalogue.all(RequestRow)
        }
        vans = {row.id: (row.van_stock, row.van_debt) for row in work.catalogue.all(EngineerRow)}
        rounds = {row.id: row.last_maintenance for row in work.catalogue.all(EquipmentRow)}
        return visits, requests, vans, rounds


class OfflinePhones(RuleBasedStateMachine):
    """Two engineers report on three visits; the net delivers what it likes, when it likes."""

    @initialize()
    def begin(self) -> None:
        """An empty day."""
        self.folder = tempfile.TemporaryDirectory()
        self.database = found(Path(self.folder.name) / "a.db")
        self.happened: list[dict[str, Any]] = []
        self.waiting: list[dict[str, Any]] = []

    @rule(
        visit=st.sampled_from(VISITS),
        kind=st.sampled_from(KINDS),
        minute=st.integers(0, 600),
        used=st.integers(0, 60),
        returned=st.integers(0, 3),
        counted=st.booleans(),
    )
    def happen(
        self, visit: str, kind: str, minute: int, used: int, returned: int, counted: bool
    ) -> None:
        """Something happens on site, and the phone keeps it until there is a net."""
        number = len(self.happened)
        event: dict[str, Any] = {
            "id": f"event-{number}",
            "visit": visit,
            "type": kind,
            "engineer": "e1" if number % 2 else "e2",
            "occurred_at": (BEGUN + timedelta(minutes=minute)).isoformat(),
            "device_id": f"phone-{number % 2}",
            "seq": number if counted else None,
        }
        if used:
            event["parts_used"] = {"P-1": used}
        if returned:
            event["parts_returned"] = {"P-1": returned}
        if kind == "could_not_finish":
            event |= {"parts_needed": {"P-1": 1 + used}, "minutes_needed": 10}
        self.happened.append(event)
        self.waiting.append(event)

    @rule(chance=st.randoms(use_true_random=False))
    def deliver(self, chance: random.Random) -> None:
        """One report that waits gets through, never mind which."""
        if self.waiting:
            event = self.waiting.pop(chance.randrange(len(self.waiting)))
            assert send(self.database, event) != "duplicate"

    @rule(chance=st.randoms(use_true_random=False))
    def deliver_again(self, chance: random.Random) -> None:
        """A report whose answer was lost is sent a second time: nothing happens."""
        delivered = [one for one in self.happened if one not in self.waiting]
        if delivered:
            before = state(self.database)
            assert send(self.database, chance.choice(delivered)) == "duplicate"
            assert state(self.database) == before

    @invariant()
    def a_visit_ends_when_it_has_an_end(self) -> None:
        """No visit is over without a time at which it ended, nor the other way round."""
        if not hasattr(self, "database"):
            return
        with self.database.reading() as work:
            for row in work.catalogue.all(VisitRow):
                over = row.state in ("finished", "could_not_finish")
                assert over == (row.finished_at is not None)

    def teardown(self) -> None:
        """The net is back: all is as if every report had come in its turn, and once."""
        if not hasattr(self, "database"):
            return
        for event in reversed(self.waiting):
            send(self.database, event)
        other = found(Path(self.folder.name) / "b.db")
        for event in sorted(self.happened, key=lambda one: (one["occurred_at"], one["id"])):
            send(other, event)
        assert state(self.database) == state(other)
        for database in (self.database, other):
            database.close()
        self.folder.cleanup()


OfflinePhones.TestCase.settings = settings(
    max_examples=12, stateful_step_count=14, deadline=None, derandomize=True
)
TestOfflinePhones = OfflinePhones.TestCase
