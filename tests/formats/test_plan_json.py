"""Plan files: the way out and in, what may be absent, what is refused."""

from __future__ import annotations

import json
from typing import Any

import pytest
from case_strategies import plans
from hypothesis import given, settings

from dispatch.domain import Plan, PlanStatus
from dispatch.errors import InputError
from dispatch.formats import format_plan, parse_plan, plan_to_document

AT = "2026-11-23T09:00:00+08:00"


def by_hand() -> dict[str, Any]:
    """A plan as a person would write it, without money."""
    stop: dict[str, Any] = {
        "kind": "visit",
        "visit": "v1",
        "location": "l1",
        "arrive": AT,
        "start": AT,
    }
    stop |= {"finish": AT, "travel_s": 0, "travel_m": 0, "wait_s": 0, "late_s": 0}
    route: dict[str, Any] = {
        "shift": "s1",
        "engineer": "e1",
        "start": AT,
        "end": AT,
        "stops": [stop],
    }
    route |= {"travel_back_s": 0, "travel_back_m": 0, "working_time_s": 0, "overtime_s": 0}
    return {
        "status": "partial",
        "routes": [route],
        "unassigned": [{"visit": "v9", "verdict": "displaced", "reasons": [{"code": "NO_TOOL"}]}],
    }


@settings(max_examples=60)
@given(plans)
def test_plan_written_and_read_is_the_same_plan(plan: Plan) -> None:
    """Right or wrong, every plan survives the way out and in, byte for byte."""
    text = format_plan(plan)
    assert parse_plan(text) == plan
    assert format_plan(parse_plan(text)) == text


def test_plan_by_hand_needs_no_money() -> None:
    """`cost`, `kpis`, `run`, `price` and `remedy` are None then."""
    plan = parse_plan(json.dumps(by_hand()))
    assert plan.status is PlanStatus.PARTIAL
    assert (plan.cost, plan.kpis, plan.run) == (None, None, None)
    (left,) = plan.unassigned
    assert (left.price, left.remedy) == (None, None)
    assert plan.routes[0].stops[0].visit == "v1"
    assert "cost" not in plan_to_document(plan)


def test_unknown_ids_are_not_the_parsers_matter() -> None:
    """The auditor says so with the name of the rule; the parser has no case to compare with."""
    document = by_hand()
    document["routes"][0]["shift"] = "no-such-shift"
    assert parse_plan(json.dumps(document)).routes[0].shift == "no-such-shift"


def test_every_problem_of_a_plan_is_told_at_once() -> None:
    """Wrong words, missing fields, unknown fields, times without an offset."""
    document = by_hand()
    document["status"] = "fine"
    document["total"] = 5
    document["routes"][0]["end"] = "2026-11-23T09:00:00"
    stop = document["routes"][0]["stops"][0]
    del stop["visit"]
    stop["wait_s"] = True
    document["unassigned"][0]["verdict"] = "unlucky"
    document["unassigned"][0]["reasons"][0]["shortfall"] = [1]
    document["cost"] = {"total": -1}
    with pytest.raises(InputError) as caught:
        parse_plan(json.dumps(document))
    pointers = {issue.pointer for issue in caught.value.issues}
    assert pointers >= {
        "/status",
        "/total",
        "/routes/0/end",
        "/routes/0/stops/0/visit",
        "/routes/0/stops/0/wait_s",
        "/unassigned/0/verdict",
        "/unassigned/0/reasons/0/shortfall",
        "/cost/total",
        "/cost/travel",
    }
    assert len(pointers) == 8 + 8


@pytest.mark.parametrize("text", ["", "[]", "{", "null", '{"status": "feasible"}'])
def test_what_is_no_plan_is_refused(text: str) -> None:
    """A plan has at least a status and routes."""
    with pytest.raises(InputError):
        parse_plan(text)


def test_shortfalls_nested_without_end_are_refused() -> None:
    """Free values are bounded in depth, since everything that prints them recurses."""
    document = by_hand()
    deep: object = 1
    for _ in range(50):
        deep = [deep]
    document["unassigned"][0]["reasons"][0]["shortfall"] = {"x": deep}
    with pytest.raises(InputError, match="/unassigned/0/reasons/0/shortfall"):
        parse_plan(json.dumps(document))
