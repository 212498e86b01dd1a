"""Confirmed routes in the order in which they were confirmed, on both databases."""

from __future__ import annotations

from datetime import UTC, date, datetime

from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import RouteConfirmationRow
from tests.operations.small_company import found_company

DAY = date(2026, 3, 2)
CONFIRMED = datetime(2026, 3, 1, 9, 0, tzinfo=UTC)


def test_two_in_one_second_stand_in_the_order_of_their_plans(database: Database) -> None:
    """Clocks tell whole seconds: the route of plan 2 is the last, whatever its name sorts like."""

    def write(work: UnitOfWork) -> None:
        found_company(work)
        for version, fingerprint in ((None, "ff"), (2, "aa"), (1, "bb")):
            work.service.keep_confirmation(
                RouteConfirmationRow(
                    engineer_id="e1",
                    day=DAY,
                    fingerprint=fingerprint,
                    plan_version=version,
                    stops=[],
                    confirmed_by="e1",
                    occurred_at=CONFIRMED,
                    received_at=CONFIRMED,
                )
            )

    database.write(write)
    kept = database.read(lambda work: [one.fingerprint for one in work.service.confirmations(DAY)])
    assert kept == ["ff", "bb", "aa"]
