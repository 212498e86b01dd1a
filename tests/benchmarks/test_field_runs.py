"""Field instances without the rules others lack, the worth of plans, the table, best known plans."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cases.field import field_case
from benchmarks.cases.field_kinds import FIELD_KINDS
from benchmarks.cases.field_reduced import reduced_case
from benchmarks.field import FieldRow, table_of_cells, write_rows
from benchmarks.field_best import BEST, fingerprint_of, instance_of, read_best, update_best
from benchmarks.field_score import Worth, recompute_reduced, worth_of_reduced
from benchmarks.field_table import field_table
from benchmarks.peers.reduced import reduce_case
from benchmarks.tables import read_results
from dispatch.formats import format_plan, parse_case
from dispatch.planning.planner import plan

EVERYBODY_SAYS = frozenset({"parts on the van", "several windows", "tiers"})


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_every_peer_can_say_the_reduced_variant(kind: str) -> None:
    """No rule is left that a peer would refuse, and the product reads it too."""
    case = reduced_case(field_case(kind, 30, 1))
    assert len(reduce_case(case, EVERYBODY_SAYS).calls) == 30
    assert len(parse_case(json.dumps(case)).visits) == 30


def one_route(*visits: dict[str, Any]) -> dict[str, Any]:
    """A van from home at 08:00 to 10:00; the customer is 600 s and 5 km away from home."""
    return {
        "travel": {
            "source": "matrix",
            "matrix": {
                "locations": ["h", "c"],
                "duration_s": [[0, 600], [600, 0]],
                "distance_m": [[0, 5000], [5000, 0]],
            },
        },
        "engineers": [
            {
                "id": "e1-d1",
                "skills": [{"name": "ups", "level": 2}],
                "tools": ["meter"],
                "van_stock": {"P": 1},
                "shifts": [
                    {
                        "id": "e1-d1",
                        "start": "2026-03-02T08:00:00+08:00",
                        "end": "2026-03-02T10:00:00+08:00",
                        "start_location": "h",
                        "end_location": "h",
                    }
                ],
            }
        ],
        "visits": list(visits),
    }


def visit(name: str, **rules: Any) -> dict[str, Any]:
    """An hour's work at the customer."""
    return {"id": name, "location": "c", "duration": "PT1H", **rules}


def served(*names: str) -> dict[str, Any]:
    """A plan with these visits on the one route."""
    stops = [{"kind": "visit", "visit": name} for name in names]
    return {"routes": [{"shift": "e1-d1", "stops": stops}]}


def test_distance_is_recomputed_from_the_order() -> None:
    """Out and back: 10 km at 80 are 800; out 08:10, done 09:10, home 09:20."""
    found = recompute_reduced(one_route(visit("a")), served("a"))
    assert (found.value, found.unserved, found.violations) == (800.0, (), ())


@pytest.mark.parametrize(
    ("rules", "complaint"),
    [
        ({"required_skills": [{"name": "ups", "min_level": 3}]}, "e1-d1 may not serve it"),
        ({"required_tools": ["hoist"]}, "e1-d1 may not serve it"),
        ({"engineers": {"forbidden": ["e1-d1"]}}, "e1-d1 may not serve it"),
        ({"parts": {"P": 2}}, "part P runs out"),
        ({"duration": "PT2H"}, "home after its end"),
        (
            {
                "time_windows": [
                    {"start": "2026-03-02T08:00:00+08:00", "end": "2026-03-02T08:09:59+08:00"}
                ]
            },
            "reached after its last window",
        ),
    ],
)
def test_a_broken_rule_of_the_variant_is_found(rules: dict[str, Any], complaint: str) -> None:
    """One rule broken, one sentence."""
    found = recompute_reduced(one_route(visit("a", **rules)), served("a"))
    assert len(found.violations) == 1
    assert complaint in found.violations[0]


def test_waiting_for_the_second_window_is_allowed() -> None:
    """08:10 is between the windows; the second opens at 08:30, done 09:30, home 09:40."""
    spans = [("08:00", "08:05"), ("08:30", "08:40")]
    windows = [
        {"start": f"2026-03-02T{a}:00+08:00", "end": f"2026-03-02T{b}:00+08:00"} for a, b in spans
    ]
    found = recompute_reduced(one_route(visit("a", time_windows=windows)), served("a"))
    assert found.violations == ()


def test_a_visit_left_out_counts_in_its_tier() -> None:
    """The figure prices it: 800 for the road and 60,000 for the high one outside."""
    case = one_route(visit("a"), visit("b", priority="high"))
    worth = worth_of_reduced(case, recompute_reduced(case, served("a")))
    assert worth == Worth((0, 1, 0, 0), 800)
    assert worth.figure == 60_800
    assert worth > Worth((0, 0, 9, 9), 10**9)


def row(engine: str, cost: int, low: int = 0, **changes: Any) -> FieldRow:
    """A run on one urban instance."""
    values: dict[str, Any] = {
        "family": "field",
        "kind": "urban",
        "size": 50,
        "seed": 1,
        "engine": engine,
        "search_seed": 1,
        "time_limit_s": 1.0,
        "mandatory": 0,
        "high": 0,
        "normal": 0,
        "low": low,
        "cost": cost,
        "figure": cost + 10_000 * low,
        "failed": False,
        "elapsed_s": 1.0,
        "note": "",
    }
    return FieldRow(**values | changes)


def test_the_table_compares_tiers_before_money() -> None:
    """90 against 100 is 10 % lower; on the second instance one visit less is served: worse."""
    rows = [
        row("auto", 90_000),
        row("ortools", 100_000),
        row("auto", 80_000, low=1, seed=2),
        row("ortools", 100_000, seed=2),
    ]
    assert field_table(rows, "auto", {}).splitlines()[2] == (
        "| urban | 2 | ortools | +10.0 % | 1 / 0 / 1 | 0/0/0/1 | 0/0/0/0 | urban-50-1 +10.0 % | 0 |"
    )


def test_the_table_counts_failures_and_measures_against_the_best() -> None:
    """A run that broke a rule is compared with nothing."""
    rows = [row("auto", 110), row("ortools", 100, failed=True)]
    text = field_table(rows, "auto", {"urban-50-1": Worth((0, 0, 0, 0), 100)})
    assert "| urban | 0 | ortools | - | - | - | - | - | 1 |" in text
    assert text.endswith("Gap of auto to the best known figures: +10.00 % over 1.")


def test_a_result_file_gives_the_table_of_its_rows(tmp_path: Path) -> None:
    """What was unknown when it was written, or has not failed, is read as that."""
    lost = row("ortools", 0, mandatory=None, figure=None, failed=True)
    rows = [row("auto", 100), row("ortools", 200), lost]
    write_rows(tmp_path / "field.csv", rows)
    found = table_of_cells(read_results(tmp_path / "field.csv")).splitlines()[2]
    assert found == field_table(rows, "auto", {}).splitlines()[2]
    assert "+50.0 %" in found


def test_best_known_plans_are_checked_and_kept(tmp_path: Path) -> None:
    """A better plan enters, a worse one does not, a wrong one is refused."""
    case = parse_case(json.dumps(field_case("urban", 10, 1)))
    made = format_plan(plan(case, iterations=50))
    store, kept = tmp_path / "field.json", tmp_path / "kept"
    kept.mkdir()
    (kept / "urban-10-1-auto-1.plan.json").write_text(made)
    assert "urban-10-1: left out" in update_best(kept, store)
    before = read_best(store)
    wrong = json.loads(made)
    wrong["cost"]["total"] = 0
    (kept / "urban-10-1-auto-2.plan.json").write_text(json.dumps(wrong))
    assert "refused" in update_best(kept, store)
    assert read_best(store) == before


def test_the_instance_is_read_off_a_file_name() -> None:
    """Classes with a dash in their name are read too."""
    assert instance_of("parts-short-50-2-auto-1-10s.plan.json") == "parts-short-50-2"
    assert instance_of("R101-auto-1-10s.plan.json") is None


def test_best_known_plans_are_of_the_instances_as_drawn_now() -> None:
    """A changed generator would leave values that nobody can reach; orders hold every visit once."""
    known = json.loads(BEST.read_text(encoding="utf-8"))
    small = [name for name in known if int(name.rsplit("-", 2)[1]) <= 100]
    assert small
    for name in small:
        kind, size, seed = name.rsplit("-", 2)
        case = field_case(kind, int(size), int(seed))
        assert known[name]["case"] == fingerprint_of(case), name
        stops = " ".join(known[name]["routes"].values()).split()
        visits = {visit["id"] for visit in case["visits"]}
        assert len(visits & set(stops)) + sum(known[name]["left_out"]) == len(visits), name
