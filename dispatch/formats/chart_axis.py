"""Round ticks for the axis of a chart, and texts that fit beside it."""

from __future__ import annotations

import math
from unicodedata import east_asian_width

__all__ = ["lines_of", "tell_tick", "ticks"]

MOST_TICKS = 6
"""Ticks at most; more do not fit with their labels."""


def ticks(low: float, high: float) -> tuple[float, list[float]]:
    """Find the step of an axis, one, two or five times a power of ten, and its multiples.

    Returns
    -------
    tuple
        The step, and every multiple from ``low`` to ``high``; zero is exactly zero.
    """
    power = 10.0 ** math.floor(math.log10((high - low) / MOST_TICKS))
    for many in (1, 2, 5, 10, 20):
        step = many * power
        # A billionth of play, so that an end that is a multiple but for rounding has its tick.
        first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
        if last - first < MOST_TICKS:
            break
    return step, [number * step for number in range(first, last + 1)]


def tell_tick(value: float, step: float) -> str:
    """Write a tick with a sign and as many decimals as its step needs; zero has no sign."""
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    return f"{value:+,.{decimals}f}".replace("-", "\u2212") if value else "0"


def lines_of(text: str, room: int, most: int = 2) -> list[str]:
    """Break a text into lines; what does not fit in the last one ends with an ellipsis.

    Parameters
    ----------
    text
        One line.
    room
        Width of a line in Latin letters; a Chinese character takes two.
    most
        Lines.
    """
    left = text.strip()
    found: list[str] = []
    while left and len(found) < most:
        fits = _fitting(left, room)
        if len(found) == most - 1 and fits < len(left):
            return [*found, left[: _fitting(left, room - 1)].rstrip() + "…"]
        if fits < len(left):
            space = left.rfind(" ", 1, fits + 1)
            fits = space if space > 0 else fits
        found.append(left[:fits].rstrip())
        left = left[fits:].lstrip()
    return found


def _fitting(text: str, room: int) -> int:
    """How many characters fit, one at least."""
    used = 0
    for place, one in enumerate(text):
        used += 2 if east_asian_width(one) in "WF" else 1
        if used > room:
            return max(1, place)
    return len(text)
