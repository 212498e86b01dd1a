"""``dispatch plan --bound``: what no plan can be below, printed and written."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dispatch.cli import main

DAY = "2026-11-23T{}:00+08:00"


def case() -> dict[str, object]:
    """One engineer, two visits, one of which needs a skill that nobody has."""
    shift = {"id": "s1", "start": DAY.format("08:00"), "end": DAY.format("17:00")}
    return {
        "planning_window": {"start": DAY.format("00:00"), "end": DAY.format("23:00")},
        "travel": {
            "source": "matrix",
            "matrix": {
                "locations": ["office", "harbour"],
                "duration_s": [[0, 600], [600, 0]],
                "distance_m": [[0, 5000], [5000, 0]],
            },
        },
        "locations": [{"id": "office"}, {"id": "harbour"}],
        "engineers": [{"id": "e1", "shifts": [{**shift, "start_location": "office"}]}],
        "visits": [
            {"id": "v1", "location": "harbour", "duration": "PT1H"},
            {
                "id": "v2",
                "location": "harbour",
                "duration": "PT1H",
                "required_skills": [{"name": "cryogenics"}],
                "priority": "high",
            },
        ],
    }


def test_bound_is_printed_and_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """80 minutes at 60 an hour and 10 km cost 8800; the bound lies a rounding below."""
    source, target = tmp_path / "case.json", tmp_path / "plan.json"
    source.write_text(json.dumps(case()), encoding="utf-8")
    status = main(["plan", str(source), "-o", str(target), "--iterations", "50", "--bound"])
    assert status == 0
    bound = json.loads(target.read_text(encoding="utf-8"))["run"]["bound"]
    assert (bound["objective"], bound["plan_value"], bound["value"]) == ("cost", 8800, 8799)
    assert bound["gap"] == round(1 / 8800, 6)
    assert bound["unassigned"] == {"low": 0, "normal": 0, "high": 1, "mandatory": 0}
    assert "no plan is below 8799" in capsys.readouterr().err
    assert main(["check", str(source), str(target)]) == 0


def test_bound_is_told_in_chinese(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The summary says it in the language asked for."""
    source, target = tmp_path / "case.json", tmp_path / "plan.json"
    source.write_text(json.dumps(case()), encoding="utf-8")
    arguments = ["plan", str(source), "-o", str(target), "--iterations", "50", "--bound"]
    assert main([*arguments, "--language", "zh"]) == 0
    assert "任何计划都不低于 8799" in capsys.readouterr().err


def test_no_bound_unless_asked(tmp_path: Path) -> None:
    """A plan without `--bound` has no `run.bound`."""
    source, target = tmp_path / "case.json", tmp_path / "plan.json"
    source.write_text(json.dumps(case()), encoding="utf-8")
    assert main(["plan", str(source), "-o", str(target), "--iterations", "50"]) == 0
    assert "bound" not in json.loads(target.read_text(encoding="utf-8"))["run"]
