"""Changes of the world: what each does, and what it refuses."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from simulated_worlds import at, busy_shop

from dispatch.domain import Severity
from dispatch.domain.demand_of_case import demand_of
from dispatch.errors import InputError
from dispatch.formats import canonical_case, format_case, parse_case
from dispatch.formats.scenario_json import parse_scenario


def changed(*changes: dict[str, Any]) -> Any:
    """The busy shop after some changes."""
    return parse_scenario(json.dumps({"changes": list(changes)})).apply(busy_shop())


def test_a_case_with_demand_is_written_and_read_back() -> None:
    """Every rate, term and assumption survives."""
    assert parse_case(format_case(busy_shop())) == busy_shop()
    assert b"demand" not in canonical_case(replace(busy_shop(), demand=None))


def test_an_engineer_like_another() -> None:
    """The same skills and hours, ids of their own, from a home of their own."""
    case = changed({"change": "engineer_added", "id": "e3", "like": "e2", "home": "b"})
    added = case.engineers[-1]
    assert (added.id, added.skills) == ("e3", busy_shop().engineers[1].skills)
    assert added.shifts[0].id == "e3-e2-mon"
    assert added.shifts[0].start_location == added.shifts[0].end_location == "b"


def test_an_engineer_leaves_or_is_away() -> None:
    """Gone for good, or without the shift that touches the absence."""
    assert [
        one.id for one in changed({"change": "engineer_removed", "engineer": "e1"}).engineers
    ] == ["e2"]
    away = {"change": "engineer_absent", "engineer": "e1", "from": "2026-11-23T12:00:00Z"}
    assert changed(away).engineers[0].shifts == ()
    later = {"change": "engineer_absent", "engineer": "e1", "from": "2026-11-24T12:00:00Z"}
    assert len(changed(later).engineers[0].shifts) == 1


def test_skills_and_shifts() -> None:
    """Trained, moved by an hour, and longer by half an hour."""
    case = changed(
        {"change": "skill_trained", "engineer": "e1", "skill": "cooling", "level": 2},
        {"change": "shift_moved", "engineer": "e1", "by": "-PT1H"},
        {"change": "shift_extended", "shift": "e1-mon", "by": "PT30M"},
    )
    one = case.engineers[0]
    assert one.level_of("cooling") == 2
    assert (one.shifts[0].start, one.shifts[0].end) == (at(7), at(15.5))


def test_stock_in_vans_and_depots() -> None:
    """One more in each van, five on the shelf."""
    case = changed(
        {"change": "van_stock", "part": "fuse", "by": 1},
        {"change": "depot_stock", "depot": "d1", "part": "fuse", "to": 5},
    )
    assert [one.van_stock["fuse"] for one in case.engineers] == [2, 2]
    assert case.depots[0].stock == {"fuse": 5}


def test_a_tighter_contract_moves_open_clocks_too() -> None:
    """Reported at 6, four hours from then; only the severity that is named."""
    tight = {
        "change": "sla_changed",
        "contract": "standard",
        "severity": "critical",
        "arrive_within": "PT4H",
    }
    case = changed(tight)
    terms = case.demand.contract("standard").terms
    assert terms[Severity.CRITICAL].arrive_within == timedelta(hours=4)
    assert terms[Severity.MINOR].arrive_within == timedelta(hours=8)
    assert case.visits[0].sla.arrive_by == at(10)


def test_customers_come_and_go() -> None:
    """A lost one takes its open request along; a new one is like another."""
    lost = changed({"change": "customer_lost", "customer": "c-a"})
    assert [one.id for one in lost.demand.sources] == ["b", "c"]
    assert lost.visits == ()
    won = changed({"change": "customer_won", "customer": "new", "like": "c-b", "location": "c"})
    assert won.demand.sources[-1].location == "c"
    assert won.demand.sources[-1].customer == "new"


def test_demand_and_roads() -> None:
    """Twice as much from one place; ways half as long again."""
    case = changed(
        {"change": "demand_scaled", "factor": 2, "location": "a"},
        {"change": "travel_slower", "factor": 1.5},
    )
    assert case.demand.scales[0].factor == 2
    assert case.travel.matrix.duration_s[0, 1] == 900


UNKNOWN = [
    ({"change": "engineer_removed", "engineer": "nobody"}, "/changes/0/engineer"),
    ({"change": "engineer_absent", "engineer": "nobody"}, "/changes/0/engineer"),
    ({"change": "engineer_added", "id": "x", "like": "nobody"}, "/changes/0/like"),
    ({"change": "skill_trained", "engineer": "nobody", "skill": "s"}, "/changes/0/engineer"),
    ({"change": "shift_moved", "shift": "none", "by": "PT1H"}, "/changes/0/shift"),
    ({"change": "shift_extended", "engineer": "nobody", "by": "PT1H"}, "/changes/0/engineer"),
    ({"change": "van_stock", "part": "none", "by": 1}, "/changes/0/part"),
    ({"change": "depot_stock", "depot": "none", "part": "fuse", "to": 1}, "/changes/0/depot"),
    ({"change": "sla_changed", "contract": "none"}, "/changes/0/contract"),
    ({"change": "demand_scaled", "factor": 2, "type": "none"}, "/changes/0/type"),
    ({"change": "customer_lost", "customer": "none"}, "/changes/0/customer"),
    ({"change": "customer_won", "customer": "x", "like": "none"}, "/changes/0/like"),
    (
        {"change": "depot_opened", "depot": {"id": "d2", "location": "none"}},
        "/changes/0/depot/location",
    ),
]


@pytest.mark.parametrize(("change", "pointer"), UNKNOWN, ids=lambda one: str(one)[:40])
def test_an_unknown_id_names_the_change(change: dict[str, Any], pointer: str) -> None:
    """The pointer leads to the value, the message says which change it was."""
    with pytest.raises(InputError) as caught:
        changed(change)
    assert caught.value.issues[0].pointer == pointer
    assert f"change 1 ({change['change']})" in str(caught.value)


HOSTILE = [
    "",
    "null",
    "7",
    '"text"',
    "[1]",
    "[null]",
    "[[]]",
    "{}x",
    '{"changes": 3}',
    '{"changes": [{"change": "no_such"}]}',
    '{"changes": [{"change": 1}]}',
    '{"changes": [{"engineer": "e1"}]}',
    '{"chages": []}',
    '{"changes": [], "changes": []}',
    '{"price_per_day": -1}',
    '{"name": "\\ud800"}',
    '[{"change": "travel_slower", "factor": 0}]',
    '[{"change": "travel_slower", "factor": NaN}]',
    '[{"change": "travel_slower", "factor": 1e999}]',
    '[{"change": "demand_scaled", "factor": -1}]',
    '[{"change": "demand_scaled", "factor": 1, "from": "yesterday"}]',
    '[{"change": "van_stock", "part": "fuse", "by": 1, "to": 1}]',
    '[{"change": "van_stock", "part": "fuse"}]',
    '[{"change": "shift_moved", "shift": "a", "engineer": "b", "by": "PT1H"}]',
    '[{"change": "shift_moved", "engineer": "e1", "by": "P9Y"}]',
    '[{"change": "sla_changed", "arrive_within": "-PT4H"}]',
    '[{"change": "engineer_added", "engineer": {"id": "x", "shifts": [{}]}}]',
    '[{"change": "depot_opened"}]',
    '[{"change": "customer_won", "customer": "x"}]',
    '[{"change": "engineer_removed", "engineer": "e1", "spare": 1}]',
    "[" * 100_000,
]


@pytest.mark.parametrize("document", HOSTILE, ids=range(len(HOSTILE)))
def test_hostile_scenarios_are_refused_with_reasons(document: str) -> None:
    """Every one is an input error that says something, never anything else."""
    with pytest.raises(InputError) as caught:
        parse_scenario(document)
    assert str(caught.value)


def test_a_shift_cannot_end_before_it_begins() -> None:
    """The domain refuses what the change would make, and the change is named."""
    with pytest.raises(InputError, match=r"change 1 \(shift_extended\)"):
        changed({"change": "shift_extended", "engineer": "e1", "by": "-PT12H"})


def test_a_list_alone_is_a_scenario() -> None:
    """It is called as its file."""
    scenario = parse_scenario('[{"change": "travel_slower", "factor": 1.2}]', name="slow")
    assert scenario.name == "slow"
    assert len(scenario.changes) == 1


def test_a_case_without_demand_asks_for_what_is_open() -> None:
    """The open request becomes a source and a fault at once a day; its contract can be changed."""
    case = replace(busy_shop(), demand=None)
    demand = demand_of(case)
    assert [one.per_day for one in demand.faults] == [1.0]
    tight = parse_scenario('[{"change": "sla_changed", "arrive_within": "PT1H"}]').apply(case)
    assert tight.visits[0].sla is not None
    assert tight.visits[0].sla.arrive_by == at(8)
