"""The process that solves goes on where search and timetable disagree, and says so."""

from __future__ import annotations

import io
import threading
from typing import Any

import pytest

from dispatch.errors import SolverDisagreement
from dispatch.operations.solver_process import solve_all_the_same

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


def test_other_seeds_and_then_the_other_engine_are_tried(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    """Each failure is told with the seed that shows it."""
    tried, answers = asked(monkeypatch, 3)
    assert tried == [(7, "auto"), (1007, "auto"), (2007, "auto"), (2007, "ortools")]
    assert answers.getvalue() == "plan"
    told = capsys.readouterr().err
    assert [told.count(f"seed {seed}: ") for seed in (7, 1007, 2007)] == [1, 1, 1]


def test_who_fails_every_time_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """The defect is not hidden in the end."""
    with pytest.raises(SolverDisagreement):
        asked(monkeypatch, 4)
