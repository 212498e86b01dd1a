"""Bytes to JSON values and back, strictly: UTF-8, no duplicates, no surprises."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path
from typing import Any

from dispatch.errors import InputError, LimitExceeded
from dispatch.formats.limits import MOST_BYTES

__all__ = ["JsonObject", "NumberTooLong", "dump_json", "load_json", "read_limited"]

LONGEST_INTEGER = 30


class JsonObject(dict[str, Any]):
    """A JSON object that remembers which of its keys stood there more than once."""

    __slots__ = ("duplicates",)

    def __init__(self, pairs: list[tuple[str, Any]]) -> None:
        super().__init__(pairs)
        self.duplicates: tuple[str, ...] = ()
        if len(self) < len(pairs):
            counts = Counter(key for key, _ in pairs)
            self.duplicates = tuple(key for key, count in counts.items() if count > 1)


class NumberTooLong:
    """Stands for an integer with more digits than anything here can mean."""

    def __init__(self, digits: str) -> None:
        self.digits = digits

    def __repr__(self) -> str:
        return f"{self.digits[:LONGEST_INTEGER]}… ({len(self.digits)} digits)"


def load_json(data: bytes | str, *, most_bytes: int = MOST_BYTES) -> object:
    """Read one JSON document.

    Parameters
    ----------
    data
        UTF-8 without a byte order mark, or text that was decoded elsewhere.
    most_bytes
        Bound of the size.

    Returns
    -------
    object
        Objects as `JsonObject`; ``NaN`` and infinities as floats, so that the reader of the
        field can refuse them with their place.

    Raises
    ------
    InputError
        When it is not JSON; the message has line and column.
    LimitExceeded
        When it is larger or more deeply nested than accepted.
    """
    if len(data) > most_bytes:
        raise LimitExceeded(InputError.at("", f"{len(data)} bytes", f"at most {most_bytes}").issues)
    text = data if isinstance(data, str) else _decode(data)
    if text.startswith("\ufeff"):
        raise InputError.at("", "U+FEFF", "UTF-8 without a byte order mark")
    try:
        return _parse(text)
    except RecursionError:
        issues = InputError.at("", "deeply nested values", "less than 1000 levels").issues
        raise LimitExceeded(issues) from None


def _decode(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError as error:
        wrong = f"byte 0x{data[error.start]:02x} at offset {error.start}"
        raise InputError.at("", wrong, "UTF-8 text") from None


def _parse(text: str) -> object:
    try:
        return json.loads(text, object_pairs_hook=JsonObject)
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        message = f"not JSON at {where}: {error.msg}, expected one complete JSON document"
        raise InputError.at("", where, "one complete JSON document", message) from None
    except ValueError:
        # Only an integer beyond Python's limit of digits comes here. A hook for every integer
        # would be slow for matrices of millions of cells, so it is used in this case alone.
        return json.loads(text, object_pairs_hook=JsonObject, parse_int=_integer)


def _integer(digits: str) -> int | NumberTooLong:
    return int(digits) if len(digits) <= LONGEST_INTEGER else NumberTooLong(digits)


def dump_json(document: object, *, indent: int | None = 2) -> str:
    """Write a document; keys stay in the order of the document, text stays readable.

    Parameters
    ----------
    document
        Plain values without NaN or infinities.
    indent
        Spaces per level; None writes one line without blanks.
    """
    separators = (",", ":") if indent is None else (",", ": ")
    return json.dumps(
        document, ensure_ascii=False, allow_nan=False, indent=indent, separators=separators
    )


def read_limited(path: Path, *, most_bytes: int = MOST_BYTES) -> bytes:
    """Read a file, refusing one that is missing, unreadable or too large.

    Raises
    ------
    InputError
        When there is no such file or it cannot be read.
    LimitExceeded
        When it is too large; it is not read then.
    """
    try:
        size = path.stat().st_size
        if size > most_bytes:
            issues = InputError.at("", f"{path}: {size} bytes", f"at most {most_bytes}").issues
            raise LimitExceeded(issues)
        return path.read_bytes()
    except OSError as error:
        raise InputError.at("", str(path), "a file that can be read") from error
