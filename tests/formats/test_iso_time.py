"""Times and durations: what is read, what is refused, and the way back."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dispatch.formats import format_duration, format_instant, parse_duration, parse_instant
from dispatch.formats.unfit import Unfit


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("PT0S", 0),
        ("PT1H30M", 5400),
        ("P1D", 86400),
        ("P1DT1S", 86401),
        ("P2W", 1209600),
        ("PT90M", 5400),
        ("PT0.5H", 1800),
        ("PT1,5M", 90),
        ("PT3600S", 3600),
        ("-PT1M", -60),
    ],
)
def test_duration_is_read(text: str, seconds: int) -> None:
    """Weeks to seconds, decimals as long as whole seconds come out."""
    assert parse_duration(text) == timedelta(seconds=seconds)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "P",
        "PT",
        "1h",
        "PT1H30",
        "P1M",
        "P1Y",
        "PT0.5S",
        "pt1h",
        " PT1H",
        "PT1H ",
        "P1H",
        "PT٣H",
        "P1DT",
        "PT1M1H",
        "PT99999999999999S",
        "PT" + "1" * 5000 + "S",
        "PT1H\n",
    ],
)
def test_duration_is_refused(text: str) -> None:
    """Months have no length, half seconds no place, and nothing is guessed."""
    with pytest.raises(Unfit):
        parse_duration(text)


@given(st.integers(0, 10**9))
def test_duration_written_and_read_is_the_same(seconds: int) -> None:
    """Every whole number of seconds has one spelling."""
    length = timedelta(seconds=seconds)
    assert parse_duration(format_duration(length)) == length


def test_duration_is_written_without_zero_parts() -> None:
    """PT1H30M and not P0DT1H30M0S."""
    assert format_duration(timedelta(hours=1, minutes=30)) == "PT1H30M"
    assert format_duration(timedelta(days=2)) == "P2D"
    assert format_duration(timedelta(days=1, seconds=1)) == "P1DT1S"
    assert format_duration(timedelta(0)) == "PT0S"
    assert format_duration(-timedelta(minutes=1)) == "-PT1M"


def test_instant_keeps_its_offset() -> None:
    """The offset as written is the local time of the place."""
    instant = parse_instant("2026-11-23T07:30:00+08:00")
    assert instant == datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    assert format_instant(instant) == "2026-11-23T07:30:00+08:00"
    assert parse_instant("2026-11-23T07:30Z") == datetime(2026, 11, 23, 7, 30, tzinfo=UTC)
    assert parse_instant("2026-11-23T07:30:00.000-03:30").utcoffset() == -timedelta(
        hours=3, minutes=30
    )


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-23",
        "2026-11-23T07:30:00",
        "2026-11-23 07:30:00Z",
        "20261123T073000Z",
        "2026-11-23T24:00:00Z",
        "2026-02-29T00:00:00Z",
        "2026-11-23T07:30:60Z",
        "2026-11-23T07:30:00.5Z",
        "2026-11-23T07:30:00+8",
        "2026-11-23T07:30:00+08:60",
        "0000-11-23T07:30:00Z",
        "9999-11-23T07:30:00Z",
        "1969-12-31T23:59:59Z",
        "now",
        "2026-11-23t07:30:00z",
        "２０２６-11-23T07:30:00Z",
        "2026-11-23T07:30:00Z\n",
    ],
)
def test_instant_is_refused(text: str) -> None:
    """No offset, no such time, no such calendar: refused, never shifted."""
    with pytest.raises(Unfit):
        parse_instant(text)


@given(
    st.datetimes(datetime(1970, 1, 1), datetime(2199, 12, 31)),  # noqa: DTZ001 - made aware below
    st.integers(-15 * 60, 15 * 60),
)
def test_instant_written_and_read_is_the_same(wall: datetime, offset: int) -> None:
    """Instant and offset both come back."""
    instant = wall.replace(microsecond=0, tzinfo=timezone(timedelta(minutes=offset)))
    again = parse_instant(format_instant(instant))
    assert again == instant
    assert again.utcoffset() == instant.utcoffset()
