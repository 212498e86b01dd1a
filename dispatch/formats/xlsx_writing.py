"""XLSX workbooks that leave: texts stay texts, whatever a spreadsheet would like to compute."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from dispatch.formats.csv_writing import with_apostrophe

__all__ = ["Cell", "Sheet", "format_xlsx"]

Cell = str | int | float | bool | None
LONGEST_CELL = 32_767
LONGEST_TITLE = 31
WIDEST = 60
# XML 1.0 has no place for these, and no workbook opens with them.
UNWRITABLE = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff\ud800-\udfff]")
NOT_IN_TITLES = re.compile(r"[\[\]:*?/\\]")


@dataclass(frozen=True, slots=True)
class Sheet:
    """One sheet.

    Parameters
    ----------
    title
        Its name; what no sheet may be called is left out.
    columns
        The header.
    rows
        As many cells each as the header has.
    """

    title: str
    columns: Sequence[str]
    rows: Iterable[Sequence[Cell]]


def format_xlsx(sheets: Sequence[Sheet]) -> bytes:
    """Write a workbook.

    A text that a spreadsheet would take for a formula has an apostrophe in front, as in CSV, and
    its cell says that it holds text, so it is not computed even when somebody takes that off.
    """
    # Imported here because it costs a quarter of a second that no other command needs.
    from openpyxl import Workbook
    from openpyxl.cell import WriteOnlyCell
    from openpyxl.styles import Font
    from openpyxl.utils import get_column_letter

    book = Workbook(write_only=True)
    for sheet in sheets:
        title = NOT_IN_TITLES.sub(" ", sheet.title)[:LONGEST_TITLE].strip("' ") or "Sheet"
        page = book.create_sheet(title)
        rows = [list(row) for row in sheet.rows]
        for number, name in enumerate(sheet.columns):
            longest = max([len(name), *(len(str(row[number])) for row in rows[:200])])
            width = min(WIDEST, longest + 2)
            page.column_dimensions[get_column_letter(number + 1)].width = width
        page.freeze_panes = "A2"

        def cell(value: Cell, bold: bool = False, page: Any = page) -> Any:
            if not isinstance(value, str):
                return value
            made = WriteOnlyCell(
                page, UNWRITABLE.sub("\ufffd", with_apostrophe(value))[:LONGEST_CELL]
            )
            made.data_type = "s"
            if bold:
                made.font = Font(bold=True)
            return made

        page.append([cell(name, True) for name in sheet.columns])
        for row in rows:
            page.append([cell(value) for value in row])
    written = io.BytesIO()
    book.save(written)
    return written.getvalue()
