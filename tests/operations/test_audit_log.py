"""Who changed what, and where engineers were: chained, append-only, and forgotten in time."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError

from dispatch.errors import Conflict, NotFound
from dispatch.operations import master_data
from dispatch.operations.positions import (
    PositionReport,
    keep_position,
    look_at_position,
    look_at_track,
    looks_at,
    purge_positions,
)
from dispatch.store import Database
from dispatch.store.tables import AuditRow, ShiftRow
from tests.operations.small_company import found_company, near

NOW = datetime.now(UTC).replace(microsecond=0)
SITES = master_data.RESOURCES["sites"]


@pytest.fixture
def company(database: Database) -> Database:
    """The small company, with e1 on shift for the last three days."""

    def found(work: Any) -> None:
        found_company(work)
        row = work.catalogue.get(ShiftRow, "e1-day")
        values = {"start": NOW - timedelta(days=3), "end": NOW + timedelta(hours=1)}
        work.catalogue.change(row, {**values, "overtime_end": None})

    database.write(found)
    return database


def rename(database: Database, name: str, actor: str = "user:1") -> None:
    """Give site s1 another name."""

    def change(work: Any) -> None:
        record, _ = master_data.get(work, SITES, "s1")
        master_data.change(work, SITES, "s1", record.model_copy(update={"name": name}))

    database.write(change, actor=actor)


def deeds(database: Database, **wanted: Any) -> list[AuditRow]:
    """Rows of the audit log, newest first."""
    return list(database.read(lambda work: work.audit.page(limit=500, **wanted)))


def test_a_change_is_kept_with_old_and_new(company: Database) -> None:
    """Who, what, from which value to which; the public event does not tell the values."""
    rename(company, "三号楼")
    row = deeds(company, actor="user:1")[0]
    assert (row.action, row.subject) == ("master_data_changed", "s1")
    assert row.changes == {"name": ["一号楼", "三号楼"]}
    with company.reading() as work:
        (event,) = [one for one in work.log.after(row.seq - 1) if one.seq == row.seq]
    assert "三号楼" not in str(event.payload)


def test_adding_and_removing_keep_the_whole_record(company: Database) -> None:
    """What is gone can still be read."""
    parts = master_data.RESOURCES["parts"]
    record = parts.record.model_validate({"id": "P-9", "name": "风扇"})
    company.write(lambda work: master_data.add(work, parts, record), actor="user:1")
    company.write(lambda work: master_data.remove(work, parts, "P-9"), actor="key:2")
    removed, added = deeds(company, subject="P-9")
    assert added.changes["name"] == [None, "风扇"]
    assert (removed.changes["name"], removed.actor) == (["风扇", None], "key:2")


def test_what_the_server_does_by_itself_is_no_deed(company: Database) -> None:
    """A fact of the watch stands in the event log alone."""
    before = len(deeds(company))
    company.write(lambda work: work.tell("eta_changed", "x"), actor="watch")
    assert len(deeds(company)) == before
    company.write(lambda work: work.tell("request_cancelled", "r"), actor="user:1")
    assert len(deeds(company)) == before + 1


def test_the_chain_is_whole_until_somebody_meddles(company: Database) -> None:
    """Neither the program nor SQL may change a row; who gets round that breaks the chain."""
    for number in range(3):
        rename(company, f"楼{number}")
    assert company.read(lambda work: work.audit.first_broken()) is None

    def forge(work: Any) -> None:
        row = work.audit.page()[0]
        row.actor = "somebody else"
        work.session.add(row)
        work.session.flush()

    with pytest.raises(ValueError, match="append-only"):
        company.write(forge)
    for deed in ("UPDATE audit SET actor = 'x'", "DELETE FROM audit"):
        with (
            pytest.raises(DBAPIError, match="append-only"),
            company.engine.execution_options(dispatch_writes=True).begin() as connection,
        ):
            connection.execute(text(deed))
    victim = deeds(company)[1].seq
    disarm = (
        "DROP TRIGGER audit_no_update"
        if company.is_sqlite
        else "DROP TRIGGER audit_append_only ON audit"
    )
    with company.engine.execution_options(dispatch_writes=True).begin() as connection:
        connection.execute(text(disarm))
        connection.execute(text(f"UPDATE audit SET actor = 'x' WHERE seq = {victim}"))
    assert company.read(lambda work: work.audit.first_broken()) == victim


def ping(database: Database, hours_ago: float, days: int = 0, engineer: str = "e1") -> bool:
    """e1's phone tells where it was."""
    at = (NOW - timedelta(hours=hours_ago)).isoformat()
    report = PositionReport.model_validate({"position": near(0.1), "at": at})
    return database.write(lambda work: keep_position(work, engineer, report, days=days))


def points(database: Database) -> int:
    """Number of points of e1's tracks."""
    window = (NOW - timedelta(days=90), NOW + timedelta(days=1))
    return len(database.read(lambda work: work.audit.track("e1", *window)))


def test_without_being_asked_for_no_track_is_kept(company: Database) -> None:
    """Of three points one is left, the last."""
    for hours in (3, 2, 1):
        assert ping(company, hours)
    assert points(company) == 0
    with company.reading() as work:
        assert len(work.work.positions()) == 1


def test_a_track_is_forgotten_after_its_days(company: Database) -> None:
    """Of points 1, 30 and 60 hours old two days keep two; without tracks a day keeps the last."""
    for hours in (60, 30, 1):
        ping(company, hours, days=7)
    ping(company, 1, days=7)
    assert points(company) == 3
    assert purge_positions(company, 2) == 1
    assert points(company) == 2
    assert purge_positions(company, 0) == 2
    with company.reading() as work:
        assert len(work.work.positions()) == 1


def test_the_last_point_goes_after_a_day_too(company: Database) -> None:
    """Nobody reported since the day before yesterday."""
    ping(company, 30)
    purge_positions(company, 0)
    with company.reading() as work:
        assert work.work.positions() == []


def test_off_shift_nothing_is_stored(company: Database) -> None:
    """Five days ago e1 had no shift."""
    with pytest.raises(Conflict):
        ping(company, 120, days=7)
    assert points(company) == 0


def test_every_look_is_kept_with_its_purpose(company: Database) -> None:
    """Who, when and why; a look at nothing leaves nothing."""
    with pytest.raises(NotFound):
        company.write(lambda work: look_at_position(work, "e1"), actor="user:1")
    ping(company, 1, days=7)
    company.write(lambda work: look_at_position(work, "e1", "nearest engineer"), actor="user:1")
    company.write(
        lambda work: look_at_track(work, "e1", NOW.date(), "proof of visit"), actor="user:2"
    )
    looks = company.read(lambda work: looks_at(work, "e1"))
    told = [(one.actor, one.payload["purpose"]) for one in looks]
    assert told == [("user:2", "proof of visit"), ("user:1", "nearest engineer")]
