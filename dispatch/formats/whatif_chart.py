"""A chart of a what-if: the paired difference of one figure in each scenario, around zero."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from html import escape
from typing import Any

from dispatch.formats.chart_axis import lines_of, tell_tick, ticks
from dispatch.formats.whatif_words import FIGURE_WORDS, MONEY, SHARES, TEXTS, tell_figure

__all__ = ["draw_differences"]

WIDTH, ROW, LEFT, RIGHT = 760, 36, 230, 130
TOP, AXIS = 6, 44
"""Room above the first row, and below the last for ticks and the name of the axis."""
LETTERS = 33
"""Of a line beside the chart."""
PLAIN, GOOD, BAD = "#55636f", "#0b6b3a", "#a11d12"


def draw_differences(name: str, scenarios: Sequence[Mapping[str, Any]], tongue: int) -> str:
    """Draw the differences of one figure, each with its interval.

    Parameters
    ----------
    name
        Of the figure.
    scenarios
        As in the report.
    tongue
        0: English; 1: Chinese.

    Returns
    -------
    str
        A picture with a title and a description for those who do not see it.
    """
    scale = 100.0 if name in SHARES else 0.01 if name in MONEY else 1.0
    pairs = [(str(one["name"]), one["comparison"][name]) for one in scenarios]
    low, high = _span(pairs, scale)
    step, marks = ticks(low, high)
    bottom = TOP + ROW * len(pairs)

    def at(value: float) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (value - low) / (high - low)

    drawn = [_tick(at(mark), mark, step, bottom) for mark in marks]
    drawn.append(f'<path d="M{LEFT} {bottom}H{WIDTH - RIGHT}" stroke="#55636f"/>')
    # Above the other lines of the grid, because everything is measured from it.
    drawn.append(
        f'<path class="zero" d="M{at(0):.1f} {TOP}V{bottom}" stroke="#1b2733" stroke-width="1.5"/>'
    )
    unit = escape(_axis(name, tongue))
    middle = (LEFT + WIDTH - RIGHT) / 2
    drawn.append(
        f'<text class="unit" x="{middle:.0f}" y="{bottom + 36}" text-anchor="middle">{unit}</text>'
    )
    told = []
    for place, (title, pair) in enumerate(pairs):
        y = TOP + ROW * place + ROW / 2
        drawn += _labels(title, pair, name, y)
        drawn += _mark(pair, y, lambda value: at(value * scale))
        told.append(f"{title}: {_tell(name, pair)}")
    words = (FIGURE_WORDS[name], TEXTS["of"], TEXTS["difference"])
    head = escape("".join(one[tongue] for one in words))
    return (
        f"<h3>{head}</h3>"
        f'<svg viewBox="0 0 {WIDTH} {bottom + AXIS}" width="{WIDTH}" height="{bottom + AXIS}" '
        f'role="img" aria-labelledby="{name}-title {name}-told">'
        f'<title id="{name}-title">{head}, {unit}</title>'
        f'<desc id="{name}-told">{escape("; ".join(told))}</desc>{"".join(drawn)}</svg>'
    )


def _span(pairs: Sequence[tuple[str, Mapping[str, Any]]], scale: float) -> tuple[float, float]:
    """Ends of the axis in its unit: zero and every interval, with a little room."""
    ends = [0.0]
    for _, pair in pairs:
        ends += [
            pair[key] * scale for key in ("low", "high", "difference") if pair[key] is not None
        ]
    room = (max(ends) - min(ends)) * 0.08 or 1.0
    return min(ends) - room, max(ends) + room


def _axis(name: str, tongue: int) -> str:
    """What the axis shows, and its unit."""
    kind = "points" if name in SHARES else "money" if name in MONEY else ""
    return TEXTS["from_base"][tongue] + (TEXTS[kind][tongue] if kind else "")


def _tick(x: float, mark: float, step: float, bottom: float) -> str:
    line = f'<path d="M{x:.1f} {TOP}V{bottom + 4}" stroke="#d9e0e6"/>'
    label = f'<text x="{x:.1f}" y="{bottom + 18}" text-anchor="middle">{tell_tick(mark, step)}'
    return f"{line}{label}</text>"


def _labels(title: str, pair: Mapping[str, Any], name: str, y: float) -> list[str]:
    """The name of a scenario on the left, in two lines at most, and its number on the right."""
    lines = lines_of(title, LETTERS)
    first = y + 4 - 7 * (len(lines) - 1)
    drawn = [
        f'<text x="4" y="{first + 14 * place:.0f}">{escape(line)}</text>'
        for place, line in enumerate(lines)
    ]
    told = tell_figure(name, pair["difference"], signed=True) + (
        " *" if pair["significant"] else ""
    )
    return [*drawn, f'<text x="{WIDTH - RIGHT + 10}" y="{y + 4:.0f}">{escape(told)}</text>']


def _mark(pair: Mapping[str, Any], y: float, at: Callable[[float], float]) -> list[str]:
    """The interval as a line and the mean as a dot, hollow where zero is as good a guess."""
    colour, drawn = PLAIN, []
    if pair["significant"] and pair["probability_better"] is not None:
        colour = GOOD if pair["probability_better"] >= 0.5 else BAD
    if pair["low"] is not None:
        low, high = at(pair["low"]), at(pair["high"])
        drawn.append(
            f'<path d="M{low:.1f} {y - 5:.0f}v10M{low:.1f} {y:.0f}H{high:.1f}'
            f'M{high:.1f} {y - 5:.0f}v10" stroke="{colour}" stroke-width="2" fill="none"/>'
        )
    fill = colour if pair["significant"] else "#fff"
    dot = f'cx="{at(pair["difference"]):.1f}" cy="{y:.0f}" r="4.5" fill="{fill}"'
    return [*drawn, f'<circle {dot} stroke="{colour}" stroke-width="2"/>']


def _tell(name: str, pair: Mapping[str, Any]) -> str:
    """A difference with its interval in words, for whoever does not see the picture."""
    told = tell_figure(name, pair["difference"], signed=True)
    if pair["low"] is None:
        return told
    low, high = (tell_figure(name, pair[end], signed=True) for end in ("low", "high"))
    return f"{told} ({low} … {high})"
