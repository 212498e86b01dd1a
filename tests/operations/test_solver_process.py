"""The process that solves goes on where search and timetable disagree, and says so."""

from __future__ import annotations

import io
import json
import threading
import time
from pathlib import Path
from typing import Any, Self

import pytest

from dispatch.errors import SolverDisagreement
from dispatch.operations.solver_child import SolverChild
from dispatch.operations.solver_process import solve_all_the_same
from dispatch.operations.solving import SolveOrder, solve_apart

HEADER = {"seed": 7, "engine": "auto"}


def asked(monkeypatch: pytest.MonkeyPatch, wrong: int) -> tuple[list[tuple[int, str]], io.StringIO]:
    """Solve with a search that is wrong so many times; seeds and engines it was asked for."""
    tried: list[tuple[int, str]] = []
    answers = io.StringIO()

    def solve(header: dict[str, Any], *_: object) -> None:
        tried.append((header["seed"], header["engine"]))
        if len(tried) <= wrong:
            raise SolverDisagreement("orders break the rule VAN_STOCK")
        answers.write("plan")

    monkeypatch.setattr("dispatch.operations.solver_process._solve", solve)
    solve_all_the_same(HEADER, b"", answers, threading.Event())
    return tried, answers


def test_a_sound_search_is_asked_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """Nothing is done twice without a reason."""
    tried, answers = asked(monkeypatch, 0)
    assert (tried, answers.getvalue()) == ([(7, "auto")], "plan")


def test_other_seeds_and_then_the_other_engine_are_tried(monkeypatch: pytest.MonkeyPatch) -> None:
    """Each failure is told with the seed that shows it."""
    tried, answers = asked(monkeypatch, 3)
    assert tried == [(7, "auto"), (1007, "auto"), (2007, "auto"), (2007, "ortools")]
    *notes, plan = answers.getvalue().splitlines()
    assert plan == "plan"
    assert [json.loads(note) for note in notes] == [
        {
            "kind": "note",
            "note": f"seed {seed}: orders break the rule VAN_STOCK; tried again with {instead}",
        }
        for seed, instead in ((7, "seed 1007"), (1007, "seed 2007"), (2007, "engine ortools"))
    ]


def test_who_fails_every_time_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The defect is not hidden in the end."""
    with pytest.raises(SolverDisagreement):
        asked(monkeypatch, 4)


class Disagreeing:
    """A process that had to try twice: its lines, as they would come."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def give(self, *_: object) -> None:
        """Take the order."""

    def lines(self) -> list[bytes]:
        """What it answers."""
        told = ({"kind": "note", "note": "seed 1: wrong"}, {"kind": "plan", "plan": {"routes": []}})
        return [json.dumps(one).encode() for one in told]

    def wait(self) -> int:
        """End well."""
        return 0


def test_a_note_reaches_the_log_and_whoever_asked(caplog: pytest.LogCaptureFixture) -> None:
    """It is no answer, and it is not lost with the process."""
    child: Any = Disagreeing()
    solved = solve_apart(SolveOrder("{}"), child=child)
    assert (solved.plan, solved.notes) == ({"routes": []}, ("seed 1: wrong",))
    assert "solver: seed 1: wrong" in caplog.text


def test_a_process_that_waits_has_loaded_the_solver() -> None:
    """Whoever starts it early waits less."""
    with SolverChild() as child:
        loaded = Path(f"/proc/{child.pid}/maps")
        give_up = time.monotonic() + 60
        while "llvmlite" not in loaded.read_text() and time.monotonic() < give_up:
            time.sleep(0.1)
        assert "llvmlite" in loaded.read_text()
