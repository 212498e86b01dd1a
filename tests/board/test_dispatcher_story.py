"""A dispatcher's story in a real Chromium: from signing in to a plan that others follow live."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import Browser, Locator, Page, expect

from tests.api.running import V1, Running
from tests.board.story_office import (
    LONG_MS,
    PASSWORD,
    Shoot,
    company,
    enter,
    in_force,
    next_working_day,
    shift_of,
    shoots,
    worried,
)
from tests.board.test_accessibility import faults

pytestmark = pytest.mark.browser

PINNED = re.compile(r"\bpinned\b")


@pytest.fixture
def office(tmp_path: Path) -> Iterator[Running]:
    """The demo company before its first plan."""
    with company(f"sqlite:///{tmp_path / 'x.db'}", planned=False) as server:
        yield server


@pytest.fixture
def shoot() -> Shoot:
    """Takes the pictures, in the order of the story."""
    return shoots("board-story")


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
    # Nearly the whole team is in view, whatever the search has given to whom.
    page.set_viewport_size({"width": 1440, "height": 1200})
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


def plan_first(page: Page, shoot: Shoot) -> None:
    """Ask for the first plan, watch it being made, and accept all of it."""
    page.locator("#open-planning").click()
    panel = page.locator("#planning")
    panel.locator("#planning-day").fill(next_working_day())
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


def report_faults(client: httpx.Client, plan: dict[str, Any]) -> None:
    """Three customers call meanwhile, about what somebody can mend without a part."""
    lanes = {stop["visit"]: route["shift"] for route in plan["routes"] for stop in route["stops"]}
    case = client.get(f"{V1}/plans/{plan['publication']['version']}/case").json()
    easy = {one["id"] for one in case["visits"] if one["id"] in lanes and not one.get("parts")}
    known = client.get(f"{V1}/requests?limit=200").json()["items"]
    # Of different engineers, so that one can be taken over without the others.
    models: dict[str, Any] = {}
    for one in known:
        mine = [visit["id"] for visit in one["visits"] if visit["id"] in easy]
        if one["equipment"] and one["fault"] and mine:
            models.setdefault(lanes[mine[0]], one)
    assert len(models) >= 3
    for number, model in enumerate(list(models.values())[:3]):
        body = {name: model[name] for name in ("site", "equipment", "fault", "severity")}
        body |= {"id": f"story-{number}", "summary": "UPS 告警"}
        answer = client.post(f"{V1}/requests", json=body)
        assert answer.status_code == 201, answer.text


def replan(page: Page, *, moving: bool) -> Locator:
    """Re-plan, as many promises moving as it pays or none; gives the panel with the proposal."""
    panel = page.locator("#planning")
    if panel.is_hidden():
        page.locator("#open-planning").click()
    panel.locator("input[value=replan]").check()
    slider = panel.locator("#planning-budget")
    slider.focus()
    page.keyboard.press("End" if moving else "Home")
    told = "as many as it pays to move" if moving else "none"
    expect(panel.locator(".told")).to_have_text(told)
    panel.locator("#planning-limit").select_option("2")
    panel.locator("[data-act=start]").click()
    expect(panel.locator(".proposal")).to_be_visible(timeout=LONG_MS)
    return panel


def test_a_dispatchers_day(browser: Browser, office: Running, shoot: Shoot) -> None:
    """Plan, look, drag, break a rule and undo, pin, re-plan, accept one change; others follow."""
    with office.sign_in("wang", PASSWORD) as client:
        a_dispatchers_day(browser, office, shoot, client)


def a_dispatchers_day(
    browser: Browser, office: Running, shoot: Shoot, client: httpx.Client
) -> None:
    """The story with a client that looks at what the service says."""
    context, desk = enter(browser, office, "wang")
    page = desk.page
    expect(page.locator("#notice")).to_contain_text("No plan has been published yet")
    shoot(page, "signed-in")
    plan_first(page, shoot)
    shoot(page, "planned")
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

    report_faults(client, plan)
    panel = replan(page, moving=True)
    shoot(page, "proposal")
    assert faults(page) == []
    panel.locator("[data-act='shown.proposal']").click()
    expect(page.locator("body")).to_have_class(re.compile("previewing"))
    shoot(page, "proposal-on-the-gantt")
    panel.locator("[data-act='shown.current']").click()
    panel.locator("[data-act=drop]").click()
    before = in_force(client)
    panel = replan(page, moving=False)
    accepted = accept_one(panel)
    expect(panel.locator(".planning-told")).to_contain_text("is in force", timeout=LONG_MS)
    shoot(page, "accepted-one-change")
    after = in_force(client)
    assert after["publication"]["version"] > before["publication"]["version"]
    assert shift_of(after, visit) == own, "what was pinned by hand stays"
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
    """Take over one change, with those that it needs but never all of several; gives its visit.

    Which changes need others depends on what the search has found: the first that does not need
    everything is taken, new visits before all others.
    """
    if panel.locator(".change").count() == 1:
        visit = visit_of(panel.locator(".change input"))
        panel.locator("[data-act=every]").click()
        return visit
    everything = panel.locator("[data-act=all]")
    some = panel.locator("[data-act=some]")
    settled = panel.locator("[data-act=some]:enabled, [data-act=every], .decision .bad")
    for boxes in (".change.added input", ".change:not(.added) input"):
        for one in panel.locator(boxes).all():
            everything.check()
            everything.uncheck()
            one.check()
            expect(settled.first).to_be_visible(timeout=LONG_MS)
            together = panel.locator("[data-act=together]")
            if together.is_visible():
                together.click()
                expect(settled.first).to_be_visible(timeout=LONG_MS)
            if some.is_visible() and some.is_enabled():
                visit = visit_of(one)
                some.click()
                return visit
    raise AssertionError("every change needs all the others")


def visit_of(box: Locator) -> str:
    """The visit whose change a box stands for."""
    return (box.get_attribute("data-act") or "").removeprefix("visit ")
