"""A line chart as SVG text: two axes, straight or logarithmic, and named lines."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

WIDTH, HEIGHT = 640, 380
LEFT, RIGHT, TOP, BOTTOM = 70, 150, 40, 50
COLOURS = ("#0060a8", "#d1495b", "#3a7d44", "#b07d00", "#6f4e9c", "#555555")
STRAIGHT_TICKS = 5


@dataclass(frozen=True, slots=True)
class Axis:
    """What an axis measures, and whether equal steps are equal factors."""

    name: str
    logarithmic: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """A named line through points (x, y); `dots` marks each of them."""

    name: str
    points: tuple[tuple[float, float], ...]
    dots: bool = False


def chart(title: str, lines: tuple[Line, ...], across: Axis, up: Axis) -> str:
    """Draw lines; logarithmic axes take values above zero only."""
    xs = [x for line in lines for x, _ in line.points]
    ys = [y for line in lines for _, y in line.points]
    x_ticks, y_ticks = ticks(min(xs), max(xs), across), ticks(min(ys), max(ys), up)
    to_x = _scale(x_ticks[0], x_ticks[-1], LEFT, WIDTH - RIGHT, across)
    to_y = _scale(y_ticks[0], y_ticks[-1], HEIGHT - BOTTOM, TOP, up)
    view = f'viewBox="0 0 {WIDTH} {HEIGHT}" font-family="sans-serif" font-size="12"'
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" {view} role="img" aria-label="{escape(title)}">',
        f'<rect width="{WIDTH}" height="{HEIGHT}" fill="#ffffff"/>',
        f'<text x="{LEFT}" y="22" font-size="15">{escape(title)}</text>',
    ]
    for tick in x_ticks:
        x = to_x(tick)
        parts.append(_rule(x, TOP, x, HEIGHT - BOTTOM))
        parts.append(_text(x, HEIGHT - BOTTOM + 18, _number(tick), "middle"))
    for tick in y_ticks:
        y = to_y(tick)
        parts.append(_rule(LEFT, y, WIDTH - RIGHT, y))
        parts.append(_text(LEFT - 8, y + 4, _number(tick), "end"))
    middle = (LEFT + WIDTH - RIGHT) / 2
    parts.append(_text(middle, HEIGHT - 12, across.name, "middle"))
    parts.append(
        f'<text transform="translate(16 {(TOP + HEIGHT - BOTTOM) / 2:.1f}) rotate(-90)" '
        f'text-anchor="middle">{escape(up.name)}</text>'
    )
    for number, line in enumerate(lines):
        colour = COLOURS[number % len(COLOURS)]
        places = [(to_x(x), to_y(y)) for x, y in line.points]
        path = " ".join(f"{x:.1f},{y:.1f}" for x, y in places)
        parts.append(f'<polyline points="{path}" fill="none" stroke="{colour}" stroke-width="2"/>')
        if line.dots:
            parts += [
                f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{colour}"/>' for x, y in places
            ]
        level = TOP + 14 + 18 * number
        parts.append(
            f'<line x1="{WIDTH - RIGHT + 12}" y1="{level - 4}" x2="{WIDTH - RIGHT + 32}" '
            f'y2="{level - 4}" stroke="{colour}" stroke-width="3"/>'
        )
        parts.append(_text(WIDTH - RIGHT + 38, level, line.name, "start"))
    return "\n".join([*parts, "</svg>", ""])


def ticks(least: float, most: float, axis: Axis) -> list[float]:
    """Return round values that enclose the data, at least two."""
    if axis.logarithmic:
        low = math.floor(math.log10(least) + 1e-9)
        high = max(low + 1, math.ceil(math.log10(most) - 1e-9))
        return [10.0**power for power in range(low, high + 1)]
    least, most = min(0.0, least), max(most, least + 1e-9, 1e-9)
    rough = (most - least) / STRAIGHT_TICKS
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * factor for factor in (1, 2, 5, 10) if power * factor >= rough)
    low, high = math.floor(least / step), math.ceil(most / step)
    return [step * number for number in range(low, max(high, low + 1) + 1)]


def _scale(
    least: float, most: float, begin: float, end: float, axis: Axis
) -> Callable[[float], float]:
    bend = math.log10 if axis.logarithmic else float
    low, high = bend(least), bend(most)
    return lambda value: begin + (end - begin) * (bend(value) - low) / (high - low)


def _rule(x: float, y: float, to_x: float, to_y: float) -> str:
    return f'<line x1="{x:.1f}" y1="{y:.1f}" x2="{to_x:.1f}" y2="{to_y:.1f}" stroke="#dddddd"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _number(value: float) -> str:
    return f"{value:,.10g}" if abs(value) < 1000 else f"{value:,.0f}"
