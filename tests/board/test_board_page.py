"""The board in a real Chromium against a really running service."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import Any

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.api.conftest import found
from tests.api.running import ADMIN, V1, Running, running
from tests.board.conftest import (
    EMOJI,
    MARKUP,
    RIGHT_TO_LEFT,
    Watched,
    becomes,
    insist,
    plan_and_publish,
    refuse,
    watched,
)
from tests.operations.small_company import fault

pytestmark = pytest.mark.browser

JavaScript = str
STOPS: JavaScript = """() => Object.fromEntries([...document.querySelectorAll('.lane:not(.unused)')].map(
    (lane) => [lane.dataset.shift, [...lane.querySelectorAll('button.stop')].map((stop) => [
        stop.classList[1], stop.dataset.visit ?? null, stop.getAttribute('aria-label')])]))"""
MARKED: JavaScript = """() => [...document.querySelectorAll('.place-mark')].flatMap(
    (mark) => mark.dataset.visits.split(' '))"""

OPENING: JavaScript = """async () => {
    const { axisOf, openingOf } = await import('/gantt_axis.js');
    const hour = 3_600_000;
    const lane = (start, end, from, to) => ({
        start: start * hour, end: end * hour, overtimeEnd: null,
        used: { start: from * hour, end: to * hour },
    });
    const lanes = [lane(-6.5, 8, -6, 1), lane(8, 17.5, 8, 16)];
    const day = { start: 0, end: 24 * hour };
    const axis = axisOf(lanes, day);
    const week = openingOf(lanes, null, axis);
    return [axis, openingOf(lanes, day, axis), openingOf(lanes.slice(0, 1), day, axis), week]
        .map((span) => [span.start / hour, span.end / hour]);
}"""
BROKEN: JavaScript = """async () => {
    const { Words } = await import('/words.js');
    const visit = { site: { name: '一号楼', name_en: 'House One' }, request: null,
        wire: { title: '一号楼 House One · $& (alarm)' } };
    const told = { message: 'Li lacks what 一号楼 House One · $& (alarm) needs.' };
    const round = { ...visit, wire: { title: '一号楼 House One · 保养 (maintenance (UPS))' } };
    return ['en', 'zh'].flatMap((one) => [
        new Words(one).broken(told, visit), new Words(one).work(round),
        new Words(one).machine('电源 7', 'UPS X40'), new Words(one).machine('Bay 7', 'UPS X40'),
    ]);
}"""


def current(server: Running) -> dict[str, Any]:
    """The plan in force, as the API tells it."""
    with server.client() as client:
        plan: dict[str, Any] = client.get(f"{V1}/plans/current").json()
        return plan


def local(instant: str) -> str:
    """Wall time of a wire time, which is written with the sites' offset."""
    return f"{datetime.fromisoformat(instant):%H:%M}"


def plain(text: str) -> str:
    """Text without what only spaces it."""
    return " ".join(text.split())


def test_every_route_and_stop_of_the_plan_is_shown(view: Watched, hostile: Running) -> None:
    """Lane by lane the same stops in the same order, at the wall times of the sites."""
    plan = current(hostile)
    kinds = Counter(stop["kind"] for route in plan["routes"] for stop in route["stops"])
    assert kinds["visit"] >= 4
    assert kinds["pickup"] >= 1
    page = view.open()
    shown = page.evaluate(STOPS)
    assert {shift: [stop[:2] for stop in stops] for shift, stops in shown.items()} == {
        route["shift"]: [[stop["kind"], stop["visit"]] for stop in route["stops"]]
        for route in plan["routes"]
    }
    for route in plan["routes"]:
        for stop, (_, _, label) in zip(route["stops"], shown[route["shift"]], strict=True):
            assert local(stop["start"]) in label, (label, stop)
            assert local(stop["finish"]) in label, (label, stop)
    assert page.locator(".corner").inner_text() == "UTC+08:00"
    # Yesterday's night ends at one; the day opens a quarter of an hour before its first shift.
    assert page.evaluate(OPENING) == [[0, 17.75], [7.75, 17.75], [0, 17.75], [0, 17.75]]
    assert page.evaluate(BROKEN) == [
        "Li lacks what House One · $& (alarm) needs.",
        "maintenance (UPS)",
        "UPS X40",
        "Bay 7",
        "Li lacks what 一号楼 · $& (alarm) needs.",
        "保养",
        "电源 7",
        "Bay 7",
    ]


def test_the_map_has_every_visit_and_every_route(view: Watched, hostile: Running) -> None:
    """Each visit has its mark, the unassigned ones too, and each route is one line."""
    plan = current(hostile)
    page = view.open()
    planned = [s["visit"] for r in plan["routes"] for s in r["stops"] if s["kind"] == "visit"]
    missing = [one["visit"] for one in plan["unassigned"]]
    becomes(lambda: sorted(page.evaluate(MARKED)), sorted(planned + missing))
    lines = page.locator("path.route")
    becomes(
        lambda: sorted(lines.evaluate_all("all => all.map((one) => one.dataset.shift)")),
        sorted(route["shift"] for route in plan["routes"]),
    )


def test_every_unassigned_visit_is_told_with_its_reasons(view: Watched, hostile: Running) -> None:
    """Verdict, remedy, rivals, price and every reason of the plan stand in the tray."""
    plan = current(hostile)
    assert {one["verdict"] for one in plan["unassigned"]} == {"impossible", "displaced"}
    page = view.open()
    expect(page.locator(".card")).to_have_count(len(plan["unassigned"]))
    for one in plan["unassigned"]:
        card = page.locator(f".card[data-visit='{one['visit']}']")
        card.locator("summary").click()
        text = plain(card.inner_text())
        for reason in one["reasons"]:
            sentence = plain(reason["message"].split(": ", 1)[-1])
            assert sentence[1:] in text, reason
        if one["remedy"]:
            assert plain(one["remedy"]["message"]) in text
        if one["verdict"] == "displaced":
            assert "Displaced by others" in text
            rivals = card.locator(".displaces [data-visit]")
            assert (
                rivals.evaluate_all("all => all.map((one) => one.dataset.visit)")
                == (one["displaces"])
            )
            assert f"{one['price'] / 100:,.2f}" in text
        else:
            assert "Impossible as things are" in text


def test_hostile_names_are_text(view: Watched) -> None:
    """Markup, right-to-left words and emoji are shown letter by letter and run nothing."""
    page = view.open()
    names = page.locator(".engineer bdi").all_inner_texts()
    assert MARKUP in names
    tray = page.locator("#unassigned").inner_text()
    assert MARKUP in tray
    assert EMOJI in tray
    page.locator(f"button.stop:has-text('{RIGHT_TO_LEFT[1:5]}')").first.click()
    expect(page.locator("#detail h3 bdi")).to_have_text(RIGHT_TO_LEFT)
    mark = page.locator(".place-mark", has_text="×").first
    mark.hover(force=True)
    # The map may shift under the mouse while it is being fitted, so a click may miss.
    insist(lambda: mark.click(force=True), page.locator(".leaflet-popup-content"))
    expect(page.locator(".leaflet-popup-content")).to_contain_text(MARKUP)
    assert page.evaluate("window.__broken") is None
    assert page.locator("img[src='x'], main script, [onerror], [style*=expression]").count() == 0


def test_the_language_changes_at_once_and_stays(view: Watched, hostile: Running) -> None:
    """Headings, reasons and dates turn Chinese without a new load, and after one."""
    plan = current(hostile)
    page = view.open()
    expect(page.locator("html")).to_have_attribute("lang", "en")
    expect(page.get_by_role("heading", name="Unassigned")).to_be_visible()
    page.select_option("#language", "zh")
    expect(page.locator("html")).to_have_attribute("lang", "zh-Hans")
    expect(page.get_by_role("heading", name="未安排")).to_be_visible()
    impossible = next(one for one in plan["unassigned"] if one["verdict"] == "impossible")
    card = page.locator(f".card[data-visit='{impossible['visit']}']")
    expect(card.locator(".remedy")).to_be_visible()
    becomes(lambda: plain(impossible["remedy"]["message_zh"]) in plain(card.inner_text()), True)
    page.reload()
    expect(page.get_by_role("heading", name="未安排")).to_be_visible()


def chosen(page: Page) -> dict[str, list[str]]:
    """What is marked as selected, place by place."""
    return {
        "gantt": page.locator("button.stop[aria-pressed=true]").evaluate_all(
            "all => all.map((one) => one.dataset.visit)"
        ),
        "map": page.locator(".place-mark.chosen").evaluate_all(
            "all => all.flatMap((one) => one.dataset.visits.split(' '))"
        ),
        "tray": page.locator(".card.chosen").evaluate_all(
            "all => all.map((one) => one.dataset.visit)"
        ),
        "line": page.locator("path.route.chosen").evaluate_all(
            "all => all.map((one) => one.dataset.shift)"
        ),
    }


def parts(page: Page, visit: str) -> tuple[list[str], list[str], list[str], bool]:
    """What is selected in Gantt, tray and as a line, and whether the map marks the visit."""
    state = chosen(page)
    return state["gantt"], state["tray"], state["line"], visit in state["map"]


def test_selecting_anywhere_selects_everywhere(view: Watched, hostile: Running) -> None:
    """From the Gantt to map and details, from the tray to the map, from the map to the Gantt."""
    plan = current(hostile)
    route = next(one for one in plan["routes"] if one["engineer"] in ("e1", "e2"))
    visit = next(stop["visit"] for stop in route["stops"] if stop["visit"])
    page = view.open()
    page.locator(f"button.stop[data-visit='{visit}']").click()
    becomes(lambda: parts(page, visit), ([visit], [], [route["shift"]], True))
    expect(page.locator("#detail")).to_contain_text(visit)

    missing = plan["unassigned"][0]["visit"]
    page.locator(f".card[data-visit='{missing}'] .card-title").click()
    becomes(lambda: parts(page, missing), ([], [missing], [], True))

    mark = page.locator(f".place-mark[data-visits='{visit}']")
    insist(lambda: mark.click(force=True), page.locator("#gantt button.stop[aria-pressed=true]"))
    becomes(lambda: chosen(page)["gantt"], [visit])
    page.keyboard.press("Escape")
    becomes(lambda: any(chosen(page).values()), False)


def test_stops_are_reached_by_keys(view: Watched, hostile: Running) -> None:
    """One stop is in the order of Tab; arrows go on from there, Enter selects."""
    page = view.open()
    assert page.locator("button.stop[tabindex='0']").count() == 1
    first = page.locator("button.stop").first
    first.focus()
    page.keyboard.press("End")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Home")
    focused = page.evaluate(
        "[document.activeElement.dataset.shift, document.activeElement.getAttribute('aria-label')]"
    )
    second = page.locator(".lane:has(button.stop)").nth(1)
    assert focused[0] == second.get_attribute("data-shift")
    assert focused[1] == second.locator("button.stop").first.get_attribute("aria-label")
    for _ in range(9):
        if page.evaluate("document.activeElement.dataset.visit"):
            break
        page.keyboard.press("ArrowRight")
    visit = page.evaluate("document.activeElement.dataset.visit")
    page.keyboard.press("Enter")
    becomes(lambda: chosen(page)["gantt"], [visit])


def test_a_new_plan_appears_by_itself(view: Watched, hostile: Running) -> None:
    """A plan published while the page is open is drawn without a new load."""
    page = view.open()
    expect(page.locator("#live")).to_have_text("Live")
    with hostile.client() as client:
        assert client.post(f"{V1}/requests", json=fault(9)).status_code == 201
    plan = plan_and_publish(hostile)
    expect(page.locator("#figures")).to_contain_text(f"Plan {plan['publication']['version']}")
    expect(page.locator("[data-visit='r9-v1']").first).to_be_attached()


def test_the_demo_says_so_and_errors_are_told_in_words(
    far_away: BrowserContext, hostile: Running
) -> None:
    """While the service does not answer the page says it, and goes on when it does."""
    one = watched(far_away, hostile)
    one.page.route(f"**{V1}/plans/current", refuse)
    one.page.goto(one.url)
    expect(one.page.locator("#demo-banner")).to_contain_text("no sign-in")
    expect(one.page.locator("#notice")).to_contain_text("the service does not answer")
    one.page.unroute(f"**{V1}/plans/current")
    expect(one.page.locator(".lane").first).to_be_visible()
    expect(one.page.locator("#notice")).to_be_hidden()
    assert [told for told in one.complaints if "ERR_CONNECTION_REFUSED" not in told] == []


def test_who_is_not_signed_in_has_to(
    far_away: BrowserContext, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """A wrong password is told in words, the right one opens the board, signing out closes it."""
    url = f"sqlite:///{tmp_path_factory.mktemp('guarded') / 'x.db'}"
    found(url, requests=1)
    users = {"admin_user": ADMIN[0], "admin_password": ADMIN[1]}
    with running(url, demo=False, secure_cookies=False, **users) as server:
        one = watched(far_away, server)
        page = one.page
        page.goto(one.url)
        page.get_by_label("Name").fill(ADMIN[0])
        page.get_by_label("Password").fill("wrong")
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#login [role=alert]")).to_have_text("Name or password is not right.")
        expect(page.locator("#demo-banner")).to_be_hidden()
        page.get_by_label("Password").fill(ADMIN[1])
        page.get_by_role("button", name="Sign in").click()
        expect(page.locator("#notice")).to_contain_text("No plan has been published yet")
        page.get_by_role("button", name="Sign out").click()
        expect(page.get_by_label("Password")).to_be_visible()
        page.close()
        told = [text for text in one.complaints if "401" not in text and "404" not in text]
        assert told == []
        assert one.elsewhere == []
