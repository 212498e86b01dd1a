"""Looking over an installation: what is there, what is wrong, what to do about it.

For the command line::

    examine(database_url) -> tuple[Finding, ...]     # `dispatch doctor`; all .ok means healthy
"""

from __future__ import annotations

import importlib.metadata
import shutil
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from dispatch.domain import Location
from dispatch.errors import DispatchError
from dispatch.operations.opening import opened
from dispatch.store import Database
from dispatch.store.migration import integrity_problems
from dispatch.store.tables import EngineerRow, RequestRow, SiteRow
from dispatch.travel import largest_deviation

__all__ = ["Finding", "examine"]

LEAST_FREE_BYTES = 200 * 1024 * 1024
NEEDED = ("ortools", "numba", "fastapi", "sqlmodel", "alembic", "geopy")
MOST_DEVIATION = 0.005
MOST_PLACES = 40


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: its name, whether it is well, and a sentence."""

    name: str
    ok: bool
    message: str


def examine(database_url: str) -> tuple[Finding, ...]:
    """Look at the program, the database and the work in it; never raises.

    Parameters
    ----------
    database_url
        SQLAlchemy address of the database; a missing one is a finding, not created.
    """
    findings = list(_program())
    try:
        with opened(database_url, create=False) as database:
            findings += _database(database)
    except DispatchError as error:
        findings.append(Finding("database", False, error.message.splitlines()[0]))
    return tuple(findings)


def _program() -> Iterator[Finding]:
    version = ".".join(str(part) for part in sys.version_info[:3])
    yield Finding("python", sys.version_info >= (3, 11), f"version {version}, expected 3.11 or up")
    for name in NEEDED:
        try:
            yield Finding(name, True, f"version {importlib.metadata.version(name)}")
        except importlib.metadata.PackageNotFoundError:
            yield Finding(name, False, "not installed, expected to be installed")


def _database(database: Database) -> Iterator[Finding]:
    problems = integrity_problems(database)
    yield Finding("database", not problems, "; ".join(problems[:5]) or "whole, schema up to date")
    yield _disk(database)
    checks: tuple[tuple[str, Callable[[Database], Finding]], ...] = (
        ("master data", _master_data),
        ("travel", _travel),
        ("runs", _runs),
        ("plans", _plans),
        ("accounts", _accounts),
    )
    for _, check in checks:
        yield check(database)


def _disk(database: Database) -> Finding:
    name = database.engine.url.database or "."
    folder = Path(name).resolve().parent if database.is_sqlite else Path.cwd()
    free = shutil.disk_usage(folder).free
    enough = free >= LEAST_FREE_BYTES
    return Finding("disk", enough, f"{free // 2**20} MB free, expected {LEAST_FREE_BYTES // 2**20}")


def _master_data(database: Database) -> Finding:
    with database.reading() as work:
        engineers = work.catalogue.count(EngineerRow)
        sites = work.catalogue.count(SiteRow)
        requests = work.catalogue.count(RequestRow)
    message = f"{engineers} engineers, {sites} sites, {requests} requests"
    return Finding("master data", engineers > 0, message)


def _travel(database: Database) -> Finding:
    """Measure the company's own sites twice: as the planner does, and by the reference."""
    with database.reading() as work:
        sites = work.catalogue.page(SiteRow, limit=MOST_PLACES)
    worst = largest_deviation([Location(site.id, site.lat, site.lon) for site in sites])
    message = f"straight lines between {len(sites)} sites agree with geopy within {worst:.4%}"
    return Finding("travel", worst <= MOST_DEVIATION, message)


def _runs(database: Database) -> Finding:
    with database.reading() as work:
        states = work.runs.count_by_state()
        lost = work.runs.expired(work.now)
    told = ", ".join(f"{many} {state}" for state, many in sorted(states.items())) or "none yet"
    return Finding("runs", not lost, told if not lost else f"{told}; {len(lost)} without executor")


def _plans(database: Database) -> Finding:
    with database.reading() as work:
        current = work.plans.all_current()
    if not current:
        return Finding("plans", True, "none published yet")
    newest = max(current, key=lambda row: row.version)
    return Finding("plans", True, f"{len(current)} current, newest version {newest.version}")


def _accounts(database: Database) -> Finding:
    with database.reading() as work:
        users = work.accounts.count()
    return Finding("accounts", True, f"{users} users")
