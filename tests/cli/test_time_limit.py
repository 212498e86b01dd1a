"""Time limits as people write them."""

from __future__ import annotations

import pytest

from dispatch.cli.time_limit import parse_time_limit
from dispatch.errors import InputError


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("10s", 10.0),
        ("10", 10.0),
        ("0.5s", 0.5),
        ("500ms", 0.5),
        ("2m", 120.0),
        ("1h", 3600.0),
        ("PT1M30S", 90.0),
        ("7200 s", 7200.0),
    ],
)
def test_a_time_limit_is_read(text: str, seconds: float) -> None:
    """Numbers with a unit, without one (seconds), and ISO-8601 durations."""
    assert parse_time_limit(text) == seconds


@pytest.mark.parametrize("text", ["", "0s", "-1s", "nan", "inf", "1e9s", "8h30", "PT", "8d", "٣s"])
def test_other_texts_are_refused_with_what_was_given(text: str) -> None:
    """Nothing, zero, negative, not a number, more than a week, foreign digits."""
    with pytest.raises(InputError) as caught:
        parse_time_limit(text)
    assert caught.value.issues[0].value == text


def test_a_week_is_the_longest() -> None:
    """168 h are accepted, a second more is not."""
    assert parse_time_limit("168h") == 604800.0
    with pytest.raises(InputError):
        parse_time_limit("604801s")
