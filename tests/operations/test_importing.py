"""Tables in, all or nothing; tables out, safe to open."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from dispatch.errors import InputError, LimitExceeded
from dispatch.operations.exporting import export_all, export_csv
from dispatch.operations.importing import import_file
from dispatch.store import Database, prepare
from dispatch.store.tables import PartRow, RequestRow, SiteRow
from tests.operations.small_company import found_company

SITES = "id,contract,name,lat,lon,opens,closes\ns7,c1,七号楼,21.3,110.4,09:00,17:00\n"


@pytest.fixture
def url(tmp_path: Path) -> str:
    """The small company in a file."""
    address = f"sqlite:///{tmp_path / 'x.db'}"
    database = Database(address)
    prepare(database)
    database.write(lambda work: found_company(work))
    database.close()
    return address


def write(folder: Path, text: str | bytes, name: str = "sites.csv") -> Path:
    """Write a file to be imported."""
    path = folder / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode("utf-8"))
    return path


def pointers(url: str, path: Path, kind: str | None = None) -> list[str]:
    """Pointers of everything that is wrong with a file."""
    with pytest.raises(InputError) as caught:
        import_file(url, path, kind)
    return [issue.pointer for issue in caught.value.issues]


def count(url: str, table: type) -> int:
    """Rows of a table."""
    database = Database(url)
    try:
        return database.read(lambda work: work.catalogue.count(table))
    finally:
        database.close()


def test_a_table_comes_in_and_again(url: str, tmp_path: Path) -> None:
    """New rows are added, changed rows replace, equal ones change nothing."""
    path = write(tmp_path, SITES)
    report = import_file(url, path)
    assert (report.added, report.changed, report.unchanged) == (1, 0, 0)
    report = import_file(url, path)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 1)
    report = import_file(url, write(tmp_path, SITES.replace("七号楼", "八号楼")))
    assert (report.added, report.changed, report.unchanged) == (0, 1, 0)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_tables_of_the_same_meaning(url: str, tmp_path: Path, delimiter: str) -> None:
    """Semicolons, tabs, a byte order mark and CRLF are read as well."""
    text = "\ufeff" + SITES.replace(",", delimiter).replace("\n", "\r\n")
    assert import_file(url, write(tmp_path, text)).added == 1


def test_one_bad_row_keeps_all_out(url: str, tmp_path: Path) -> None:
    """Every bad row is named with its number and field, and the good one is not stored."""
    text = SITES + "s8,c1,八号楼,91,110.4,,\ns9,nobody,九号楼,21.3,110.4,,\ns7,c1,x,21,110,,\n"
    found = pointers(url, write(tmp_path, text))
    assert found == ["/3/location/lat", "/4/contract_id", "/5/id"]
    assert count(url, SiteRow) == 2


@pytest.mark.parametrize(
    "text",
    [
        b"",
        b"\n\n",
        b"id,id\n1,2\n",
        b"id,name,\n1,2,3\n",
        b"id,name\n1\n",
        b"\xff\xfe1\x002\x00",
        b'id,name\n"1,2\n',
        b"id,name\n1,a\x00b\n",
        ("x," * 300 + "x\n").encode(),
    ],
)
def test_broken_tables_are_refused(url: str, tmp_path: Path, text: bytes) -> None:
    """No header, ragged rows, open quotes, other encodings: refused, nothing stored."""
    assert pointers(url, write(tmp_path, text, "parts.csv"))
    assert count(url, PartRow) == 1


def test_workbooks_are_read(url: str, tmp_path: Path) -> None:
    """The first sheet of an XLSX file counts; text that is no workbook is refused."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in csv.reader(io.StringIO(SITES)):
        sheet.append(row)
    path = tmp_path / "sites.xlsx"
    book.save(path)
    assert import_file(url, path).added == 1
    assert pointers(url, write(tmp_path, "<html>", "parts.xlsx")) == [""]


def test_requests_come_in_once(url: str, tmp_path: Path) -> None:
    """The same file twice makes no second request, although its rows have no ids."""
    text = "site,equipment,severity,summary\ns1,q1,minor,电池告警\ns2,q2,major,停机\n"
    path = write(tmp_path, text, "requests.csv")
    assert import_file(url, path).added == 2
    assert import_file(url, path).unchanged == 2
    assert count(url, RequestRow) == 2


def test_unknown_kinds_and_large_files_are_refused(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kind is named by the file or the caller; a file over the bound is not read."""
    assert pointers(url, write(tmp_path, SITES, "houses.csv")) == ["/kind"]
    assert import_file(url, write(tmp_path, SITES, "houses.csv"), "sites").added == 1
    monkeypatch.setattr("dispatch.operations.importing.MOST_BYTES", 10)
    with pytest.raises(LimitExceeded):
        import_file(url, write(tmp_path, SITES))


def test_what_goes_out_comes_in_again(url: str, tmp_path: Path) -> None:
    """The CSV of each kind is the same world; the JSON has every kind and the requests."""
    for kind in ("parts", "engineers", "sites", "equipment", "depots", "stock", "shifts"):
        path = write(tmp_path, export_csv(url, kind), f"{kind}.csv")
        report = import_file(url, path)
        assert (report.added, report.changed) == (0, 0), kind
        assert report.unchanged > 0
    document = export_all(url)
    assert {one["id"] for one in document["engineers"]} == {"e1", "e2"}
    assert document["requests"] == []


def test_formulas_go_out_as_text(url: str, tmp_path: Path) -> None:
    """A name that a spreadsheet would compute has an apostrophe in front."""
    import_file(url, write(tmp_path, 'id,name\nP-9,"=1+1"\n', "parts.csv"))
    assert "'=1+1" in export_csv(url, "parts")
