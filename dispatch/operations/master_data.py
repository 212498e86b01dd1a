"""Master data: adding, changing and removing records, one verb each, with the fact told."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from typing import Any

from pydantic import BaseModel

from dispatch.errors import InputError, NotFound
from dispatch.operations.company import company_settings
from dispatch.operations.records import (
    ContractRecord,
    DepotRecord,
    EngineerRecord,
    EquipmentRecord,
    EquipmentTypeRecord,
    InboundRecord,
    PartRecord,
    Record,
    ShiftRecord,
    SiteRecord,
    StockRecord,
    VanNormRecord,
)
from dispatch.store import UnitOfWork
from dispatch.store.tables import (
    ContractRow,
    DepotRow,
    EngineerRow,
    EquipmentRow,
    EquipmentTypeRow,
    InboundRow,
    PartRow,
    ShiftRow,
    SiteRow,
    StockRow,
    VanNormRow,
    Versioned,
)

__all__ = [
    "RESOURCES",
    "Resource",
    "add",
    "change",
    "get",
    "page",
    "record_of",
    "remove",
    "row_values",
]

SECOND = timedelta(seconds=1)
COLUMN_OF = {
    "site": "site_id",
    "contract": "contract_id",
    "engineer": "engineer_id",
    "depot": "depot_id",
    "part": "part_id",
    "start_depot": "start_depot_id",
    "end_depot": "end_depot_id",
}
FIELD_OF = {column: field for field, column in COLUMN_OF.items()}
PLACES = ("location", "home")
DURATIONS = ("pickup_duration", "max_travel", "duration")


@dataclass(frozen=True, slots=True)
class Resource:
    """One kind of master data: its name in addresses, its table, its record."""

    name: str
    table: type[Versioned]
    record: type[Record]


RESOURCES: Mapping[str, Resource] = {
    one.name: one
    for one in (
        Resource("engineers", EngineerRow, EngineerRecord),
        Resource("shifts", ShiftRow, ShiftRecord),
        Resource("contracts", ContractRow, ContractRecord),
        Resource("sites", SiteRow, SiteRecord),
        Resource("equipment-types", EquipmentTypeRow, EquipmentTypeRecord),
        Resource("equipment", EquipmentRow, EquipmentRecord),
        Resource("parts", PartRow, PartRecord),
        Resource("depots", DepotRow, DepotRecord),
        Resource("stock", StockRow, StockRecord),
        Resource("inbound", InboundRow, InboundRecord),
        Resource("van-norms", VanNormRow, VanNormRecord),
    )
}
"""Every kind in an order in which what is referred to comes first."""


def page(
    work: UnitOfWork, resource: Resource, *, after: str = "", limit: int = 50, **where: object
) -> list[tuple[Record, int]]:
    """Records after an id, with their versions."""
    columns = {COLUMN_OF.get(name, name): value for name, value in where.items()}
    rows = work.catalogue.page(resource.table, after=after, limit=limit, **columns)
    return [(record_of(row, resource), row.version) for row in rows]


def get(work: UnitOfWork, resource: Resource, id: str) -> tuple[Record, int]:
    """A record with its version."""
    row = work.catalogue.get(resource.table, id)
    return record_of(row, resource), row.version


def add(work: UnitOfWork, resource: Resource, record: Record) -> tuple[Record, int]:
    """Add a record under its own new id."""
    _require_consistent(work, record)
    with _fields_named():
        row = work.catalogue.add(resource.table(**row_values(record)))
    added = record_of(row, resource)
    told = {"kind": resource.name, "change": "added"}
    work.tell("master_data_changed", row.id, told, changes=_changes(None, added))
    return added, row.version


def change(
    work: UnitOfWork, resource: Resource, id: str, record: Record, *, expected: int | None = None
) -> tuple[Record, int]:
    """Put a record in the place of the stored one of the same id."""
    row = work.catalogue.get(resource.table, id)
    values = row_values(record)
    if values["id"] != id:
        raise InputError.at("/id", values["id"], f"the id in the address, {id!r}")
    _require_consistent(work, record)
    before = record_of(row, resource)
    with _fields_named():
        work.catalogue.change(row, values, expected=expected)
    after = record_of(row, resource)
    told = {"kind": resource.name, "change": "changed"}
    work.tell("master_data_changed", id, told, changes=_changes(before, after))
    return after, row.version


def remove(work: UnitOfWork, resource: Resource, id: str, *, expected: int | None = None) -> None:
    """Remove a record that nothing refers to."""
    row = work.catalogue.get(resource.table, id)
    before = record_of(row, resource)
    work.catalogue.remove(row, expected=expected)
    told = {"kind": resource.name, "change": "removed"}
    work.tell("master_data_changed", id, told, changes=_changes(before, None))


def _changes(before: Record | None, after: Record | None) -> dict[str, Any]:
    """Old and new value of each field that differs; null where there was or is no record."""
    old = {} if before is None else before.model_dump(mode="json")
    new = {} if after is None else after.model_dump(mode="json")
    return {
        name: [old.get(name), new.get(name)]
        for name in sorted({*old, *new})
        if name not in old or name not in new or old[name] != new[name]
    }


@contextmanager
def _fields_named() -> Iterator[None]:
    """Let issues point to the fields of the record where the store names its columns."""
    try:
        yield
    except InputError as error:
        raise InputError(
            replace(one, pointer="/" + FIELD_OF.get(one.pointer[1:], one.pointer[1:]))
            for one in error.issues
        ) from error


def _require_consistent(work: UnitOfWork, record: Record) -> None:
    """Refuse what the columns cannot see: names inside lists, and shifts that overlap."""
    if isinstance(record, ContractRecord):
        policies = company_settings(work).policies
        if record.policy not in policies:
            expected = "one of " + ", ".join(sorted(policies))
            raise InputError.at("/policy", record.policy, expected)
        for place, engineer in enumerate(record.representatives):
            if work.catalogue.find(EngineerRow, engineer) is None:
                raise InputError.at(f"/representatives/{place}", engineer, "id of a known engineer")
    if isinstance(record, ShiftRecord):
        _require_free(work, record)


def _require_free(work: UnitOfWork, record: ShiftRecord) -> None:
    end = record.overtime_end or record.end
    for other in work.work.shifts_between(record.start, end):
        if other.engineer_id == record.engineer and other.id != record.id:
            raise InputError.at(
                "/start",
                record.start.isoformat(),
                f"a time in which engineer {record.engineer} has no shift yet ({other.id})",
            )


def row_values(record: Record) -> dict[str, Any]:
    """Write a record as column values."""
    values: dict[str, Any] = {}
    for name in type(record).model_fields:
        value = getattr(record, name)
        if name in PLACES:
            values["lat"], values["lon"] = value.lat, value.lon
        elif name in DURATIONS:
            values[f"{name}_s"] = None if value is None else value // SECOND
        else:
            values[COLUMN_OF.get(name, name)] = _plain(value)
    return values


def _plain(value: Any) -> Any:
    """Make JSON of nested records; what a column holds by itself stays as it is."""
    if isinstance(value, BaseModel):
        return row_document(value)
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value


def row_document(record: BaseModel) -> dict[str, Any]:
    """Write a nested record as the JSON that stands in a column; durations in seconds."""
    written: dict[str, Any] = {}
    for name in type(record).model_fields:
        value = getattr(record, name)
        if isinstance(value, timedelta):
            written[f"{name}_s"] = value // SECOND
        elif isinstance(value, datetime):
            written[name] = value.astimezone(UTC).isoformat()
        else:
            written[name] = _plain(value)
    return written


def record_of(row: Versioned, resource: Resource) -> Record:
    """Read a row back as a record."""
    values: dict[str, Any] = {}
    for name in resource.record.model_fields:
        if name in PLACES:
            columns: Any = row
            values[name] = {"lat": columns.lat, "lon": columns.lon}
        elif name in DURATIONS:
            seconds = getattr(row, f"{name}_s")
            values[name] = None if seconds is None else seconds * SECOND
        else:
            value = getattr(row, COLUMN_OF.get(name, name))
            if name == "cost" and not value:
                value = {}
            values[name] = _rich(value)
    try:
        return resource.record.model_validate(values)
    except ValueError as error:
        # A row that an older program wrote must not take the whole list down with it.
        raise NotFound(resource.name, row.id, advice="mend this row by hand.") from error


def _rich(value: Any) -> Any:
    if isinstance(value, (date, time)):
        return value
    if isinstance(value, list):
        return [_rich(item) for item in value]
    if isinstance(value, dict) and "duration_s" in value:
        rest = {name: _rich(item) for name, item in value.items() if name != "duration_s"}
        return {**rest, "duration": value["duration_s"] * SECOND}
    return value
