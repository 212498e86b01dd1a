"""A dispatcher's story in a real Chromium: from signing in to a plan that others follow live.

Each step leaves a picture in `var/board-story`, so that somebody can look at what was tested.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from dispatch.domain.local_time import zone_named
from dispatch.operations.demo_day import plant
from tests.api.running import ADMIN, V1, Running, running
from tests.board.conftest import PATIENCE_MS, Watched, watched
from tests.board.test_accessibility import faults
from tests.databases import migrated

pytestmark = pytest.mark.browser

PICTURES = Path(__file__).resolve().parents[2] / "var" / "board-story"
PASSWORD = "a long enough password"
PINNED = re.compile(r"\bpinned\b")
LONG_MS = 180_000
Shoot = Callable[[Page, str], None]


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demo company without a plan, served to those who sign in."""
    url = f"sqlite:///{tmp_path_factory.mktemp('story') / 'x.db'}"
    database = migrated(url)
    plant(database, datetime.now(UTC))
    database.close()
    values = {"admin_user": ADMIN[0], "admin_password": ADMIN[1]}
    with running(url, demo=False, **values) as server:
        with server.sign_in(*ADMIN) as admin:
            for name, role in (("wang", "dispatcher"), ("zhao", "dispatcher"), ("boss", "manager")):
                body = {"name": name, "password": PASSWORD, "role": role}
                assert admin.post(f"{V1}/users", json=body).status_code == 201
        yield server


@pytest.fixture(scope="module")
def shoot() -> Shoot:
    """Takes the pictures, numbered in the order of the story."""
    PICTURES.mkdir(parents=True, exist_ok=True)
    for old in PICTURES.glob("*.png"):
        old.unlink()
    taken: list[str] = []

    def take(page: Page, name: str) -> None:
        taken.append(name)
        page.screenshot(path=PICTURES / f"{len(taken):02d}-{name}.png")

    return take


def enter(
    browser: Browser, office: Running, name: str, *, limit_s: int | None = None, **more: Any
) -> tuple[BrowserContext, Watched]:
    """A browser in which somebody has signed in, and has searched so many seconds before."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US", **more)
    context.set_default_timeout(PATIENCE_MS)
    if limit_s is not None:
        kept = f"localStorage.setItem('dispatch.planning', '{{\"limit\": {limit_s}}}')"
        context.add_init_script(kept)
    one = watched(context, office)
    one.page.goto(one.url)
    one.page.get_by_label("Name").fill(name)
    one.page.get_by_label("Password").fill(PASSWORD)
    one.page.get_by_role("button", name="Sign in").click()
    return context, one


def worried(one: Watched) -> list[str]:
    """What a page complained of; before signing in and before the first plan some answers are no."""
    calm = ("401", "404", "409")
    return [text for text in one.complaints if not any(code in text for code in calm)]


def in_force(client: httpx.Client) -> dict[str, Any]:
    """The plan in force."""
    plan: dict[str, Any] = client.get(f"{V1}/plans/current").json()
    return plan


def shift_of(plan: dict[str, Any], visit: str) -> str | None:
    """Where a visit stands."""
    for route in plan["routes"]:
        if any(stop["visit"] == visit for stop in route["stops"]):
            return str(route["shift"])
    return None


def in_view(page: Page, place: Locator) -> bool:
    """Whether something lies wholly inside the Gantt as it is scrolled now."""
    if place.count() == 0:
        return False
    box, frame = place.first.bounding_box(), page.locator("#gantt").bounding_box()
    if box is None or frame is None:
        return False
    # The heads of the lanes stand at the left, the hours above, the legend below.
    left, right = frame["x"] + 220, frame["x"] + frame["width"]
    top, bottom = frame["y"] + 70, frame["y"] + frame["height"] - 70
    middle = box["y"] + box["height"] / 2
    return left < box["x"] + 8 < right and top < middle < bottom


def forbidden_place(page: Page, client: httpx.Client, plan: dict[str, Any]) -> tuple[str, str]:
    """A visit, and the shift of somebody in view who lacks a skill for it."""
    version = plan["publication"]["version"]
    lanes = page.locator(".lane").evaluate_all("all => all.map((one) => one.dataset.shift)")
    seen = [one for one in lanes if in_view(page, page.locator(f".lane[data-shift='{one}'] .stop"))]
    for route in plan["routes"]:
        for stop in route["stops"]:
            if stop["visit"] is None or not in_view(page, stop_of(page, stop["visit"])):
                continue
            why = client.get(f"{V1}/plans/{version}/visits/{stop['visit']}/why").json()
            for one in why.get("alternatives", []):
                codes = {reason["code"] for reason in one["reasons"]}
                if one["shift"] not in seen or not codes & {"NO_SKILL", "LEVEL_TOO_LOW"}:
                    continue
                move = {"visit": stop["visit"], "shift": one["shift"], "start": stop["start"]}
                tried = client.post(f"{V1}/plans/{version}/moves", json={"moves": [move]})
                if tried.status_code == 200 and tried.json()["violations"]:
                    return stop["visit"], one["shift"]
    raise AssertionError("everybody in view may do everything")


def stop_of(page: Page, visit: str) -> Locator:
    """The visit's box in the Gantt."""
    return page.locator(f"#gantt button.stop[data-visit='{visit}']").first


def carry_to(page: Page, visit: str, shift: str) -> None:
    """Take a visit with the mouse and hold it over a lane."""
    track = page.locator(f".lane[data-shift='{shift}'] .track")
    box, lane = stop_of(page, visit).bounding_box(), track.bounding_box()
    assert box is not None
    assert lane is not None
    x, y = box["x"] + min(8, box["width"] / 2), box["y"] + box["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    page.mouse.move(x + 4, y + 8)
    page.mouse.move(x + 6, lane["y"] + lane["height"] / 2, steps=6)


def plan_tomorrow(page: Page, shoot: Shoot) -> None:
    """Ask for the first plan, watch it being made, and accept all of it."""
    tomorrow = datetime.now(UTC).astimezone(zone_named("Asia/Shanghai")).date() + timedelta(days=1)
    page.locator("#open-planning").click()
    panel = page.locator("#planning")
    panel.locator("#planning-day").fill(str(tomorrow))
    panel.locator("#planning-limit").select_option("2")
    shoot(page, "what-to-plan")
    panel.locator("[data-act=start]").click()
    expect(panel.locator(".going svg.curve, .proposal").first).to_be_visible()
    shoot(page, "planning")
    expect(panel.locator(".proposal")).to_be_visible(timeout=LONG_MS)
    shoot(page, "first-proposal")
    panel.locator("[data-act=every]").click()
    expect(panel.locator(".planning-told")).to_contain_text("is in force", timeout=LONG_MS)
    panel.locator("[data-act=close]").click()
    expect(page.locator("#gantt button.stop.visit").first).to_be_visible()


def report_fault(client: httpx.Client) -> None:
    """A customer calls meanwhile."""
    known = client.get(f"{V1}/requests?limit=200").json()["items"]
    model = next(one for one in known if one["equipment"] and one["fault"])
    body = {name: model[name] for name in ("site", "equipment", "fault", "severity")}
    answer = client.post(f"{V1}/requests", json={**body, "id": "story-1", "summary": "UPS 告警"})
    assert answer.status_code == 201, answer.text


def replan(page: Page) -> Locator:
    """Re-plan, as many promises moving as it pays; gives the panel with the proposal."""
    page.locator("#open-planning").click()
    panel = page.locator("#planning")
    panel.locator("input[value=replan]").check()
    slider = panel.locator("#planning-budget")
    slider.focus()
    page.keyboard.press("End")
    expect(panel.locator(".told")).to_have_text("as many as it pays to move")
    panel.locator("#planning-limit").select_option("2")
    panel.locator("[data-act=start]").click()
    expect(panel.locator(".proposal")).to_be_visible(timeout=LONG_MS)
    return panel


def test_a_dispatchers_day(browser: Browser, office: Running, shoot: Shoot) -> None:
    """Plan, look, drag, break a rule and undo, pin, re-plan, accept one change; others follow."""
    context, desk = enter(browser, office, "wang")
    page = desk.page
    expect(page.locator("#notice")).to_contain_text("No plan has been published yet")
    shoot(page, "signed-in")
    plan_tomorrow(page, shoot)
    shoot(page, "planned")
    client = office.sign_in("wang", PASSWORD)
    plan = in_force(client)

    other, second = enter(browser, office, "zhao")
    second.whole()
    expect(second.page.locator(".run")).to_contain_text("by wang")

    visit, elsewhere = forbidden_place(page, client, plan)
    carry_to(page, visit, elsewhere)
    expect(page.locator(".drag-tip li").first).to_be_visible()
    expect(page.locator(".drag-tip .price")).not_to_be_empty()
    shoot(page, "violation-and-price")
    page.mouse.up()
    page.get_by_role("dialog").get_by_role("textbox").fill("the customer insists")
    page.get_by_role("button", name="Break it all the same").click()
    expect(page.locator(f".lane[data-shift='{elsewhere}'] [data-visit='{visit}']")).to_be_visible()
    shoot(page, "moved-by-hand")
    page.keyboard.press("Control+z")
    own = shift_of(plan, visit)
    expect(page.locator(f".lane[data-shift='{own}'] [data-visit='{visit}']").first).to_be_visible()

    stop_of(page, visit).focus()
    page.keyboard.press("p")
    expect(stop_of(page, visit)).to_have_class(PINNED)
    page.locator("#moves [data-act=publish]").click()
    expect(page.locator("#moves")).to_contain_text("Published as plan")
    shoot(page, "pinned")

    report_fault(client)
    panel = replan(page)
    shoot(page, "proposal")
    assert faults(page) == []
    panel.locator("[data-act='shown.proposal']").click()
    expect(page.locator("body")).to_have_class(re.compile("previewing"))
    shoot(page, "proposal-on-the-gantt")
    panel.locator("[data-act='shown.current']").click()
    before = in_force(client)
    accepted = accept_one(panel)
    expect(panel.locator(".planning-told")).to_contain_text("is in force", timeout=LONG_MS)
    shoot(page, "accepted-one-change")
    after = in_force(client)
    assert after["publication"]["version"] > before["publication"]["version"]
    assert shift_of(after, visit) == own, "what was pinned by hand stays"
    assert shift_of(after, accepted) is not None
    moved = client.get(
        f"{V1}/plans/{before['publication']['version']}/diff/{after['publication']['version']}"
    ).json()
    assert accepted in {one["visit"] for one in moved["changes"]}

    version = after["publication"]["version"]
    expect(second.page.locator(".run")).to_contain_text(f"Plan {version}")
    shoot(second.page, "second-browser")

    panel.locator("[data-act=close]").click()
    agree_on_a_slot(page, client)
    shoot(page, "slot-confirmed")
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    page.select_option("#language", "zh")
    expect(page.locator("#open-planning")).to_have_text("排程…")
    shoot(page, "chinese")
    assert worried(desk) == []
    assert worried(second) == []
    assert desk.elsewhere == []
    client.close()
    context.close()
    other.close()


def agree_on_a_slot(page: Page, client: httpx.Client) -> None:
    """A caller on the phone gets the first window that is offered."""
    known = client.get(f"{V1}/requests?limit=200").json()["items"]
    model = next(one for one in known if one["equipment"] and one["fault"])
    site = client.get(f"{V1}/sites/{model['site']}").json()
    page.locator("#find-slot").click()
    dialog = page.get_by_role("dialog")
    dialog.locator("#slot-site").fill((site["name_en"] or site["name"])[:8])
    value = page.locator("#slot-sites option").first.get_attribute("value") or ""
    dialog.locator("#slot-site").fill(value)
    dialog.get_by_label("What the caller says").fill("空调异响")
    dialog.get_by_role("button", name="Find windows").click()
    offer = dialog.locator(".offers tbody tr").first
    expect(offer).to_be_visible(timeout=LONG_MS)
    offer.get_by_role("button", name="Hold").click()
    dialog.get_by_role("button", name="Confirm").click()
    expect(dialog.locator(".agreed")).to_contain_text("Confirmed as request", timeout=LONG_MS)


def accept_one(panel: Locator) -> str:
    """Take over one new visit alone, the first that needs no other change; gives its id."""
    panel.locator("[data-act=all]").uncheck()
    button = panel.locator("[data-act=some]")
    told = panel.locator("[data-act=some]:enabled, .decision .bad")
    for one in panel.locator(".change.added input").all():
        one.check()
        expect(told.first).to_be_visible(timeout=LONG_MS)
        if button.is_enabled():
            visit = one.get_attribute("data-act")
            assert visit is not None
            button.click()
            return visit.removeprefix("visit ")
        one.uncheck()
    raise AssertionError("every new visit needs other changes")


def test_what_a_manager_may_not_do_is_not_offered(browser: Browser, office: Running) -> None:
    """A manager sees the plan and its reasons, and neither moves nor plans."""
    with office.sign_in("wang", PASSWORD) as client:
        if client.get(f"{V1}/plans/current").status_code == 404:
            pytest.fail("the story before has published a plan")
    context, desk = enter(browser, office, "boss")
    page = desk.page
    desk.whole()
    expect(page.locator("#open-planning")).to_be_hidden()
    page.locator("#gantt button.stop.visit").first.click()
    expect(page.locator("#detail [data-act=why]")).to_be_visible()
    for act in ("move", "pin", "unassign", "overrun"):
        expect(page.locator(f"#detail [data-act={act}]")).to_have_count(0)
    page.locator("#gantt button.stop.visit").first.focus()
    page.keyboard.press("Delete")
    expect(page.locator("#moves")).to_be_hidden()
    context.close()


def seen_by(client: httpx.Client, shift: str) -> None:
    """Let the engineer of a shift have confirmed the route of its day."""
    plan = in_force(client)
    engineer = next(one["engineer"] for one in plan["routes"] if one["shift"] == shift)
    where = f"{V1}/engineers/{engineer}/route/confirmation"
    day = plan["publication"]["day"]
    route = client.get(f"{where}?date={day}").json()
    now = datetime.now(UTC).isoformat(timespec="seconds")
    body = {"date": day, "fingerprint": route["fingerprint"], "occurred_at": now}
    answer = client.post(where, json=body)
    assert answer.status_code == 200, answer.text


def test_a_search_is_stopped_and_its_best_kept(
    browser: Browser, office: Running, shoot: Shoot
) -> None:
    """Ten minutes are asked for and a few seconds used: what was best by then is proposed."""
    context, desk = enter(browser, office, "wang", limit_s=600)
    page = desk.page
    desk.whole()
    page.locator("#open-planning").click()
    panel = page.locator("#planning")
    panel.locator("input[value=plan]").check()
    panel.locator("[data-act=start]").click()
    expect(panel.locator(".going .facts")).to_contain_text("left out")
    expect(panel.locator(".going")).to_contain_text("wang")
    shoot(page, "search-going")
    panel.locator("[data-act=cancel]").click()
    expect(panel.locator(".proposal")).to_be_visible(timeout=LONG_MS)
    shoot(page, "stopped-and-kept")
    panel.locator("[data-act=drop]").click()
    expect(panel.locator(".planning-form")).to_be_visible()
    assert worried(desk) == []
    context.close()


def test_somebody_is_supposed_to_be_ill(browser: Browser, office: Running, shoot: Shoot) -> None:
    """One click on the lane; why and ill have no fault that axe-core sees; nothing is told."""
    context, desk = enter(browser, office, "zhao", color_scheme="dark", limit_s=2)
    page = desk.page
    desk.whole()
    page.locator("#gantt button.stop.visit").first.click()
    page.locator("#detail [data-act=why]").click()
    dialog = page.get_by_role("dialog")
    expect(dialog.locator("table, details").first).to_be_visible()
    assert faults(page) == []
    shoot(page, "why-this-engineer")
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    expect(page.locator("#detail [data-act=why]")).to_be_visible()
    page.locator(".lane:not(.unused) .lane-head").first.click()
    page.locator("#detail [data-act=ill]").click()
    panel = page.locator("#planning")
    expect(panel.locator(".supposed")).to_contain_text("is ill from")
    expect(panel.locator(".going [data-act=cancel], .proposal").first).to_be_visible()
    expect(panel.locator(".proposal")).to_be_visible(timeout=LONG_MS)
    expect(panel.locator(".supposed")).to_contain_text("told to nobody")
    assert faults(page) == []
    shoot(page, "supposed-illness")
    with office.sign_in("wang", PASSWORD) as client:
        assert client.get(f"{V1}/disruptions").json()["items"] == []
    panel.locator("[data-act=drop]").click()
    expect(panel.locator(".planning-form")).to_be_visible()
    assert faults(page) == []
    panel.locator("[data-act=close]").click()
    whom_to_phone(page, office)
    shoot(page, "whom-to-phone")
    assert worried(desk) == []
    context.close()


def whom_to_phone(page: Page, office: Running) -> None:
    """An engineer has confirmed a route, so its customers count on it; then one site is closed."""
    lane = page.locator(".lane:not(.unused)").first
    shift = lane.get_attribute("data-shift") or ""
    with office.sign_in("wang", PASSWORD) as client:
        seen_by(client, shift)
    expect(lane.locator(".seen")).to_contain_text("route seen")
    stop = page.locator(f".lane[data-shift='{shift}'] button.stop.visit").nth(2)
    site = stop.locator("bdi").first.inner_text()
    stop.click()
    page.locator("#detail [data-act=closed]").click()
    listed = page.locator("#planning .phone-list li", has_text=site)
    expect(listed.first).to_be_visible(timeout=LONG_MS)
    expect(listed.first).to_contain_text("promised")
    # Whom to ask for stands beside it, with the number.
    expect(listed.first).to_contain_text("+86 759 100")
