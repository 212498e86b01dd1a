"""A table as it stood in a file: named columns, numbered rows, text in every cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dispatch.formats.json_reading import Findings, step
from dispatch.formats.limits import LONGEST_TEXT, MOST_TABLE_COLUMNS, MOST_TABLE_ROWS
from dispatch.formats.unfit import Unfit
from dispatch.formats.values import text

__all__ = ["Table", "TableRow", "make_table"]


@dataclass(frozen=True, slots=True)
class TableRow:
    """One row below the header.

    Parameters
    ----------
    number
        As a spreadsheet counts: the header is usually row 1.
    values
        Text by column, without blanks around it; an empty cell is an empty text.
    """

    number: int
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Table:
    """The rows of one kind; what they mean is for whoever stores them to say.

    Parameters
    ----------
    kind
        Name of the file without its ending, or of the sheet where a workbook has several;
        lower case with dashes.
    columns
        Names in the header, each once.
    rows
        All rows that are not blank.
    """

    kind: str
    columns: tuple[str, ...]
    rows: tuple[TableRow, ...]


def make_table(
    found: Findings,
    kind: str,
    lines: Iterable[tuple[int, list[str]]],
    pointer: str = "",
    *,
    ragged: bool = False,
) -> Table | None:
    """Make a table of numbered lines; the first that is not blank is the header.

    Parameters
    ----------
    found
        Where every bad row goes, with pointers ``/ROW/column``.
    kind
        Name of the table.
    lines
        Number and cells of each line of the file.
    pointer
        What the pointers start with.
    ragged
        Whether a row may end early, as workbooks leave out empty cells; in a CSV file that is
        a sign of a lost delimiter.

    Returns
    -------
    Table or None
        None when there is no usable header.
    """
    header: tuple[str, ...] = ()
    rows: list[TableRow] = []
    for number, cells in lines:
        values = [cell.strip() for cell in cells]
        while values and not values[-1] and len(values) > len(header):
            values.pop()
        if not any(values):
            continue
        place = step(pointer, number)
        if not header:
            if not _usable_header(found, values, place):
                return None
            header = tuple(values)
        elif len(rows) >= MOST_TABLE_ROWS:
            found.add(place, number, f"at most {MOST_TABLE_ROWS} rows", limit=True)
            break
        elif len(values) > len(header) or (len(values) < len(header) and not ragged):
            found.add(place, f"{len(values)} cells", f"{len(header)} cells, as in the header")
        elif tuple(values) == header:
            found.add(place, "the header once more", "a row of values")
        else:
            values += [""] * (len(header) - len(values))
            row = TableRow(number, dict(zip(header, values, strict=True)))
            _check_cells(found, row, place)
            rows.append(row)
    if not header:
        found.add(pointer, "no rows", "a header and rows below it")
        return None
    return Table(kind, header, tuple(rows))


def _usable_header(found: Findings, names: list[str], pointer: str) -> bool:
    if len(names) > MOST_TABLE_COLUMNS:
        found.add(pointer, f"{len(names)} columns", f"at most {MOST_TABLE_COLUMNS}", limit=True)
        return False
    before = len(found)
    seen: set[str] = set()
    for i, name in enumerate(names):
        if not name or name in seen:
            found.add(step(pointer, i + 1), name, "a column name of its own")
        seen.add(name)
    return len(found) == before


def _check_cells(found: Findings, row: TableRow, pointer: str) -> None:
    for name, cell in row.values.items():
        try:
            text(cell)
        except Unfit as unfit:
            found.add(step(pointer, name), cell, unfit.expected, limit=unfit.too_large)
        # Nobody types a formula into master data, but a spreadsheet that opens it runs it.
        if cell.startswith("="):
            found.add(step(pointer, name), cell[:LONGEST_TEXT], "a value instead of a formula")
