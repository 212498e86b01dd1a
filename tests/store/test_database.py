"""Transactions: what is kept, what is dropped, who waits for whom."""

from __future__ import annotations

import sqlite3
import threading
from datetime import UTC, datetime, timedelta, timezone

import pytest
from sqlalchemy import text

from dispatch.errors import Conflict, InputError, NotFound, Stale, Unavailable
from dispatch.store import Database, UnitOfWork, prepare
from dispatch.store import database as database_module
from dispatch.store.tables import EventRow, PartRow, PlanRow, SettingRow, StockRow


def add_part(work: UnitOfWork, id: str = "p1") -> PartRow:
    """Write one part and tell about it."""
    work.tell("part_added", id)
    return work.catalogue.add(PartRow(id=id, name="fan"))


def test_a_write_is_kept_with_its_fact(database: Database) -> None:
    """The row and the event come from one transaction and carry the actor."""
    database.write(add_part, actor="user:1")
    with database.reading() as work:
        assert work.catalogue.get(PartRow, "p1").name == "fan"
        (event,) = work.log.after(0)
    assert (event.seq, event.type, event.actor) == (1, "part_added", "user:1")


def test_a_verb_that_fails_leaves_nothing(database: Database) -> None:
    """An error after a write drops the write and its fact."""

    def add_and_fail(work: UnitOfWork) -> None:
        add_part(work)
        raise InputError.at("/x", 1, "something else")

    with pytest.raises(InputError):
        database.write(add_and_fail)
    with database.reading() as work:
        assert work.catalogue.find(PartRow, "p1") is None
        assert work.log.last_number() == 0


def test_event_numbers_have_no_gap_whoever_writes(database: Database) -> None:
    """Eight writers at once get consecutive numbers, and readers never see one too late."""
    barrier = threading.Barrier(8)

    def write(n: int) -> None:
        barrier.wait()
        for m in range(5):
            database.write(lambda work, id=f"p{n}-{m}": add_part(work, id))

    threads = [threading.Thread(target=write, args=(n,)) for n in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.reading() as work:
        assert [event.seq for event in work.log.after(0)] == list(range(1, 41))


def test_the_log_only_grows(database: Database) -> None:
    """A change of a written event is refused."""
    database.write(add_part)

    def forge(work: UnitOfWork) -> None:
        event = work.log.after(0)[0]
        event.actor = "somebody else"
        work.session.add(event)
        work.session.flush()

    with pytest.raises(ValueError, match="append-only"):
        database.write(forge)


def test_an_old_version_cannot_be_written_over(database: Database) -> None:
    """The second of two writers who read version 1 is told that version 2 is stored."""
    database.write(add_part)

    def rename(name: str) -> int:
        def change(work: UnitOfWork) -> int:
            row = work.catalogue.get(PartRow, "p1")
            return work.catalogue.change(row, {"name": name}, expected=1).version

        return database.write(change)

    assert rename("big fan") == 2
    with pytest.raises(Stale) as caught:
        rename("small fan")
    assert (caught.value.expected, caught.value.current) == (1, 2)


def test_instants_come_back_in_utc(database: Database) -> None:
    """What was written with an offset is the same instant, in UTC; without one it is refused."""
    east = timezone(timedelta(hours=8))
    when = datetime(2026, 11, 23, 7, 30, tzinfo=east)
    row = EventRow(seq=7, type="x", subject="x", actor="x", at=when)
    database.write(lambda work: work.session.add(row))
    with database.reading() as work:
        found = work.log.after(6)[0].at
    assert found == when
    assert found.tzinfo is UTC
    naive = EventRow(seq=8, type="x", subject="x", actor="x", at=when.replace(tzinfo=None))
    with pytest.raises(Exception, match="no offset"):
        database.write(lambda work: work.session.add(naive))


def test_references_are_named_when_unknown(database: Database) -> None:
    """Stock at an unknown depot is refused with a pointer for each reference."""
    row = StockRow(id="x", depot_id="nowhere", part_id="nothing", quantity=1)
    with pytest.raises(InputError) as caught:
        database.write(lambda work: work.catalogue.add(row))
    assert sorted(issue.pointer for issue in caught.value.issues) == ["/depot_id", "/part_id"]


def test_an_id_is_taken_once(database: Database) -> None:
    """The second row of one id is a conflict, a missing one is not found."""
    database.write(add_part)
    with pytest.raises(Conflict):
        database.write(add_part)
    with pytest.raises(NotFound), database.reading() as work:
        work.catalogue.get(PartRow, "p2")


def test_only_one_plan_of_a_day_is_current(database: Database) -> None:
    """The database itself refuses a second current plan of one region and day."""
    now = datetime(2026, 11, 23, tzinfo=UTC)

    def add(version: int) -> None:
        row = PlanRow(
            version=version,
            region="all",
            day=now.date(),
            until=now.date(),
            state="published",
            publication=version,
            is_current=True,
            plan_text="{}",
            case_text="{}",
            created_by="x",
            created_at=now,
        )
        database.write(lambda work: work.plans.add(row))

    add(1)
    with pytest.raises(Exception, match=r"(?i)unique"):
        add(2)


def test_sqlite_is_opened_for_safety(tmp_path: object) -> None:
    """WAL, full synchronisation and foreign keys hold on every connection."""
    database = Database(f"sqlite:///{tmp_path}/x.db")
    with database.engine.connect() as connection:
        pragmas = {
            name: connection.execute(text(f"PRAGMA {name}")).scalar()
            for name in ("journal_mode", "synchronous", "foreign_keys", "busy_timeout")
        }
    database.close()
    assert pragmas == {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "busy_timeout": 5000,
    }


def test_a_locked_database_is_tried_again_and_then_away(
    tmp_path: object, monkeypatch: pytest.MonkeyPatch
) -> None:
    """While another process holds the write lock a writer waits, and in the end says so."""
    monkeypatch.setattr(database_module, "BUSY_TIMEOUT_MS", 20)
    path = f"{tmp_path}/x.db"
    database = Database(f"sqlite:///{path}")
    prepare(database)
    other = sqlite3.connect(path, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(Unavailable, match="locked"):
        database.write(add_part)
    other.execute("COMMIT")
    other.close()
    database.write(add_part)
    with database.reading() as work:
        assert work.catalogue.count(PartRow) == 1
    database.close()


def test_readers_do_not_wait_for_writers(database: Database) -> None:
    """A view that began before a write still shows the world of its beginning."""
    with database.reading() as before:
        assert before.catalogue.count(PartRow) == 0
        database.write(add_part)
        assert before.catalogue.count(PartRow) == 0
    with database.reading() as after:
        assert after.catalogue.count(PartRow) == 1


def test_settings_are_replaced(database: Database) -> None:
    """A setting has one value, the last."""
    for value in ("a", "b"):
        database.write(lambda work, value=value: work.log.keep_setting("x", value))
    with database.reading() as work:
        assert work.log.setting("x") == "b"
        assert work.session.get(SettingRow, "y") is None
