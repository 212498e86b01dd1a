"""CSV files: which encoding, which delimiter, and the lines."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator

from dispatch.errors import InputError

__all__ = ["decode_table", "read_csv_lines"]

DELIMITERS = (",", ";", "\t")
LIKELY = 0.9
UTF16_MARKS = (b"\xff\xfe", b"\xfe\xff")


def decode_table(data: bytes) -> str:
    """Decode UTF-8, with or without a byte order mark, or GBK as Chinese spreadsheets write it.

    Bytes of a Western code page often happen to be valid GBK. They are told apart by what
    comes out: real Chinese text consists nearly all of the common characters of GB 2312.

    Raises
    ------
    InputError
        When it is neither; nothing is guessed then.
    """
    if data.startswith(UTF16_MARKS):
        raise InputError.at("", "UTF-16", "UTF-8 or GBK text")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        wrong = f"byte 0x{data[error.start]:02x} at offset {error.start}"
    try:
        decoded = data.decode("gb18030")
    except UnicodeDecodeError:
        raise InputError.at("", wrong, "UTF-8 or GBK text") from None
    foreign = [char for char in decoded if not char.isascii()]
    common = sum(1 for char in foreign if _is_common(char))
    if common < LIKELY * len(foreign):
        raise InputError.at("", wrong, "UTF-8 or GBK text")
    return decoded


def _is_common(char: str) -> bool:
    try:
        char.encode("gb2312")
    except UnicodeEncodeError:
        return False
    return True


def read_csv_lines(data: bytes) -> Iterator[tuple[int, list[str]]]:
    """Read the lines of a CSV file (RFC 4180), numbered as a spreadsheet shows them.

    The delimiter is the one of comma, semicolon and tab that splits the header most often.

    Raises
    ------
    InputError
        When it cannot be decoded or a quote never ends.
    """
    text = decode_table(data)
    if text.lstrip()[:1] == "<":
        raise InputError.at("", text.lstrip()[:20], "a CSV table, not markup")
    delimiter = max(DELIMITERS, key=lambda one: _columns_of_header(text, one))
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    number = 0
    while True:
        try:
            cells = next(reader, None)
        except csv.Error as error:
            message = f"row {number + 1}: {error}, expected a CSV table (RFC 4180)"
            raise InputError.at(f"/{number + 1}", str(error), "a CSV row", message) from None
        if cells is None:
            return
        number += 1
        yield number, cells


def _columns_of_header(text: str, delimiter: str) -> int:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter)
    try:
        return next((len(cells) for cells in reader if any(cells)), 0)
    except csv.Error:
        return 0
