"""The engineer's page on a phone: a whole day, with the net cut in the middle of it.

Each step leaves a picture in ``var/pictures/field-day`` (or where ``FIELD_PICTURES`` says).
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, Route, expect

from tests.board.conftest import PATIENCE_MS, Watched, becomes, watched
from tests.board.field_company import (
    CHECKLIST,
    ENGINEER,
    FieldCompany,
    changed_routes,
    field_company,
)
from tests.board.test_accessibility import faults

pytestmark = pytest.mark.browser

PHONE = {"width": 360, "height": 740}
ROOT = Path(__file__).resolve().parents[2]
PICTURES = Path(os.environ.get("FIELD_PICTURES", ROOT / "var" / "pictures" / "field-day"))
SIDEWAYS = "document.documentElement.scrollWidth > document.documentElement.clientWidth"
# What a thumb cannot hit: anything to be tapped that is lower than 36 or narrower than 40 pixels.
TOO_SMALL = """() => [...document.querySelectorAll('a, button, select, input, textarea, summary')]
    .filter((one) => one.checkVisibility() && one.type !== 'radio')
    .map((one) => [one.outerHTML.slice(0, 80), one.getBoundingClientRect()])
    .filter(([, box]) => box.height > 0 && (box.height < 36 || box.width < 40))
    .map(([html, box]) => `${html} ${box.width}x${box.height}`)"""

# What the phone's own database keeps of a form that is half filled in.
DRAFT = """(visit) => new Promise((resolve) => {
    const asked = indexedDB.open('dispatch-field');
    asked.onsuccess = () => {
        const got = asked.result.transaction('drafts').objectStore('drafts').get(visit);
        got.onsuccess = () => {
            asked.result.close();
            resolve([got.result?.note ?? '', got.result?.minutes ?? '']);
        };
    };
})"""


@pytest.fixture
def company(tmp_path: Path) -> Iterator[FieldCompany]:
    """A company of its own for each day."""
    with field_company(f"sqlite:///{tmp_path / 'x.db'}") as one:
        yield one


@pytest.fixture
def phone(browser: Browser) -> Iterator[BrowserContext]:
    """A phone in another zone than the sites'."""
    context = browser.new_context(
        viewport=PHONE,
        has_touch=True,
        is_mobile=True,
        device_scale_factor=2,
        timezone_id="America/New_York",
        locale="en-GB",
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


class Steps:
    """Pictures in the order in which they were taken, each view looked at for what is wrong."""

    def __init__(self, page: Page, folder: str) -> None:
        self.page = page
        self.folder = PICTURES / folder
        self.number = 0

    def take(self, name: str) -> None:
        """Keep a picture; nothing may stick out sideways or be too small for a thumb."""
        assert not self.page.evaluate(SIDEWAYS), name
        assert self.page.evaluate(TOO_SMALL) == [], name
        assert self.page.evaluate("window.__broken") is None
        self.number += 1
        self.folder.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=self.folder / f"{self.number:02d}-{name}.png")


def enter(view: Watched) -> Page:
    """Sign in and wait for the day, and for the service worker to look after the page."""
    page = view.page
    page.goto(f"{view.url}/me")
    page.get_by_label("Name").fill(ENGINEER[0])
    page.get_by_label("Password").fill(ENGINEER[1])
    page.get_by_role("button", name="Sign in").tap()
    expect(page.locator(".next")).to_be_visible()
    page.evaluate("navigator.serviceWorker.ready.then(() => true)")
    # The page's policy lets nobody poll in it with code of his own, so it is asked from outside.
    becomes(lambda: page.evaluate("navigator.serviceWorker.controller !== null"), True)
    return page


def finish(page: Page) -> None:
    """Send the form that is open."""
    page.locator("#send-ending").tap()
    expect(page.locator("form.ending")).to_have_count(0)


def test_a_whole_day_with_the_net_cut_in_the_middle(
    phone: BrowserContext, company: FieldCompany
) -> None:
    """Morning online, noon without a net and with a reload, evening online: all of it counts once."""
    view = watched(phone, company.server)
    page = view.page
    steps = Steps(page, "day")
    page.goto(f"{view.url}/me")
    expect(page.get_by_label("Password")).to_be_visible()
    steps.take("sign-in")
    enter(view)
    expect(page.locator("h2#changed-head")).to_have_text("Your route for today")
    steps.take("new-route")
    page.locator("#confirm").tap()
    expect(page.locator("#changed-head")).to_have_count(0)
    becomes(company.confirmed, [("e1", "confirmed")])
    expect(page.locator("#unsent")).to_be_hidden()
    steps.take("today")

    page.get_by_role("link", name="Parts").last.tap()
    for number in (1, 2):
        page.get_by_role("button", name="In the van").first.tap()
        expect(page.locator(".picking .taken")).to_have_count(number)
    becomes(lambda: company.van("e1"), {"P-1": 5, "P-2": 1})
    expect(page.locator("#unsent")).to_be_hidden()
    steps.take("picked")

    page.get_by_role("link", name="Today").tap()
    page.get_by_role("link", name="Details").tap()
    expect(page.get_by_text("SmartX 40")).to_be_visible()
    expect(page.get_by_text("更换电池一组")).to_be_attached()
    assert (
        page.get_by_role("link", name="Call 王工").first.get_attribute("href")
        == "tel:+867591234567"
    )
    link = page.get_by_role("link", name="Navigate").first.get_attribute("href")
    assert str(link).startswith("geo:21.27,110.37?q=21.27,110.37(")
    steps.take("visit")
    page.get_by_role("button", name="Set out").tap()
    expect(page.locator(".state-line .mark.en_route")).to_be_visible()
    page.get_by_role("button", name="Arrived").tap()
    page.locator(".step-finished").tap()
    for number in range(2):
        page.locator(f"label[for=check-{number}-ok]").tap()
    page.locator("label[for=check-2-defect]").tap()
    page.locator(".part-rows select").first.select_option("P-1")
    page.get_by_label("Note").fill(f"完成 {CHECKLIST[2]}")
    page.get_by_label("Who signs").fill("王工")
    steps.take("finish-form")
    finish(page)
    becomes(lambda: company.told("m1"), ["en_route", "arrived", "finished"])
    becomes(lambda: company.signed("m1"), "王工")
    expect(page.locator("#unsent")).to_be_hidden()
    details = company.read("/visits/m1/events")["items"][-1]["details"]
    assert details["checklist"] == dict(zip(CHECKLIST, ["ok", "ok", "defect"], strict=True))
    steps.take("first-done")

    company.publish(2, changed_routes())
    page.evaluate("window.dispatchEvent(new Event('online'))")
    expect(page.locator(".change")).to_have_count(3)
    steps.take("route-changed")

    # The net goes; what is told from now on waits.
    phone.set_offline(True)
    expect(page.locator("#reach")).to_contain_text("Offline")
    page.locator("#confirm").tap()
    expect(page.locator("#unsent")).to_have_text("1 not sent")
    page.get_by_role("button", name="Set out").tap()
    page.get_by_role("button", name="Arrived").tap()
    steps.take("offline-on-site")
    page.locator(".step-could_not_finish").tap()
    page.locator("#reason").select_option("part")
    page.get_by_label("In your words").fill("型号不符")
    page.get_by_label("Minutes still needed").fill("35")
    becomes(lambda: page.evaluate(DRAFT, "r1-v1"), ["型号不符", "35"])
    steps.take("could-not-finish-form")
    # Half filled in, the phone starts anew without a net.
    page.reload()
    expect(page.get_by_label("In your words")).to_have_value("型号不符")
    finish(page)
    expect(page.locator("#unsent")).to_have_text("4 not sent")
    page.get_by_role("button", name="Set out").tap()
    expect(page.locator("#unsent")).to_have_text("5 not sent")
    page.reload()
    expect(page.locator(".next .kicker")).to_contain_text("On the way")
    page.get_by_role("button", name="Arrived").tap()
    page.locator(".step-finished").tap()
    finish(page)
    page.locator("#tabs").get_by_role("link", name="Not sent").tap()
    expect(page.locator(".unsent-list li")).to_have_count(8)
    steps.take("outbox")
    assert company.told("r1-v1") == []

    # The net comes back, but the first answer is lost on its way: it is sent a second time.
    lost: list[str] = []

    def lose(route: Route) -> None:
        if not lost and route.request.url.endswith("/field-reports"):
            lost.append(route.request.url)
            route.fetch()
            route.abort("connectionreset")
            return
        route.continue_()

    page.route("**/api/v1/**", lose)
    phone.set_offline(False)
    expect(page.locator("#unsent")).to_be_hidden(timeout=2 * PATIENCE_MS)
    assert len(lost) == 1
    # What is routed through here waits while the service is asked here, so nothing is from now on.
    page.unroute("**/api/v1/**", lose)
    expect(page.get_by_text("Nothing waits")).to_be_visible()
    becomes(lambda: company.told("r1-v1"), ["en_route", "arrived", "could_not_finish"])
    becomes(lambda: company.told("r3-v1"), ["en_route", "arrived", "finished"])
    last = company.read("/visits/r1-v1/events")["items"][-1]["details"]
    assert (last["parts_needed"], last["minutes_needed"]) == ({"P-1": 1}, 35)
    # Five in the van, one used at the maintenance; the tube was used once, however often told.
    assert company.read("/engineers/e1")["van_stock"] == {"P-1": 4}
    assert company.confirmed() == [("e1", "confirmed")]
    page.get_by_role("link", name="Today").tap()
    expect(page.locator(".next")).to_contain_text("二号楼")
    for name in ("Set out", "Arrived"):
        page.get_by_role("button", name=name).tap()
    page.locator(".step-finished").tap()
    finish(page)
    expect(page.get_by_text("All done for today")).to_be_visible()
    becomes(lambda: company.told("r4-v1"), ["en_route", "arrived", "finished"])
    expect(page.locator("#unsent")).to_be_hidden()
    steps.take("all-done")
    lines = [one for one in view.complaints if "ERR_" not in one and "Failed to load" not in one]
    assert lines == []
    assert view.elsewhere == []


@pytest.mark.parametrize(("theme", "language"), [("light", "zh"), ("dark", "en")])
def test_no_view_has_a_serious_fault(
    phone: BrowserContext, company: FieldCompany, theme: str, language: str
) -> None:
    """Every view, one item in the outbox, on a phone: nothing that axe-core calls serious."""
    view = watched(phone, company.server)
    page = enter(view)
    steps = Steps(page, f"{theme}-{language}")
    phone.set_offline(True)
    page.locator("#tabs a[href='#more']").tap()
    page.select_option("#theme", theme)
    page.select_option("#language", language)
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans" if language == "zh" else "en")
    found: dict[str, list[str]] = {}
    page.evaluate("location.hash = '#visit/r3-v1'")
    expect(page.locator("#view")).to_have_attribute("data-view", "visit/r3-v1")
    page.locator(".steps button").first.tap()
    views = ("more", "today", "parts", "outbox", "visit/m1", "visit/r3-v1", "visit/r5-v1")
    for place in (*views, "finish/m1", "failed/r1-v1"):
        page.evaluate("(place) => { location.hash = `#${place}`; }", place)
        expect(page.locator("#view")).to_have_attribute("data-view", place)
        found[place] = faults(page)
        steps.take(place.replace("/", "-"))
    assert {place: said for place, said in found.items() if said} == {}


def test_what_is_refused_stays_to_be_looked_at(
    phone: BrowserContext, company: FieldCompany
) -> None:
    """A report on a visit that was cancelled is kept; pieces given to others are told as such."""
    view = watched(phone, company.server)
    page = enter(view)
    phone.set_offline(True)
    page.get_by_role("link", name="Parts").last.tap()
    page.get_by_role("button", name="In the van").first.tap()
    expect(page.locator("#unsent")).to_have_text("1 not sent")
    routes: dict[str, Any] = {"e1": first_without_pickup()}
    company.publish(2, routes)
    phone.set_offline(False)
    page.locator("#tabs").get_by_role("link", name="Not sent").tap()
    expect(page.locator(".unsent-list .wrong")).to_contain_text("Not accepted")
    Steps(page, "refused").take("refused")
    page.get_by_role("button", name="Remove:").tap()
    expect(page.locator("#unsent")).to_be_hidden()


def first_without_pickup() -> list[Any]:
    """The changed day, its parts given to somebody else."""
    return [stop for stop in changed_routes()["e1"] if stop.visit]


def test_the_office_looks_at_a_day_and_somebody_elses_reports_wait(
    phone: BrowserContext, company: FieldCompany
) -> None:
    """Signed out with a report unsent, the phone keeps it for its owner, whoever comes next."""
    view = watched(phone, company.server)
    page = enter(view)
    for number in (1, 2):
        page.get_by_role("button", name="In the van").first.tap()
        becomes(lambda: company.collected("e1"), number)
    expect(page.get_by_role("button", name="Set out")).to_be_visible()
    expect(page.locator("#unsent")).to_be_hidden()
    phone.set_offline(True)
    page.get_by_role("button", name="Set out").tap()
    expect(page.locator("#unsent")).to_have_text("1 not sent")
    page.context.clear_cookies()
    phone.set_offline(False)
    expect(page.locator("#notice")).to_contain_text("signed out")
    assert company.told("m1") == []
    page.get_by_role("link", name="Sign in").tap()
    page.get_by_label("Name").fill("admin")
    page.get_by_label("Password").fill("correct horse battery")
    page.get_by_role("button", name="Sign in").tap()
    expect(page.get_by_role("heading", name="Whose day?")).to_be_visible()
    page.get_by_role("button", name="李娜").tap()
    expect(page.get_by_text("Nothing is planned")).to_be_visible()
    page.locator("#tabs").get_by_role("link", name="Not sent").tap()
    expect(page.get_by_text("somebody else")).to_be_visible()
    assert company.told("m1") == []
    page.context.clear_cookies()
    page.reload()
    page.get_by_role("link", name="Sign in").tap()
    page.get_by_label("Name").fill(ENGINEER[0])
    page.get_by_label("Password").fill(ENGINEER[1])
    page.get_by_role("button", name="Sign in").tap()
    expect(page.locator(".next .kicker")).to_contain_text("On the way")
    becomes(lambda: company.told("m1"), ["en_route"])
    expect(page.locator("#unsent")).to_be_hidden()
