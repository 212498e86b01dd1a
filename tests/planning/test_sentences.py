"""What people read: every code in both languages, with its numbers in it."""

from __future__ import annotations

import string

import pytest

from dispatch.planning.sentences import blocker_sentence, length_of_time, remedy_sentence
from dispatch.solver.claim import BlockerCode
from dispatch.solver.explain_facts import EditKind

FACTS = {
    "skill": "ups",
    "level": 3,
    "has": 1,
    "tool": "crimper",
    "part": "P-100",
    "quantity": 2,
    "available": 1,
    "available_from": "2026-11-23T14:00:00+08:00",
    "seconds": 1500,
    "shift": "li-mon",
    "visit": "v7",
    "crew_size": 2,
    "engineer": "陈伟",
    "before": "v6",
    "earliest": "2026-11-23T08:00:00+08:00",
    "latest": "2026-11-23T09:00:00+08:00",
    "time": "2026-11-23T18:00:00+08:00",
    "break": 1,
}


@pytest.mark.parametrize("code", list(BlockerCode))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_blocker_has_a_sentence(code: BlockerCode, language: str) -> None:
    """No code is shown raw, no placeholder stays open, and the two languages differ."""
    said = blocker_sentence(code, FACTS, who="陈伟", language=language)
    assert code.value not in said
    assert "?" not in said
    assert not any(name for _, name, _, _ in string.Formatter().parse(said))
    assert said.startswith("陈伟: " if language == "en" else "陈伟：")
    assert any("\u4e00" <= mark <= "\u9fff" for mark in said[3:]) == (language == "zh")


@pytest.mark.parametrize("kind", list(EditKind))
@pytest.mark.parametrize("language", ["en", "zh"])
def test_every_remedy_has_a_sentence(kind: EditKind, language: str) -> None:
    """No kind is shown raw, no placeholder stays open."""
    said = remedy_sentence(kind.value, FACTS, language=language)
    assert kind.value not in said
    assert "?" not in said
    assert said.endswith("." if language == "en" else "。")


def test_numbers_stand_in_the_sentence() -> None:
    """Level, quantity, time and length of time are those of the shortfall."""
    assert blocker_sentence("LEVEL_TOO_LOW", FACTS) == (
        "Skill ups is needed at level 3, but stands at level 1."
    )
    assert "2026-11-23 14:00" in blocker_sentence("PART_TOO_LATE", FACTS)
    assert blocker_sentence("SHIFT_TOO_SHORT", FACTS) == (
        "The shift would have to end 25 min later."
    )
    assert blocker_sentence("SHIFT_TOO_SHORT", FACTS, language="zh") == "班次需要延长 25分钟。"


def test_a_code_of_tomorrow_is_shown_rather_than_refused() -> None:
    """Plans of a later version can be read out by an older one."""
    assert blocker_sentence("NO_MOOD", {}) == "NO_MOOD."


@pytest.mark.parametrize(
    ("seconds", "english", "chinese"),
    [
        (0, "0 s", "0秒"),
        (59, "59 s", "59秒"),
        (60, "1 min", "1分钟"),
        (3600, "1 h", "1小时"),
        (5400, "1 h 30 min", "1小时30分钟"),
        (3661, "1 h 1 min", "1小时1分钟"),
        (90000, "25 h", "25小时"),
    ],
)
def test_lengths_of_time(seconds: int, english: str, chinese: str) -> None:
    """The two largest units are told, seconds only below an hour."""
    assert length_of_time(seconds) == english
    assert length_of_time(seconds, "zh") == chinese
