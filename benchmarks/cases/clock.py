"""Benchmark clocks: an instance counts from 0, a case file wants dates and durations."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

START = datetime(2026, 1, 5, tzinfo=UTC)
"""Second 0 of every instance that has no calendar of its own (a Monday)."""

Json = dict[str, object]


def instant(seconds: int) -> str:
    """Write second `seconds` after START as ISO-8601 with an offset."""
    return (START + timedelta(seconds=seconds)).isoformat()


def lasting(seconds: int) -> str:
    """Write a duration of whole seconds as ISO-8601."""
    return f"PT{seconds}S"


def window(earliest: int, latest: int) -> Json:
    """Write a window, both ends included, from seconds after START."""
    return {"start": instant(earliest), "end": instant(latest)}
