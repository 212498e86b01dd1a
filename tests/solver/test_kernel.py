"""Machine code: fixed types, kept on disk, loaded without what lies below it."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from named_worlds import two_engineers

from dispatch.solver import layout
from dispatch.solver.clock import visit_next
from dispatch.solver.kernel import address, entry, kernel, pointer
from dispatch.solver.leg import half_up
from dispatch.solver.world import compile_world

# Read by compiled code below: what annotations name is looked up by name only.
Buffer = np.ndarray
Address = int


@kernel
def _twice(value: int) -> int:
    return 2 * value


@kernel
def _sum(cells: Buffer, count: int) -> int:
    total = 0
    for i in range(count):
        total += _twice(cells[i])
    return total


@entry
def _sum_of_twice(cells: Address, count: int) -> int:
    return _sum(pointer(cells), count)


def test_an_entry_compiles_what_lies_below_it() -> None:
    """The sum of twice 1, 2, 3 is 12."""
    cells = np.array([1, 2, 3], dtype=np.int64)
    assert _sum_of_twice(address(cells), 3) == 12


def test_only_a_contiguous_row_of_int64_has_an_address() -> None:
    """What kernels would misread is refused."""
    with pytest.raises(TypeError, match="float64, expected contiguous int64"):
        address(np.zeros(2))
    with pytest.raises(TypeError, match="expected contiguous int64"):
        address(np.zeros(4, dtype=np.int64)[::2])


def test_an_entry_takes_the_types_of_its_annotations_only() -> None:
    """Other types are refused instead of compiled a second time."""
    with pytest.raises(TypeError):
        _sum_of_twice(np.array([1.0, 2.0]), 2)


def test_half_up_rounds_halves_up() -> None:
    """A half goes up, less goes down, nothing stays nothing."""
    assert [half_up(n, 2) for n in (0, 1, 2, 3)] == [0, 1, 1, 2]
    assert [half_up(n, 1000) for n in (499, 500, 1499, 1500)] == [0, 1, 1, 2]
    assert half_up(10**15 + 1800, 3600) == (10**15 + 1800 + 1800) // 3600


def test_kernels_below_an_entry_are_not_loaded() -> None:
    """In a process of its own the search loads the machine code of entries only."""
    code = (
        "import dispatch.solver.search as s; from dispatch.solver.operate import operate;"
        "from dispatch.solver.recreate import recreate;"
        "print(len(operate.signatures), len(recreate.signatures))"
    )
    # The first process may have to compile; the second finds everything on disk.
    root = Path(__file__).resolve().parents[2]
    for _ in range(2):
        done = subprocess.run(
            [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=root
        )
    assert done.stdout.split() == ["1", "0"]
    assert visit_next.__name__ == "visit_next"


def test_the_world_is_laid_out_by_its_header() -> None:
    """Scalars stand in the header, tables where the header says."""
    problem = two_engineers()
    world = compile_world(problem)
    assert world[layout.VISITS] == 3
    assert world[layout.SHIFTS] == 2
    at = world[layout.LOC]
    assert list(world[at : at + 3]) == [1, 2, 3]
    assert list(world[world[layout.PER_HOUR] :][:2]) == [6000, 6000]
