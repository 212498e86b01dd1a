"""Rolling days: files found, requests accepted and rejected for good, nobody clairvoyant."""

from __future__ import annotations

from pathlib import Path

import pytest

from benchmarks.cases.instance import InstanceError, read_instance
from benchmarks.dynamic_day import run_day
from benchmarks.dynamic_files import find_days, read_releases
from benchmarks.own_tables import dynamic_table, reliability_table
from dispatch.planning.replan import Search

STATIC = """tiny

INFO
CREW COUNT  SKILLS  TOOLS   SPARE PARTS
1      1       1       1

DEPOT TECHNICIANS AND REQUESTS
ID   X     Y     TWS    TWE    Serv   SKILLS   TOOLS    SPARE PARTS
0    5     0     0      100    0      []       []       []
1    0     0     0      100    0      [0]      []       [0]
2    10    0     20     30     5      [0]      []       [0]
3    10    0     40     50     5      [0]      [0]      [0]
4    0     90    40     45     5      [0]      []       [0]
"""
RELEASES = """# Instance tiny
Dyn   Stat
2     1
ID    RD
2     -1
3     15
4     16
"""
SEARCH = Search("lns", None, 20)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder as it is handed over: static and dynamic files and the reference apart."""
    for name in ("static", "dynamic"):
        (tmp_path / name).mkdir()
    (tmp_path / "static/tiny.txt").write_text(STATIC)
    (tmp_path / "dynamic/tiny_rd_66.txt").write_text(RELEASES)
    table = "instance,dod_percent,mean_rejected\ntiny,66,1.5\n"
    (tmp_path / "reference_dyn.csv").write_text(table)
    return tmp_path


def test_everything_is_inferred_from_the_files(folder: Path) -> None:
    """The degree stands in the name, the static file and the reference lie anywhere below."""
    (day,) = find_days([folder])
    assert (day.name, day.degree, day.reference) == ("tiny", 66, 1.5)
    assert read_releases(day.releases) == {2: -1.0, 3: 15.0, 4: 16.0}
    assert find_days([folder], "other*") == []
    assert find_days([folder], "*", [10]) == []
    (folder / "static/tiny.txt").unlink()
    with pytest.raises(InstanceError, match=r"tiny_rd_66\.txt"):
        find_days([folder])


def test_a_request_out_of_reach_is_rejected_and_the_rest_served(folder: Path) -> None:
    """The engineer fetches the tool for the second request; the third lies 90 away from home."""
    (day,) = find_days([folder])
    done = run_day(read_instance(day.instance), read_releases(day.releases), SEARCH)
    assert done.rejected == ("r4",)
    assert (done.violations, done.failures, len(done.replan_s)) == ((), 0, 2)
    (route,) = done.plan.routes
    assert [stop.visit for stop in route.stops if stop.visit] == ["r2", "r3"]
    # Out and back, and the depot lies on the way: 2 x 10 if it is visited then, else 10 more.
    assert done.distance in (20.0, 30.0)


def test_tables_of_own_results() -> None:
    """Means by degree; a decile without stops has a row of its own."""
    told = {"appearing": "50", "violations": "0", "median_replan_s": "0.2"}
    rows = [
        {"degree": "50", "rejected": "1", "reference_mean": "2.5", "distance": "100", **told},
        {"degree": "50", "rejected": "0", "reference_mean": "", "distance": "300", **told},
    ]
    assert dynamic_table(rows).splitlines()[-1] == (
        "| 50 % | 2 | 0.50 | 2.50 | 50 | 200 | 0.20 s | 0 |"
    )
    empty = {"given": "90-100 %", "stops": "0", "mean_given_pct": "", "late_pct": ""}
    assert reliability_table([empty]).splitlines()[-1] == "| 90-100 % | 0 | - | - |"
