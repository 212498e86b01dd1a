"""A day's work at the command line: plan it, check it, explain it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from dispatch.cli import main

DAY = "2026-11-23T{}:00+08:00"


def at(time_of_day: str) -> str:
    """A time of the planned day."""
    return DAY.format(time_of_day)


def shift(id: str, start: str = "08:00", end: str = "17:00") -> dict[str, object]:
    """A working block from the office."""
    return {"id": id, "start": at(start), "end": at(end), "start_location": "office"}


CASE = {
    "planning_window": {"start": at("00:00"), "end": "2026-11-24T00:00:00+08:00"},
    "locations": [
        {"id": "office", "lat": 21.27, "lon": 110.36},
        {"id": "harbour", "lat": 21.20, "lon": 110.40},
        {"id": "hospital", "lat": 21.25, "lon": 110.30},
    ],
    "engineers": [
        {
            "id": "e1",
            "name": "陈伟",
            "skills": [{"name": "ups", "level": 2}],
            "shifts": [shift("e1-mon")],
        },
        {"id": "e2", "name": "\u001b[31m李敏", "shifts": [shift("e2-mon")]},
    ],
    "visits": [
        {
            "id": "v1",
            "location": "harbour",
            "duration": "PT1H",
            "required_skills": [{"name": "ups", "min_level": 2}],
        },
        {
            "id": "v2",
            "location": "hospital",
            "duration": "PT1H",
            "required_skills": [{"name": "cryogenics"}],
        },
        {"id": "v3", "location": "hospital", "duration": "PT1H"},
    ],
}


@pytest.fixture(scope="module")
def day(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    """A case file and its plan, made by the command itself."""
    folder = tmp_path_factory.mktemp("day")
    case, plan = folder / "case.json", folder / "plan.json"
    case.write_text(json.dumps(CASE), encoding="utf-8")
    assert main(["plan", str(case), "-o", str(plan), "--iterations", "200"]) == 0
    return case, plan


def test_the_plan_goes_to_stdout_and_the_summary_to_stderr(
    day: tuple[Path, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    """Standard output is one JSON document and nothing else; the names are not terminal codes."""
    assert main(["plan", str(day[0]), "--iterations", "200"]) == 0
    said = capfd.readouterr()
    document = json.loads(said.out)
    assert document["status"] == "partial"
    assert len(document["run"]["case_hash"]) == 64
    assert document["run"]["iterations"] == 200
    assert "陈伟" in said.err
    assert "\x1b" not in said.err
    assert "unassigned v2 (impossible)" in said.err


def test_two_runs_differ_in_nothing_but_the_time_they_took(
    day: tuple[Path, Path], tmp_path: Path
) -> None:
    """Same case, seed, engine and iterations: the same bytes but for run.elapsed_s."""
    again = tmp_path / "again.json"
    assert main(["plan", str(day[0]), "-o", str(again), "--iterations", "200"]) == 0

    def timeless(path: Path) -> list[str]:
        lines = path.read_text(encoding="utf-8").splitlines()
        return [line for line in lines if '"elapsed_s"' not in line]

    assert timeless(again) == timeless(day[1])


def test_one_process_or_two_make_the_same_plan(day: tuple[Path, Path], tmp_path: Path) -> None:
    """With enough iterations for two islands and for the last word of the routing model."""
    lines = []
    for processes in ("1", "2"):
        target = tmp_path / f"{processes}.json"
        options = ["-o", str(target), "--iterations", "20000", "--processes", processes]
        assert main(["plan", str(day[0]), *options]) == 0
        text = target.read_text(encoding="utf-8").splitlines()
        lines.append([line for line in text if '"elapsed_s"' not in line])
    assert lines[0] == lines[1]
    assert any("routing model agrees" in line for line in lines[0])


def test_the_plan_passes_the_check(
    day: tuple[Path, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    """Status 0, nothing on stdout."""
    assert main(["check", *map(str, day)]) == 0
    said = capfd.readouterr()
    assert (said.out, said.err) == ("", "no violations\n")


def altered(day: tuple[Path, Path], folder: Path, **changes: object) -> Path:
    """The plan with other top-level fields; None takes a field away."""
    document = json.loads(day[1].read_text(encoding="utf-8")) | changes
    target = folder / "altered.json"
    kept = {name: value for name, value in document.items() if value is not None}
    target.write_text(json.dumps(kept), encoding="utf-8")
    return target


def test_each_violation_is_a_line_and_the_status_is_one(
    day: tuple[Path, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A plan without its routes: two visits are missing, and the figures are wrong."""
    wrong = altered(day, tmp_path, routes=[])
    assert main(["check", str(day[0]), str(wrong)]) == 1
    lines = capfd.readouterr().out.splitlines()
    assert sum(line.startswith("MISSING_VISIT") for line in lines) == 2
    assert any(line.startswith("COST_LABOUR") for line in lines)
    assert main(["check", str(day[0]), str(wrong), "--no-cost"]) == 1
    assert "COST_" not in capfd.readouterr().out


def test_a_plan_without_cost_passes_only_when_asked_for(
    day: tuple[Path, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """Plans made by hand have no cost: bad input, unless --no-cost says that it is meant."""
    made_by_hand = altered(day, tmp_path, cost=None, run=None)
    assert main(["check", str(day[0]), str(made_by_hand), "--no-cost"]) == 0
    assert main(["check", str(day[0]), str(made_by_hand)]) == 2
    assert "#/cost" in capfd.readouterr().err


def test_both_files_tell_their_problems_together(
    day: tuple[Path, Path], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    """A wrong case and a wrong plan: the issues of both, each with its file."""
    case, plan = tmp_path / "case.json", tmp_path / "plan.json"
    case.write_text("{}", encoding="utf-8")
    plan.write_text('{"status": "fine", "routes": []}', encoding="utf-8")
    assert main(["check", str(case), str(plan)]) == 2
    told = capfd.readouterr().err
    assert f"{case}#/planning_window" in told
    assert f"{plan}#/status" in told


def test_explain_tells_why_a_visit_is_left_out(
    day: tuple[Path, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    """Reasons for both engineers and the remedy, in the language asked for."""
    assert main(["explain", *map(str, day)]) == 0
    english = capfd.readouterr().out
    assert english.startswith("v2: not planned; no shift takes it even alone")
    assert english.count("[NO_SKILL]") == 2
    assert "-> Train" in english
    assert "\x1b" not in english
    assert main(["explain", *map(str, day), "v2", "--language", "zh"]) == 0
    assert "缺" in (chinese := capfd.readouterr().out) or "不具备" in chinese


def test_explain_tells_why_this_engineer(
    day: tuple[Path, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    """v1 needs a skill that only 陈伟 has; v3 could go to the other one at a price."""
    assert main(["explain", *map(str, day), "v1"]) == 0
    told = capfd.readouterr().out.splitlines()
    assert told[0].startswith("v1: 陈伟 starts at 2026-11-23")
    assert "[NO_SKILL]" in told[1]
    assert main(["explain", *map(str, day), "v3"]) == 0
    told = capfd.readouterr().out.splitlines()
    assert len(told) == 2
    assert told[1].endswith((" more", " less", "costs the same"))


def test_explain_refuses_a_visit_that_is_none(
    day: tuple[Path, Path], capfd: pytest.CaptureFixture[str]
) -> None:
    """An unknown visit is bad input."""
    assert main(["explain", *map(str, day), "v99"]) == 2
    assert "visit 'v99': not found" in capfd.readouterr().err


def test_help_and_version_load_no_solver() -> None:
    """Asking for help imports neither the solver's nor the server's libraries."""
    script = (
        "import sys; from dispatch.cli import main\n"
        "status = main(sys.argv[1:])\n"
        "heavy = {'ortools', 'numba', 'numpy', 'fastapi', 'sqlmodel', 'sqlalchemy', 'pydantic'}\n"
        "print(status, sorted(heavy & sys.modules.keys()))"
    )
    for word in ("--help", "--version"):
        done = subprocess.run(
            [sys.executable, "-c", script, word], capture_output=True, text=True, check=True
        )
        assert done.stdout.splitlines()[-1] == "0 []"


def test_a_reader_that_leaves_early_is_no_crash(day: tuple[Path, Path]) -> None:
    """``dispatch plan ... | true``: no traceback, status 141."""
    command = [sys.executable, "-m", "dispatch", "plan", str(day[0]), "--iterations", "1"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout is not None
        process.stdout.close()
        assert process.stderr is not None
        told = process.stderr.read().decode()
        assert process.wait() == 141
    assert "Traceback" not in told
    assert "BrokenPipe" not in told


def test_ctrl_c_gives_the_best_plan_so_far(day: tuple[Path, Path], tmp_path: Path) -> None:
    """An hour on the clock, SIGINT after the start: a whole, right plan and status 0."""
    target = tmp_path / "plan.json"
    # With thousands of visits to shuffle, the search would not end by itself.
    document = dict(CASE)
    document["visits"] = [
        {**CASE["visits"][2], "id": f"v{i}", "duration": "PT20M"} for i in range(40)
    ]
    case = tmp_path / "case.json"
    case.write_text(json.dumps(document), encoding="utf-8")
    command = [sys.executable, "-m", "dispatch", "plan", str(case), "-o", str(target)]
    with subprocess.Popen(
        [*command, "--time-limit", "1h"], stderr=subprocess.PIPE, text=True
    ) as process:
        # The handler is in place once the search has begun; before that Ctrl-C simply ends it.
        deadline = time.monotonic() + 120
        while not _searches(process.pid) and time.monotonic() < deadline:
            time.sleep(0.2)
        os.kill(process.pid, signal.SIGINT)
        _, told = process.communicate(timeout=120)
    assert process.returncode == 0, told
    assert main(["check", str(case), str(target)]) == 0


def _searches(pid: int) -> bool:
    """Tell whether a process handles SIGINT itself (Linux only; elsewhere after a while)."""
    status = Path(f"/proc/{pid}/status")
    if not status.exists():
        time.sleep(10)
        return True
    maps = Path(f"/proc/{pid}/maps").read_text(encoding="utf-8")
    return "llvmlite" in maps
