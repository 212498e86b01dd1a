"""The runner around plans: rows, gaps, tables between markers, and the plain peer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cases import Node, TrspInstance, trsp_case
from benchmarks.families import Instance, choose
from benchmarks.measure import COLUMNS, Row, measure
from benchmarks.peers.ortools_plain import cannot_express
from benchmarks.recompute import orders_of_plan, recompute_trsp
from benchmarks.tables import TableError, fill_markers, table

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
