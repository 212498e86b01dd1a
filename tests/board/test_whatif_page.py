"""The page of what-ifs in a real Chromium: scenarios compared, a question asked and called off."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import BrowserContext, Page, expect

from tests.api.conftest import found
from tests.api.running import Running, running
from tests.board.conftest import Watched, watched
from tests.board.test_accessibility import faults

pytestmark = pytest.mark.browser


@pytest.fixture(scope="module")
def company(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The small company with three requests, and one child that simulates."""
    url = f"sqlite:///{tmp_path_factory.mktemp('whatif') / 'x.db'}"
    found(url, requests=3)
    with running(url, what_if_processes=1) as server:
        yield server


@pytest.fixture
def manager(far_away: BrowserContext, company: Running) -> Iterator[Watched]:
    """Somebody at the page of what-ifs."""
    one = watched(far_away, company)
    one.page.goto(f"{company.url}/whatif")
    expect(one.page.locator("#ask-kind")).to_be_visible()
    yield one
    expected = ("status of 4", "net::ERR_CONNECTION_REFUSED")
    assert [text for text in one.complaints if not any(e in text for e in expected)] == []
    assert one.elsewhere == []
    one.page.close()


def state(page: Page, wanted: str) -> None:
    """Wait until the what-if that is looked at has come to a state."""
    expect(page.locator(f"#run-state[data-state={wanted}]")).to_be_visible()


def test_scenarios_are_compared_and_a_question_is_called_off(
    manager: Watched, tmp_path: Path
) -> None:
    """A wrong change is explained; the report stands there in both languages; cancelling works."""
    page = manager.page
    page.get_by_role("combobox", name="Change", exact=True).select_option("engineer_added")
    page.get_by_label("New id").fill("e1")
    page.get_by_label("Futures").fill("2")
    page.get_by_role("button", name="Start").click()
    expect(page.locator(".ask-form .wrong li")).to_contain_text("/scenarios/0/changes/0")

    page.get_by_role("combobox", name="Change", exact=True).select_option("engineer_removed")
    page.get_by_label("Engineer", exact=True).select_option("e2")
    page.get_by_label("Name", exact=True).fill("<b>without e2</b>")
    page.get_by_role("button", name="Add a scenario").click()
    more = {
        "name": "e3 like e1",
        "changes": [{"change": "engineer_added", "id": "e3", "like": "e1"}],
    }
    path = tmp_path / "more.json"
    path.write_text(json.dumps(more), encoding="utf-8")
    page.locator("#scenario-file-2").set_input_files(path)
    expect(page.get_by_text("more.json: 1 change read")).to_be_visible()
    page.get_by_role("button", name="Start").click()
    state(page, "done")
    expect(page.locator(".scenario-report")).to_have_count(2)
    expect(page.locator(".scenario-report h3").first).to_have_text("<b>without e2</b>")
    expect(page.locator("tr[data-figure=cost]").first).to_contain_text("Cost")
    assert faults(page) == []
    with page.expect_download() as taken:
        page.get_by_role("button", name="Table (CSV)").click()
    assert taken.value.suggested_filename.endswith(".csv")

    page.select_option("#language", "zh")
    expect(page.locator("tr[data-figure=cost]").first).to_contain_text("总费用")
    page.select_option("#ask-kind", "worth")
    page.get_by_label("模拟次数").fill("1000")
    page.get_by_label("每次模拟天数").fill("30")
    page.get_by_role("button", name="开始").click()
    state(page, "simulating")
    assert faults(page) == []

    # The service is away for a moment: the page says so, and goes on when it is back.
    reads = "**/api/v1/scenarios?*"
    page.route(reads, lambda route: route.abort("connectionrefused"))
    expect(page.locator("#notice")).to_be_visible()
    page.unroute(reads)
    expect(page.locator("#notice")).to_be_hidden()
    page.locator("#cancel").click()
    page.get_by_role("dialog").get_by_role("button", name="取消分析").click()
    state(page, "cancelled")
    expect(page.locator("#resume")).to_be_visible()
    expect(page.locator("#list tbody tr")).to_have_count(2)
