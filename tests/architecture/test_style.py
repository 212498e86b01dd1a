"""Habits of the house that a machine can hold: signs, sizes and words."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCES = sorted((ROOT / "dispatch").rglob("*.py"))
LONGEST_FILE = 400

# The glossary has one word per idea, and these are the words it replaced.
REPLACED = {
    "job": "visit",
    "jobs": "visits",
    "technician": "engineer",
    "technicians": "engineers",
    "tour": "route",
    "tours": "routes",
    "vehicle": "shift",
    "vehicles": "shifts",
}
# OR-Tools and VROOM say "vehicle" and "job" themselves; a converter must speak both languages.
BILINGUAL = ("solver/routing", "solver/ortools", "formats/vroom")
BANNED_FILES = {"utils", "util", "common", "helpers", "helper", "misc", "flows"}


def relative(path: Path) -> str:
    """Path below the package, with slashes."""
    return path.relative_to(ROOT / "dispatch").as_posix()


def defined_names(tree: ast.AST) -> Iterator[tuple[str, int]]:
    """Yield every name that a file itself defines, with its line."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)):
            yield node.name, node.lineno
        elif isinstance(node, ast.arg):
            yield node.arg, node.lineno
        elif isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store):
            yield node.id, node.lineno


def words_of(name: str) -> list[str]:
    """Split snake_case and CamelCase into lower-case words."""
    return re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name).lower().split("_")


def test_names_speak_the_glossary() -> None:
    """One word per idea: no defined name says what the glossary replaced."""
    wrong = [
        f"dispatch/{relative(path)}:{line} {name}: say {REPLACED[word]}"
        for path in SOURCES
        if not relative(path).startswith(BILINGUAL)
        for name, line in defined_names(ast.parse(path.read_text(encoding="utf-8")))
        for word in words_of(name)
        if word in REPLACED
    ]
    assert wrong == []


def test_every_package_has_a_sign() -> None:
    """The front door of a room says what lives there."""
    wrong = [
        relative(path)
        for path in SOURCES
        if path.name == "__init__.py"
        and not ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))
    ]
    assert wrong == []


def test_no_file_is_too_long_to_hold_in_the_head() -> None:
    """A file of more than 400 lines is more than one concept."""
    lengths = {relative(path): len(path.read_bytes().splitlines()) for path in SOURCES}
    assert {name: n for name, n in lengths.items() if n > LONGEST_FILE} == {}


def test_no_file_is_a_drawer() -> None:
    """A file is named after its one concept, so none is called utils or helpers."""
    assert [relative(path) for path in SOURCES if path.stem in BANNED_FILES] == []


def test_test_files_have_names_of_their_own() -> None:
    """Pytest loads test files by base name, so two of one name would hide each other."""
    names = [path.name for path in (ROOT / "tests").rglob("test_*.py")]
    assert sorted({name for name in names if names.count(name) > 1}) == []
