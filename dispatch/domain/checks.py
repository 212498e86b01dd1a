"""The few tests that constructors of the domain share, each refusing with name and value."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime, timedelta

from dispatch.errors import InputError

__all__ = [
    "require",
    "require_aware",
    "require_count",
    "require_duration",
    "require_id",
    "require_quantities",
    "require_unique",
]


def require(condition: bool, name: str, value: object, expected: str) -> None:
    """Refuse a value of a domain object.

    Parameters
    ----------
    condition
        What has to hold.
    name
        Field of the object; becomes the JSON pointer ``/name``.
    value, expected
        What stood there and what should have.

    Raises
    ------
    InputError
        When the condition does not hold.
    """
    if not condition:
        raise InputError.at(f"/{name}", value, expected)


def require_id(name: str, value: object) -> None:
    """Refuse an id that is not a text of at least one character."""
    require(isinstance(value, str) and value != "", name, value, "a text that is not empty")


def require_aware(name: str, value: datetime | None) -> None:
    """Refuse a time without an offset or with a fraction of a second; None passes."""
    if value is not None:
        require(value.utcoffset() is not None, name, value, "a time with an offset")
        require(value.microsecond == 0, name, value, "a time in whole seconds")


def require_duration(name: str, value: timedelta | None) -> None:
    """Refuse a negative duration or one with a fraction of a second; None passes."""
    if value is not None:
        require(value >= timedelta(0), name, value, "a duration of zero or more")
        require(value.microseconds == 0, name, value, "a duration in whole seconds")


def require_count(name: str, value: int | None, least: int = 0) -> None:
    """Refuse a number that is not whole or is below ``least``; None passes."""
    if value is not None:
        whole = isinstance(value, int) and not isinstance(value, bool)
        require(whole and value >= least, name, value, f"a whole number of at least {least}")


def require_unique(name: str, values: Iterable[str]) -> None:
    """Refuse a list in which one text stands twice."""
    seen: set[str] = set()
    for value in values:
        require(value not in seen, name, value, "each value only once")
        seen.add(value)


def require_quantities(name: str, quantities: Mapping[str, int | None]) -> None:
    """Refuse an amount of parts below zero; None stands for unlimited."""
    for part, quantity in quantities.items():
        require_id(name, part)
        require_count(f"{name}/{part}", quantity)
