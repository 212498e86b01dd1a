"""Charts of a what-if can be read: ticks, units, a line at zero, and words for who cannot see."""

from __future__ import annotations

from typing import Any
from xml.etree.ElementTree import Element, fromstring

import pytest

from dispatch.formats.whatif_chart import draw_differences


def pair(difference: float, low: float, high: float, better: float) -> dict[str, Any]:
    """One figure of one scenario."""
    return {
        "difference": difference,
        "low": low,
        "high": high,
        "significant": not low <= 0 <= high,
        "probability_better": better,
    }


def picture(name: str, tongue: int) -> Element:
    """Two scenarios: one that costs 60 to 140 more, and one of which nobody knows."""
    scenarios = [
        {"name": "A < B", "comparison": {name: pair(10_000, 6_000, 14_000, 0.1)}},
        {"name": "C", "comparison": {name: pair(-1_000, -3_000, 1_000, 0.6)}},
    ]
    drawn = draw_differences(name, scenarios, tongue)
    return fromstring(drawn[drawn.index("<svg") :])


@pytest.mark.parametrize(
    ("tongue", "unit"), [(0, "(money a replication)"), (1, "（每次模拟的金额）")]
)
def test_an_axis_has_round_ticks_and_its_unit(tongue: int, unit: str) -> None:
    """Money is drawn in major units: -30 to 140, ticks every 50, zero among them."""
    svg = picture("cost", tongue)
    texts = [one.text or "" for one in svg.iter("text")]
    assert [one for one in texts if one in {"0", "+50", "+100", "+150", "−50"}] == [
        "0",
        "+50",
        "+100",
        "+150",
    ]
    assert sum(unit in one for one in texts) == 1
    zero = next(one for one in svg.iter("path") if one.get("class") == "zero")
    place = str(zero.get("d")).split()[0].removeprefix("M")
    assert any(one.text == "0" and one.get("x") == place for one in svg.iter("text"))


def test_a_chart_tells_itself_without_being_seen() -> None:
    """Its title and its description are named, and the description has every number."""
    svg = picture("cost", 0)
    ids = str(svg.get("aria-labelledby")).split()
    named = {one.get("id"): one.text for one in svg if one.tag in ("title", "desc")}
    assert [named[one] for one in ids] == [
        "cost: difference, difference from the base (money a replication)",
        "A < B: +100.00 (+60.00 … +140.00); C: -10.00 (-30.00 … +10.00)",
    ]
    dots = [one.get("fill") for one in svg.iter("circle")]
    assert dots[0] != "#fff"
    assert dots[1] == "#fff"
