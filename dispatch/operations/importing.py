"""Master data and requests from a table file, all of it or nothing.

For the command line::

    import_file(database_url, path, kind=None, actor="command line") -> ImportReport

``kind`` is a key of `dispatch.operations.master_data.RESOURCES` or ``"requests"``; left out it
is the file's own name (``engineers.csv``). The header names the fields of the record; nested
values (skills, breaks, van_stock) are JSON in their cell, and a place is given as ``lat`` and
``lon``. Rows with a known id replace the stored record. `InputError` lists every bad row, with
a pointer ``/ROW/field`` that counts rows as a spreadsheet does, and then nothing is stored.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import openpyxl
from pydantic import ValidationError

from dispatch.errors import InputError, Issue, LimitExceeded
from dispatch.formats.json_text import read_limited
from dispatch.operations import master_data
from dispatch.operations.intake import RequestRecord, report
from dispatch.operations.opening import opened
from dispatch.operations.records import Record
from dispatch.store import UnitOfWork

__all__ = ["ImportReport", "import_file", "import_rows"]

REQUESTS = "requests"
MOST_BYTES = 20 * 1024 * 1024
MOST_UNPACKED = 200 * 1024 * 1024
MOST_ROWS = 100_000
MOST_COLUMNS = 200
PLACE_FIELDS = {"engineers": "home", "sites": "location", "depots": "location"}


@dataclass(frozen=True, slots=True)
class ImportReport:
    """What came in: its kind, how many rows were new, changed, and the same as before."""

    kind: str
    added: int
    changed: int
    unchanged: int


def import_file(
    database_url: str, path: Path, kind: str | None = None, actor: str = "command line"
) -> ImportReport:
    """Import one CSV or XLSX file in one transaction.

    Raises
    ------
    InputError
        With every bad row; nothing is stored then.
    LimitExceeded
        When the file is larger than accepted.
    """
    wanted = kind or path.stem.lower().replace("_", "-")
    if wanted != REQUESTS and wanted not in master_data.RESOURCES:
        known = ", ".join([*master_data.RESOURCES, REQUESTS])
        raise InputError.at("/kind", wanted, f"one of {known}")
    data = read_limited(path, most_bytes=MOST_BYTES)
    rows = list(_read_xlsx(data) if path.suffix.lower() == ".xlsx" else _read_csv(data))
    digest = hashlib.sha256(data).hexdigest()
    with opened(database_url) as database:
        return database.write(lambda work: import_rows(work, wanted, rows, digest), actor=actor)


def import_rows(
    work: UnitOfWork, kind: str, rows: list[tuple[int, dict[str, str]]], digest: str = ""
) -> ImportReport:
    """Write the rows of one kind; (number of the row, cells by field) each."""
    issues: list[Issue] = []
    counts = {"added": 0, "changed": 0, "unchanged": 0}
    seen: dict[str, int] = {}
    for number, cells in rows:
        try:
            record = _record(kind, cells)
            name = str(getattr(record, "id", None) or number)
            if name in seen:
                raise InputError.at("/id", name, f"an id that row {seen[name]} does not have")
            seen[name] = number
            # Also after a bad row: what it refers to can only be told by trying, and the end of
            # the transaction drops it all.
            counts[_write(work, kind, record, digest, number)] += 1
        except ValidationError as error:
            issues += [_issue(number, one) for one in error.errors()]
        except InputError as error:
            issues += [
                Issue(f"/{number}{one.pointer}", one.value, one.expected, one.message)
                for one in error.issues
            ]
    if issues:
        raise InputError(issues)
    return ImportReport(kind, **counts)


def _write(work: UnitOfWork, kind: str, record: Any, digest: str, number: int) -> str:
    if kind == REQUESTS:
        # The file's own hash and the row make the name under which a repeated import of the
        # same file finds its requests again.
        external = record.external_id or f"{digest}:{number}"
        known = work.work.request_called(external)
        if known is not None:
            return "unchanged"
        report(work, record.model_copy(update={"external_id": external}))
        return "added"
    resource = master_data.RESOURCES[kind]
    stored = work.catalogue.find(resource.table, record.id)
    if stored is None:
        master_data.add(work, resource, record)
        return "added"
    if master_data.record_of(stored, resource) == record:
        return "unchanged"
    master_data.change(work, resource, record.id, record)
    return "changed"


def _record(kind: str, cells: dict[str, str]) -> Record:
    model = RequestRecord if kind == REQUESTS else master_data.RESOURCES[kind].record
    values: dict[str, Any] = {name: _value(model, name, cell) for name, cell in cells.items()}
    values = {name: value for name, value in values.items() if value != ""}
    place = PLACE_FIELDS.get(kind)
    if place is not None and ("lat" in values or "lon" in values):
        values[place] = {name: values.pop(name) for name in ("lat", "lon") if name in values}
    return model.model_validate(values)


def _value(model: type[Record], name: str, cell: str) -> Any:
    """Read a cell: numbers, yes or no and nested values as JSON, all else as text."""
    field = model.model_fields.get(name)
    if cell == "" or (field is not None and _is_text(field.annotation)):
        return cell
    try:
        return json.loads(cell)
    except ValueError:
        return cell


def _is_text(annotation: object) -> bool:
    return annotation is str or getattr(annotation, "__args__", ()) == (str, type(None))


def _issue(number: int, error: Any) -> Issue:
    place = "/".join(str(step) for step in error["loc"])
    return Issue(f"/{number}/{place}".rstrip("/"), error["input"], error["msg"])


def _read_csv(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError.at("", f"byte 0x{data[error.start]:02x}", "UTF-8 text") from error
    if "\0" in text:
        raise InputError.at("", "U+0000", "text without NUL characters")
    first = text.splitlines()[0] if text.strip() else ""
    delimiter = max(",;\t", key=first.count)
    try:
        lines = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
        yield from _rows(enumerate(lines, 1))
    except csv.Error as error:
        raise InputError.at("", str(error), "a CSV table (RFC 4180)") from error


def _read_xlsx(data: bytes) -> Iterator[tuple[int, dict[str, str]]]:
    # openpyxl reads through defusedxml as soon as that is installed, so entity tricks are out;
    # how much the archive unpacks to has to be looked at here.
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            unpacked = sum(member.file_size for member in archive.infolist())
        if unpacked > MOST_UNPACKED:
            raise LimitExceeded(InputError.at("", unpacked, "at most 200 MB unpacked").issues)
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=True)
        sheet = book.worksheets[0]
        lines = (
            (number, ["" if cell is None else str(cell) for cell in row])
            for number, row in enumerate(sheet.iter_rows(values_only=True), 1)
        )
        yield from _rows(lines)
        book.close()
    except (InputError, LimitExceeded):
        raise
    except Exception as error:
        raise InputError.at("", type(error).__name__, "an XLSX workbook") from error


def _rows(lines: Any) -> Iterator[tuple[int, dict[str, str]]]:
    header: list[str] = []
    for number, cells in lines:
        if number > MOST_ROWS:
            raise LimitExceeded(InputError.at("", number, f"at most {MOST_ROWS} rows").issues)
        if len(cells) > MOST_COLUMNS:
            raise InputError.at(f"/{number}", len(cells), f"at most {MOST_COLUMNS} columns")
        stripped = [cell.strip() for cell in cells]
        if not any(stripped):
            continue
        if not header:
            header = stripped
            if len(set(header)) < len(header) or "" in header:
                raise InputError.at(f"/{number}", header, "each column named, and only once")
        elif len(stripped) != len(header):
            raise InputError.at(f"/{number}", len(stripped), f"{len(header)} columns")
        else:
            yield number, dict(zip(header, stripped, strict=True))
    if not header:
        raise InputError.at("", "no rows", "a header and rows below it")
