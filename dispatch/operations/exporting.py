"""All master data and requests as one JSON document, or one kind of it as CSV.

For the command line::

    export_all(database_url) -> dict[str, list[dict]]           # `dispatch export`
    export_csv(database_url, kind) -> str                        # `dispatch export --kind sites`

The CSV has the columns that `dispatch.operations.importing` reads. A text that a spreadsheet
would take for a formula is given an apostrophe in front, which the importer takes off again.
"""

from __future__ import annotations

import json
from typing import Any

from dispatch.errors import InputError
from dispatch.formats.csv_writing import format_csv, with_apostrophe
from dispatch.formats.xlsx_writing import Cell, Sheet, format_xlsx
from dispatch.operations import master_data
from dispatch.operations.master_tables import records_found
from dispatch.operations.opening import opened
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import RequestRow

__all__ = ["TABLE_FORMATS", "export_all", "export_csv", "table_file"]

TABLE_FORMATS = ("csv", "xlsx")

PLACES = ("location", "home")


def export_all(database_url: str) -> dict[str, list[dict[str, Any]]]:
    """Read everything in one consistent view."""
    with opened(database_url, create=False) as database:
        return database.read(
            lambda work: {
                **{name: records(work, name) for name in master_data.RESOURCES},
                "requests": requests(work),
            }
        )


def export_csv(database_url: str, kind: str) -> str:
    """Write one kind as CSV (RFC 4180)."""
    if kind not in master_data.RESOURCES:
        known = ", ".join(master_data.RESOURCES)
        raise InputError.at("/kind", kind, f"one of {known}")
    with opened(database_url, create=False) as database:
        found = database.read(lambda work: records(work, kind))
    flat = [_flat(one) for one in found]
    names = list(dict.fromkeys(name for one in flat for name in one)) or _columns(kind)
    return format_csv(names, flat)


def table_file(work: UnitOfWork, kind: str, format: str, search: str = "") -> bytes:
    """Write the records of a kind that fit a search as a file that the importer reads.

    Parameters
    ----------
    work, kind
        The transaction, and which records.
    format
        One of `TABLE_FORMATS`.
    search
        Words that must all occur in a record.

    Raises
    ------
    NotFound
        When there is no such kind.
    """
    found = [one.model_dump(mode="json") for one in records_found(work, kind, search)]
    names = _columns(kind)
    if format == "csv":
        # A mark at the front lets spreadsheets see that the names are UTF-8.
        return format_csv(names, (_flat(one) for one in found)).encode("utf-8-sig")
    rows = ([_cell(one, name) for name in names] for one in found)
    return format_xlsx([Sheet(kind, names, rows)])


def _cell(record: dict[str, Any], name: str) -> Cell:
    if name in ("lat", "lon"):
        place = next(record[one] for one in PLACES if one in record)
        return float(place[name])
    value = record[name]
    if value is None or isinstance(value, (str, int, float)):
        return value
    return json.dumps(value, ensure_ascii=False)


def records(work: UnitOfWork, kind: str) -> list[dict[str, Any]]:
    """All records of a kind as plain JSON values."""
    resource = master_data.RESOURCES[kind]
    return [
        master_data.record_of(row, resource).model_dump(mode="json")
        for row in work.catalogue.all(resource.table)
    ]


def requests(work: UnitOfWork) -> list[dict[str, Any]]:
    """All requests as plain JSON values."""
    found = []
    for row in work.catalogue.all(RequestRow):
        values = rows.request_values(rows.request_of(row))
        found.append(
            {
                name: value.isoformat() if hasattr(value, "isoformat") else value
                for name, value in values.items()
            }
        )
    return found


def _columns(kind: str) -> list[str]:
    """Header of a kind of which there is nothing yet, for people who want to fill it in."""
    names: list[str] = []
    for name in master_data.RESOURCES[kind].record.model_fields:
        names += ["lat", "lon"] if name in PLACES else [name]
    return names


def _flat(record: dict[str, Any]) -> dict[str, str]:
    cells: dict[str, str] = {}
    for name, value in record.items():
        if name in PLACES:
            cells["lat"], cells["lon"] = str(value["lat"]), str(value["lon"])
        elif value is None:
            cells[name] = ""
        elif isinstance(value, str):
            cells[name] = with_apostrophe(value)
        else:
            cells[name] = json.dumps(value, ensure_ascii=False)
    return cells
