"""What is written is read back as the same case, and equal cases have equal hashes."""

from __future__ import annotations

import json
import pickle
from dataclasses import replace
from pathlib import Path

from case_strategies import cases
from hypothesis import given, settings

from dispatch.domain import Case
from dispatch.formats import canonical_case, case_hash, case_to_document, format_case, parse_case

CORPUS = Path(__file__).resolve().parent.parent / "corpus"


@settings(max_examples=60)
@given(cases())
def test_case_written_and_read_is_the_same_case(case: Case) -> None:
    """No field is lost, defaulted or changed on the way out and in."""
    again = parse_case(format_case(case))
    assert again == case
    assert format_case(again) == format_case(case)
    assert case_hash(again) == case_hash(case)


@settings(max_examples=20)
@given(cases())
def test_case_survives_the_way_to_another_process(case: Case) -> None:
    """Solves run elsewhere, so a case has to pickle."""
    assert pickle.loads(pickle.dumps(case)) == case


def test_hash_does_not_depend_on_layout_or_defaults_written_out() -> None:
    """The same case as a one-line file, and with its defaults spelled out, hashes the same."""
    text = (CORPUS / "good_case.json").read_text()
    case = parse_case(text)
    assert case_hash(parse_case(json.dumps(json.loads(text)))) == case_hash(case)
    assert case_hash(parse_case(json.dumps(case_to_document(case), sort_keys=True))) == case_hash(
        case
    )


def test_hash_changes_with_any_change_of_the_case() -> None:
    """A single second, cent or piece makes another case."""
    case = parse_case((CORPUS / "good_case.json").read_text())
    other = replace(case, visits=(replace(case.visits[0], crew_size=2), case.visits[1]))
    assert case_hash(other) != case_hash(case)
    assert len(case_hash(case)) == 64


def test_canonical_case_is_ascii_without_blanks() -> None:
    """The bytes that are hashed are the same on every machine and in every locale."""
    case = parse_case((CORPUS / "good_case.json").read_text())
    written = canonical_case(case)
    assert written.isascii()
    assert b": " not in written
    assert b"\\u9648\\u4f1f" in written
