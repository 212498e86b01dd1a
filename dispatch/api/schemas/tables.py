"""Master data as tables, and imports, as answers."""

from __future__ import annotations

from typing import Any

from pydantic import Field

from dispatch.api.authorisation import allowed
from dispatch.api.schemas.base import Out
from dispatch.operations.accounts import Role
from dispatch.operations.import_preview import ImportPreview
from dispatch.operations.master_data import RESOURCES
from dispatch.operations.master_tables import LastChange, TablePage
from dispatch.operations.record_shapes import FieldShape, shapes_of
from dispatch.operations.records import Record
from dispatch.operations.records.base import Instant

__all__ = [
    "ImportOut",
    "TablePageOut",
    "TableRecordOut",
    "TablesOut",
    "import_out",
    "page_out",
    "record_out",
    "tables_out",
]


class FieldOut(Out):
    """One field of a kind of record."""

    name: str
    kind: str = Field(
        description="text, long_text, number, yes_no, day, instant, wall_time, duration, choice,"
        " place, lines, levels, counts or document."
    )
    required: bool
    nullable: bool
    sortable: bool
    refers_to: str | None = Field(description="Kind of the record whose id stands here.")
    choices: list[str]
    default: Any
    description: str


class TableOut(Out):
    """One kind of record."""

    kind: str = Field(description="Name of the table, and of the records at `/api/v1/{kind}`.")
    total: int
    may_change: bool = Field(description="Whether the caller may add, change and remove.")
    fields: list[FieldOut]


class TablesOut(Out):
    """Every kind of master data."""

    tables: list[TableOut]


class NameOut(Out):
    """What an id is called."""

    name: str
    name_en: str


class RowOut(Out):
    """One record with the version that `If-Match` wants."""

    version: int
    record: dict[str, Any]


class TablePageOut(Out):
    """Part of a table."""

    total: int = Field(description="How many records fit the search.")
    rows: list[RowOut]
    names: dict[str, dict[str, NameOut]] = Field(
        description="Names of the ids in this part, by kind and id."
    )


class ChangeOut(Out):
    """Who changed a record last."""

    actor: str
    name: str | None
    at: Instant


class TableRecordOut(Out):
    """One record as it is now."""

    version: int
    record: dict[str, Any]
    changed: ChangeOut | None = Field(description="null: nobody noted a change.")


class BadCellOut(Out):
    """Something wrong with one row of a file."""

    sheet: str
    row: int | None = Field(description="As the spreadsheet counts; null: the file as a whole.")
    column: str = Field(description="Empty: the row as a whole.")
    value: Any
    expected: str


class ImportedTableOut(Out):
    """What becomes of the rows of one kind."""

    kind: str
    rows: int
    added: int
    changed: int
    unchanged: int
    bad: int
    ignored_columns: list[str] = Field(description="Columns that no field has.")


class ImportOut(Out):
    """What an import does or did."""

    fingerprint: str = Field(description="To be given when what was shown is to be stored.")
    stored: bool
    tables: list[ImportedTableOut]
    bad: list[BadCellOut] = Field(description="Everything that is wrong, in the file's order.")


def tables_out(counts: dict[str, int], role: Role) -> TablesOut:
    """Describe every kind to somebody of a role."""
    return TablesOut(
        tables=[
            TableOut(
                kind=kind,
                total=counts[kind],
                may_change=allowed("PUT", f"/api/v1/{kind}/{{id}}", role),
                fields=[_field(one) for one in shapes_of(kind)],
            )
            for kind in RESOURCES
        ]
    )


def _field(shape: FieldShape) -> FieldOut:
    return FieldOut.model_validate(shape)


def page_out(page: TablePage) -> TablePageOut:
    """Write part of a table."""
    return TablePageOut(
        total=page.total,
        rows=[RowOut(version=version, record=_plain(record)) for record, version in page.rows],
        names={
            kind: {id: NameOut(name=name, name_en=english) for id, (name, english) in names.items()}
            for kind, names in page.names.items()
        },
    )


def record_out(record: Record, version: int, changed: LastChange | None) -> TableRecordOut:
    """Write one record."""
    told = None if changed is None else ChangeOut.model_validate(changed)
    return TableRecordOut(version=version, record=_plain(record), changed=told)


def _plain(record: Record) -> dict[str, Any]:
    return record.model_dump(mode="json")


def import_out(preview: ImportPreview, *, stored: bool) -> ImportOut:
    """Write what an import does or did."""
    return ImportOut(
        fingerprint=preview.fingerprint,
        stored=stored,
        tables=[ImportedTableOut.model_validate(one) for one in preview.tables],
        bad=[BadCellOut.model_validate(one) for one in preview.bad],
    )
