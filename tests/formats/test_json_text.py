"""Files on disk, and what is told about a value that was refused."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from dispatch.errors import InputError, LimitExceeded
from dispatch.formats import dump_json, parse_case, read_case, read_plan
from dispatch.formats.json_reading import shown
from dispatch.formats.json_text import NumberTooLong, load_json, read_limited

GOOD = Path(__file__).resolve().parent.parent / "corpus" / "good_case.json"


def test_case_is_read_from_disk() -> None:
    """The same as its bytes."""
    assert read_case(GOOD) == parse_case(GOOD.read_bytes())


def test_file_that_is_not_there_is_an_issue_with_its_name(tmp_path: Path) -> None:
    """Also a folder, which opens and does not read."""
    for path in (tmp_path / "missing.json", tmp_path):
        with pytest.raises(InputError, match=path.name):
            read_plan(path)


def test_file_that_is_too_large_is_not_read(tmp_path: Path) -> None:
    """The boundary passes, one byte more does not."""
    path = tmp_path / "case.json"
    path.write_bytes(b"12345")
    assert read_limited(path, most_bytes=5) == b"12345"
    with pytest.raises(LimitExceeded):
        read_limited(path, most_bytes=4)


def test_integer_beyond_all_limits_becomes_something_no_reader_takes() -> None:
    """Python itself refuses more than 4,300 digits, without saying where."""
    value = load_json('{"a": ' + "9" * 5000 + ', "b": 7}')
    assert isinstance(value, dict)
    assert isinstance(value["a"], NumberTooLong)
    assert value["b"] == 7
    assert shown(value["a"]) == "9" * 30 + "… (5000 digits)"


@pytest.mark.parametrize(
    ("value", "told"),
    [
        (True, True),
        (None, None),
        (5, 5),
        (2**60, str(2**60)),
        (1.5, 1.5),
        (float("nan"), "NaN"),
        (float("-inf"), "-Infinity"),
        ([1, 2], "an array of 2 values"),
        ({"a": 1}, "an object with 1 fields"),
        ("a\0b", "a\\u0000b"),
        ("\ud800", "\\ud800"),
        ("x" * 200, "x" * 119 + "…"),
        (datetime(2026, 11, 23, 8, tzinfo=UTC), "2026-11-23T08:00:00+00:00"),
        (timedelta(minutes=90), "PT1H30M"),
    ],
)
def test_refused_value_is_shown_short_and_as_json(value: object, told: object) -> None:
    """What is echoed must never break the answer that carries it."""
    assert shown(value) == told


def test_document_is_written_readably_or_on_one_line() -> None:
    """Chinese stays Chinese, keys keep their order, NaN never leaves."""
    assert dump_json({"b": "陈伟", "a": [1]}, indent=None) == '{"b":"陈伟","a":[1]}'
    assert dump_json({"b": 1}) == '{\n  "b": 1\n}'
    with pytest.raises(ValueError, match="not JSON compliant"):
        dump_json(float("nan"))
