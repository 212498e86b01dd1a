"""Malformed and hostile case files: exit status 2, every problem told, nothing written."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from dispatch.cli import main

CORPUS = Path(__file__).resolve().parents[1] / "corpus"
CASES = sorted((CORPUS / "cases").glob("*.json"))
POINTERS: dict[str, list[str]] = json.loads(
    (CORPUS / "expected_pointers.json").read_text(encoding="utf-8")
)


def test_the_corpus_is_there() -> None:
    """At least thirty files, each of a kind of its own."""
    assert len(CASES) >= 30


@pytest.mark.parametrize("path", CASES, ids=lambda path: path.stem)
def test_a_bad_case_is_refused_with_a_pointer_to_every_problem(
    path: Path, tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Exit status 2, one line for each problem, no plan on stdout and no file."""
    target = tmp_path / "plan.json"
    assert main(["plan", str(path), "-o", str(target)]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    lines = [line.split(": ")[0] for line in said.err.splitlines()]
    assert [
        pointer for pointer in POINTERS[path.stem] if (pointer or "(document)") not in lines
    ] == []
    assert list(tmp_path.iterdir()) == []


def test_the_real_command_does_the_same(tmp_path: Path) -> None:
    """One file through a process of its own: the status reaches the shell."""
    done = subprocess.run(
        [sys.executable, "-m", "dispatch", "plan", str(CORPUS / "cases" / "nan-coordinates.json")],
        capture_output=True,
        text=True,
        check=False,
    )
    assert (done.returncode, done.stdout) == (2, "")
    assert "/locations/0/lat" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "arguments",
    [
        ["plan"],
        ["plan", "no-such-file.json"],
        ["plan", "CASE", "--time-limit", "soon"],
        ["plan", "CASE", "--engine", "magic"],
        ["plan", "CASE", "--seed", "99999999999"],
        ["plan", "CASE", "--iterations", "-1"],
        ["plan", "CASE", "-o", "no/such/folder/plan.json"],
        ["check", "CASE", "no-such-plan.json"],
        ["check", "CASE", "CASE"],
        ["conjure"],
    ],
    ids=" ".join,
)
def test_bad_arguments_are_bad_input(
    arguments: list[str], capfd: pytest.CaptureFixture[str]
) -> None:
    """Missing files, silly limits, unknown engines and commands: exit status 2 and no traceback."""
    good = str(CORPUS / "good_case.json")
    assert main([good if word == "CASE" else word for word in arguments]) == 2
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err != ""
    assert "Traceback" not in said.err
