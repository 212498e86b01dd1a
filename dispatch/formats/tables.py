"""Tables of master data and requests from CSV and XLSX files, with every bad row told."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path, PurePath

from dispatch.errors import InputError, LimitExceeded
from dispatch.formats.csv_table import read_csv_lines
from dispatch.formats.json_reading import Findings, step
from dispatch.formats.json_text import read_limited
from dispatch.formats.limits import MOST_TABLE_BYTES
from dispatch.formats.table import Table, TableRow, make_table
from dispatch.formats.xlsx_table import read_xlsx_sheets

__all__ = ["Table", "TableRow", "find_tables", "parse_tables", "read_tables"]

Lines = Iterator[tuple[int, list[str]]]
ZIP_MARK = b"PK\x03\x04"


def read_tables(path: Path) -> tuple[Table, ...]:
    """Read a CSV or XLSX file from disk; see `parse_tables`."""
    return parse_tables(read_limited(path, most_bytes=MOST_TABLE_BYTES), path.name)


def parse_tables(data: bytes, name: str) -> tuple[Table, ...]:
    """Read the tables of a file.

    Parameters
    ----------
    data
        What stands in it. The content decides whether it is a workbook, not the name.
    name
        Name of the file; names the table where there is only one.

    Returns
    -------
    tuple of Table
        One for CSV; for a workbook one for each sheet that is not blank. Cells are text:
        numbers, dates and nested values are read by whoever knows the columns.

    Raises
    ------
    InputError
        With every bad row at once, pointers ``/ROW/column`` (``/SHEET/ROW/column`` where there
        are several sheets).
    LimitExceeded
        When nothing is wrong with it but its size.
    """
    found = Findings()
    tables = find_tables(found, data, name)
    found.raise_if_any()
    return tables


def find_tables(found: Findings, data: bytes, name: str) -> tuple[Table, ...]:
    """Read the tables of a file and note its bad rows, for a reader who will find more.

    Parameters
    ----------
    found
        Where every bad row goes; the tables count only while it is empty.
    data, name
        As for `parse_tables`.

    Raises
    ------
    InputError
        When there is nothing in it that could be read on.
    """
    if len(data) > MOST_TABLE_BYTES:
        issues = InputError.at("", f"{len(data)} bytes", f"at most {MOST_TABLE_BYTES}").issues
        raise LimitExceeded(issues)
    own = PurePath(name).stem
    if data.startswith(ZIP_MARK) or name.lower().endswith((".xlsx", ".xlsm", ".xls")):
        return _workbook(found, data, own)
    table = make_table(found, _kind(own), read_csv_lines(data))
    return () if table is None else (table,)


def _workbook(found: Findings, data: bytes, own: str) -> tuple[Table, ...]:
    sheets = [(title, _filled(lines)) for title, lines in read_xlsx_sheets(data)]
    used = [(title, lines) for title, lines in sheets if lines]
    if not used:
        found.add("", "no rows", "a header and rows below it")
    several = len(used) > 1
    made = [
        make_table(
            found,
            _kind(title if several else own),
            lines,
            step("", title) if several else "",
            ragged=True,
        )
        for title, lines in used
    ]
    return tuple(table for table in made if table is not None)


def _filled(lines: Lines) -> list[tuple[int, list[str]]]:
    return [(number, cells) for number, cells in lines if any(cells)]


def _kind(name: str) -> str:
    return name.strip().lower().replace("_", "-").replace(" ", "-")
