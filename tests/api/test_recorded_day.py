"""The morning of a recorded day against a service that really runs, over HTTP alone."""

from __future__ import annotations

from collections import Counter
from pathlib import Path

from benchmarks.replay import read_recording, replay

LAST_LINE, END = 13, "09:15"
"""Up to here the test plays, so that it takes seconds; the command plays the whole day, twice."""


def test_the_recording_has_what_a_bad_day_has() -> None:
    """Sixty events: urgent requests, an overrun, sickness, a van, parts, a site, two dispatchers."""
    lines = read_recording()["events"]
    assert [line["n"] for line in lines] == list(range(1, 61))
    assert [line["at"] for line in lines] == sorted(line["at"] for line in lines)
    kinds = Counter(line["does"] for line in lines)
    assert kinds["urgent"] == 3
    for kind in ("visit_overrun", "engineer_absent", "van_broken_down", "part_missing"):
        assert kinds[kind] == 1
    assert kinds["site_closed"] == kinds["could_not_finish"] == 1
    offline = [line for line in lines if "happened" in line]
    again = [line for line in offline if line.get("again")]
    assert (len(offline) - len(again), len(again)) == (12, 5)
    order = [line["happened"] for line in offline if not line.get("again")]
    assert order != sorted(order)
    assert {line["who"] for line in lines if line.get("expect") == 409} == {"bo"}


def test_a_morning_of_it_holds(tmp_path: Path) -> None:
    """No visit lost or doubled, stock to the unit, the churn bill whole; the command does it all."""
    recording = read_recording() | {"ends": END}
    for line in recording["events"]:
        if "iterations" in line:
            line["iterations"] = 0
    day = replay(f"sqlite:///{tmp_path / 'day.db'}", recording, until=LAST_LINE)
    assert set(day.claims.values()) == {""}, day.claims
    assert sum(len(ids) for ids in day.diary.reports.values()) == 8
    assert len(day.closing.plans) >= 2
