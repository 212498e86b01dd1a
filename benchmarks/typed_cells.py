"""Rows of a result file as the records that they were written from."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from typing import Any, TypeVar

Record = TypeVar("Record")

READ: dict[str, Callable[[str], Any]] = {
    "int": int,
    "float": float,
    "str": str,
    "bool": lambda text: text == "True",
}


def typed(kind: type[Record], rows: Iterable[Mapping[str, str]]) -> list[Record]:
    """Read cells into a dataclass of numbers and texts; an empty cell is None where that may be."""
    return [kind(**_values(kind, cells)) for cells in rows]


def _values(kind: type[Any], cells: Mapping[str, str]) -> dict[str, Any]:
    values: dict[str, Any] = {}
    for one in fields(kind):
        name, _, rest = str(one.type).partition(" | ")
        text = cells[one.name]
        values[one.name] = None if rest and not text else READ[name](text)
    return values
