"""No page has a serious or critical fault that axe-core can see, in light and dark, both languages."""

from __future__ import annotations

from pathlib import Path

import axe_playwright_python
import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.api.conftest import found
from tests.api.running import ADMIN, Running, running
from tests.board.conftest import Watched, watched

pytestmark = pytest.mark.browser

AXE = (Path(axe_playwright_python.__file__).parent / "axe.min.js").read_text(encoding="utf-8")
# Run without a tag of its own, axe also looks at best practices; all of it counts here.
RUN = """async () => (await axe.run(document, {resultTypes: ['violations']})).violations
    .filter((one) => ['serious', 'critical'].includes(one.impact))
    .map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((n) => n.html).join(' | ')}`)"""

# Of texts whose elements have the same names and classes all the way up, one has the colours of
# all: a page of ten thousand elements that are drawn alike need not be measured one by one.
RUN_ALIKE = """async () => {
    const seen = new Set();
    const few = [...document.querySelectorAll('body *')].filter((one) => {
        if (![...one.childNodes].some((node) => node.nodeType === 3 && node.data.trim())) return false;
        let key = '';
        for (let up = one; up !== document.body; up = up.parentElement) key += `${up.tagName}.${up.className} `;
        return !seen.has(key) && seen.add(key);
    });
    const found = [
        await axe.run(document, { resultTypes: ['violations'], rules: { 'color-contrast': { enabled: false } } }),
        await axe.run({ include: few }, { resultTypes: ['violations'], runOnly: ['color-contrast'] }),
    ];
    return found.flatMap((one) => one.violations).filter((one) => ['serious', 'critical'].includes(one.impact))
        .map((one) => `${one.id}: ${one.help}: ${one.nodes.slice(0, 3).map((n) => n.html).join(' | ')}`); }"""


def faults(page: Page) -> list[str]:
    """What axe-core calls serious or critical."""
    # Handed over by the debugger, so the page's own policy need not allow it.
    page.evaluate(AXE)
    found_faults: list[str] = page.evaluate(RUN)
    return found_faults


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_the_board_has_no_serious_fault(view: Watched, theme: str, language: str) -> None:
    """With a visit selected, reasons open and a move waiting to be published."""
    page = view.open()
    page.select_option("#theme", theme)
    page.select_option("#language", language)
    page.locator(".card summary").first.click()
    page.locator("#gantt button.stop.visit").first.focus()
    page.keyboard.press("p")
    expect(page.locator("#moves")).to_be_visible()
    page.locator("#gantt button.stop.visit").first.click()
    assert faults(page) == []


def test_the_question_why_has_no_serious_fault(view: Watched) -> None:
    """The dialog that asks for a reason takes the focus and can be left by Escape."""
    page = view.open()
    page.locator("#gantt button.stop.visit").last.focus()
    page.keyboard.press("m")
    for _ in range(26):
        page.keyboard.press("Shift+ArrowRight")
    page.keyboard.press("Enter")
    expect(page.get_by_role("dialog")).to_be_visible()
    expect(page.locator("#reason")).to_be_focused()
    assert faults(page) == []
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    expect(page.locator("#moves")).to_be_hidden()


def test_the_sign_in_has_no_serious_fault(
    far_away: BrowserContext, tmp_path_factory: pytest.TempPathFactory
) -> None:
    """The form by which the office enters."""
    url = f"sqlite:///{tmp_path_factory.mktemp('door') / 'x.db'}"
    found(url)
    users = {"admin_user": ADMIN[0], "admin_password": ADMIN[1]}
    with running(url, demo=False, **users) as server:
        page = watched(far_away, server).page
        page.goto(server.url)
        expect(page.get_by_label("Password")).to_be_visible()
        assert faults(page) == []
        page.close()


def test_the_page_of_the_interface_has_no_serious_fault(
    far_away: BrowserContext, hostile: Running
) -> None:
    """The plain page that describes the HTTP interface."""
    page = watched(far_away, hostile).page
    page.goto(f"{hostile.url}/docs")
    page.evaluate(AXE)
    assert page.evaluate(RUN_ALIKE) == []
