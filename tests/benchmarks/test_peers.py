"""The peers on small worlds: what each says, what each refuses, and that answers score alike."""

from __future__ import annotations

import importlib
import importlib.util
import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks.cases import VrptwInstance, vrptw_case
from benchmarks.cases.vrptw import Customer
from benchmarks.families import Instance
from benchmarks.measure import measure
from benchmarks.peers import part_said
from benchmarks.peers.reduced import CannotExpress, reduce_case, rules_used, seconds_of
from benchmarks.recompute import orders_of_plan, recompute_vrptw
from benchmarks.tables import table

PEERS = {"pyvrp": "pyvrp", "vroom": "vroom", "nextroute": "nextroute"}
LOADS = frozenset({"parts on the van"})
CROSS = VrptwInstance(
    "cross",
    2,
    2,
    (
        Customer(0, 0, 0, 0, 0, 1200, 0),
        Customer(1, 30, 0, 1, 0, 600, 6),
        Customer(2, 30, 6, 1, 0, 600, 6),
        Customer(3, -30, 0, 1, 0, 600, 6),
        Customer(4, -30, 6, 1, 0, 600, 6),
    ),
)
"""Two customers east and two west of the depot, two vans that hold two: 2 x (30 + 6 + 30.5)."""


def cross() -> Instance:
    """Serve everybody; 133 is the best there is."""
    return Instance(
        "cross",
        133.0,
        0,
        lambda: vrptw_case(CROSS),
        lambda plan: recompute_vrptw(CROSS, orders_of_plan(plan)),
        lambda plan: plan["cost"]["travel"] / 10,
        serve_all=True,
    )


def case() -> dict[str, Any]:
    """Return the case as a reader of files gets it."""
    document: dict[str, Any] = json.loads(json.dumps(vrptw_case(CROSS)))
    return document


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_finds_the_best_of_a_small_day(peer: str, tmp_path: Path) -> None:
    """East with one van, west with the other: 133 in every peer's answer, scored by us."""
    if importlib.util.find_spec(PEERS[peer]) is None:
        pytest.skip(f"PEER {peer.upper()} IS NOT INSTALLED: pip install 'dispatch[bench]'")
    row = measure("vrptw", cross(), f"peer:{peer}", 1, 0.3, tmp_path)
    assert (row.note, row.unserved, row.violations, row.failed) == ("", 0, 0, False)
    assert row.value == pytest.approx(133.0)
    assert row.own_s is not None
    assert row.part == "whole"


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_serves_only_whom_it_may(peer: str) -> None:
    """A visit that only van 2 has the skill for is in van 2's route."""
    if importlib.util.find_spec(PEERS[peer]) is None:
        pytest.skip(f"PEER {peer.upper()} IS NOT INSTALLED: pip install 'dispatch[bench]'")
    from benchmarks.peers.command import Limits

    document = case()
    document["engineers"][1]["skills"] = [{"name": "gas", "level": 2}]
    document["visits"][0]["required_skills"] = [{"name": "gas", "min_level": 2}]
    module = importlib.import_module(f"benchmarks.peers.{peer}")
    answer = module.solve(reduce_case(document, module.SAYS), Limits(0.3, 1, 1, False))
    assert sorted(call for order in answer.orders for call in order) == [0, 1, 2, 3]
    assert 0 in answer.orders[1]


@pytest.mark.parametrize("peer", PEERS)
def test_a_peer_serves_a_visit_once_in_one_of_its_windows(peer: str) -> None:
    """Of two windows the first is too early for anybody; the other one is used."""
    if importlib.util.find_spec(PEERS[peer]) is None:
        pytest.skip(f"PEER {peer.upper()} IS NOT INSTALLED: pip install 'dispatch[bench]'")
    from benchmarks.peers.command import Limits

    document = case()
    windows = document["visits"][0]["time_windows"]
    windows.insert(0, {"start": windows[0]["start"], "end": "2026-01-05T00:01:00+00:00"})
    windows[1]["start"] = "2026-01-05T00:10:00+00:00"
    module = importlib.import_module(f"benchmarks.peers.{peer}")
    answer = module.solve(reduce_case(document, module.SAYS), Limits(0.3, 1, 1, False))
    assert sorted(call for order in answer.orders for call in order) == [0, 1, 2, 3]


def test_a_peer_refuses_what_it_cannot_say(tmp_path: Path) -> None:
    """A refused problem is told as such in the table and is nobody's failure."""
    pytest.importorskip("vroom", reason="PEER VROOM IS NOT INSTALLED")
    told = case()
    told["visits"][0]["due"] = {"ideal": "2026-01-05T00:01:00+00:00", "lateness_per_day": 1}
    instance = Instance("late", 133.0, 0, lambda: told, None, lambda _: 0.0)
    row = measure("vrptw", instance, "peer:vroom", 1, 0.3, tmp_path)
    assert (row.refused, row.failed) == (True, False)
    assert "uses due" in row.note
    assert table([row.cells()]).splitlines()[2].endswith("| 0 | 0 | refuses 1 of 1 |")


@pytest.mark.parametrize(
    ("where", "what", "rule"),
    [
        ("visits", {"after": [{"visit": "r2"}]}, "after"),
        ("visits", {"sla": {"arrive_by": "2026-01-05T00:01:00+00:00"}}, "sla"),
        ("visits", {"crew_size": 2}, "crews"),
        ("visits", {"priority": "low"}, "tiers"),
        ("engineers", {"duration_factor": {"gas": 0.9}}, "duration factors"),
    ],
)
def test_rules_beyond_a_peer_are_named(where: str, what: dict[str, Any], rule: str) -> None:
    """Every rule that a case adds is found, and refused by a peer without words for it."""
    document = case()
    assert set(rules_used(document)) == {"parts on the van"}
    document[where][0].update(what)
    assert rule in set(rules_used(document))
    with pytest.raises(CannotExpress, match=rule):
        reduce_case(document, LOADS)


def test_who_may_serve_is_read_from_levels_tools_and_persons() -> None:
    """Van 1 is forbidden for r1, has too low a level for r2 and lacks the tool for r3."""
    document = case()
    first, second = document["engineers"]
    first["skills"] = [{"name": "gas"}]
    second.update(skills=[{"name": "gas", "level": 3}], tools=["crimper"])
    document["visits"][0]["engineers"] = {"forbidden": ["t1"]}
    document["visits"][1]["required_skills"] = [{"name": "gas", "min_level": 2}]
    document["visits"][2]["required_tools"] = ["crimper"]
    reduced = reduce_case(document, LOADS)
    assert [sorted(call.vans) for call in reduced.calls] == [[1], [1], [1], [0, 1]]
    assert reduced.able_groups() == {frozenset({1}): 0}


def test_durations_of_any_writing_are_read() -> None:
    """Days, hours, minutes and seconds add up; fractions are refused."""
    assert [seconds_of(text) for text in ("PT90S", "PT1H30M", "P1DT1S")] == [90, 5400, 86401]
    with pytest.raises(CannotExpress):
        seconds_of("PT0.5S")


def test_what_a_peer_is_not_told_stands_in_words() -> None:
    """VROOM does not price waiting, PyVRP says all of a Praxedo day."""
    assert part_said("vroom", "praxedo") == "travel time instead of working time"
    assert part_said("pyvrp", "praxedo") == "whole"
