"""Instances of the `field` family: repeatable, readable, with every rule somewhere in them."""

from __future__ import annotations

import json
from typing import Any

import pytest

from benchmarks.cases.field import field_case
from benchmarks.cases.field_kinds import FIELD_KINDS
from benchmarks.cases.instance import InstanceError
from dispatch.formats.case_json import parse_case

SIZE = 60
CASES: dict[str, dict[str, Any]] = {kind: field_case(kind, SIZE, 1) for kind in FIELD_KINDS}


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_an_instance_is_its_class_size_and_seed(kind: str) -> None:
    """The same three give the same file, another seed another one."""
    text = json.dumps(CASES[kind])
    assert json.dumps(field_case(kind, SIZE, 1)) == text
    assert json.dumps(field_case(kind, SIZE, 2)) != text
    assert len(CASES[kind]["visits"]) == SIZE


@pytest.mark.parametrize("kind", FIELD_KINDS)
def test_the_product_reads_every_class(kind: str) -> None:
    """The reader of case files finds nothing wrong."""
    assert len(parse_case(json.dumps(CASES[kind])).visits) == SIZE


def test_every_rule_of_the_contract_occurs() -> None:
    """Over all classes no rule is missing."""
    visits = [visit for case in CASES.values() for visit in case["visits"]]
    people = [person for case in CASES.values() for person in case["engineers"]]
    shifts = [shift for person in people for shift in person["shifts"]]
    depots = [depot for case in CASES.values() for depot in case["depots"]]
    rules = {
        "several windows": any(len(visit.get("time_windows", ())) > 1 for visit in visits),
        "two skills": any(len(visit.get("required_skills", ())) > 1 for visit in visits),
        "crews": {visit.get("crew_size", 1) for visit in visits} == {1, 2, 3},
        "tiers": {visit["priority"] for visit in visits} == {"mandatory", "high", "normal", "low"},
        "max delay": any("max_delay" in one for v in visits for one in v.get("after", ())),
        "inbound": any(depot["inbound"] for depot in depots),
        "unlimited part": all(None in depot["stock"].values() for depot in depots),
        "pickup of tools": all(depot["tools"] for depot in depots),
        "overtime": any("overtime_end" in shift for shift in shifts),
        "max travel": any("max_travel" in shift for shift in shifts),
        "fixed start": any(shift.get("fixed_start") for shift in shifts),
        "other end": any("end_location" in shift for shift in shifts),
        "two breaks": {len(shift["breaks"]) for shift in shifts} == {1, 2},
        "slow and fast": len({n for p in people for n in p["duration_factor"].values()}) > 2,
        "several shifts": any(len(person["shifts"]) > 1 for person in people),
        "price per shift": any(person["cost"]["per_shift"] for person in people),
        "pins": any("pinned" in visit for visit in visits),
        "promises": {visit["promise"]["stage"] for visit in visits if "promise" in visit}
        == {"published", "notified", "dispatched"},
    }
    for name in ("sla", "due", "parts", "required_tools"):
        rules[name] = any(name in visit for visit in visits)
    for name in ("required", "preferred", "forbidden"):
        rules[name] = any(visit.get("engineers", {}).get(name) for visit in visits)
    assert [name for name, occurs in rules.items() if not occurs] == []


def test_what_is_asked_can_be_done_by_somebody() -> None:
    """Each visit has at least as many engineers with its skills as its crew needs."""
    for kind, case in CASES.items():
        held = [{s["name"]: s["level"] for s in one["skills"]} for one in case["engineers"]]
        for visit in case["visits"]:
            needed = {s["name"]: s["min_level"] for s in visit.get("required_skills", ())}
            able = sum(all(skills.get(n, 0) >= m for n, m in needed.items()) for skills in held)
            assert able > visit.get("crew_size", 1) - 1, (kind, visit["id"])


def test_what_has_no_class_or_no_visits_is_refused() -> None:
    """The message names what was given and what is expected."""
    with pytest.raises(InstanceError, match="class: 'lunar', expected one of urban, rural"):
        field_case("lunar", 50, 1)
    with pytest.raises(InstanceError, match="size: 3, expected at least 10"):
        field_case("urban", 3, 1)
