"""Commands on a company's database: rounds, import, export, backup, doctor."""

from __future__ import annotations

import json
import os
import signal
import sqlite3
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dispatch.cli import main
from dispatch.operations.demo_day import plant
from dispatch.operations.opening import opened


@pytest.fixture(scope="module")
def planted(tmp_path_factory: pytest.TempPathFactory) -> str:
    """Address of a database with the demo world."""
    url = f"sqlite:///{tmp_path_factory.mktemp('company')}/demo.db"
    with opened(url) as database:
        plant(database, datetime.now(UTC))
    return url


def run(*arguments: str) -> int:
    """One command in this process."""
    return main(list(arguments))


def test_rounds_list_what_falls_due(planted: str, capfd: pytest.CaptureFixture[str]) -> None:
    """A line for each due round on stdout, the count on stderr, nothing generated."""
    assert run("rounds", "--database-url", planted) == 0
    said = capfd.readouterr()
    due = [line for line in said.out.splitlines() if not line.startswith("notice")]
    assert f"{len(due)} due until" in said.err
    assert "0 new visits" in said.err


def test_rounds_as_json_and_generated_twice(
    planted: str, capfd: pytest.CaptureFixture[str]
) -> None:
    """The second --generate adds nothing, and every due round has its visit then."""
    counts = []
    for _ in range(2):
        assert run("rounds", "--generate", "--json", "--database-url", planted) == 0
        document = json.loads(capfd.readouterr().out)
        counts.append(len(document["added"]))
        assert all(one["generated"] for one in document["visits"])
    assert counts[1] == 0


def test_rounds_until_a_day_that_is_none(planted: str, capfd: pytest.CaptureFixture[str]) -> None:
    """Bad input with what was expected."""
    assert run("rounds", "--until", "tomorrow", "--database-url", planted) == 2
    assert "expected a day such as" in capfd.readouterr().err


@pytest.mark.parametrize(("kind", "rows"), [("parts", 40), ("engineers", 12)])
def test_what_is_exported_can_be_imported(
    planted: str, tmp_path: Path, capfd: pytest.CaptureFixture[str], kind: str, rows: int
) -> None:
    """Out and in again: nothing is added, nothing changes, not even a phone number with a plus."""
    table = tmp_path / f"{kind}.csv"
    assert run("export", "--kind", kind, "-o", str(table), "--database-url", planted) == 0
    assert run("import", str(table), "--database-url", planted) == 0
    assert f"0 added, 0 changed, {rows} unchanged" in capfd.readouterr().err


def test_one_bad_row_imports_nothing(
    planted: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Every bad row is listed, and the good row between them is not stored."""
    table = tmp_path / "parts.csv"
    assert run("export", "--kind", "parts", "-o", str(table), "--database-url", planted) == 0
    header, first, *_ = table.read_text(encoding="utf-8").splitlines()
    names, cells = header.split(","), first.split(",")
    good = dict(zip(names, cells, strict=True)) | {"id": "NEW-1"}
    lines = [",".join((good | {"id": id}).values()) for id in ("", "NEW-1", "")]
    table.write_text(header + "\n" + "\n".join(lines) + "\n", encoding="utf-8")
    assert run("import", str(table), "--database-url", planted) == 2
    told = capfd.readouterr().err
    assert "/2/id" in told
    assert "/4/id" in told
    assert run("export", "--kind", "parts", "--database-url", planted) == 0
    assert "NEW-1" not in capfd.readouterr().out


def test_everything_is_exported_as_json(planted: str, capfd: pytest.CaptureFixture[str]) -> None:
    """One document with all kinds and the requests."""
    assert run("export", "--database-url", planted) == 0
    document = json.loads(capfd.readouterr().out)
    assert len(document["engineers"]) == 12
    assert {"sites", "equipment", "parts", "depots", "requests"} <= document.keys()


def test_a_backup_is_a_whole_database_and_never_overwrites(planted: str, tmp_path: Path) -> None:
    """The copy has the engineers; a second backup under the same name is refused."""
    copy = tmp_path / "copy.db"
    assert run("backup", str(copy), "--database-url", planted) == 0
    with sqlite3.connect(copy) as database:
        assert database.execute("SELECT count(*) FROM engineer").fetchone() == (12,)
    database.close()
    size = copy.stat().st_size
    assert run("backup", str(copy), "--database-url", planted) == 3
    assert copy.stat().st_size == size


def test_the_doctor_finds_a_missing_database(
    planted: str, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Healthy: status 0; no such file: status 1, and the doctor does not make one."""
    assert run("doctor", "--database-url", planted) == 0
    missing = tmp_path / "none.db"
    assert run("doctor", "--database-url", f"sqlite:///{missing}") == 1
    assert "BAD  database" in capfd.readouterr().out
    assert not missing.exists()


def test_a_worker_stops_when_asked(tmp_path: Path) -> None:
    """A worker without runs waits; SIGTERM ends it with status 0."""
    url = f"sqlite:///{tmp_path}/empty.db"
    command = [sys.executable, "-m", "dispatch", "worker", "--database-url", url]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        assert "waiting for runs" in process.stderr.readline()
        os.kill(process.pid, signal.SIGTERM)
        assert process.wait(timeout=30) == 0
