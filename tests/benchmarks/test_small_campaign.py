"""The campaign of small cases: what it draws, what it tells."""

from __future__ import annotations

import csv
from pathlib import Path

import pytest

from benchmarks.small import main, summary
from benchmarks.small_cases import small_case


def test_every_rule_turns_up() -> None:
    """Among sixty cases each rule of the contract is met at least once."""
    cases = [small_case(seed) for seed in range(60)]
    visits = [visit for case in cases for visit in case.visits]
    shifts = [shift for case in cases for shift in case.shifts]
    assert max(len(case.visits) for case in cases) <= 8
    assert any(len(visit.windows) > 1 for visit in visits)
    assert any(visit.sla for visit in visits)
    assert any(visit.due for visit in visits)
    assert any(visit.promise for visit in visits)
    assert any(visit.crew_size > 1 for visit in visits)
    assert any(visit.after for visit in visits)
    assert any(visit.tools and visit.parts for visit in visits)
    assert any(visit.unpopular for visit in visits)
    assert any(pin.position is not None for visit in visits for pin in visit.pins)
    assert any(pin.started for visit in visits for pin in visit.pins)
    assert any(len(shift.breaks) > 1 for shift in shifts)
    assert any(shift.latest_end > shift.end for shift in shifts)
    assert any(shift.max_travel is not None for shift in shifts)
    assert any(shift.fixed_start for shift in shifts)
    assert any(depot.inbound for case in cases for depot in case.depots)
    assert any(case.fairness_rate for case in cases)
    assert any(case.worst_lateness_per_hour for case in cases)
    assert any(case.now is not None for case in cases)


def test_campaign_counts_and_writes(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Three cases of one to three visits are solved, proved and listed."""
    out = tmp_path / "small.csv"
    asked = ["--first", "17", "--cases", "3", "--iterations", "200", "--out", str(out)]
    assert main(asked) == 0
    rows = list(csv.DictReader(out.read_text(encoding="utf-8").splitlines()))
    assert [row["seed"] for row in rows] == ["17", "18", "19"]
    told = capsys.readouterr().out
    assert "3 proved optima" in told
    assert "0 better than the exact solver" in told


def test_a_campaign_without_cases_has_no_share() -> None:
    """Nothing is divided by nothing."""
    assert "0 of 0" in summary([])
