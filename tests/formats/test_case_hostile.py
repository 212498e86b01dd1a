"""Every malformed or hostile case file is refused with a pointer to each of its problems.

The files lie in ``tests/corpus/cases``; what has to be reported of each stands beside them, so
that the command line and the HTTP tests can use the same corpus.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from dispatch.errors import InputError, LimitExceeded
from dispatch.formats import parse_case

CORPUS = Path(__file__).resolve().parent.parent / "corpus"
EXPECTED: dict[str, list[str]] = json.loads((CORPUS / "expected_pointers.json").read_text())


def issues_of(data: bytes | str) -> InputError:
    """Parse what has to be refused."""
    with pytest.raises(InputError) as caught:
        parse_case(data)
    return caught.value


def test_good_case_that_all_others_are_made_of_is_accepted() -> None:
    """Without its mistake every corpus file would be this one."""
    case = parse_case((CORPUS / "good_case.json").read_bytes())
    assert [visit.id for visit in case.visits] == ["v0", "v1"]


def test_corpus_and_expectations_name_the_same_files() -> None:
    """A file nobody expects anything of would test nothing."""
    assert {path.stem for path in (CORPUS / "cases").iterdir()} == set(EXPECTED)
    assert len(EXPECTED) >= 40


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_hostile_case_is_refused_with_every_pointer(name: str) -> None:
    """All problems are told at once, each at its own place, and none that is not there."""
    error = issues_of((CORPUS / "cases" / f"{name}.json").read_bytes())
    assert sorted(issue.pointer for issue in error.issues) == EXPECTED[name]


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_report_of_a_hostile_case_can_be_sent_as_json(name: str) -> None:
    """A refused value may be NaN, a surrogate or 20 MB: the report is short plain JSON."""
    error = issues_of((CORPUS / "cases" / f"{name}.json").read_bytes())
    body = json.dumps(
        [[one.pointer, one.value, one.expected, one.message] for one in error.issues],
        allow_nan=False,
        ensure_ascii=False,
    )
    assert len(body.encode("utf-8")) < 1000 * len(error.issues)
    assert "\0" not in body


def test_truncated_json_tells_line_and_column() -> None:
    """The only help with a cut file is where it ends."""
    error = issues_of('{"planning_window":\n {"start": ')
    assert "line 2, column 12" in str(error)


def test_misspelt_field_names_the_likely_one() -> None:
    """`durations` is refused and `duration` suggested."""
    document = json.loads((CORPUS / "good_case.json").read_text())
    document["visits"][0]["durations"] = "PT1H"
    assert "maybe duration was meant" in str(issues_of(json.dumps(document)))


def test_only_too_large_is_another_error_than_wrong() -> None:
    """A document that breaks nothing but a bound raises LimitExceeded, which maps to 413."""
    text = (CORPUS / "good_case.json").read_text()
    with pytest.raises(LimitExceeded):
        parse_case(text, most_bytes=1000)
    document = json.loads(text)
    document["visits"][0]["title"] = "x" * 10_001
    with pytest.raises(LimitExceeded):
        parse_case(json.dumps(document))
    document["visits"][0]["crew_size"] = 0
    assert not isinstance(issues_of(json.dumps(document)), LimitExceeded)


def test_long_circles_and_many_of_them_stay_cheap() -> None:
    """5,000 visits, each after the one before and all before the first: a few issues only."""
    document = json.loads((CORPUS / "good_case.json").read_text())
    names = [f"w{i}" for i in range(5000)]
    document["visits"] += [
        {"id": id, "location": "site", "duration": "PT1H", "after": [{"visit": names[i - 1]}]}
        for i, id in enumerate(names)
    ]
    document["visits"][2]["after"] = [{"visit": name} for name in names[1:]]
    error = issues_of(json.dumps(document))
    assert 1 <= len(error.issues) <= 20
    assert all(len(str(issue)) < 500 for issue in error.issues)


def test_flood_of_unknown_fields_ends_early() -> None:
    """Past ten thousand issues nobody reads on, so the reader stops too."""
    error = issues_of(json.dumps({f"x{i}": i for i in range(20_000)}))
    assert len(error.issues) == 10_001


def test_pointer_escapes_what_json_pointers_need_escaped() -> None:
    """RFC 6901: ~ is ~0 and / is ~1."""
    document = json.loads((CORPUS / "good_case.json").read_text())
    document["visits"][0]["parts"] = {"a/b~c": -1}
    (issue,) = issues_of(json.dumps(document)).issues
    assert issue.pointer == "/visits/0/parts/a~1b~0c"


def test_wrong_cells_are_told_up_to_a_hundred_and_then_counted() -> None:
    """A matrix with a thousand negative cells gives a readable answer."""
    size = 40
    places = [{"id": f"l{i}"} for i in range(size)]
    document = {
        "planning_window": {"start": "2026-11-23T00:00:00Z", "end": "2026-11-24T00:00:00Z"},
        "locations": places,
        "travel": {
            "source": "matrix",
            "matrix": {
                "locations": [place["id"] for place in places],
                "duration_s": [[0 if i == j else -1 for j in range(size)] for i in range(size)],
            },
        },
    }
    error = issues_of(json.dumps(document))
    assert len(error.issues) == 101
    assert "1460 more wrong cells" in str(error.issues[-1])
