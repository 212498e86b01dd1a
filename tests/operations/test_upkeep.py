"""Rounds, backup, doctor, accounts and the demo, as the command line calls them."""

from __future__ import annotations

import sqlite3
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dispatch.errors import Conflict, InputError
from dispatch.operations import demo
from dispatch.operations.accounts import create_first_admin
from dispatch.operations.backup import backup
from dispatch.operations.demo_day import plant
from dispatch.operations.doctor import examine
from dispatch.operations.rounds import generate_in, report
from dispatch.planning.audit import audit
from dispatch.store import Database, SchemaRefused, prepare
from dispatch.store.tables import EngineerRow, EquipmentRow, RequestRow
from tests.operations.small_company import found_company


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The small company in a file."""
    address = f"sqlite:///{tmp_path / 'x.db'}"
    database = Database(address)
    prepare(database)
    database.write(lambda work: found_company(work, requests=1))
    database.close()
    return address


def test_a_backup_is_whole_and_new(url: str, tmp_path: Path) -> None:
    """The copy opens, holds the request, and never overwrites a file."""
    target = tmp_path / "copy.db"
    done = backup(url, target)
    assert done.size_bytes == target.stat().st_size
    copy = Database(f"sqlite:///{target}")
    assert copy.read(lambda work: work.catalogue.get(RequestRow, "r1")).summary == "电池告警"
    assert copy.read(lambda work: work.log.last_number()) == done.last_event
    copy.close()
    with pytest.raises(Conflict):
        backup(url, target)
    with pytest.raises(SchemaRefused):
        backup(f"sqlite:///{tmp_path / 'nothing.db'}", tmp_path / "other.db")


def test_the_doctor_finds_what_is_wrong(url: str, tmp_path: Path) -> None:
    """A sound installation has no bad finding; a missing and a broken database have."""
    assert [one for one in examine(url) if not one.ok] == []
    assert [one.name for one in examine(f"sqlite:///{tmp_path}/no.db") if not one.ok] == [
        "database"
    ]
    connection = sqlite3.connect(url.removeprefix("sqlite:///"))
    connection.execute("PRAGMA foreign_keys=OFF")
    connection.execute("UPDATE visit SET site_id = 'nowhere'")
    connection.commit()
    connection.close()
    (found,) = [one for one in examine(url) if not one.ok]
    assert "refers to nothing in site" in found.message


def test_rounds_are_generated_once(url: str) -> None:
    """Equipment never maintained is overdue; its visit is made once."""
    database = Database(url)
    database.write(
        lambda work: work.catalogue.change(
            work.catalogue.get(EquipmentRow, "q1"), {"last_maintenance": None}
        )
    )
    database.close()
    found = report(url)
    assert [one.equipment for one in found.due] == ["q1"]
    assert found.due[0].is_overdue(found.today)
    assert generate_in(url).added == (found.due[0].id,)
    again = generate_in(url)
    assert (again.added, again.generated) == ((), {found.due[0].id})


def test_the_first_admin_is_made_once(url: str) -> None:
    """A short password and a second first admin are refused."""
    with pytest.raises(InputError):
        create_first_admin(url, "admin", "short")
    create_first_admin(url, "admin", "correct horse battery")
    with pytest.raises(Conflict):
        create_first_admin(url, "other", "correct horse battery")


def test_the_demo_is_planned_sound_and_once(tmp_path: Path) -> None:
    """The world of an anchor is planted, planned and published; a second call changes nothing."""
    address = f"sqlite:///{tmp_path / 'demo.db'}"
    anchor = datetime(2026, 11, 23, 7, 30, tzinfo=UTC) - timedelta(hours=8)
    day = demo.prepare(address, anchor, time_limit_s=2.0)
    assert audit(day.case, day.plan) == []
    assert day.plan.kpis is not None
    assert day.plan.kpis.visits > 50
    again = demo.prepare(address, anchor)
    assert (again.version, again.plan) == (day.version, day.plan)
    database = Database(address)
    with database.reading() as work:
        assert work.catalogue.count(EngineerRow) == 12
    # On another day the world is planted afresh, and nothing of the old one is left.
    plant(database, anchor + timedelta(days=1))
    with database.reading() as work:
        assert work.plans.all_current() == []
        assert work.catalogue.count(EngineerRow) == 12
    database.close()
