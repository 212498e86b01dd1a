"""The signal that a value is not what a reader expects."""

from __future__ import annotations

__all__ = ["Unfit"]


class Unfit(ValueError):
    """A single value does not fit; whoever knows its place makes an Issue of it.

    Parameters
    ----------
    expected
        What should have stood there, as a noun phrase.
    too_large
        True when the value is well formed but beyond a bound of `dispatch.formats.limits`.
    """

    def __init__(self, expected: str, *, too_large: bool = False) -> None:
        self.expected = expected
        self.too_large = too_large
        super().__init__(expected)
