"""The runner around plans: rows, gaps, tables between markers, and the plain peer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.__main__ import main
from benchmarks.cases import Node, TrspInstance, trsp_case
from benchmarks.families import FAMILIES, Instance, choose
from benchmarks.measure import COLUMNS, Row, measure, thinned
from benchmarks.peers.ortools_plain import cannot_express
from benchmarks.recompute import orders_of_plan, recompute_trsp
from benchmarks.tables import TableError, fill_markers, read_results, table
from benchmarks.traces import traces_beside, write_traces

DEPOT = Node(0, 0, 0, 0, 100, 0, (), (), ())
HOME = Node(1, 0, 0, 0, 100, 0, (0,), (), (1,))
FIRST = Node(2, 3, 4, 10, 20, 2, (0,), (), (1,))
SECOND = Node(3, 6, 8, 0, 30, 1, (0,), (), (1,))
ONE_PART_SHORT = TrspInstance("one part short", 1, (DEPOT, HOME, FIRST, SECOND))


def instance(best: float | None = 20.0, best_unserved: int = 0) -> Instance:
    """Two requests, one part on board; the depot stands at home."""
    return Instance(
        "short",
        best,
        best_unserved,
        lambda: trsp_case(ONE_PART_SHORT),
        lambda plan: recompute_trsp(ONE_PART_SHORT, orders_of_plan(plan)),
        lambda plan: plan["kpis"]["working_time_s"] / 1000,
    )


def row(**changes: Any) -> dict[str, str]:
    """Return a good row as CSV cells, with changes."""
    fine = Row(
        "trsp", "a", "auto", 1, 10.0, 100, 0, 101.0, 100.0, 0, 1.0, 0, 0, None, None, 9.9, ""
    )
    return {**fine.cells(), **changes}


def test_the_peer_fetches_the_missing_part(tmp_path: Path) -> None:
    """Depot first (it is at home), out at 5, 10-12, 17-18, home at 28: 23 units, 15 % above 20."""
    found = measure("trsp", instance(), "peer:ortools_plain", 1, 1.0, tmp_path)
    assert (found.unserved, found.violations, found.failed) == (0, 0, False)
    assert found.value == pytest.approx(23.0)
    assert found.gap_pct == pytest.approx(15.0)
    assert found.check is None


def test_no_gap_where_another_number_is_served(tmp_path: Path) -> None:
    """A shorter day with fewer requests served is not a better one."""
    found = measure("trsp", instance(best_unserved=1), "peer:ortools_plain", 1, 1.0, tmp_path)
    assert found.gap_pct is None


def test_an_engine_that_does_not_run_is_a_failed_row(tmp_path: Path) -> None:
    """The run is counted and noted, not lost."""
    found = measure("trsp", instance(), "peer:nobody", 1, 1.0, tmp_path)
    assert found.failed
    assert found.value is None
    assert "exit 1" in found.note
    assert list(found.cells()) == COLUMNS


def test_the_peer_refuses_what_it_cannot_say() -> None:
    """A case with an SLA is not silently planned without it."""
    case = json.loads(json.dumps(trsp_case(ONE_PART_SHORT)))
    assert cannot_express(case) is None
    case["visits"][0]["sla"] = {"severity": "major"}
    assert cannot_express(case) == "visit r2 uses sla"


def test_instances_are_chosen_by_patterns() -> None:
    """Several patterns are joined by commas."""
    assert [one.name for one in choose([instance()], "long,sho*")] == ["short"]
    assert choose([instance()], "long") == []


def test_a_table_of_gaps() -> None:
    """Gaps of 1 % and -0.5 %: means and median 0.25 %, one at or below the best known."""
    text = table([row(), row(instance="b", gap_pct="-0.5", unserved="2")])
    assert text.splitlines()[2] == (
        "| auto | 10 s | 2 x 1 | +0.25 % | +0.25 % | +0.25 % | -0.50 % | +1.00 % | 1 of 2 | 2 | 0 |"
    )


@pytest.mark.parametrize("broken", [{"value": ""}, {"violations": "1"}, {"check": "1"}])
def test_a_table_counts_what_failed(broken: dict[str, str]) -> None:
    """No plan, a broken rule and a refused check each count as one."""
    assert table([row(**broken)]).splitlines()[2].endswith("| 1 |")


def test_a_table_of_service() -> None:
    """Without best known values a table says what was served, met and paid."""
    cells = row(best_known="", gap_pct="", sla_met="90", sla_total="100", value="1234567.0")
    assert table([cells]).splitlines()[2] == (
        "| a | auto | 10 s | 100 | 0 | 90 of 100 | 1,234,567 | 0 |"
    )


def test_tables_go_between_markers(tmp_path: Path) -> None:
    """Text around the markers stays, what stood between them goes; twice changes nothing."""
    header, cells = ",".join(COLUMNS), ",".join(row().values())
    (tmp_path / "trsp.csv").write_text(f"{header}\n{cells}\n")
    text = "before\n<!-- table:trsp -->\nold\n<!-- /table:trsp -->\nafter\n"
    filled = fill_markers(text, tmp_path)
    assert filled.startswith("before\n<!-- table:trsp -->\n| engine |")
    assert filled.endswith("|\n<!-- /table:trsp -->\nafter\n")
    assert "old" not in filled
    assert fill_markers(filled, tmp_path) == filled


def test_a_marker_without_a_result_is_an_error(tmp_path: Path) -> None:
    """A README never shows a table that nobody can trace to a file."""
    with pytest.raises(TableError, match=r"expected the result file trsp\.csv"):
        fill_markers("<!-- table:trsp -->\n<!-- /table:trsp -->", tmp_path)


def test_wins_are_counted_where_engines_meet() -> None:
    """Of two runs peer:x serves one fewer in a and is shorter in b; so each engine wins one."""
    rows = [
        row(),
        row(instance="b"),
        row(engine="peer:x", unserved="1", value="90.0", gap_pct="", check="", part="whole"),
        row(engine="peer:x", instance="b", value="99.0", gap_pct="-1.0", check="", part="whole"),
    ]
    lines = table(rows).splitlines()
    assert "| 1 of 2 | 0 | 0 |" in lines[2]
    assert lines[3].endswith("| 1 of 1 | 1 of 2 | 1 | 0 | whole |")


def test_without_published_values_engines_are_compared_with_the_best_run() -> None:
    """100 against 110 with nothing published: 0 and 10 %."""
    rows = [
        row(best_known="", gap_pct="", value="100.0"),
        row(best_known="", gap_pct="", value="110.0", engine="ortools"),
    ]
    lines = table(rows).splitlines()
    assert "at or below best of these runs" in lines[0]
    assert lines[2].startswith("| auto | 10 s | 1 x 1 | +0.00 % |")
    assert lines[3].startswith("| ortools | 10 s | 1 x 1 | +10.00 % |")


def test_seed_medians_are_averaged_over_instances() -> None:
    """Gaps 0, 1 and 8 % in three seeds of a, 3 % in one of b: medians 1 and 3, mean 2 %."""
    rows = [row(gap_pct=gap, seed=str(seed)) for seed, gap in enumerate(("0.0", "1.0", "8.0"))]
    rows.append(row(instance="b", gap_pct="3.0", seed="0"))
    assert "| +3.00 % | +2.00 % | +2.00 % | +0.00 % | +8.00 % |" in table(rows)


def test_a_trace_keeps_its_ends_and_the_last_of_each_slice() -> None:
    """A thousand improvements become at most sixty points, the first and the last among them."""
    points = [(second / 100, 0, 1000.0 - second) for second in range(1000)]
    kept = thinned(points, 60)
    assert len(kept) <= 60
    assert (kept[0], kept[-1]) == (points[0], points[-1])
    assert kept == sorted(kept)
    assert thinned(points[:5], 60) == points[:5]


def test_traces_lie_beside_the_result_file(tmp_path: Path) -> None:
    """Incumbents in the instance's units end at the value of the row; no traces, no file."""
    found = measure("trsp", instance(), "auto", 1, 1.0, tmp_path)
    assert found.value is not None
    assert found.trace[-1][1:] == (0, pytest.approx(found.value, abs=1e-3))
    path = traces_beside(tmp_path / "trsp.csv")
    assert path.name == "trsp.trace.csv"
    write_traces(path, [found])
    lines = path.read_text().splitlines()
    assert lines[0] == "family,instance,engine,seed,time_limit_s,elapsed_s,unserved,value"
    assert lines[1].startswith("trsp,short,auto,1,1.0,")
    write_traces(path, [])
    assert not path.exists()


def test_one_call_runs_limits_seeds_and_engines(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two limits and two seeds of one instance are four rows, each with files of its own."""
    monkeypatch.setitem(FAMILIES, "trsp", lambda *_: [instance()])
    arguments = ["trsp", "--engine", "peer:ortools_plain", "--time-limit", "0.2,0.3"]
    arguments += ["--seeds", "1,2", "--out", str(tmp_path / "r.csv"), "--keep", str(tmp_path)]
    assert main([*arguments, "--data", str(tmp_path)]) == 0
    rows = read_results(tmp_path / "r.csv")
    assert [(row["time_limit_s"], row["seed"]) for row in rows] == [
        ("0.2", "1"),
        ("0.2", "2"),
        ("0.3", "1"),
        ("0.3", "2"),
    ]
    assert len(list(tmp_path.glob("*.plan.json"))) == 4
    assert len(capsys.readouterr().out.splitlines()) == 4


def test_benchmarks_with_own_options_are_their_modules(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rest of the line goes to the module; a module that is not there is said."""
    assert main(["best-known", "trsp", "--data", "nowhere"]) == 2
    assert "no reference data at nowhere" in capsys.readouterr().err
    monkeypatch.setattr("benchmarks.__main__.OWN_COMMANDS", ("absent",))
    assert main(["absent"]) == 2
    assert "expected the module benchmarks.absent" in capsys.readouterr().err
