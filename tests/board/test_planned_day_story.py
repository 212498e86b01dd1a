"""What a planned day lets whom do: a search is stopped, an illness supposed, a customer phoned."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Page, expect

from tests.api.running import V1, Running
from tests.board.story_office import (
    LONG_MS,
    PASSWORD,
    Shoot,
    company,
    enter,
    in_force,
    shoots,
    worried,
)
from tests.board.test_accessibility import faults

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The demo company on a day that has been planned."""
    url = f"sqlite:///{tmp_path_factory.mktemp('planned') / 'x.db'}"
    with company(url, planned=True) as server:
        yield server


@pytest.fixture(scope="module")
def shoot() -> Shoot:
    """Takes the pictures, in the order of the tests."""
    return shoots("planned-day-story")


def test_what_a_manager_may_not_do_is_not_offered(browser: Browser, office: Running) -> None:
    """A manager sees the plan and its reasons, and neither moves nor plans."""
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


def promised_visit(client: httpx.Client) -> tuple[str, str]:
    """Let an engineer confirm a route; gives its shift and a visit on it that was asked for."""
    plan = in_force(client)
    engineers = [one["engineer"] for one in plan["routes"]]
    asked = {one["id"] for one in in_case(client, plan) if one.get("sla")}
    for route in plan["routes"]:
        visits = [stop["visit"] for stop in route["stops"] if stop["visit"] in asked]
        # Somebody with two shifts confirms the one of the day, be it before or after midnight.
        if visits and engineers.count(route["engineer"]) == 1:
            seen_by(client, route["engineer"], plan["publication"]["day"])
            return route["shift"], visits[-1]
    raise AssertionError("nobody has one shift with a visit that was asked for")


def in_case(client: httpx.Client, plan: dict[str, Any]) -> list[dict[str, Any]]:
    """The visits that a plan was made for."""
    case = client.get(f"{V1}/plans/{plan['publication']['version']}/case").json()
    visits: list[dict[str, Any]] = case["visits"]
    return visits


def seen_by(client: httpx.Client, engineer: str, day: str) -> None:
    """Let an engineer have confirmed the route of a day."""
    where = f"{V1}/engineers/{engineer}/route/confirmation"
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
    with office.sign_in("wang", PASSWORD) as client:
        shift, visit = promised_visit(client)
    lane = page.locator(f".lane[data-shift='{shift}']")
    expect(lane.locator(".seen")).to_contain_text("route seen")
    stop = lane.locator(f"button.stop[data-visit='{visit}']")
    site = stop.locator("bdi").first.inner_text()
    stop.click()
    page.locator("#detail [data-act=closed]").click()
    listed = page.locator("#planning .phone-list li", has_text=site)
    expect(listed.first).to_be_visible(timeout=LONG_MS)
    expect(listed.first).to_contain_text("promised")
    # Whom to ask for stands beside it, with the number.
    expect(listed.first).to_contain_text("+86 759 100")
