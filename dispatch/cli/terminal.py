"""Text of strangers on a terminal: names and titles must not steer it."""

from __future__ import annotations

__all__ = ["plain"]


def plain(text: str) -> str:
    r"""Replace what would move the cursor, change colours or turn the line around.

    Parameters
    ----------
    text
        Anything; line feeds stay.

    Returns
    -------
    str
        Printable; each other character stands as its escape, for example ``\x1b``.
    """
    return "".join(
        mark if mark == "\n" or mark.isprintable() else ascii(mark)[1:-1] for mark in text
    )
