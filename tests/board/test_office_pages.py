"""Master data, calendar and reports in a real Chromium, as two people of an office use them.

Pictures of the steps are written to ``var/steps/office`` for whoever wants to look.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import openpyxl
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.running import ADMIN, V1, Running, running
from tests.board.conftest import PATIENCE_MS, Watched, watched
from tests.board.office_world import EMOJI, MARKUP, RIGHT_TO_LEFT, plant_office
from tests.board.test_accessibility import faults
from tests.databases import migrated

pytestmark = pytest.mark.browser

STEPS = Path(__file__).resolve().parents[2] / "var" / "steps" / "office"
PASSWORD = "a long enough password"
LOOK: dict[str, Any] = {"locale": "en-US", "viewport": {"width": 1440, "height": 900}}
# Rows 3, 5 and 7 are bad, the last one in two places.
SPREADSHEET = [
    ["id", "name", "unit_price", "unit", "remark"],
    ["NEW-1", "滤芯", 1200, "pc", "from the supplier"],
    ["NEW-2", "", 300, "pc", ""],
    ["NEW-3", MARKUP, 700, "pc", ""],
    ["NEW-4", "Fan", -5, "pc", ""],
    ["part-001", "Part one", 101, "pc", ""],
    ["NEW 5", EMOJI, "cheap", "pc", ""],
]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The company, served to an administrator, two dispatchers and a manager."""
    url = f"sqlite:///{tmp_path_factory.mktemp('office') / 'x.db'}"
    database = migrated(url)
    database.write(plant_office)
    database.close()
    users = {"admin_user": ADMIN[0], "admin_password": ADMIN[1]}
    with running(url, demo=False, solver_threads=0, **users) as server:
        with server.sign_in(*ADMIN) as admin:
            people = (("Mei", "dispatcher"), ("Otto", "dispatcher"), ("Boss", "manager"))
            for name, role in (*people, ("Wei", "engineer")):
                body = {"name": name, "password": PASSWORD, "role": role}
                body |= {"engineer": "eng-1"} if role == "engineer" else {}
                assert admin.post(f"{V1}/users", json=body).status_code == 201
        yield server


@pytest.fixture(scope="module")
def badge(browser: Browser, office: Running) -> Any:
    """What a browser keeps of a dispatcher's signing in, so that it is done once."""
    signing_in = somebody(browser, office, "Mei")
    one = next(signing_in)
    expect(one.page.locator("#rows table")).to_be_visible()
    kept = one.page.context.storage_state()
    assert next(signing_in, None) is None
    return kept


@pytest.fixture
def mei(browser: Browser, office: Running, badge: Any) -> Iterator[Watched]:
    """A dispatcher who is signed in, in a browser of her own: no test leaves a page to the next."""
    context = browser.new_context(storage_state=badge, **LOOK)
    context.set_default_timeout(PATIENCE_MS)
    one = watched(context, office)
    one.page.goto(f"{office.url}/data")
    yield from looked_after(one)


@pytest.fixture
def otto(browser: Browser, office: Running) -> Iterator[Watched]:
    """Another dispatcher."""
    yield from somebody(browser, office, "Otto")


def somebody(browser: Browser, office: Running, name: str) -> Iterator[Watched]:
    """Sign in at the page of master data."""
    context = browser.new_context(**LOOK)
    context.set_default_timeout(PATIENCE_MS)
    one = watched(context, office)
    one.page.goto(f"{office.url}/data")
    one.page.fill("#sign-name", name)
    one.page.fill("#sign-password", PASSWORD)
    one.page.click("button[type=submit]")
    yield from looked_after(one)


def looked_after(one: Watched) -> Iterator[Watched]:
    """Nothing bad may have happened on the pages in the end."""
    yield one
    # A refusal that the page explains is told to the console by the browser itself.
    assert [text for text in one.complaints if "status of 4" not in text] == []
    assert one.elsewhere == []
    assert one.page.evaluate("window.__broken") is None
    one.page.context.close()


def step(page: Page, name: str) -> None:
    """Keep a picture of what a step shows."""
    STEPS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=STEPS / f"{name}.png")


def table(one: Watched, kind: str) -> None:
    """Go to a table of master data."""
    expect(one.page.locator("#login")).to_be_hidden()
    one.page.goto(f"{one.url}/data?kind={kind}")
    expect(one.page.locator("#rows table")).to_be_visible()


def workbook(folder: Path) -> Path:
    """The spreadsheet with three bad rows."""
    book = openpyxl.Workbook()
    for row in SPREADSHEET:
        book.active.append(row)
    path = folder / "parts.xlsx"
    book.save(path)
    return path


def test_a_table_is_searched_sorted_and_turned(mei: Watched) -> None:
    """120 parts in pages of 50; the dearest first; hostile names are text."""
    page = mei.page
    expect(page.locator("#kinds button[aria-current]")).to_contain_text("Engineers")
    step(page, "01-engineers")
    page.locator("#kinds button", has_text="Parts").click()
    expect(page.locator(".pager")).to_contain_text("1–50 of 120")
    page.get_by_role("button", name="Next page").click()
    expect(page.locator(".pager")).to_contain_text("51–100 of 120")
    for order in ("ascending", "descending"):
        page.get_by_role("button", name="Unit price").click()
        expect(page.locator(f"#rows th[aria-sort={order}]")).to_contain_text("Unit price")
    expect(page.locator("#rows tbody th").first).to_have_text("part-119")
    expect(page.locator("#rows th[aria-sort=descending]")).to_have_count(1)
    page.fill("#search", "part 11")
    expect(page.locator(".pager")).to_contain_text("of 11")
    step(page, "02-parts-searched")
    page.go_back()
    table(mei, "sites")
    text = page.locator("#rows tbody").inner_text()
    for name in (MARKUP, EMOJI, "مستشفى الخليج"):
        assert name in text
    assert page.locator("#rows img").count() == 0
    step(page, "03-sites-hostile")
    assert faults(page) == []


def test_a_spreadsheet_with_three_bad_rows(mei: Watched, tmp_path: Path, office: Running) -> None:
    """All bad rows are shown at once; the good ones are there only after the confirmation."""
    page = mei.page
    table(mei, "parts")
    page.get_by_role("button", name="Import …").click()
    page.set_input_files("#import-file", workbook(tmp_path))
    expect(page.locator("#bad-rows tbody tr")).to_have_count(4)
    rows = page.locator("#bad-rows tbody tr").all_inner_texts()
    assert [row.split("\t")[:3] for row in rows] == [
        ["3", "name", "(empty)"],
        ["5", "unit_price", "-5"],
        ["7", "id", "NEW 5"],
        ["7", "unit_price", "cheap"],
    ]
    expect(page.get_by_role("heading", name="3 bad rows, which are left out")).to_be_visible()
    expect(page.locator(".preview")).to_contain_text("remark")
    assert faults(page) == []
    step(page, "04-import-preview")
    with office.sign_in(*ADMIN) as admin:
        assert admin.get(f"{V1}/parts/NEW-1").status_code == 404
        page.get_by_role("button", name="Store 3 good rows").click()
        expect(page.locator("#told")).to_have_text("3 rows are stored.")
        stored = [admin.get(f"{V1}/parts/{id}").status_code for id in ("NEW-1", "NEW-3", "NEW-4")]
    assert stored == [200, 200, 404]
    expect(page.locator("tr[data-id=NEW-1]")).to_be_visible()
    page.fill("#search", "NEW-")
    expect(page.locator("#rows tbody tr")).to_have_count(2)
    expect(page.locator("#rows tbody")).to_contain_text(MARKUP)
    step(page, "05-import-stored")


def test_a_record_is_changed_and_its_faults_are_told(mei: Watched) -> None:
    """What is wrong stands at its field; by keyboard alone the record is mended and saved."""
    page = mei.page
    table(mei, "sites")
    page.get_by_role("button", name="site-04").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    page.get_by_label("Opens").fill("25:00")
    page.get_by_label("Name (required)").fill(f"Mended {RIGHT_TO_LEFT}")
    page.get_by_role("button", name="Save").click()
    expect(page.locator("#field-opens-wrong")).not_to_be_empty()
    expect(page.locator("#field-opens")).to_be_focused()
    assert faults(page) == []
    step(page, "06-form-with-a-fault")
    page.locator("#field-opens").press("Control+A")
    page.keyboard.type("09:00")
    page.get_by_label("Closes").fill("17:00")
    page.keyboard.press("Enter")
    expect(page.locator("#told")).to_have_text("site-04 is saved.")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("tr[data-id=site-04]")).to_contain_text("Mended")


def test_master_data_has_no_serious_fault_in_the_dark_and_in_chinese(mei: Watched) -> None:
    """The table, the form of a record and the dialog of the import."""
    page = mei.page
    table(mei, "engineers")
    page.select_option("#theme", "dark")
    page.select_option("#language", "zh")
    expect(page.get_by_role("button", name="导出 CSV")).to_be_visible()
    found = {"table": faults(page)}
    page.get_by_role("button", name="eng-1", exact=True).click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found["form"] = faults(page)
    step(page, "10-form-dark-zh")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.locator("#data-import").click()
    expect(page.get_by_role("dialog")).to_be_visible()
    found["import"] = faults(page)
    page.keyboard.press("Escape")
    page.select_option("#theme", "light")
    page.select_option("#language", "en")
    assert found == {"table": [], "form": [], "import": []}


def test_two_people_change_one_record(mei: Watched, otto: Watched) -> None:
    """The second one learns who was first and what differs, and puts the change on top."""
    first, second = mei.page, otto.page
    for page, person in ((first, mei), (second, otto)):
        table(person, "engineers")
        page.get_by_role("button", name="eng-1", exact=True).click()
        expect(page.get_by_role("dialog")).to_be_visible()
    first.get_by_label("Phone").fill("+86 1")
    first.get_by_role("button", name="Save").click()
    expect(first.locator("#told")).to_have_text("eng-1 is saved.")
    second.get_by_label("Name (English)").fill("Wei")
    second.get_by_label("Phone").fill("+86 2")
    second.get_by_role("button", name="Save").click()
    conflict = second.locator(".conflict")
    expect(conflict).to_contain_text("Mei saved this record")
    expect(conflict).to_contain_text("Both of you changed: Phone.")
    assert faults(second) == []
    conflict.scroll_into_view_if_needed()
    step(second, "07-conflict")
    second.get_by_role("button", name="Put my changes on top").click()
    expect(second.get_by_label("Phone")).to_have_value("+86 2")
    second.get_by_role("button", name="Save").click()
    expect(second.locator("#told")).to_have_text("eng-1 is saved.")
    expect(second.locator("tr[data-id=eng-1]")).to_contain_text("+86 2")


def test_a_table_and_a_report_are_downloaded(mei: Watched) -> None:
    """Both files hold what is shown, and a name like a formula is text in them."""
    page = mei.page
    table(mei, "contracts")
    with page.expect_download() as download:
        page.get_by_role("button", name="Export CSV").click()
    file = Path(download.value.path()).read_text(encoding="utf-8-sig")
    assert "'=cmd|' /C calc'!A0" in [cell for row in csv.reader(io.StringIO(file)) for cell in row]
    page.get_by_role("link", name="Reports").click()
    expect(page.locator("#charts section")).to_have_count(8)
    expect(page.locator("[data-tile=first] strong")).not_to_have_text("–")
    with page.expect_download() as download:
        page.get_by_role("button", name="Download XLSX").click()
    assert download.value.suggested_filename.startswith("quality-")
    book = openpyxl.load_workbook(io.BytesIO(Path(download.value.path()).read_bytes()))
    names = [cell.value for row in book["contract"].rows for cell in row]
    assert "'=cmd|' /C calc'!A0" in names


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "zh")])
def test_reports_are_drawn(mei: Watched, theme: str, language: str) -> None:
    """Each chart has a table that says the same; a territory has figures of its own."""
    page = mei.page
    page.goto(f"{mei.url}/reports")
    expect(page.locator("#charts section")).to_have_count(8)
    page.select_option("#theme", theme)
    page.select_option("#language", language)
    charts = page.locator("#charts section")
    for place in range(charts.count()):
        chart = charts.nth(place)
        expect(chart.locator("svg.drawing, .empty").first).to_be_visible()
    assert page.locator("#chart-promises tbody tr").count() >= 12
    assert MARKUP in page.locator("#chart-contract table").inner_text()
    assert page.locator("#charts img").count() == 0
    assert faults(page) == []
    page.screenshot(path=STEPS / f"08-reports-{theme}-{language}.png", full_page=True)
    tile = page.locator("[data-tile=utilisation] strong")
    before = tile.inner_text()
    page.select_option("#territory", "SOUTH")
    expect(tile).not_to_have_text(before)
    page.select_option("#by", "month")
    expect(page.locator("#chart-promises tbody tr").nth(5)).to_have_count(0)
    page.select_option("#language", "en")


@pytest.mark.parametrize(("theme", "language"), [("light", "en"), ("dark", "zh")])
def test_the_calendar_of_the_half_year(mei: Watched, theme: str, language: str) -> None:
    """26 weeks with their load; a week that is chosen shows its rounds with their tolerance."""
    page = mei.page
    page.goto(f"{mei.url}/calendar")
    expect(page.locator(".week-column")).to_have_count(26)
    page.select_option("#theme", theme)
    page.select_option("#language", language)
    page.locator(".week-column").first.press("Enter")
    expect(page.locator("#week-rounds tbody tr").first).to_be_visible()
    assert page.locator("#week-rounds svg.tolerance").count() >= 1
    assert faults(page) == []
    page.screenshot(path=STEPS / f"09-calendar-{theme}-{language}.png", full_page=True)
    page.select_option("#skill", "x-ray")
    expect(page.locator(".part").nth(1).locator("tbody tr")).to_have_count(1)
    page.select_option("#language", "en")
    page.select_option("#theme", "light")


def test_the_levelled_half_year_stands_on_the_calendar(mei: Watched, office: Running) -> None:
    """Nothing is levelled at first; then its weeks, the other ways, slips and notices are shown."""
    page = mei.page
    page.goto(f"{mei.url}/calendar")
    expect(page.locator("#half-year #level")).to_have_text("Level the half-year")
    with office.sign_in("Mei", PASSWORD) as client:
        made = client.post(f"{V1}/half-year", json={"time_limit_s": 0.5}).json()["calendar"]
    page.reload()
    expect(page.locator("#half-year tr[data-row=due_date]")).to_contain_text("on the due date")
    cells = page.locator("#half-year tr[data-row=rounds] td").all_inner_texts()
    assert sum(int(one) for one in cells) == len(made["rounds"])
    expect(page.locator("#half-year")).to_contain_text("20 % more corrective work")
    page.select_option("#language", "zh")
    expect(page.locator("#half-year tr[data-row=overdue]")).to_contain_text("逾期后")
    assert faults(page) == []
    page.select_option("#language", "en")


def test_who_may_not(browser: Browser, office: Running) -> None:
    """A manager looks and changes nothing; an engineer is told that these pages are not his."""
    for boss in somebody(browser, office, "Boss"):
        expect(boss.page.locator("#rows table")).to_be_visible()
        expect(boss.page.get_by_role("button", name="Export CSV")).to_be_visible()
        expect(boss.page.get_by_role("button", name="Add")).to_have_count(0)
        boss.page.get_by_role("button", name="eng-1", exact=True).click()
        expect(boss.page.get_by_role("dialog").get_by_role("button", name="Save")).to_have_count(0)
        expect(boss.page.locator("#field-phone")).to_be_disabled()
    for engineer in somebody(browser, office, "Wei"):
        expect(engineer.page.locator("#notice")).to_contain_text("not for your role")
        assert faults(engineer.page) == []
