"""A caller on the phone gets a window: found, held, released, confirmed, and planned."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Page, expect

from tests.api.running import V1, Running
from tests.board.conftest import MARKUP, Watched, becomes
from tests.board.test_accessibility import faults

pytestmark = pytest.mark.browser


def find_windows(page: Page) -> None:
    """Say where and what, and look."""
    page.get_by_role("button", name="Find a slot").click()
    site = page.get_by_role("dialog").get_by_label("Site")
    site.fill("(s1)")
    value = page.locator("#slot-sites option").first.get_attribute("value") or ""
    site.fill(value)
    # One machine stands there, so it is chosen already; its faults come with its type.
    expect(page.get_by_label("Equipment")).to_have_value("q1")
    page.get_by_label("Fault").select_option("battery")
    expect(page.get_by_label("What the caller says")).to_have_value("电池")
    page.get_by_role("button", name="Find windows").click()
    expect(page.locator(".offers tbody tr").first).to_be_visible()


def test_a_caller_is_offered_windows_with_their_price(view: Watched) -> None:
    """Cheapest first, each with engineer, SLA effect and probability; one is held and given up."""
    page = view.open()
    find_windows(page)
    prices = page.locator(".offers tbody .price").all_inner_texts()
    assert prices
    amounts = [float(one.replace(",", "")) for one in prices]
    assert amounts == sorted(amounts)
    first = page.locator(".offers tbody tr").first
    expect(first).to_contain_text("%")
    first.get_by_role("button", name="Hold").click()
    expect(page.locator(".countdown")).to_contain_text(re.compile(r"Held for 1\d:\d\d"))
    assert faults(page) == []
    page.get_by_role("button", name="Release").click()
    expect(page.locator(".slots-told")).to_have_text("Released.")
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)


def test_whoever_closes_the_dialog_gives_the_window_up(view: Watched, hostile: Running) -> None:
    """A window that nobody confirmed is free for the next caller."""
    page = view.open()
    find_windows(page)
    row = page.locator(".offers tbody tr").first
    slot = row.get_attribute("data-slot")
    row.get_by_role("button", name="Hold").click()
    expect(page.locator(".countdown")).to_be_visible()
    page.get_by_role("dialog").get_by_role("button", name="Close").click()
    with hostile.client() as client:
        becomes(lambda: client.get(f"{V1}/slots/{slot}").json()["state"], "released")


def test_hostile_sites_are_text_and_unknown_ones_refused(view: Watched) -> None:
    """A name of markup is a name; one that is not in the list is asked about."""
    page = view.open()
    page.get_by_role("button", name="Find a slot").click()
    site = page.get_by_role("dialog").get_by_label("Site")
    site.fill("onerror")
    assert MARKUP in (page.locator("#slot-sites option").first.get_attribute("value") or "")
    page.get_by_label("What the caller says").fill("?")
    page.get_by_role("button", name="Find windows").click()
    becomes(lambda: site.evaluate("one => one.validationMessage"), "Choose a site of the list.")
    assert page.evaluate("window.__broken") is None


def test_a_confirmed_window_stands_in_the_plan(view: Watched, hostile: Running) -> None:
    """By keys alone from the first field; the visit appears in its lane and is selected."""
    page = view.open()
    page.select_option("#theme", "dark")
    find_windows(page)
    page.locator(".offers tbody tr").first.get_by_role("button", name="Hold").press("Enter")
    expect(page.get_by_role("dialog").get_by_role("button", name="Confirm")).to_be_focused()
    page.keyboard.press("Enter")
    expect(page.locator(".agreed")).to_contain_text("Confirmed as request R-")
    expect(page.get_by_role("dialog")).to_contain_text("It stands in the plan.")
    assert faults(page) == []
    page.get_by_role("button", name="Show it on the board").click()
    expect(page.get_by_role("dialog")).to_have_count(0)
    stop = page.locator("button.stop[aria-pressed='true']")
    expect(stop).to_have_count(1)
    visit = stop.get_attribute("data-visit") or ""
    with hostile.client() as client:
        found = client.get(f"{V1}/visits/{visit}").json()
    assert found["id"] == visit
    assert visit.startswith("R-")
