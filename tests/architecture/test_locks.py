"""The lock files: pinned, hashed, without an address, and one inside the other."""

from __future__ import annotations

import re
import tomllib
from pathlib import Path

import dispatch

ROOT = Path(__file__).resolve().parents[2]
DEMO = ROOT / "requirements.lock"
DEVELOPMENT = ROOT / "requirements-dev.lock"


def pins(path: Path) -> set[str]:
    """Lines that name a package, without the hashes."""
    lines = path.read_text(encoding="utf-8").splitlines()
    return {line.rstrip(" \\") for line in lines if re.match(r"[a-zA-Z]", line)}


def test_locks_record_no_address() -> None:
    """Whoever installs brings an index of their own."""
    for path in (DEMO, DEVELOPMENT):
        assert re.findall(r"\w+://\S+|--\w*index\S*|--find-links", path.read_text("utf-8")) == []


def test_every_pin_has_a_hash() -> None:
    """A pin without a hash would make pip refuse the whole file."""
    for path in (DEMO, DEVELOPMENT):
        blocks = re.split(r"\n(?=[a-zA-Z])", path.read_text(encoding="utf-8"))
        assert [block for block in blocks if "--hash=sha256:" not in block] == []


def test_the_development_lock_contains_the_demo_lock() -> None:
    """scripts/install takes whoever has the larger lock to have the smaller one."""
    assert pins(DEMO) - pins(DEVELOPMENT) == set()


def test_every_direct_dependency_is_locked() -> None:
    """A dependency that pyproject.toml names is pinned in the lock of the demo."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    locked = {pin.split("==")[0].lower() for pin in pins(DEMO)}
    named = {re.split(r"[\[<>=! ;]", need)[0].lower() for need in project["dependencies"]}
    assert named - locked == set()


def test_the_version_is_told_once() -> None:
    """The package and pyproject.toml tell the same version."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["version"] == dispatch.__version__
