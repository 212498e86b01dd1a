"""Edits of a case file: each one can be applied to the shortest file and does what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jsonpatch
import pytest

from dispatch.domain import After, Break, Case, DueWindow, EngineerRules, TimeWindow
from dispatch.formats import case_from_document, case_to_document, parse_case
from dispatch.planning.edits import Edits

SHORTEST = """{
  "planning_window": {"start": "2026-11-23T00:00:00+08:00", "end": "2026-11-24T00:00:00+08:00"},
  "locations": [{"id": "l1", "lat": 21.0, "lon": 110.0}],
  "depots": [{"id": "d1", "location": "l1"}],
  "engineers": [{"id": "e0"}, {"id": "e1", "shifts": [
    {"id": "s1", "start": "2026-11-23T08:00:00+08:00", "end": "2026-11-23T17:00:00+08:00",
     "start_location": "l1"}]}],
  "visits": [{"id": "v0", "location": "l1", "duration": "PT1H"},
             {"id": "v1", "location": "l1", "duration": "PT1H", "due": {"earliest": null}}]
}"""
CASE = parse_case(SHORTEST)
SHIFT = CASE.engineers[1].shifts[0]
NOON = SHIFT.start + timedelta(hours=4)


def applied(make: Callable[[Edits], None], text: str = SHORTEST) -> Case:
    """The case after edits of its file; what the edits themselves think of it must be equal."""
    edits = Edits(parse_case(text))
    make(edits)
    found = case_from_document(jsonpatch.apply_patch(json.loads(text), edits.made))
    assert found == edits.case
    return found


LATER = TimeWindow(SHIFT.start - timedelta(hours=8), NOON + timedelta(days=2))
DUE = DueWindow(latest=NOON)
Ask = tuple[Callable[[Edits], None], Callable[[Case], Any], Any]
ASKS: dict[str, Ask] = {
    "skill": (lambda e: e.train("e1", "ups", 2), lambda c: c.engineers[1].level_of("ups"), 2),
    "tool": (lambda e: e.give_tool("e1", "meter"), lambda c: c.engineers[1].tools, ("meter",)),
    "van stock": (
        lambda e: e.stock_van("e1", "P", 3),
        lambda c: dict(c.engineers[1].van_stock),
        {"P": 3},
    ),
    "overtime": (
        lambda e: e.end_shift("s1", SHIFT.end + timedelta(hours=2)),
        lambda c: c.engineers[1].shifts[0].limit,
        SHIFT.end + timedelta(hours=2),
    ),
    "travel": (
        lambda e: e.bound_travel("s1", timedelta(minutes=90)),
        lambda c: c.engineers[1].shifts[0].max_travel,
        timedelta(minutes=90),
    ),
    "breaks": (
        lambda e: e.set_breaks("s1", [Break(NOON, NOON, timedelta(minutes=45))]),
        lambda c: c.engineers[1].shifts[0].breaks,
        (Break(NOON, NOON, timedelta(minutes=45)),),
    ),
    "windows": (
        lambda e: e.set_windows("v1", [TimeWindow(NOON, NOON)]),
        lambda c: c.visits[1].time_windows,
        (TimeWindow(NOON, NOON),),
    ),
    "planning window": (
        lambda e: e.set_planning_window(LATER),
        lambda c: c.planning_window,
        LATER,
    ),
    "due": (lambda e: e.set_due("v1", DUE), lambda c: c.visits[1].due, DUE),
    "rules": (
        lambda e: e.set_rules("v1", EngineerRules(required=("e1",))),
        lambda c: c.visits[1].engineers,
        EngineerRules(required=("e1",)),
    ),
    "unpin": (lambda e: e.unpin("v1"), lambda c: c.visits[1].pinned, None),
    "after": (
        lambda e: e.set_after("v1", [After("v0", timedelta(hours=1))]),
        lambda c: c.visits[1].after,
        (After("v0", timedelta(hours=1)),),
    ),
    "crew": (lambda e: e.set_crew("v1", 2), lambda c: c.visits[1].crew_size, 2),
}


@pytest.mark.parametrize("name", ASKS)
def test_an_edit_works_on_the_shortest_and_on_the_full_file(name: str) -> None:
    """Whether a field is left out or written out makes no difference."""
    make, look, expected = ASKS[name]
    assert look(applied(make)) == expected
    assert look(applied(make, json.dumps(case_to_document(CASE)))) == expected


def test_edits_of_one_field_follow_one_another() -> None:
    """Two tools and two skills, one of them raised again: none undoes the other."""

    def make(edits: Edits) -> None:
        edits.give_tool("e1", "meter")
        edits.train("e1", "ups", 1)
        edits.give_tool("e1", "crimper")
        edits.train("e1", "fans", 3)
        edits.train("e1", "ups", 2)
        edits.stock_van("e1", "P", 1)
        edits.stock_van("e1", "P", 2)

    found = applied(make).engineers[1]
    assert found.tools == ("meter", "crimper")
    assert {one.name: one.level for one in found.skills} == {"fans": 3, "ups": 2}
    assert found.van_stock == {"P": 3}


def test_unpinning_takes_the_frozen_stops_away_too() -> None:
    """The pin goes and the stop of the plan in force goes; the stop of another visit stays."""
    stops = [{"visit": v, "start": "2026-11-23T09:00:00+08:00"} for v in ("v1", "v0")]
    document = json.loads(SHORTEST)
    document["visits"][1]["pinned"] = {"shift": "s1"}
    document["current_plan"] = {"routes": [{"shift": "s1", "stops": stops}]}
    found = applied(lambda edits: edits.unpin("v1"), json.dumps(document))
    assert found.visits[1].pinned is None
    assert found.current_plan is not None
    assert [stop.visit for stop in found.current_plan.routes[0].stops] == ["v0"]
