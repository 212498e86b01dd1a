"""Tables in, all or nothing; tables out, safe to open."""

from __future__ import annotations

import csv
import io
from pathlib import Path

import openpyxl
import pytest

from dispatch.errors import InputError, LimitExceeded
from dispatch.operations import master_data
from dispatch.operations.exporting import export_all, export_csv
from dispatch.operations.importing import ImportReport, import_file
from dispatch.operations.records import PartRecord
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


def bring_in(url: str, path: Path, kind: str | None = None) -> ImportReport:
    """Import a file of a single table."""
    (report,) = import_file(url, path, kind)
    return report


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
    report = bring_in(url, path)
    assert (report.added, report.changed, report.unchanged) == (1, 0, 0)
    report = bring_in(url, path)
    assert (report.added, report.changed, report.unchanged) == (0, 0, 1)
    report = bring_in(url, write(tmp_path, SITES.replace("七号楼", "八号楼")))
    assert (report.added, report.changed, report.unchanged) == (0, 1, 0)


@pytest.mark.parametrize("delimiter", [";", "\t"])
def test_other_tables_of_the_same_meaning(url: str, tmp_path: Path, delimiter: str) -> None:
    """Semicolons, tabs, a byte order mark and CRLF are read as well."""
    text = "\ufeff" + SITES.replace(",", delimiter).replace("\n", "\r\n")
    assert bring_in(url, write(tmp_path, text)).added == 1


def test_one_bad_row_keeps_all_out(url: str, tmp_path: Path) -> None:
    """Every bad row is named with its number and field, and the good one is not stored."""
    text = SITES + "s8,c1,八号楼,91,110.4,,\ns9,nobody,九号楼,21.3,110.4,,\ns7,c1,x,21,110,,\n"
    found = pointers(url, write(tmp_path, text))
    assert found == ["/3/location/lat", "/4/contract", "/5/id"]
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
    """A workbook of one sheet is named by its file; text that is no workbook is refused."""
    book = openpyxl.Workbook()
    sheet = book.active
    for row in csv.reader(io.StringIO(SITES)):
        sheet.append(row)
    path = tmp_path / "sites.xlsx"
    book.save(path)
    assert bring_in(url, path).added == 1
    assert pointers(url, write(tmp_path, "<html>", "parts.xlsx")) == [""]


def test_requests_come_in_once(url: str, tmp_path: Path) -> None:
    """The same file twice makes no second request, although its rows have no ids."""
    text = "site,equipment,severity,summary\ns1,q1,minor,电池告警\ns2,q2,major,停机\n"
    path = write(tmp_path, text, "requests.csv")
    assert bring_in(url, path).added == 2
    assert bring_in(url, path).unchanged == 2
    assert count(url, RequestRow) == 2


def test_unknown_kinds_and_large_files_are_refused(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The kind is named by the file or the caller; a file over the bound is not read."""
    assert pointers(url, write(tmp_path, SITES, "houses.csv")) == ["/kind"]
    assert bring_in(url, write(tmp_path, SITES, "houses.csv"), "sites").added == 1
    monkeypatch.setattr("dispatch.operations.importing.MOST_TABLE_BYTES", 10)
    with pytest.raises(LimitExceeded):
        bring_in(url, write(tmp_path, SITES))


def test_what_goes_out_comes_in_again(url: str, tmp_path: Path) -> None:
    """The CSV of each kind is the same world; the JSON has every kind and the requests."""
    for kind in ("parts", "engineers", "sites", "equipment", "depots", "stock", "shifts"):
        path = write(tmp_path, export_csv(url, kind), f"{kind}.csv")
        report = bring_in(url, path)
        assert (report.added, report.changed) == (0, 0), kind
        assert report.unchanged > 0
    document = export_all(url)
    assert {one["id"] for one in document["engineers"]} == {"e1", "e2"}
    assert document["requests"] == []


def test_formulas_go_out_as_text(url: str, tmp_path: Path) -> None:
    """A name that a spreadsheet would compute has an apostrophe in front, and comes back."""
    names = {"P-7": "'+86 quoted", "P-8": "+86 759", "P-9": "=1+1"}
    database = Database(url)
    for id, name in names.items():
        record = PartRecord(id=id, name=name)
        database.write(
            lambda work, record=record: master_data.add(
                work, master_data.RESOURCES["parts"], record
            )
        )
    database.close()
    text = export_csv(url, "parts")
    assert all(f",'{name}," in text for name in names.values())
    assert bring_in(url, write(tmp_path, text, "parts.csv")) == ImportReport("parts", 0, 0, 4)


def test_bad_tables_and_bad_values_are_told_together(url: str, tmp_path: Path) -> None:
    """A formula in one row does not hide the unknown contract in another."""
    text = SITES + "s8,c1,=1+1,21,110,,\ns9,nobody,九号楼,21,110,,\n"
    assert sorted(pointers(url, write(tmp_path, text))) == ["/3/name", "/4/contract"]
    assert count(url, SiteRow) == 2


def test_sheets_of_a_workbook_come_in_together(url: str, tmp_path: Path) -> None:
    """Each sheet is a kind; what is referred to comes first, and a bad row keeps all out."""
    book = openpyxl.Workbook()
    sheet = book.active
    sheet.title = "Stock"
    for row in (["id", "depot", "part", "quantity"], ["n1", "d1", "P-9", 3]):
        sheet.append(row)
    sheet = book.create_sheet("Parts")
    for row in (["id", "name"], ["P-9", "风扇"]):
        sheet.append(row)
    path = tmp_path / "world.xlsx"
    book.save(path)
    assert import_file(url, path) == (
        ImportReport("parts", 1, 0, 0),
        ImportReport("stock", 1, 0, 0),
    )
    assert pointers(url, path, "parts") == ["/kind"]
    sheet.append(["P-10"])
    book["Stock"].append(["n2", "d1", "P-10", -1])
    book.save(path)
    assert pointers(url, path) == ["/parts/3/name", "/stock/3/quantity"]
    assert count(url, PartRow) == 2


def test_ids_of_digits_and_chinese_spreadsheets(url: str, tmp_path: Path) -> None:
    """A number of the reporter's stays text, and GBK is read as Chinese spreadsheets write it."""
    text = "site,severity,summary,external_id\ns1,minor,电池告警,00123\n"
    path = write(tmp_path, text.encode("gbk"), "requests.csv")
    assert bring_in(url, path).added == 1
    (request,) = export_all(url)["requests"]
    assert request["summary"] == "电池告警"
    again = write(tmp_path, text.replace("告警", "坏了"), "requests.csv")
    assert bring_in(url, again).unchanged == 1


def test_a_second_stock_of_one_part_is_a_bad_row(url: str, tmp_path: Path) -> None:
    """The depot has one quantity of each part; the row below is still judged."""
    text = "id,depot,part,quantity\nx1,d1,P-1,3\nx2,d1,P-1,4\nx3,d1,P-1,-4\n"
    assert pointers(url, write(tmp_path, text, "stock.csv")) == [
        "/2/part",
        "/3/part",
        "/4/quantity",
    ]


def test_an_empty_kind_goes_out_as_a_header(url: str) -> None:
    """Whoever wants to fill a table in sees its columns."""
    assert export_csv(url, "inbound").split() == ["id,depot,part,quantity,available_from"]
