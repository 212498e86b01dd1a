"""CSV files that leave: RFC 4180, and nothing in them that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Mapping, Sequence

__all__ = ["format_csv", "with_apostrophe", "without_apostrophe"]

RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")
"""What a text must not begin with (OWASP on CSV injection, ASVS 5.0 1.2.10)."""


def format_csv(columns: Sequence[str], rows: Iterable[Mapping[str, str]]) -> str:
    """Write a table; a cell that a row does not have is empty."""
    written = io.StringIO(newline="")
    table = csv.DictWriter(written, columns, restval="", lineterminator="\r\n")
    table.writeheader()
    table.writerows(rows)
    return written.getvalue()


def with_apostrophe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    # A text that looks as if it had been treated already is treated too, so that taking the
    # apostrophe off always gives back what was there.
    return f"'{text}" if text.lstrip("'").startswith(RISKY) else text


def without_apostrophe(text: str) -> str:
    """Take off what `with_apostrophe` put in front."""
    treated = text.startswith("'") and text.lstrip("'").startswith(RISKY)
    return text[1:] if treated else text
