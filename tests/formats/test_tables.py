"""CSV and XLSX files of master data: how people really save them, and what is refused."""

from __future__ import annotations

import io
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from dispatch.errors import InputError, LimitExceeded
from dispatch.formats import Table, parse_tables
from dispatch.formats.csv_writing import format_csv, with_apostrophe, without_apostrophe

ROWS = "id,name,level\ne1,陈伟,2\ne2,李娜,\n"


def table_of(data: bytes | str, name: str = "engineers.csv") -> Table:
    """Parse a file of a single table."""
    (table,) = parse_tables(data if isinstance(data, bytes) else data.encode(), name)
    return table


def pointers_of(data: bytes | str, name: str = "engineers.csv") -> list[str]:
    """Parse what has to be refused and list where."""
    with pytest.raises(InputError) as caught:
        parse_tables(data if isinstance(data, bytes) else data.encode(), name)
    return [issue.pointer for issue in caught.value.issues]


def workbook(**sheets: list[list[object]]) -> bytes:
    """Write a workbook with plain values."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        for title, rows in sheets.items():
            sheet = book.add_worksheet(title)
            for number, row in enumerate(rows):
                sheet.write_row(number, 0, row)
    return file.getvalue()


def packed(**members: bytes) -> bytes:
    """Make an archive with the given members."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return file.getvalue()


def test_rows_are_numbered_as_a_spreadsheet_shows_them() -> None:
    """The header is row 1; blank lines count and are left out."""
    table = table_of("id,name,level\n\ne1,陈伟,2\n , ,\ne2,李娜,\n")
    assert table.kind == "engineers"
    assert table.columns == ("id", "name", "level")
    assert [row.number for row in table.rows] == [3, 5]
    assert dict(table.rows[1].values) == {"id": "e2", "name": "李娜", "level": ""}


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gbk", "gb18030"])
@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_usual_way_to_save_gives_the_same_table(
    encoding: str, delimiter: str, ending: str
) -> None:
    """UTF-8 with or without mark, GBK, three delimiters, three line ends."""
    text = ROWS.replace(",", delimiter).replace("\n", ending)
    assert table_of(text.encode(encoding)) == table_of(ROWS)


def test_quotes_keep_delimiters_and_line_ends() -> None:
    """A remark of two lines is one cell of one row."""
    table = table_of('id,remark\ne1,"one, two\nthree ""four"""\n')
    assert table.rows[0].values["remark"] == 'one, two\nthree "four"'


@pytest.mark.parametrize("encoding", ["cp1252", "utf-16", "latin-1"])
def test_other_encodings_are_refused_and_not_guessed(encoding: str) -> None:
    """`Müller` saved in a Western code page happens to be valid GBK, for another name."""
    assert pointers_of("id,name\ne1,Müller\ne2,José Pérez\n".encode(encoding)) == [""]


def test_every_bad_row_is_told_at_once() -> None:
    """Too many cells or too few, a formula, a NUL, the header again; good rows between."""
    text = "id,name\ne1,a,surplus\ne2,=1+1\ne3,fine\ne4,a\0b\nid,name\ne5\n"
    assert pointers_of(text) == ["/2", "/3/name", "/5/name", "/6", "/7"]


@pytest.mark.parametrize(
    ("text", "pointer"),
    [
        ("", ""),
        ("\n\n", ""),
        ("id,id\n1,2\n", "/1/2"),
        ("id,,name\n1,2,3\n", "/1/2"),
        ('id,name\ne1,"open\n', "/2"),
        ("<html><body>no</body></html>", ""),
        (",".join(f"c{i}" for i in range(201)) + "\n", "/1"),
    ],
)
def test_file_without_a_usable_table_is_refused(text: str, pointer: str) -> None:
    """No rows, a column twice or unnamed, a quote without an end, markup, 201 columns."""
    assert pointers_of(text) == [pointer]


def test_table_that_is_too_long_is_refused_whole() -> None:
    """A file cut silently would be a half import."""
    with pytest.raises(LimitExceeded):
        parse_tables(b"id\n" + b"x\n" * 100_001, "parts.csv")


def test_sheet_cells_become_text_that_reads_the_same_as_csv() -> None:
    """Numbers without .0, dates and times in ISO-8601, yes and no as true and false."""
    book = openpyxl.Workbook()
    sheet = book.worksheets[0]
    sheet.append(["id", "n", "x", "day", "at", "hour", "yes", "nothing", "length"])
    values = ["e1", 5.0, 2.5, date(2026, 11, 23), datetime(2026, 11, 23, 8, 30)]  # noqa: DTZ001
    sheet.append([*values, time(9, 0), True, None, timedelta(hours=30)])
    file = io.BytesIO()
    book.save(file)
    table = table_of(file.getvalue(), "Engineer_List.xlsx")
    assert table.kind == "engineer-list"
    assert list(table.rows[0].values.values()) == [
        "e1",
        "5",
        "2.5",
        "2026-11-23",
        "2026-11-23T08:30:00",
        "09:00:00",
        "true",
        "",
        "P1DT6H",
    ]


def test_workbook_with_several_sheets_is_several_tables() -> None:
    """Each named after its sheet, blank ones left out."""
    data = workbook(Engineers=[["id"], ["e1"]], Empty=[], Sites=[["id"], ["s1"], ["s2"]])
    tables = parse_tables(data, "world.xlsx")
    assert [(table.kind, len(table.rows)) for table in tables] == [("engineers", 1), ("sites", 2)]


def test_formulas_and_errors_in_a_workbook_are_refused_with_their_cells() -> None:
    """What a formula shows depends on who opens it last."""
    file = io.BytesIO()
    with xlsxwriter.Workbook(file, {"in_memory": True}) as book:
        sheet = book.add_worksheet()
        sheet.write_row(0, 0, ["id", "n"])
        sheet.write_row(1, 0, ["e1"])
        sheet.write_formula(1, 1, "=1+1", None, 2)
        sheet.write_row(2, 0, ["e2", "fine"])
        sheet.write_formula(3, 0, '=HYPERLINK("http://example.org")', None, "x")
    assert pointers_of(file.getvalue(), "engineers.xlsx") == ["/2/n", "/4/id"]


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"not a workbook",
        b"<html></html>",
        b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600,
        b"PK\x03\x04" + b"\0" * 60,
        packed(hello=b"world"),
        packed(**{"xl/vbaProject.bin": b"macro", "xl/workbook.xml": b"<x/>"}),
        packed(**{"xl/externalLinks/externalLink1.xml": b"<x/>"}),
    ],
    ids=["empty", "text", "html", "encrypted", "cut", "no-parts", "macros", "links"],
)
def test_what_is_no_plain_workbook_is_refused(data: bytes) -> None:
    """By its content; the name alone proves nothing."""
    assert pointers_of(data, "engineers.xlsx") == [""]


def test_zip_bomb_is_refused_before_it_unpacks() -> None:
    """110 MB of zeros pack into 100 kB."""
    bomb = packed(**{"xl/worksheets/sheet1.xml": bytes(110 * 1024 * 1024)})
    assert len(bomb) < 1024 * 1024
    with pytest.raises(LimitExceeded):
        parse_tables(bomb, "engineers.xlsx")


def test_entities_that_multiply_are_never_expanded() -> None:
    """A billion laughs inside a well-formed workbook ends in a refusal."""
    good = workbook(Engineers=[["id"], ["e1"]])
    laughs = (
        b'<?xml version="1.0"?><!DOCTYPE sst [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;">'
        b'<!ENTITY c "&b;&b;&b;&b;">]><sst><si><t>&c;</t></si><si><t>x</t></si></sst>'
    )
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            shared = name == "xl/sharedStrings.xml"
            target.writestr(name, laughs if shared else source.read(name))
    assert pointers_of(file.getvalue(), "engineers.xlsx") == [""]


def test_sheet_that_claims_a_million_rows_of_nothing_is_read_at_once() -> None:
    """The claimed size of a sheet is not believed."""
    good = workbook(Engineers=[["id"], ["e1"]])
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(good)) as source, zipfile.ZipFile(file, "w") as target:
        for name in source.namelist():
            data = source.read(name)
            target.writestr(name, data.replace(b'ref="A1:A2"', b'ref="A1:XFD1048576"'))
    assert len(table_of(file.getvalue(), "engineers.xlsx").rows) == 1


@given(st.text("'=+-@\t\r\n\0a 陈", max_size=6))
def test_an_apostrophe_put_in_front_comes_off_again(text: str) -> None:
    """Whatever the text, nothing that leaves begins like a formula, and all of it comes back."""
    safe = with_apostrophe(text)
    assert not safe.startswith(("=", "+", "-", "@", "\t", "\r", "\n", "\0"))
    assert without_apostrophe(safe) == text


def test_written_tables_read_as_they_were() -> None:
    """Commas, quotes and line ends stay inside their cells; a missing cell is empty."""
    rows = [{"id": "e1", "name": 'a,"b"\nc'}, {"id": "e2"}]
    table = table_of(format_csv(["id", "name"], rows))
    assert [dict(row.values) for row in table.rows] == [rows[0], {"id": "e2", "name": ""}]
