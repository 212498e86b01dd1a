"""Axes of charts have round ticks, and names beside them fit."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from dispatch.formats.chart_axis import MOST_TICKS, lines_of, tell_tick, ticks


def test_ticks_are_round_and_hold_zero() -> None:
    """From -1.96 to 1.44 the step is a half: seven ticks of it would not fit, six do."""
    step, marks = ticks(-1.96, 1.44)
    assert (step, marks) == (0.5, [-1.5, -1.0, -0.5, 0.0, 0.5, 1.0])
    assert [tell_tick(one, step) for one in marks[:4]] == ["−1.5", "−1.0", "−0.5", "0"]
    assert ticks(0, 1400)[1] == [0, 500, 1000]
    assert tell_tick(1000, 500) == "+1,000"


@given(st.floats(-1e9, 1e9), st.floats(1e-6, 1e9))
def test_every_span_has_two_to_six_ticks_inside(low: float, length: float) -> None:
    """Whatever is drawn, the axis can be read."""
    high = low + length
    if high - low < 1e-9 * max(abs(low), abs(high)):
        return
    step, marks = ticks(low, high)
    assert 2 <= len(marks) <= MOST_TICKS
    assert all(low - step / 1e6 <= one <= high + step / 1e6 for one in marks)
    assert len({tell_tick(one, step) for one in marks}) == len(marks)


def test_names_are_broken_into_lines_by_their_width() -> None:
    """A Chinese character takes as much room as two letters."""
    assert lines_of("Van stock +1 of the five critical parts", 33) == [
        "Van stock +1 of the five critical",
        "parts",
    ]
    assert lines_of("雷州增加一名工程师", 8) == ["雷州增加", "一名工…"]
    assert lines_of("", 8) == []
