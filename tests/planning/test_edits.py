"""Edits of a case file: each one can be applied to the shortest file and does what it says."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import jsonpatch
import pytest

from dispatch.domain import After, Break, Case, EngineerRules, TimeWindow
from dispatch.formats import case_from_document, case_to_document, parse_case
from dispatch.planning.edits import Edit, Edits

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


def applied(edit: Edit, text: str = SHORTEST) -> Case:
    """The case after an edit of its file."""
    return case_from_document(jsonpatch.apply_patch(json.loads(text), [dict(edit)]))


Ask = tuple[Callable[[Edits], Edit], Callable[[Case], Any], Any]
ASKS: dict[str, Ask] = {
    "skill": (lambda e: e.skill("e1", "ups", 2), lambda c: c.engineers[1].level_of("ups"), 2),
    "tool": (lambda e: e.tool("e1", "meter"), lambda c: c.engineers[1].tools, ("meter",)),
    "van stock": (
        lambda e: e.van_stock("e1", "P", 3),
        lambda c: dict(c.engineers[1].van_stock),
        {"P": 3},
    ),
    "depot stock": (
        lambda e: e.depot_stock("d1", "P", 3),
        lambda c: dict(c.depots[0].stock or {}),
        {"P": 3},
    ),
    "overtime": (
        lambda e: e.overtime_end("s1", SHIFT.end + timedelta(hours=2)),
        lambda c: c.engineers[1].shifts[0].limit,
        SHIFT.end + timedelta(hours=2),
    ),
    "travel": (
        lambda e: e.max_travel("s1", timedelta(minutes=90)),
        lambda c: c.engineers[1].shifts[0].max_travel,
        timedelta(minutes=90),
    ),
    "breaks": (
        lambda e: e.breaks("s1", [Break(NOON, NOON, timedelta(minutes=45))]),
        lambda c: c.engineers[1].shifts[0].breaks,
        (Break(NOON, NOON, timedelta(minutes=45)),),
    ),
    "windows": (
        lambda e: e.time_windows("v1", [TimeWindow(NOON, NOON)]),
        lambda c: c.visits[1].time_windows,
        (TimeWindow(NOON, NOON),),
    ),
    "due": (
        lambda e: e.due("v1", None, NOON),
        lambda c: c.visits[1].due and c.visits[1].due.latest,
        NOON,
    ),
    "rules": (
        lambda e: e.engineer_rules("v1", EngineerRules(required=("e1",))),
        lambda c: c.visits[1].engineers,
        EngineerRules(required=("e1",)),
    ),
    "unpin": (lambda e: e.unpin("v1"), lambda c: c.visits[1].pinned, None),
    "after": (
        lambda e: e.after("v1", [After("v0", timedelta(hours=1))]),
        lambda c: c.visits[1].after,
        (After("v0", timedelta(hours=1)),),
    ),
    "crew": (lambda e: e.crew_size("v1", 2), lambda c: c.visits[1].crew_size, 2),
}


@pytest.mark.parametrize("name", ASKS)
def test_an_edit_works_on_the_shortest_and_on_the_full_file(name: str) -> None:
    """Whether a field is left out or written out makes no difference."""
    make, look, expected = ASKS[name]
    edit = make(Edits(CASE))
    assert look(applied(edit)) == expected
    assert look(applied(edit, json.dumps(case_to_document(CASE)))) == expected


def test_training_keeps_the_other_skills() -> None:
    """Raising one skill leaves the others and does not name the raised one twice."""
    trained = applied(Edits(CASE).skill("e1", "ups", 1), SHORTEST)
    again = Edits(trained)
    text = json.dumps(case_to_document(trained))
    both = applied(again.skill("e1", "fans", 3), text)
    raised = applied(Edits(both).skill("e1", "ups", 2), json.dumps(case_to_document(both)))
    levels = {one.name: one.level for one in raised.engineers[1].skills}
    assert levels == {"fans": 3, "ups": 2}
