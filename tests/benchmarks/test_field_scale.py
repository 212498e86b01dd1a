"""Runs in processes of their own, the table of scale, the ablation harness, urgent visits."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from benchmarks.ablation import (
    WHOLE,
    RecipeMissing,
    ablation_table,
    figure,
    recipe_class,
    variants,
)
from benchmarks.cases.field import field_case
from benchmarks.insert import InsertRow, at_ten, insert_table, split_urgent
from benchmarks.one_run import OneRun, run_apart
from benchmarks.scale import ScaleRow, scale_table
from dispatch.formats import format_plan, parse_case
from dispatch.planning.insert_now import insert_now
from dispatch.planning.planner import plan


def test_a_run_apart_measures_itself(tmp_path: Path) -> None:
    """First plan, pace, memory and incumbents of ten visits; what it planned adds up."""
    case_file = tmp_path / "case.json"
    case_file.write_text(json.dumps(field_case("urban", 10, 1)))
    found = run_apart(case_file, time_limit_s=0.2)
    assert isinstance(found, OneRun)
    assert 0 < found.first_plan_s <= found.total_s
    assert found.peak_mb > 50
    assert found.trace[-1].cost == found.cost
    assert found.trace[-1].left_out == found.left_out


def test_a_run_that_fails_says_why(tmp_path: Path) -> None:
    """The last line of the failure comes back instead of figures."""
    found = run_apart(tmp_path / "nothing.json", time_limit_s=0.1)
    assert isinstance(found, str)
    assert "nothing.json" in found


def scaled(visits: int, limit: float, cost: int | None) -> ScaleRow:
    """A run of the series."""
    if cost is None:
        return ScaleRow(
            "urban", visits, 9, "auto", 1, limit, *([None] * 6), "", None, None, "no answer"
        )
    return ScaleRow(
        "urban",
        visits,
        9,
        "auto",
        1,
        limit,
        *(1.0, 0.1, 0.5, 61.0, 9000.0, 300.0),
        "0/0/0/1",
        cost,
        cost + 10_000,
        "",
    )


def test_the_table_of_scale_compares_with_the_longest_run() -> None:
    """Figures 112,000 and 110,000 (one low visit outside): 1.82 % above."""
    rows = [scaled(50, 60, 102_000), scaled(50, 600, 100_000), scaled(100, 60, None)]
    lines = scale_table(rows).splitlines()
    assert lines[2].endswith("| 0/0/0/1 | 102,000 | +1.82 % |")
    assert lines[3].endswith("| 100,000 | - |")
    assert lines[4] == "| 100 | 9 | 60 s | no answer |"


@dataclass(frozen=True)
class SomeRecipe:
    """Switches as a solver may have them."""

    recombine: bool = True
    wild: bool = False
    blink_rate: float = field(default=0.01, metadata={"off": 0.0})
    cycle_seconds: float = 5.0


def test_each_variant_has_one_switch_turned() -> None:
    """Booleans are turned round, fields that name an off value take it, others stay."""
    assert variants(SomeRecipe) == {
        WHOLE: {},
        "without recombine": {"recombine": False},
        "with wild": {"wild": True},
        "without blink_rate": {"blink_rate": 0.0},
    }


def test_a_solver_without_a_recipe_is_a_clear_error(monkeypatch: pytest.MonkeyPatch) -> None:
    """The message names the module and what was expected."""
    monkeypatch.setattr("benchmarks.ablation.RECIPE", "dispatch.solver.no_recipe")
    with pytest.raises(RecipeMissing, match=r"no_recipe: not there, expected a dataclass Recipe"):
        recipe_class()


def test_the_ablation_table_takes_medians_of_seeds() -> None:
    """Whole 100, 100, 900 (median 100); without 104: 4 % worse, 2 % with the family at 100."""
    figures = {
        **{(WHOLE, "field/a", seed): value for seed, value in enumerate((100.0, 100.0, 900.0))},
        **{("without x", "field/a", seed): 104.0 for seed in range(3)},
        (WHOLE, "trsp/b", 0): 50.0,
        ("without x", "trsp/b", 0): 50.0,
    }
    assert ablation_table(figures).splitlines()[2] == (
        "| without x | +4.00 % | +0.00 % | +2.00 % | field/a +4.00 % |"
    )


def test_visits_left_out_weigh_in_the_figure() -> None:
    """In money at their outside price, in other units as a share of the whole."""
    assert figure("field/urban-100-1", (0, 0, 1, 0), 1000) == 21_000
    assert figure("trsp/R101", (0, 2, 0, 0), 1000) == 1100


def test_urgent_visits_are_placed_in_a_running_plan() -> None:
    """Plain repairs are taken out of the day and come in at ten, one at a time."""
    case, urgent = split_urgent(field_case("urban", 24, 1), 2)
    assert len(case["visits"]) == 22
    assert {call["priority"] for call in urgent} == {"high"}
    made = plan(parse_case(json.dumps(case)), iterations=200)
    running = at_ten(case, json.loads(format_plan(made)))
    call = {**running, "visits": [*running["visits"], urgent[0]]}
    found = insert_now(parse_case(json.dumps(call)), urgent[0]["id"])
    assert found.plan is not None


def test_the_table_of_insertions() -> None:
    """p50 of 10, 20, 30 ms is 20, p95 30; one was re-planned 2 % cheaper."""
    rows = [
        InsertRow("a", True, 10.0, 500, 102, 100, ""),
        InsertRow("b", True, 20.0, 700, 100, None, ""),
        InsertRow("c", False, 30.0, 0, 100, None, ""),
    ]
    assert insert_table(rows, 1500, 200).splitlines()[2] == (
        "| 1,500 | 200 | 3 | 2 | 20 ms | 30 ms | 600 | +2.00 % over 1 |"
    )
