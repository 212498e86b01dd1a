"""The tray's remedies, the list of requests with its clocks, risk, days, people and roads."""

from __future__ import annotations

from typing import Any

import pytest
from playwright.sync_api import Page, expect

from tests.api.running import V1, Running
from tests.board.conftest import EMOJI, MARKUP, RIGHT_TO_LEFT, Watched, becomes, insist
from tests.board.test_accessibility import faults
from tests.operations.small_company import at

pytestmark = pytest.mark.browser

STATES = """() => [...document.querySelectorAll('button.stop.visit')].map((stop) =>
    [stop.dataset.visit, [...stop.classList].find((one) => one.startsWith('sla-')),
     stop.getAttribute('aria-label')])"""
CLOCKS = """async () => {
    const { readClock } = await import('/requests_clocks.js');
    const { Words } = await import('/words.js');
    const words = new Words('en');
    const base = { kind: 'fix', stopped: null, deadline: '2026-01-01T00:00:00Z', alert: 0 };
    const read = (clock) => { const r = readClock({ ...base, ...clock }, 0, 60000, words);
        return [r.urgency, r.text]; };
    return [
        read({ state: 'running', ticking: true, used_s: 0, remaining_s: 7200 }),
        read({ state: 'running', ticking: true, used_s: 3600, remaining_s: 3660 }),
        read({ state: 'running', ticking: true, used_s: 3600, remaining_s: 565 }),
        read({ state: 'running', ticking: true, used_s: 3600, remaining_s: 30 }),
        read({ state: 'paused', ticking: false, used_s: 0, remaining_s: 3600 }),
        read({ state: 'running', ticking: false, used_s: 0, remaining_s: 3600 }),
    ]; }"""
DAYS = """async () => {
    const { Days } = await import('/board_days.js');
    const { SiteClock } = await import('/site_clock.js');
    const { Words } = await import('/words.js');
    const clock = new SiteClock('Asia/Shanghai', 'en');
    const starts = [0, 1, 2, 3, 4, 5, 6, 7, 8].map((n) => Date.parse('2030-03-04T02:00:00Z') + n * 864e5);
    const world = { lanes: starts.map((start) => ({ stops: [{ start }] })) };
    const place = document.createElement('div');
    const days = new Days(place, () => days.draw(world, words, clock));
    const words = new Words('en');
    days.draw(world, words, clock);
    const names = () => [...place.querySelectorAll('button')].map((one) => one.textContent);
    const first = names();
    const day = (days.bounds(clock).end - days.bounds(clock).start) / 36e5;
    place.querySelector('.week').click();
    const week = (days.bounds(clock).end - days.bounds(clock).start) / 36e5;
    place.querySelector('.turn:last-child').click();
    return { first, day, week, later: names(), rest: (days.bounds(clock).end - days.bounds(clock).start) / 36e5 };
}"""


def current(server: Running) -> dict[str, Any]:
    """The plan in force, as the API tells it."""
    with server.client() as client:
        plan: dict[str, Any] = client.get(f"{V1}/plans/current").json()
        return plan


def test_the_state_of_a_stop_is_its_risk(view: Watched, hostile: Running) -> None:
    """Late is breached, a probability of ten percent and more is at risk and told, less is safe."""
    plan = current(hostile)
    wanted = {}
    for stop in (one for route in plan["routes"] for one in route["stops"] if one["visit"]):
        chance = stop["breach_probability"]
        state = "sla-none" if stop["sla_headroom_s"] is None else "sla-met"
        state = "sla-tight" if chance is not None and chance >= 0.1 else state
        wanted[stop["visit"]] = ("sla-late" if stop["late_s"] > 0 else state, chance)
    page = view.open()
    becomes(
        lambda: {visit: state for visit, state, _ in page.evaluate(STATES)},
        {visit: state for visit, (state, _) in wanted.items()},
    )
    shown = {visit: (state, label) for visit, state, label in page.evaluate(STATES)}
    for visit, (state, chance) in wanted.items():
        if state == "sla-met" and chance is not None:
            assert "safe" in shown[visit][1]
        if state == "sla-tight":
            assert f"{round(chance * 100)}%" in shown[visit][1]


def open_requests(page: Page) -> None:
    """Turn to the list of requests."""
    page.get_by_role("tab", name="Requests").click()
    expect(page.locator(".request").first).to_be_visible()


def test_requests_are_listed_with_their_clocks_running(view: Watched) -> None:
    """Each open clock says how much is left, and a second later says less."""
    page = view.open()
    open_requests(page)
    expect(page.locator(".request")).to_have_count(7)
    row = page.locator(".request[data-request='r3']")
    expect(row.locator(".clock").first).to_contain_text("left")
    expect(row.locator(".clocks")).to_contain_text("Arrive")
    expect(page.locator("#requests")).to_contain_text(MARKUP)
    expect(page.locator("#requests")).to_contain_text(RIGHT_TO_LEFT)
    assert page.evaluate("window.__broken") is None


def test_requests_are_searched_and_filtered(view: Watched) -> None:
    """By words of site, fault and number, by severity, and those nobody drives for yet."""
    page = view.open()
    open_requests(page)
    page.get_by_label("Search requests").fill("drop table tube")
    expect(page.locator(".request")).to_have_count(1)
    expect(page.locator(".request")).to_have_attribute("data-request", "r4")
    page.get_by_label("Search requests").fill("")
    page.get_by_label("Severity").select_option("major")
    expect(page.locator(".request")).to_have_count(2)
    page.get_by_label("Severity").select_option("")
    page.get_by_label("State").select_option("waiting")
    visits = "all => all.map((one) => one.dataset.visit).sort()"
    missing = page.locator(".card").evaluate_all(visits)
    becomes(lambda: page.locator(".request").evaluate_all(visits), missing)
    page.get_by_label("State").select_option("paused")
    expect(page.locator("#requests")).to_contain_text("No request fits.")


def test_a_request_selects_its_visit_everywhere(view: Watched) -> None:
    """From the list to Gantt and details, and from the Gantt back to the list."""
    page = view.open()
    open_requests(page)
    page.locator(".request[data-request='r1'] button").click()
    expect(page.locator("button.stop[data-visit='r1-v1']")).to_have_attribute(
        "aria-pressed", "true"
    )
    expect(page.locator("#detail")).to_contain_text("r1-v1")
    page.locator("button.stop[data-visit='r2-v1']").click()
    expect(page.locator(".request.chosen")).to_have_attribute("data-request", "r2")


def test_the_lists_are_changed_by_keys(view: Watched) -> None:
    """The arrow goes to the other tab, which then holds the focus; it stays after a new load."""
    page = view.open()
    page.get_by_role("tab", name="Unassigned").focus()
    page.keyboard.press("ArrowRight")
    expect(page.get_by_role("tab", name="Requests")).to_be_focused()
    expect(page.locator("#unassigned")).to_be_hidden()
    page.reload()
    expect(page.locator("#requests")).to_be_visible()


def test_a_clock_is_told_by_colour_and_words(view: Watched) -> None:
    """Calm, half used, nearly over, over, paused, and outside of the covered hours."""
    page = view.open()
    assert page.evaluate(CLOCKS) == [
        ["calm", "1 h 59 min left"],
        ["half", "1 h left"],
        ["soon", "8 min 25 s left"],
        ["over", "30 s over"],
        ["still", "paused, 1 h left"],
        ["still", "outside hours, 1 h left"],
    ]


def test_a_plan_of_many_days_is_shown_by_day_and_by_week(view: Watched) -> None:
    """Seven days at once; the arrows go to the rest."""
    page = view.open()
    told = page.evaluate(DAYS)
    assert len(told["first"]) == 2 + 7 + 1
    assert (told["day"], told["week"], told["rest"]) == (24, 7 * 24, 2 * 24)
    assert told["first"][1] == "Mon 4 Mar"
    assert len(told["later"]) == 2 + 2 + 1


def test_people_stand_where_they_were_last_seen(view: Watched, hostile: Running) -> None:
    """A hostile name is one letter on the map and text on hovering; the look is logged."""
    where = {"lat": 21.27, "lon": 110.41}
    with hostile.client() as client:
        report = {"position": where, "at": at(9)}
        assert client.post(f"{V1}/engineers/e3/position", json=report).status_code == 200
    page = view.open()
    mark = page.locator(".person[data-engineer='e3']")
    expect(mark).to_have_text("<")
    tip = page.locator(".leaflet-tooltip", has_text=MARKUP)
    insist(lambda: (page.mouse.move(0, 0), mark.hover(force=True)), tip)
    insist(lambda: mark.click(force=True), page.locator(".lane.chosen"))
    expect(page.locator(".lane.chosen")).to_have_attribute("data-shift", "e3-day")
    with hostile.client() as client:
        looks = client.get(f"{V1}/engineers/e3/position/looks").json()["items"]
        assert [one["purpose"] for one in looks] == ["board"]
        assert client.get(f"{V1}/positions?purpose=board").json()["items"][0]["position"] == where
        again = client.get(f"{V1}/engineers/e3/position/looks").json()["items"]
    assert len(again) == 1


def test_who_has_not_seen_the_route_is_marked(view: Watched, hostile: Running) -> None:
    """Until the engineer confirms it on the phone; the sign changes by itself, and says so in words."""
    page = view.open()
    day = current(hostile)["publication"]["day"]
    mark = page.locator(".lane[data-shift='e1-day'] .seen")
    expect(mark).to_have_text("○ (route not seen yet)")
    with hostile.client() as client:
        where = f"{V1}/engineers/e1/route/confirmation"
        route = client.get(f"{where}?date={day}").json()
        body = {"date": day, "fingerprint": route["fingerprint"], "occurred_at": at(0)}
        answer = client.post(where, json=body)
        assert answer.status_code == 200, answer.text
    expect(mark).to_have_text("✓ (route seen)")


def test_roads_and_names_lie_under_the_routes(view: Watched) -> None:
    """They come from this host; a name on the map is text like any other."""
    line = [[21.2, 110.3], [21.3, 110.45]]
    town = {"kind": "city", "name": MARKUP, "name_en": "", "lat": 21.27, "lon": 110.385}
    body = {"roads": [{"rank": 0, "points": line}], "places": [town], "attribution": "x"}
    view.page.route("**/base-map", lambda route: route.fulfill(json=body))
    page = view.open()
    expect(page.locator("path.ground-road.main")).to_be_attached()
    expect(page.locator(".ground-name")).to_have_text(MARKUP)
    expect(page.locator(".leaflet-control-attribution")).to_contain_text("OpenStreetMap")
    assert page.evaluate("window.__broken") is None


@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_lists_have_no_serious_fault(view: Watched, theme: str) -> None:
    """The requests with one selected, in both themes."""
    page = view.open()
    page.select_option("#theme", theme)
    open_requests(page)
    page.locator(".request button").first.click()
    assert faults(page) == []


def test_what_cannot_be_done_at_a_click_stays_advice(view: Watched) -> None:
    """Nobody is trained by a button."""
    page = view.open()
    card = page.locator(".card[data-visit='r6-v1']")
    expect(card.locator(".advice")).to_contain_text("change the master data")
    expect(card.locator(".do-it")).to_have_count(0)


def test_a_remedy_is_done_and_the_visit_planned(view: Watched, hostile: Running) -> None:
    """Asked once more, then the van has the tool and the visit moves from the tray to a lane."""
    page = view.open()
    card = page.locator(".card[data-visit='r7-v1']")
    expect(card.locator(".remedy")).to_contain_text(f"hoist {MARKUP}")
    card.get_by_role("button", name="Do it").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("recorded with your name")
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(dialog).to_have_count(0)
    card.get_by_role("button", name="Do it").click()
    dialog.get_by_role("button", name="Yes, do it").click()
    expect(page.locator("button.stop[data-visit='r7-v1']")).to_be_visible()
    expect(card).to_have_count(0)
    with hostile.client() as client:
        assert client.get(f"{V1}/engineers/e3").json()["tools"] == [f"hoist {MARKUP}"]
        told = client.get(f"{V1}/audit?action=remedy_applied").json()["items"]
    assert [one["subject"] for one in told] == ["r7-v1"]
    expect(page.locator("body")).to_contain_text(EMOJI)
