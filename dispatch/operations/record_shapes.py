"""What the fields of each kind of master data are like, told from the records themselves.

A table or a form is made of this and of nothing else, so a new field of a record appears on the
page without anybody writing it down a second time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any

from dispatch.operations.master_data import COLUMN_OF, DURATIONS, PLACES, RESOURCES, Resource

__all__ = ["FieldShape", "column_of", "references_of", "shapes_of"]

REFERENCES: Mapping[str, str] = {
    "contract": "contracts",
    "depot": "depots",
    "end_depot": "depots",
    "engineer": "engineers",
    "loaner_part": "parts",
    "part": "parts",
    "representatives": "engineers",
    "site": "sites",
    "start_depot": "depots",
    "type": "equipment-types",
}
SORTABLE = {"text", "long_text", "number", "yes_no", "day", "instant", "wall_time", "choice"}
LONG = 300
LEVELS = {"name", "level"}


@dataclass(frozen=True, slots=True)
class FieldShape:
    """One field of a record, as a table and a form need to know it.

    Parameters
    ----------
    name
        As in the record.
    kind
        text, long_text, number, yes_no, day, instant, wall_time, duration, choice, place,
        lines (a list of texts), levels (a list of name and level), counts (a number by name) or
        document (anything nested).
    required, nullable
        Whether it must be given, and whether it may be null.
    sortable
        Whether a page may be sorted by it.
    refers_to
        Kind of the record whose id stands here; None: none.
    choices
        What it may be; empty: anything.
    default
        What it is when left out, as JSON.
    description
        What the record says about it.
    """

    name: str
    kind: str
    required: bool
    nullable: bool
    sortable: bool
    refers_to: str | None
    choices: tuple[str, ...]
    default: Any
    description: str


def column_of(resource: Resource, field: str) -> str:
    """Column by which a page is sorted for a field."""
    del resource
    return f"{field}_s" if field in DURATIONS else COLUMN_OF.get(field, field)


def references_of(kind: str) -> dict[str, str]:
    """Fields of a kind that hold ids, with the kind they name."""
    return {one.name: one.refers_to for one in shapes_of(kind) if one.refers_to}


@cache
def shapes_of(kind: str) -> tuple[FieldShape, ...]:
    """Describe the fields of a kind, in the order of the record.

    Parameters
    ----------
    kind
        A key of `dispatch.operations.master_data.RESOURCES`.
    """
    record = RESOURCES[kind].record
    schema = record.model_json_schema(mode="validation")
    nested = schema.get("$defs", {})
    required = set(schema.get("required", ()))
    # What a record shares with others (hours) matters less than what is its own.
    own = [name for name in record.__annotations__ if name in schema["properties"]]
    names = [*own, *(name for name in schema["properties"] if name not in own)]
    return tuple(
        _shape(name, schema["properties"][name], nested, name in required) for name in names
    )


def _shape(
    name: str, schema: Mapping[str, Any], nested: Mapping[str, Any], required: bool
) -> FieldShape:
    options = [one for one in schema.get("anyOf", [schema]) if one.get("type") != "null"]
    nullable = len(options) < len(schema.get("anyOf", [schema]))
    inner = _resolved(options[0], nested)
    kind = "place" if name in PLACES else _kind(inner, nested)
    return FieldShape(
        name=name,
        kind=kind,
        required=required,
        nullable=nullable,
        sortable=kind in SORTABLE or name in DURATIONS,
        refers_to=REFERENCES.get(name),
        choices=tuple(inner.get("enum", ())),
        default=schema.get("default"),
        description=schema.get("description", inner.get("description", "")),
    )


def _resolved(schema: Mapping[str, Any], nested: Mapping[str, Any]) -> Mapping[str, Any]:
    reference = schema.get("$ref")
    if reference is None:
        return schema
    found: Mapping[str, Any] = nested[reference.rpartition("/")[2]]
    return found


def _kind(schema: Mapping[str, Any], nested: Mapping[str, Any]) -> str:
    if "enum" in schema:
        return "choice"
    of = schema.get("type")
    if of == "string":
        return _kind_of_text(schema)
    if of in ("integer", "number"):
        return "number"
    if of == "boolean":
        return "yes_no"
    if of == "array":
        items = _resolved(schema["items"], nested)
        if items.get("type") == "string":
            return "lines"
        return "levels" if set(items.get("properties", ())) == LEVELS else "document"
    more = schema.get("additionalProperties")
    inside = [more] if isinstance(more, Mapping) else list(schema.get("properties", {}).values())
    numbers = [_resolved(one, nested).get("type") in ("integer", "number") for one in inside]
    return "counts" if numbers and all(numbers) else "document"


def _kind_of_text(schema: Mapping[str, Any]) -> str:
    by_format = {"date": "day", "date-time": "instant", "duration": "duration"}
    if schema.get("format") in by_format:
        return by_format[schema["format"]]
    if str(schema.get("pattern", "")).startswith(r"^\d\d:\d\d"):
        return "wall_time"
    return "long_text" if schema.get("maxLength", 0) > LONG else "text"
