"""A day in any order: plans, reports, collections and deliveries; the invariants hold after each."""

from __future__ import annotations

import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, rule

from dispatch.domain.request import Step
from dispatch.errors import Conflict, DispatchError
from dispatch.operations import master_data
from dispatch.operations.progress import VisitReport, record_report
from dispatch.operations.request_retelling import retell_request
from dispatch.operations.request_steps import take_step
from dispatch.operations.reservations import collect, find_shortages
from dispatch.operations.supplies import receive, van_levels
from dispatch.store import UnitOfWork
from dispatch.store.migration import integrity_problems
from dispatch.store.tables import RequestRow, StockRow
from tests.databases import migrated
from tests.operations.small_company import at, found_company
from tests.operations.test_reservations import put_in_force

OPENING_SHELF, OPENING_VAN = 10, 50
BEGUN = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=12)
VISITS = ("r1-v1", "r2-v1", "r3-v1")
DELIVERIES = {"i1": 2, "i2": 5}
KINDS = ("en_route", "arrived", "started", "finished", "could_not_finish")


class OperatingDay(RuleBasedStateMachine):
    """Two regions publish, two phones report with delay, a depot hands out and receives."""

    @initialize()
    def begin(self) -> None:
        """An empty day with three requests and two deliveries to come."""
        self.folder = tempfile.TemporaryDirectory()
        self.database = migrated(f"sqlite:///{Path(self.folder.name) / 'day.db'}")
        self.database.write(self._found)
        self.waiting: list[tuple[str, VisitReport]] = []
        self.acknowledged: dict[str, tuple[str, VisitReport]] = {}
        self.published: dict[str, int] = {}
        self.received: dict[str, int] = {}
        self.collected: dict[str, int] = {}
        self.count = 0

    @staticmethod
    def _found(work: UnitOfWork) -> None:
        found_company(work, requests=3)
        resource = master_data.RESOURCES["inbound"]
        for hour, (id, pieces) in enumerate(DELIVERIES.items(), 11):
            body: dict[str, Any] = {"id": id, "depot": "d1", "part": "P-1", "quantity": pieces}
            record = resource.record.model_validate({**body, "available_from": at(hour)})
            master_data.add(work, resource, record)

    @rule(
        region=st.sampled_from(("all", "north")),
        pieces=st.integers(0, 9),
        hour=st.sampled_from((9, 13)),
    )
    def publish(self, region: str, pieces: int, hour: int) -> None:
        """A plan that fetches pieces is published, or refused because they are promised."""
        try:
            self.database.write(lambda work: put_in_force(work, pieces, region=region, hour=hour))
        except Conflict:
            return
        self.published[region] = self.published.get(region, 0) + 1

    @rule(
        visit=st.sampled_from(VISITS),
        kind=st.sampled_from(KINDS),
        minute=st.integers(0, 600),
        used=st.integers(0, 30),
        returned=st.integers(0, 3),
    )
    def happen(self, visit: str, kind: str, minute: int, used: int, returned: int) -> None:
        """Something happens on site; the phone keeps it until there is a net."""
        self.count += 1
        body: dict[str, Any] = {
            "event_id": f"event-{self.count}",
            "type": kind,
            "engineer": "e1" if self.count % 2 else "e2",
            "occurred_at": (BEGUN + timedelta(minutes=minute)).isoformat(),
            "parts_used": {"P-1": used} if used else {},
            "parts_returned": {"P-1": returned} if returned else {},
        }
        self.waiting.append((visit, VisitReport.model_validate(body)))

    @rule(which=st.integers(0, 1000))
    def deliver(self, which: int) -> None:
        """One report gets through, never mind which, never mind how late."""
        if self.waiting:
            visit, report = self.waiting.pop(which % len(self.waiting))
            assert self._send(visit, report) != "duplicate"
            self.acknowledged[str(report.event_id)] = (visit, report)

    @rule(which=st.integers(0, 1000))
    def deliver_again(self, which: int) -> None:
        """A report whose answer was lost comes once more."""
        if self.acknowledged:
            visit, report = list(self.acknowledged.values())[which % len(self.acknowledged)]
            assert self._send(visit, report) == "duplicate"

    def _send(self, visit: str, report: VisitReport) -> str:
        return self.database.write(
            lambda work: record_report(
                work, visit, report, engineer=None, event_id=str(report.event_id)
            )
        ).outcome

    @rule(which=st.integers(0, 1000))
    def hand_out(self, which: int) -> None:
        """Pieces move from the shelf into a van, once however often it is told."""
        rows = self.database.read(lambda work: work.day.waiting_reservations())
        if not rows:
            return
        row = rows[which % len(rows)]
        for _ in range(2):
            try:
                self.database.write(lambda work: collect(work, row.id))
            except Conflict:
                # The pieces are on their way still.
                return
        self.collected[row.id] = row.quantity

    @rule(id=st.sampled_from(sorted(DELIVERIES)))
    def come(self, id: str) -> None:
        """A delivery comes, and is booked again by somebody who did not see."""
        self.database.write(lambda work: receive(work, id))
        self.received[id] = DELIVERIES[id]

    @rule(number=st.integers(1, 3))
    def call_off(self, number: int) -> None:
        """A customer does not need us any more; too late it is refused."""
        try:
            self.database.write(lambda work: take_step(work, f"r{number}", Step.CANCEL))
        except DispatchError:
            return

    @invariant()
    def nothing_is_lost_or_doubled(self) -> None:
        """Each acknowledged report is kept, once; no other is (I1, I2)."""
        if hasattr(self, "database"):
            with self.database.reading() as work:
                kept = [one.event_id for id in VISITS for one in work.work.reports(id)]
            assert sorted(kept) == sorted(self.acknowledged)

    @invariant()
    def publications_count_one_by_one(self) -> None:
        """1, 2, 3 ... of each region, and one of them in force (I3)."""
        if hasattr(self, "database"):
            with self.database.reading() as work:
                current = {one.region: one for one in work.plans.all_current()}
                for region, count in self.published.items():
                    assert work.plans.last_publication(region, current[region].day) >= count
            assert current.keys() == self.published.keys()

    @invariant()
    def pieces_are_conserved(self) -> None:
        """Opening + inbound - used + returned = closing, on the shelf and in the vans."""
        if not hasattr(self, "database"):
            return
        used = sum(r.parts_used.get("P-1", 0) for _, r in self.acknowledged.values())
        returned = sum(r.parts_returned.get("P-1", 0) for _, r in self.acknowledged.values())
        out, came = sum(self.collected.values()), sum(self.received.values())
        with self.database.reading() as work:
            shelf = work.catalogue.get(StockRow, "d1:P-1").quantity
            vans = sum(one.quantity - one.owed for one in van_levels(work))
            short = find_shortages(work)
        assert shelf == OPENING_SHELF + came - out
        assert vans == 2 * OPENING_VAN + out - used + returned
        assert short == ()

    @invariant()
    def a_request_is_what_its_reports_say(self) -> None:
        """Telling a request anew from all that is known of it changes nothing (I6)."""
        if not hasattr(self, "database"):
            return

        def again(work: UnitOfWork) -> None:
            before = {row.id: (row.state, row.stages) for row in work.catalogue.all(RequestRow)}
            with work.tentatively():
                for id in before:
                    retell_request(work, id)
                after = {row.id: (row.state, row.stages) for row in work.catalogue.all(RequestRow)}
                assert after == before

        self.database.write(again)

    def teardown(self) -> None:
        """The net is back, and the database finds itself well (I11, I12)."""
        if not hasattr(self, "database"):
            return
        for visit, report in self.waiting:
            self._send(visit, report)
            self.acknowledged[str(report.event_id)] = (visit, report)
        self.nothing_is_lost_or_doubled()
        self.pieces_are_conserved()
        assert integrity_problems(self.database) == []
        self.database.close()
        self.folder.cleanup()


OperatingDay.TestCase.settings = settings(
    max_examples=6, stateful_step_count=14, deadline=None, derandomize=True
)
TestOperatingDay = OperatingDay.TestCase
