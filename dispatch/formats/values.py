"""Readers of single JSON values; each returns the value or raises Unfit."""

from __future__ import annotations

import math
import re
from collections.abc import Callable
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TypeVar

from dispatch.formats.iso_time import format_duration, parse_duration, parse_instant
from dispatch.formats.limits import LONGEST_ID, LONGEST_TEXT, MOST_MONEY, MOST_PIECES
from dispatch.formats.unfit import Unfit

__all__ = [
    "boolean",
    "choice",
    "duration",
    "identifier",
    "instant",
    "integer",
    "money",
    "number",
    "pieces",
    "pieces_or_unlimited",
    "text",
]

E = TypeVar("E", bound=StrEnum)
SURROGATE = re.compile("[\ud800-\udfff]")


def text(value: object) -> str:
    """Read any text that can be stored and sent everywhere."""
    if not isinstance(value, str):
        raise Unfit("a text")
    if len(value) > LONGEST_TEXT:
        raise Unfit(f"a text of at most {LONGEST_TEXT} characters", too_large=True)
    if "\0" in value:
        raise Unfit("a text without NUL characters")
    if SURROGATE.search(value):
        raise Unfit("a text without lone surrogates")
    return value


def identifier(value: object) -> str:
    """Read an id or a name that others refer to: short and not blank."""
    name = text(value)
    if not name.strip():
        raise Unfit("a text that is not blank")
    if len(name) > LONGEST_ID:
        raise Unfit(f"a text of at most {LONGEST_ID} characters", too_large=True)
    return name


def boolean(value: object) -> bool:
    """Read true or false."""
    if not isinstance(value, bool):
        raise Unfit("true or false")
    return value


def integer(least: int, most: int, what: str = "a whole number") -> Callable[[object], int]:
    """Make a reader of whole numbers within bounds, both included."""
    expected = f"{what} from {least} to {most}"

    def read(value: object) -> int:
        if isinstance(value, float) and value.is_integer() and abs(value) < 2**53:
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not least <= value <= most:
            raise Unfit(expected)
        return value

    return read


def number(
    least: float, most: float, *, above: bool = False, what: str = "a number"
) -> Callable[[object], float]:
    """Make a reader of finite numbers within bounds; ``above`` leaves the lower bound out."""
    expected = f"{what} above {least:g} up to {most:g}"
    if not above:
        expected = f"{what} from {least:g} to {most:g}"

    def read(value: object) -> float:
        if isinstance(value, bool) or not isinstance(value, int | float):
            raise Unfit(expected)
        inside = least < value <= most if above else least <= value <= most
        if not inside or not math.isfinite(value):
            raise Unfit(expected)
        return float(value)

    return read


money = integer(0, MOST_MONEY, "an amount in minor units")
pieces = integer(0, MOST_PIECES, "a number of pieces")


def pieces_or_unlimited(value: object) -> int | None:
    """Read pieces of a part, null for as many as needed."""
    return None if value is None else pieces(value)


def instant(value: object) -> datetime:
    """Read a time with an offset."""
    if not isinstance(value, str):
        raise Unfit("a time with an offset such as 2026-11-23T07:30:00+08:00")
    return parse_instant(value)


def duration(most: timedelta, *, least: timedelta = timedelta(0)) -> Callable[[object], timedelta]:
    """Make a reader of durations within bounds, both included."""
    expected = f"a duration from {format_duration(least)} to {format_duration(most)}"

    def read(value: object) -> timedelta:
        if not isinstance(value, str):
            raise Unfit("an ISO-8601 duration such as PT1H30M")
        length = parse_duration(value)
        if not least <= length <= most:
            raise Unfit(expected)
        return length

    return read


def choice(kind: type[E]) -> Callable[[object], E]:
    """Make a reader of one of the words of an enumeration."""
    words = ", ".join(member.value for member in kind)

    def read(value: object) -> E:
        if not isinstance(value, str) or value not in set(kind):
            raise Unfit(f"one of {words}")
        return kind(value)

    return read
