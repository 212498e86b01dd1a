"""XLSX workbooks, opened with tongs: bounds before unpacking, no formulas, no macros."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from typing import Any

from dispatch.errors import InputError, LimitExceeded
from dispatch.formats.iso_time import format_duration
from dispatch.formats.limits import MOST_UNPACKED_BYTES, MOST_WORKBOOK_MEMBERS

__all__ = ["read_xlsx_sheets"]

ENCRYPTED = b"\xd0\xcf\x11\xe0"
REFUSED = {"vbaProject.bin": "macros", "externalLinks": "links to other workbooks"}


def read_xlsx_sheets(data: bytes) -> Iterator[tuple[str, Iterator[tuple[int, list[str]]]]]:
    """Read the sheets of a workbook: title, and numbered lines of text.

    Numbers lose a needless ``.0``, dates become ISO-8601, yes and no become ``true`` and
    ``false``.

    Raises
    ------
    InputError
        When it is no workbook, is encrypted, has macros or links, or holds formulas or errors.
    LimitExceeded
        When it would unpack to too much; it is not unpacked then.
    """
    _inspect(data)
    # Imported here because it costs a quarter of a second that no other command needs.
    import openpyxl

    if not openpyxl.DEFUSEDXML:
        raise InputError.at("", "defusedxml is missing", "a safe XML parser for workbooks")
    try:
        book = openpyxl.load_workbook(io.BytesIO(data), read_only=True, data_only=False)
    except Exception as error:
        raise InputError.at("", type(error).__name__, "an XLSX workbook") from error
    try:
        for sheet in book.worksheets:
            # The size a sheet claims may be a million rows by 16,384 columns of nothing.
            sheet.reset_dimensions()
            yield sheet.title, _lines(sheet)
    finally:
        book.close()


def _inspect(data: bytes) -> None:
    if data.startswith(ENCRYPTED):
        raise InputError.at("", "an encrypted or old workbook", "an XLSX workbook")
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
    except (zipfile.BadZipFile, NotImplementedError, ValueError) as error:
        raise InputError.at("", type(error).__name__, "an XLSX workbook") from error
    unpacked = sum(member.file_size for member in members)
    if unpacked > MOST_UNPACKED_BYTES or len(members) > MOST_WORKBOOK_MEMBERS:
        size = f"{len(members)} members of {unpacked} bytes unpacked"
        expected = f"at most {MOST_WORKBOOK_MEMBERS} members of {MOST_UNPACKED_BYTES} bytes"
        raise LimitExceeded(InputError.at("", size, expected).issues)
    for member in members:
        for mark, what in REFUSED.items():
            if mark in member.filename:
                raise InputError.at("", member.filename, f"a workbook without {what}")


def _lines(sheet: Any) -> Iterator[tuple[int, list[str]]]:
    try:
        for number, cells in enumerate(sheet.iter_rows(), 1):
            yield number, [_text(cell) for cell in cells]
    except InputError:
        raise
    except Exception as error:
        raise InputError.at("", type(error).__name__, "an XLSX workbook") from error


def _text(cell: Any) -> str:
    value = cell.value
    if value is None:
        return ""
    if cell.data_type == "f":
        # As text it is refused with its place, together with all other bad cells.
        return value if isinstance(value, str) else "=formula"
    if cell.data_type == "e":
        return f"={value}"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else repr(value)
    if isinstance(value, datetime):
        has_hours = "h" in (cell.number_format or "").lower()
        midnight = value.time() == time(0)
        whole = value.replace(microsecond=0)
        return whole.date().isoformat() if midnight and not has_hours else whole.isoformat()
    if isinstance(value, date | time):
        return value.isoformat()
    if isinstance(value, timedelta):
        return format_duration(value)
    return str(value)
