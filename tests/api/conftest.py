"""The small company behind running servers."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.running import ADMIN, Running, running
from tests.databases import database_url, migrated, postgres_server
from tests.operations.small_company import found_company

__all__ = ["database_url", "postgres_server"]


def found(url: str, requests: int = 0) -> None:
    """Write the small company into a database."""
    database = migrated(url)
    database.write(lambda work: found_company(work, requests))
    database.close()


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The small company served without login, one server for a whole module."""
    url = f"sqlite:///{tmp_path_factory.mktemp('demo') / 'x.db'}"
    found(url)
    # Nobody takes up runs here; whoever wants one served has a server of their own.
    with running(url, solver_threads=0) as server:
        yield server


@pytest.fixture(scope="module")
def client(demo: Running) -> Iterator[httpx.Client]:
    """Somebody who uses the demo."""
    with demo.client() as one:
        yield one


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The small company with two requests, served to those who sign in."""
    url = f"sqlite:///{tmp_path_factory.mktemp('guarded') / 'x.db'}"
    found(url, requests=2)
    values = {"admin_user": ADMIN[0], "admin_password": ADMIN[1], "solver_threads": 0}
    with running(url, demo=False, **values) as server:
        yield server


@pytest.fixture
def empty_url(tmp_path: Path) -> str:
    """Address of a database that does not exist yet."""
    return f"sqlite:///{tmp_path / 'x.db'}"
