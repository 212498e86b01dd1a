"""Machine code: fixed types, kept on disk, loaded without the compiler."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from named_worlds import two_engineers

from dispatch.solver import layout
from dispatch.solver.cheapest_columns import choose_cheapest
from dispatch.solver.compiled import operate
from dispatch.solver.kernel import address, kernel, pointer
from dispatch.solver.kernel_build import build
from dispatch.solver.kernel_library import Library
from dispatch.solver.kernel_store import MOST_VERSIONS, own, read, write
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


@kernel
def _sum_of_twice(cells: Address, count: int) -> int:
    return _sum(pointer(cells), count)


@kernel
def _least_and_most(cells: Address, count: int, share: float) -> tuple[int, int]:
    least = most = pointer(cells)[0]
    for i in range(1, count):
        least, most = min(least, pointer(cells)[i]), max(most, pointer(cells)[i])
    return int(least * share), most


@kernel
def _half(value: int) -> float:
    return value / 2


@pytest.fixture(scope="module")
def library() -> Library:
    """The kernels of this file, compiled in this process."""
    return Library(_sum_of_twice, _least_and_most, _half, kept=False)


def test_an_entry_is_compiled_with_what_lies_below_it(library: Library) -> None:
    """The sum of twice 1, 2, 3 is 12; of two results both come back."""
    cells = np.array([1, 2, 3], dtype=np.int64)
    assert library.call(_sum_of_twice)(address(cells), 3) == 12
    assert library.call(_least_and_most)(address(cells), 3, 5.0) == (5, 3)


def test_several_processes_translate_what_one_does() -> None:
    """Shared out among two processes the kernels of the search make the same library."""
    one, two = (build([choose_cheapest, half_up], processes=count) for count in (1, 2))
    assert len(one) == len(two)


def test_only_a_contiguous_row_of_int64_has_an_address() -> None:
    """What kernels would misread is refused."""
    with pytest.raises(TypeError, match="float64, expected contiguous int64"):
        address(np.zeros(2))
    with pytest.raises(TypeError, match="expected contiguous int64"):
        address(np.zeros(4, dtype=np.int64)[::2])


def test_an_entry_takes_numbers_as_its_annotations_name_them(library: Library) -> None:
    """An array is no address, a fraction no count; nothing but whole numbers is returned."""
    cells = np.array([1, 2], dtype=np.int64)
    with pytest.raises(TypeError):
        library.call(_sum_of_twice)(cells, 2)  # type: ignore[arg-type]
    with pytest.raises(TypeError):
        library.call(_sum_of_twice)(address(cells), 1.5)  # type: ignore[arg-type]
    with pytest.raises(ValueError, match=r"shorter|longer"):
        library.call(_sum_of_twice)(address(cells))  # type: ignore[call-arg]
    with pytest.raises(TypeError, match="return: float, expected int"):
        library.call(_half)


def test_only_compiled_code_has_pointers() -> None:
    """Python is told so."""
    with pytest.raises(TypeError, match="only compiled code has pointers"):
        pointer(0)


def test_only_entries_have_a_name_in_machine_code(library: Library) -> None:
    """What lies below them was inlined or is nobody else's business."""
    with pytest.raises(ValueError, match="no function"):
        library.call(_twice)


def test_half_up_rounds_halves_up() -> None:
    """A half goes up, less goes down, nothing stays nothing."""
    assert [half_up(n, 2) for n in (0, 1, 2, 3)] == [0, 1, 1, 2]
    assert [half_up(n, 1000) for n in (499, 500, 1499, 1500)] == [0, 1, 1, 2]
    assert half_up(10**15 + 1800, 3600) == (10**15 + 1800 + 1800) // 3600


def test_machine_code_on_disk_needs_no_compiler() -> None:
    """A process that finds the search compiled does not import the compiler at all."""
    assert operate.__name__ == "operate"  # This process has made or found the machine code.
    code = "import sys, dispatch.solver.search; print('numba' in sys.modules)"
    root = Path(__file__).resolve().parents[2]
    command = [sys.executable, "-c", code]
    done = subprocess.run(command, capture_output=True, text=True, check=True, cwd=root)
    assert done.stdout.strip() == "False"


def test_torn_machine_code_is_not_loaded(tmp_path: Path) -> None:
    """One bit changed, or half of a file, is as good as nothing; the next place is asked then."""
    first, second = tmp_path / "a", tmp_path / "b"
    write("kernels-1.bin", b"machine code", [first, second])
    assert read("kernels-1.bin", [first]) == b"machine code"
    assert not second.exists()
    file = first / "kernels-1.bin"
    whole = file.read_bytes()
    for torn in (b"M" + whole[1:], whole[:20], b""):
        file.write_bytes(torn)
        assert read("kernels-1.bin", [first]) is None
    write("kernels-1.bin", b"machine code", [second])
    assert read("kernels-1.bin", [first, second]) == b"machine code"


def test_machine_code_goes_where_something_can_be_written(tmp_path: Path) -> None:
    """A file that stands in the way is no folder; the few versions used last stay."""
    (tmp_path / "file").write_text("")
    for number in range(MOST_VERSIONS + 2):
        write(f"kernels-{number}.bin", b"x", [tmp_path / "file", tmp_path / "b"])
        os.utime(tmp_path / "b" / f"kernels-{number}.bin", (number, number))
    write("kernels-last.bin", b"x", [tmp_path / "b"])
    kept = {file.name for file in (tmp_path / "b").iterdir()}
    assert kept == {"kernels-last.bin"} | {
        f"kernels-{number}.bin" for number in range(3, MOST_VERSIONS + 2)
    }


def test_a_folder_that_others_may_write_to_is_not_trusted(tmp_path: Path) -> None:
    """Machine code from there would be run as whoever loads it; a link may lead anywhere."""
    folder = tmp_path / "mine"
    assert own(folder)
    (tmp_path / "link").symlink_to(folder)
    assert not own(tmp_path / "link")
    folder.chmod(0o777)
    assert not own(folder)


def test_the_world_is_laid_out_by_its_header() -> None:
    """Scalars stand in the header, tables where the header says."""
    problem = two_engineers()
    world = compile_world(problem)
    assert world[layout.VISITS] == 3
    assert world[layout.SHIFTS] == 2
    at = world[layout.LOC]
    assert list(world[at : at + 3]) == [1, 2, 3]
    assert list(world[world[layout.PER_HOUR] :][:2]) == [6000, 6000]
