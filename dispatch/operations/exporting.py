"""All master data and requests as one JSON document, or one kind of it as CSV.

For the command line::

    export_all(database_url) -> dict[str, list[dict]]           # `dispatch export`
    export_csv(database_url, kind) -> str                        # `dispatch export --kind sites`

The CSV has the columns that `dispatch.operations.importing` reads. A text that a spreadsheet
would take for a formula is given an apostrophe in front, which the importer takes off again.
"""

from __future__ import annotations

import csv
import io
import json
from typing import Any

from dispatch.errors import InputError
from dispatch.operations import master_data
from dispatch.operations.opening import opened
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import RequestRow

__all__ = ["export_all", "export_csv", "without_apostrophe"]

PLACES = ("location", "home")
RISKY = ("=", "+", "-", "@", "\t", "\r", "\n", "\0")


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
    written = io.StringIO(newline="")
    flat = [_flat(one) for one in found]
    names = list(dict.fromkeys(name for one in flat for name in one)) or _columns(kind)
    table = csv.DictWriter(written, names, restval="", lineterminator="\r\n")
    table.writeheader()
    table.writerows(flat)
    return written.getvalue()


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


def with_apostrophe(text: str) -> str:
    """Keep a spreadsheet from taking a text for a formula."""
    # A text that looks as if it had been treated already is treated too, so that taking the
    # apostrophe off always gives back what was there.
    return f"'{text}" if text.lstrip("'").startswith(RISKY) else text


def without_apostrophe(text: str) -> str:
    """Take off what `with_apostrophe` put in front."""
    treated = text.startswith("'") and text.lstrip("'").startswith(RISKY)
    return text[1:] if treated else text


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
