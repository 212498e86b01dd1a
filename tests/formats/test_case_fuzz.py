"""Whatever is put wherever in a case or plan file: a case, a plan or a list of issues."""

from __future__ import annotations

import copy
import json
from contextlib import suppress
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dispatch.errors import InputError
from dispatch.formats import format_case, format_plan, parse_case, parse_plan

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
GOOD = json.loads((CORPUS / "good_case.json").read_text())
AT = "2026-11-23T09:00:00+08:00"
STOP: dict[str, Any] = {
    "kind": "visit",
    "visit": "v1",
    "location": "l1",
    "arrive": AT,
    "start": AT,
    "finish": AT,
}
STOP |= {"travel_s": 0, "travel_m": 0, "wait_s": 0, "late_s": 0, "parts": {"P": 1}}
ROUTE: dict[str, Any] = {"shift": "s1", "engineer": "e1", "start": AT, "end": AT, "stops": [STOP]}
ROUTE |= {"travel_back_s": 0, "travel_back_m": 0, "working_time_s": 0, "overtime_s": 0}
REASON: dict[str, Any] = {
    "code": "NO_SKILL",
    "engineer": "e1",
    "shift": "s1",
    "shortfall": {"level": 3},
}
LEFT: dict[str, Any] = {"visit": "v9", "verdict": "impossible", "reasons": [REASON], "price": 3}
PLAN: dict[str, Any] = {"status": "partial", "routes": [ROUTE], "unassigned": [LEFT]}

anything = st.recursive(
    st.none()
    | st.booleans()
    | st.integers(-(10**40), 10**40)
    | st.floats()
    | st.text()
    | st.sampled_from(
        ["", "v1", "e1-mon", "PT1H", "-PT1S", "P9999999D", AT, "0001-01-01T00:00:00Z"]
    )
    | st.sampled_from(["\ud800", "a\0b", "__proto__", "'; DROP TABLE", "\u202e", "NaN"]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)


def places(document: object, path: tuple[str | int, ...] = ()) -> list[tuple[str | int, ...]]:
    """List the way to every value of a document."""
    entries: list[tuple[str | int, object]] = []
    if isinstance(document, dict):
        entries = list(document.items())
    elif isinstance(document, list):
        entries = list(enumerate(document))
    return [path] * bool(path) + [
        place for key, value in entries for place in places(value, (*path, key))
    ]


def altered(document: object, path: tuple[str | int, ...], value: object) -> object:
    """Copy a document with one value replaced."""
    changed: Any = copy.deepcopy(document)
    spot = changed
    for key in path[:-1]:
        spot = spot[key]
    spot[path[-1]] = value
    return changed


@settings(max_examples=300)
@given(st.sampled_from(places(GOOD)), anything)
def test_any_value_anywhere_in_a_case_is_read_or_refused(
    path: tuple[str | int, ...], value: object
) -> None:
    """Nothing else is ever raised, and what is accepted survives the way out and in."""
    text = json.dumps(altered(GOOD, path, value))
    try:
        case = parse_case(text)
    except InputError as error:
        body = [[one.pointer, one.value, one.expected, one.message] for one in error.issues]
        json.dumps(body, allow_nan=False, ensure_ascii=False).encode("utf-8")
    else:
        assert parse_case(format_case(case)) == case


@settings(max_examples=150)
@given(st.sampled_from(places(PLAN)), anything)
def test_any_value_anywhere_in_a_plan_is_read_or_refused(
    path: tuple[str | int, ...], value: object
) -> None:
    """The same for plans."""
    text = json.dumps(altered(PLAN, path, value))
    try:
        plan = parse_plan(text)
    except InputError as error:
        str(error).encode("utf-8")
    else:
        assert parse_plan(format_plan(plan)) == plan


@settings(max_examples=150)
@given(st.data())
def test_any_cut_or_flipped_byte_is_read_or_refused(data: st.DataObject) -> None:
    """A broken line or a broken disk gives issues, never a trace."""
    good = (CORPUS / "good_case.json").read_bytes()
    at = data.draw(st.integers(0, len(good) - 1))
    if data.draw(st.booleans()):
        broken = good[:at]
    else:
        broken = good[:at] + bytes([data.draw(st.integers(0, 255))]) + good[at + 1 :]
    with suppress(InputError):
        parse_case(broken)


@pytest.mark.parametrize("path", places(GOOD), ids=lambda path: "/".join(map(str, path)))
def test_every_field_left_out_is_defaulted_or_named(path: tuple[str | int, ...]) -> None:
    """A missing value is told at its own place; only references to it are told besides."""
    document: Any = copy.deepcopy(GOOD)
    spot = document
    for key in path[:-1]:
        spot = spot[key]
    del spot[path[-1]]
    try:
        parse_case(json.dumps(document))
    except InputError as error:
        pointer = "/" + "/".join(map(str, path))
        known = {issue.pointer for issue in error.issues}
        references = ("location", "visit", "shift", "preferred", "forbidden")
        assert pointer in known or any(word in one for one in known for word in references)
