"""Master data looked through, taken away and brought in by people of the office."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from typing import Any

import httpx
import openpyxl
import pytest

from tests.api.conftest import found
from tests.api.running import ADMIN, V1, Running, running

CSV = {"Content-Type": "text/csv"}
PASSWORD = "a long enough password"
# The third, fourth and sixth line are wrong, the last one in two places.
PARTS = """id,name,unit_price,unit
P-7,滤芯,1200,pc
P-8,,300,pc
P-9,Fan,-5,pc
P-1,蓄电池 12 V,900,pc
P 10,Belt,cheap,pc
P-11,"=cmd|' /C calc'!A0",1,pc
"""


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """Somebody in the office of a small company of its own."""
    url = f"sqlite:///{tmp_path_factory.mktemp('office') / 'x.db'}"
    found(url)
    with running(url, solver_threads=0) as server, server.client() as client:
        for number in range(30):
            body = {"id": f"X-{number:02d}", "name": f"Bolt {number}", "unit_price": 100 - number}
            assert client.post(f"{V1}/parts", json=body).status_code == 201
        yield client


def table(client: httpx.Client, kind: str, **query: Any) -> dict[str, Any]:
    """Part of a table."""
    answer = client.get(f"{V1}/tables/{kind}", params=query)
    assert answer.status_code == 200, answer.text
    page: dict[str, Any] = answer.json()
    return page


def ids(page: dict[str, Any]) -> list[str]:
    """Ids of the rows of a page."""
    return [row["record"]["id"] for row in page["rows"]]


def test_every_kind_tells_its_fields(office: httpx.Client) -> None:
    """What a form needs to know is told, references and choices included."""
    tables = {one["kind"]: one for one in office.get(f"{V1}/tables").json()["tables"]}
    assert len(tables) >= 10
    fields = {one["name"]: one for one in tables["equipment"]["fields"]}
    assert fields["site"]["refers_to"] == "sites"
    assert fields["grade"]["choices"] == ["key", "general"]
    assert (fields["months_between"]["kind"], fields["months_between"]["nullable"]) == (
        "number",
        True,
    )
    kinds = {one["name"]: one["kind"] for one in tables["engineers"]["fields"]}
    assert (kinds["skills"], kinds["tools"], kinds["van_stock"], kinds["home"]) == (
        "levels",
        "lines",
        "counts",
        "place",
    )
    assert tables["sites"]["fields"][0]["name"] == "id"


def test_a_table_is_searched_sorted_and_paged(office: httpx.Client) -> None:
    """Every word counts, wherever it stands; the cheapest comes last when sorted downwards."""
    assert ids(table(office, "parts", search="bolt 7")) == ["X-07", "X-17", "X-27"]
    assert ids(table(office, "parts", search="100% sure_")) == []
    page = table(office, "parts", search="bolt", sort="unit_price", limit=3, offset=1)
    assert (ids(page), page["total"]) == (["X-28", "X-27", "X-26"], 30)
    page = table(office, "parts", search="bolt", sort="unit_price", descending=True, limit=1)
    assert ids(page) == ["X-00"]
    page = table(office, "equipment", search="q1")
    assert page["names"]["sites"] == {"s1": {"name": "一号楼", "name_en": ""}}
    # Skills stand in a document and are found all the same.
    assert ids(table(office, "engineers", search="ups 李")) == ["e2"]
    assert office.get(f"{V1}/tables/parts", params={"sort": "version"}).status_code == 422
    assert office.get(f"{V1}/tables/houses").status_code == 404


def test_a_record_tells_who_changed_it(office: httpx.Client) -> None:
    """Whoever is refused by 412 learns who was first."""
    address = f"{V1}/parts/X-03"
    body = {"id": "X-03", "name": "Bolt three"}
    assert office.put(address, json=body, headers={"If-Match": '"1"'}).status_code == 200
    late = office.put(address, json=body, headers={"If-Match": '"1"'})
    assert (late.status_code, late.json()["current"]) == (412, 2)
    now = office.get(f"{V1}/tables/parts/records/X-03").json()
    assert (now["version"], now["record"]["name"]) == (2, "Bolt three")
    assert now["changed"]["actor"] == "demo"


def test_nothing_is_stored_before_it_was_looked_at(office: httpx.Client) -> None:
    """Three of six rows are bad, each place is named at once, and only the good ones are stored."""
    address = f"{V1}/imports/preview?name=parts.csv"
    shown = office.post(address, content=PARTS.encode(), headers=CSV)
    assert shown.status_code == 200, shown.text
    preview = shown.json()
    (one,) = preview["tables"]
    assert (one["rows"], one["added"], one["changed"], one["bad"]) == (6, 1, 1, 4)
    places = [(bad["row"], bad["column"], bad["value"]) for bad in preview["bad"]]
    assert places == [
        (3, "name", ""),
        (4, "unit_price", "-5"),
        (6, "id", "P 10"),
        (6, "unit_price", "cheap"),
        (7, "name", "=cmd|' /C calc'!A0"),
    ]
    assert all(bad["expected"] for bad in preview["bad"])
    assert ids(table(office, "parts", search="P-7")) == []
    again = f"{V1}/imports?name=parts.csv&fingerprint={preview['fingerprint']}"
    done = office.post(again, content=PARTS.encode(), headers=CSV)
    assert (done.status_code, done.json()["stored"]) == (200, True)
    assert ids(table(office, "parts", search="P-")) == ["P-1", "P-7"]
    assert table(office, "parts", search="12 V")["total"] == 1


def test_what_was_shown_is_what_is_stored(office: httpx.Client) -> None:
    """Another file, or data that has moved on meanwhile, is refused and nothing is stored."""
    file = b"id,name\nY-1,Nut\nX-05,Bolt five\n"
    address = f"{V1}/imports/preview?kind=parts"
    fingerprint = office.post(address, content=file, headers=CSV).json()["fingerprint"]
    store = f"{V1}/imports?kind=parts&fingerprint={fingerprint}"
    assert office.post(store, content=file + b"Y-2,Nut\n", headers=CSV).status_code == 409
    body = {"id": "X-05", "name": "Bolt V"}
    office.put(f"{V1}/parts/X-05", json=body, headers={"If-Match": '"1"'})
    refused = office.post(store, content=file, headers=CSV)
    assert (refused.status_code, refused.json()["code"]) == (409, "conflict")
    assert table(office, "parts", search="Nut")["total"] == 0
    fingerprint = office.post(address, content=file, headers=CSV).json()["fingerprint"]
    store = f"{V1}/imports?kind=parts&fingerprint={fingerprint}"
    assert office.post(store, content=file, headers=CSV).status_code == 200
    assert table(office, "parts", search="Nut")["total"] == 1


def test_rows_that_lean_on_each_other(office: httpx.Client) -> None:
    """Sheets of a workbook refer to each other; what leans on a bad row is bad as well."""
    book = openpyxl.Workbook()
    sites, equipment = book.active, book.create_sheet("equipment")
    sites.title = "sites"
    sites.append(["id", "contract", "name", "lat", "lon", "remark"])
    sites.append(["s7", "c1", "七号楼", 21.3, 110.4, "new"])
    sites.append(["s8", "c9", "八号楼", 21.3, 110.4, "new"])
    equipment.append(["id", "site", "type", "grade", "installed"])
    equipment.append(["q7", "s7", "ups", "key", "2024-01-01"])
    equipment.append(["q8", "s8", "ups", "key", "2024-01-01"])
    file = io.BytesIO()
    book.save(file)
    headers = {"Content-Type": "application/octet-stream"}
    address = f"{V1}/imports/preview?name=all.xlsx"
    preview = office.post(address, content=file.getvalue(), headers=headers).json()
    assert [(one["kind"], one["added"], one["bad"]) for one in preview["tables"]] == [
        ("sites", 1, 1),
        ("equipment", 1, 1),
    ]
    assert preview["tables"][0]["ignored_columns"] == ["remark"]
    assert [(one["sheet"], one["row"], one["column"]) for one in preview["bad"]] == [
        ("sites", 3, "contract"),
        ("equipment", 3, "site"),
    ]


@pytest.mark.parametrize(
    ("data", "kind", "status"),
    [
        (b"", "text/csv", 422),
        (b"id,id\n1,2\n", "text/csv", 422),
        (b"PK\x03\x04 no workbook", "application/octet-stream", 422),
        (b"{}", "application/json", 415),
        (b"id,name\n1\n", "text/csv", 200),
    ],
)
def test_files_that_are_none(office: httpx.Client, data: bytes, kind: str, status: int) -> None:
    """What cannot be read as rows is refused; a row with a lost cell is one bad row."""
    address = f"{V1}/imports/preview?kind=parts"
    answer = office.post(address, content=data, headers={"Content-Type": kind})
    assert answer.status_code == status, answer.text
    if status == 200:
        assert [(one["row"], one["column"]) for one in answer.json()["bad"]] == [(2, "")]


def test_what_is_taken_away_comes_back_and_runs_nothing(office: httpx.Client) -> None:
    """Formulas leave as text in both formats; bringing the file in again changes nothing."""
    name = "=cmd|' /C calc'!A0"
    assert office.post(f"{V1}/parts", json={"id": "Z-1", "name": name}).status_code == 201
    for format in ("csv", "xlsx"):
        file = office.get(f"{V1}/tables/parts/file", params={"format": format})
        assert file.headers["content-disposition"] == f'attachment; filename="parts.{format}"'
        address = f"{V1}/imports/preview?name=parts.{format}"
        octets = {"Content-Type": "application/octet-stream"}
        preview = office.post(address, content=file.content, headers=octets).json()
        assert preview["bad"] == []
        (one,) = preview["tables"]
        assert (one["added"], one["changed"]) == (0, 0)
        assert one["unchanged"] >= 30
        if format == "csv":
            rows = list(csv.reader(io.StringIO(file.content.decode("utf-8-sig"))))
            cells = [cell for row in rows for cell in row]
        else:
            sheet = openpyxl.load_workbook(io.BytesIO(file.content)).active
            assert {cell.data_type for row in sheet.rows for cell in row} <= {"s", "n", "inlineStr"}
            cells = [str(cell.value) for row in sheet.rows for cell in row]
        assert f"'{name}" in cells
        assert not [cell for cell in cells if cell.startswith(("=", "@", "+"))]


@pytest.mark.parametrize("role", ["engineer", "integrator", "manager"])
def test_the_wrong_person(guarded: Running, role: str) -> None:
    """Engineers and other systems see no tables; managers look and bring nothing in."""
    with guarded.sign_in(*ADMIN) as admin:
        body = {"name": f"tables-{role}", "password": PASSWORD, "role": role}
        body |= {"engineer": "e1"} if role == "engineer" else {}
        assert admin.post(f"{V1}/users", json=body).status_code == 201
    with guarded.sign_in(f"tables-{role}", PASSWORD) as client:
        looks = 200 if role == "manager" else 403
        for path in ("tables", "tables/sites", "tables/sites/file", "tables/sites/records/s1"):
            assert client.get(f"{V1}/{path}").status_code == looks, path
        for path in ("imports/preview?kind=parts", "imports?kind=parts&fingerprint=x"):
            answer = client.post(f"{V1}/{path}", content=b"id,name\na,b\n", headers=CSV)
            assert answer.status_code == 403, path
        if role == "manager":
            tables = client.get(f"{V1}/tables").json()["tables"]
            assert {one["may_change"] for one in tables} == {False}
