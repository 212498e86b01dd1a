"""The arrows of the house: who may import whom, and where the heavy libraries live."""

from __future__ import annotations

import ast
import graphlib
from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "dispatch"

# Every room with the rooms below it. The package itself (its version) is open to all but the
# solver, which is an island.
BELOW: dict[str, set[str]] = {"errors": set(), "domain": {"errors"}, "solver": set()}
BELOW["travel"] = BELOW["formats"] = BELOW["store"] = {"domain", "errors"}
BELOW["planning"] = {"solver", "travel", "domain", "errors"}
BELOW["simulation"] = {"planning"} | BELOW["planning"]
BELOW["operations"] = {"simulation", "store", "formats"} | BELOW["simulation"]
BELOW["api"] = {"operations", "board"} | BELOW["operations"]
BELOW["board"] = set()
BELOW["cli"] = {"api"} | BELOW["api"]
BELOW["__main__"] = {"cli"}

# Where a library may be imported, by the start of the module's name.
AT_HOME: dict[str, tuple[str, ...]] = {
    "ortools": ("dispatch.solver.",),
    "numba": ("dispatch.solver.",),
    "sqlmodel": ("dispatch.store.",),
    "sqlalchemy": ("dispatch.store.",),
    "alembic": ("dispatch.store.",),
    "psycopg": ("dispatch.store.",),
    "fastapi": ("dispatch.api.",),
    "starlette": ("dispatch.api.",),
    "httpx": ("dispatch.travel.", "dispatch.operations.notify"),
}


class Import(NamedTuple):
    """One imported module: its name, the line, and whether loading the file runs it."""

    name: str
    line: int
    on_load: bool


def module_name(path: Path) -> str:
    """Dotted name of a file of the package."""
    parts = path.relative_to(ROOT).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


FILES = {module_name(path): path for path in sorted(PACKAGE.rglob("*.py"))}


def is_hint_only(node: ast.stmt) -> bool:
    """Tell whether the statement is an ``if TYPE_CHECKING`` block."""
    return isinstance(node, ast.If) and ast.unparse(node.test).endswith("TYPE_CHECKING")


def find_imports(nodes: list[ast.stmt], on_load: bool = True) -> Iterator[Import]:
    """Yield the imports that really run, hint-only ones left out."""
    for node in nodes:
        if isinstance(node, ast.Import):
            yield from (Import(alias.name, node.lineno, on_load) for alias in node.names)
        elif isinstance(node, ast.ImportFrom):
            origin = node.module or ""
            for alias in node.names:
                deep = f"{origin}.{alias.name}"
                yield Import(deep if deep in FILES else origin, node.lineno, on_load)
        elif is_hint_only(node):
            yield from find_imports(node.orelse, on_load)  # type: ignore[attr-defined]
        else:
            deferred = isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef))
            for field in ("body", "orelse", "finalbody", "handlers", "cases"):
                inner = getattr(node, field, [])
                yield from find_imports(inner, on_load and not deferred)


TREES = {name: ast.parse(path.read_text(encoding="utf-8")) for name, path in FILES.items()}
IMPORTS = {name: sorted(set(find_imports(tree.body))) for name, tree in TREES.items()}


def room_of(name: str) -> str:
    """Second part of a dotted name; empty for the package itself."""
    return (name + "..").split(".")[1]


def is_checker(name: str) -> bool:
    """Tell whether a module belongs to the auditor."""
    return room_of(name) == "solver" and name.split(".", 2)[-1].startswith("check")


@pytest.mark.parametrize("name", FILES)
def test_imports_go_down_only(name: str) -> None:
    """A room imports itself and rooms below it; the solver imports nothing else of the house."""
    here = room_of(name)
    if not here:
        allowed = {""}
    else:
        assert here in BELOW, f"{name}: a room nobody drew, expected one of {sorted(BELOW)}"
        allowed = BELOW[here] | {here} | (set() if here == "solver" else {""})
    wrong = [
        f"{FILES[name].relative_to(ROOT)}:{line} imports {target}"
        for target, line, _ in IMPORTS[name]
        if target.split(".")[0] == "dispatch" and room_of(target) not in allowed
    ]
    assert wrong == []


@pytest.mark.parametrize("name", FILES)
def test_heavy_libraries_stay_at_home(name: str) -> None:
    """OR-Tools and numba stay in the solver, SQL in the store, HTTP serving in the API."""
    wrong = [
        f"{FILES[name].relative_to(ROOT)}:{line} imports {target}"
        for target, line, _ in IMPORTS[name]
        if not f"{name}.".startswith(AT_HOME.get(target.split(".")[0], ("",)))
    ]
    assert wrong == []


def test_the_auditor_shares_nothing_with_the_search() -> None:
    """The checker sees problem, solution and claim only, and runs without compiled code."""
    seen = tuple(f"dispatch.solver.{name}" for name in ("problem", "solution", "claim", "check"))
    wrong = [
        f"{FILES[name].relative_to(ROOT)}:{line} imports {target}"
        for name in filter(is_checker, FILES)
        for target, line, _ in IMPORTS[name]
        if (target.split(".")[0] == "dispatch" and not target.startswith(seen))
        or target.split(".")[0] in {"ortools", "numba", "scipy"}
    ]
    assert wrong == []


def test_the_claim_is_data_only() -> None:
    """What auditor and search both see holds no arithmetic that they could share (ADR 0016)."""
    claim = TREES.get("dispatch.solver.claim", ast.Module([], []))
    functions = [node.name for node in ast.walk(claim) if isinstance(node, ast.FunctionDef)]
    house = {n for n, _, _ in IMPORTS.get("dispatch.solver.claim", []) if n.startswith("dispatch")}
    assert functions == []
    assert house <= {"dispatch.solver.solution"}


def test_no_import_cycle() -> None:
    """No module needs itself, however far round, in order to load."""
    graph = {
        name: {found.name for found in found_here if found.on_load and found.name in FILES} - {name}
        for name, found_here in IMPORTS.items()
    }
    try:
        tuple(graphlib.TopologicalSorter(graph).static_order())
    except graphlib.CycleError as error:
        pytest.fail(" -> ".join(error.args[1]))


PLANTED = """
from typing import TYPE_CHECKING
import numpy, ortools.sat
if TYPE_CHECKING:
    from dispatch.api import app
try:
    import fastapi
except ImportError:
    import starlette
def late():
    import dispatch.store
"""


def test_the_reader_of_imports_misses_none_that_runs() -> None:
    """Hint-only imports are left out; guarded and deferred ones are seen, the latter as such."""
    found = {(name, on_load) for name, _, on_load in find_imports(ast.parse(PLANTED).body)}
    assert found == {
        ("typing", True),
        ("numpy", True),
        ("ortools.sat", True),
        ("fastapi", True),
        ("starlette", True),
        ("dispatch.store", False),
    }
