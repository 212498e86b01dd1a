"""Keeping the best plans: only better ones, only checked ones, written with their routes."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from benchmarks.best_known import (
    Known,
    comparison,
    passes_check,
    plan_of_routes,
    read_known,
    update,
    write_known,
)
from benchmarks.cases import Node, TrspInstance, trsp_case
from benchmarks.families import DATA, Instance, praxedo, trsp
from benchmarks.measure import measure, stem_of
from benchmarks.recompute import orders_of_plan, recompute_trsp

DAY = date(2026, 11, 22)
DEPOT = Node(0, 50, 50, 0, 1000, 0, (), (), ())
HOME = Node(1, 0, 0, 0, 1000, 0, (), (), ())
NEAR = Node(2, 3, 4, 0, 1000, 2, (), (), ())
FAR = Node(3, 6, 8, 0, 1000, 1, (), (), ())
LINE = TrspInstance("line", 1, (DEPOT, HOME, NEAR, FAR))


def line(best: float | None) -> Instance:
    """Two requests on one line: 20 units of travel and 3 of service in either order out."""
    return Instance(
        "line",
        best,
        0,
        lambda: trsp_case(LINE),
        lambda plan: recompute_trsp(LINE, orders_of_plan(plan)),
        lambda plan: plan["kpis"]["working_time_s"] / 1000,
    )


def keep(folder: Path, stops: list[str], seed: int = 1) -> Path:
    """Write a kept plan file with these stops."""
    plan = plan_of_routes({"t1": stops} if stops else {})
    plan["run"] = {"seed": seed, "engine": "auto", "time_limit_s": 10.0}
    path = folder / f"{stem_of('line', 'auto', seed, 10)}.plan.json"
    path.write_text(json.dumps(plan))
    return path


def accept(instance: Instance, path: Path) -> bool:
    """Say yes to every plan."""
    return True


def test_a_better_plan_is_kept_with_its_routes(tmp_path: Path) -> None:
    """23 units beat the published 25 by 8 %."""
    keep(tmp_path, ["r2", "r3"])
    known, refused = update({}, [line(25.0)], tmp_path, DAY, accept)
    entry = known["line"]
    assert (entry.value, entry.unserved, entry.published, entry.gap_pct) == (23.0, 0, 25.0, -8.0)
    assert (entry.routes, entry.engine, entry.seed) == ({"t1": ["r2", "r3"]}, "auto", 1)
    assert (entry.seconds, entry.date) == (10.0, "2026-11-22")
    assert refused == []


@pytest.mark.parametrize("published", [23.0, 22.0])
def test_what_is_no_better_is_not_kept(tmp_path: Path, published: float) -> None:
    """The published value itself is no news."""
    keep(tmp_path, ["r2", "r3"])
    assert update({}, [line(published)], tmp_path, DAY, accept) == ({}, [])


def test_leaving_a_request_out_is_no_gain(tmp_path: Path) -> None:
    """12 units with one of two served do not beat 25 with both."""
    keep(tmp_path, ["r2"])
    assert update({}, [line(25.0)], tmp_path, DAY, accept) == ({}, [])


def test_a_plan_that_breaks_a_rule_is_not_kept(tmp_path: Path) -> None:
    """Serving a request twice is no plan, whatever the checker says."""
    keep(tmp_path, ["r2", "r3", "r2"])
    assert update({}, [line(None)], tmp_path, DAY, accept) == ({}, [])


def test_what_the_checker_refuses_is_told_and_not_kept(tmp_path: Path) -> None:
    """A better value without a clean check is an alarm."""
    path = keep(tmp_path, ["r2", "r3"])
    assert update({}, [line(25.0)], tmp_path, DAY, lambda *_: False) == ({}, [path])


def test_a_kept_plan_stays_until_a_better_one_comes(tmp_path: Path) -> None:
    """An entry at 22.9 is not replaced by 23 units, one at 23.5 is."""
    keep(tmp_path, ["r2", "r3"])
    known, _ = update({}, [line(25.0)], tmp_path, DAY, accept)
    better: Known = {"line": replace(known["line"], value=22.9)}
    worse: Known = {"line": replace(known["line"], value=23.5)}
    assert update(better, [line(25.0)], tmp_path, DAY, accept)[0] == better
    assert update(worse, [line(25.0)], tmp_path, DAY, accept)[0]["line"].value == 23.0


def test_a_file_of_entries_is_read_as_written(tmp_path: Path) -> None:
    """Nothing is lost on the way to the file and back; no file is nothing known."""
    keep(tmp_path, ["r2", "r3"])
    known, _ = update({}, [line(25.0)], tmp_path, DAY, accept)
    file = tmp_path / "deep" / "trsp.json"
    assert read_known(file) == {}
    write_known(file, known)
    assert read_known(file) == known
    assert "| line | 25.0000 | 23.0000 | -8.000 % | 10 | 1 |" in comparison([line(25.0)], known)


def test_a_plan_of_dispatch_passes_the_check_and_a_bent_one_does_not(tmp_path: Path) -> None:
    """The real checker judges: a plan just made, and the same with its stops swapped."""
    instance = line(25.0)
    row = measure("trsp", instance, "auto", 1, 1.0, tmp_path)
    assert (row.value, row.check, row.violations) == (pytest.approx(23.0), 0, 0)
    path = tmp_path / f"{stem_of('line', 'auto', 1, 1.0)}.plan.json"
    assert passes_check(instance, path)
    plan: dict[str, Any] = json.loads(path.read_text())
    plan["routes"][0]["stops"].reverse()
    bent = tmp_path / "bent.plan.json"
    bent.write_text(json.dumps(plan))
    assert not passes_check(instance, bent)


@pytest.mark.parametrize(("family", "read"), [("trsp", trsp), ("praxedo", praxedo)])
def test_committed_values_are_worth_what_they_say(family: str, read: Any) -> None:
    """Routes in the repository, scored again, give their value and break no rule."""
    file = Path(__file__).parents[2] / "benchmarks" / "best_known" / f"{family}.json"
    known = read_known(file)
    if not DATA.is_dir():
        pytest.skip(f"NO REFERENCE DATA AT {DATA}: BEST KNOWN VALUES NOT SCORED AGAIN")
    instances = {instance.name: instance for instance in read(DATA, 25)}
    assert known.keys() <= instances.keys()
    for name, entry in known.items():
        scored = instances[name].recompute(plan_of_routes(entry.routes))
        assert scored.violations == ()
        assert len(scored.unserved) == entry.unserved
        assert scored.value == pytest.approx(entry.value, abs=1e-4)
