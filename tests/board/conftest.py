"""A served company with hostile names and a published plan, and a Chromium that looks at it."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    Locator,
    Page,
    Route,
    expect,
    sync_playwright,
)

from tests.api.conftest import found
from tests.api.running import V1, Running, running, wait_for_run
from tests.operations.small_company import at, fault, near, tomorrow

MARKUP = '<img src=x onerror="window.__broken=1">'
RIGHT_TO_LEFT = "\u202eمستشفى الخليج\u202c שלום"
EMOJI = "👩🏽\u200d🔧 {{7*7}} '; DROP TABLE"
LONG = "Donaudampfschifffahrtsgesellschaft " * 8
CHROMIUM_ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
# How long a page may take on a machine that does something else too; nothing waits without need.
PATIENCE_MS = 90_000
expect.set_options(timeout=PATIENCE_MS)

WORK = {"duration": "PT40M", "skills": [{"name": "ups", "min_level": 1}]}
RECORDS: list[tuple[str, dict[str, Any]]] = [
    ("engineers", {"id": "e3", "name": MARKUP, "home": near(0.03), "skills": [{"name": "x-ray"}]}),
    (
        "shifts",
        {
            "id": "e3-day",
            "engineer": "e3",
            "start": at(8),
            "end": at(12),
            "overtime_end": at(14),
            "breaks": [{"earliest": at(9), "latest": at(9, 30), "duration": "PT30M"}],
        },
    ),
    ("sites", {"id": "s3", "contract": "c1", "name": RIGHT_TO_LEFT, "location": near(0.035)}),
    (
        "sites",
        {
            "id": "s4",
            "contract": "c1",
            "name": f"{MARKUP} {EMOJI}",
            "address": f"{LONG}<script>window.__broken=2</script>",
            "location": near(0.06),
        },
    ),
    ("parts", {"id": "P-2", "name": MARKUP}),
    ("stock", {"id": "d1:P-2", "depot": "d1", "part": "P-2", "quantity": 9}),
    (
        "equipment-types",
        {
            "id": "scanner",
            "name": "扫描仪",
            "maintenance": WORK,
            "faults": [
                {
                    "code": "tube",
                    "title": "球管",
                    "duration": "PT1H",
                    "skills": [{"name": "x-ray"}],
                    "parts": {"P-2": 1},
                },
                {
                    "code": "frame",
                    "title": "机架",
                    "duration": "PT3H30M",
                    "skills": [{"name": "x-ray"}],
                },
                {
                    "code": "hoist",
                    "title": "吊装",
                    "duration": "PT30M",
                    "skills": [{"name": "x-ray"}],
                    "tools": [f"hoist {MARKUP}"],
                },
                {
                    "code": "magnet",
                    "title": MARKUP,
                    "duration": "PT1H",
                    "skills": [{"name": "magnets", "min_level": 3}],
                },
            ],
        },
    ),
]
for _number, _site in ((3, "s3"), (4, "s4")):
    _machine = {"id": f"q{_number}", "site": _site, "type": "scanner", "grade": "general"}
    _dates = {"installed": "2020-01-01", "last_maintenance": str(tomorrow())}
    RECORDS.append(("equipment", {**_machine, **_dates}))


def scanner_fault(number: int, code: str, site: str = "s4", **changes: Any) -> dict[str, Any]:
    """Body of a request about a scanner."""
    return {
        "id": f"r{number}",
        "site": site,
        "equipment": site.replace("s", "q"),
        "severity": "minor",
        "fault": code,
        "summary": f"{code} {MARKUP} {EMOJI}",
        **changes,
    }


REQUESTS = [
    fault(1),
    fault(2),
    scanner_fault(3, "tube", "s3", severity="major", summary=RIGHT_TO_LEFT),
    scanner_fault(4, "tube", severity="major"),
    # Together longer than the one shift that may take them: one is displaced.
    scanner_fault(5, "frame"),
    # Nobody has the skill: impossible.
    scanner_fault(6, "magnet", summary=LONG),
    # Nobody has the tool, which is soon done.
    scanner_fault(7, "hoist", "s3"),
]


def plan_and_publish(server: Running) -> dict[str, Any]:
    """Plan tomorrow, publish the draft, and give back the plan in force."""
    with server.client() as client:
        body = {"day": str(tomorrow()), "time_limit_s": 1.0, "engine": "lns"}
        started = client.post(f"{V1}/plans", json=body)
        assert started.status_code == 202, started.text
        run = wait_for_run(client, started.headers["location"])
        assert run["state"] == "done", run
        done = client.post(f"{V1}/plans/{run['plan_version']}/publish")
        assert done.status_code == 200, done.text
        plan: dict[str, Any] = client.get(f"{V1}/plans/current").json()
        return plan


@pytest.fixture(scope="module")
def hostile(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """The company with hostile names, its plan published, served without login."""
    url = f"sqlite:///{tmp_path_factory.mktemp('board') / 'x.db'}"
    found(url)
    with running(url) as server:
        with server.client() as client:
            for kind, body in RECORDS:
                answer = client.post(f"{V1}/{kind}", json=body)
                assert answer.status_code == 201, (kind, answer.text)
            for body in REQUESTS:
                answer = client.post(f"{V1}/requests", json=body)
                assert answer.status_code == 201, answer.text
        plan_and_publish(server)
        yield server


@pytest.fixture(scope="module")
def browser(chromium: str) -> Iterator[Browser]:
    """One Chromium for a module."""
    with sync_playwright() as playwright:
        one = playwright.chromium.launch(executable_path=chromium, args=CHROMIUM_ARGUMENTS)
        yield one
        one.close()


@dataclass
class Watched:
    """A page of a browser far from the site, and everything that must not happen on it."""

    page: Page
    url: str
    complaints: list[str] = field(default_factory=list)
    elsewhere: list[str] = field(default_factory=list)

    def watch(self) -> None:
        """Collect errors, violations of the policy and requests to other hosts."""
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.complaints.append(f"error {error}"))
        self.page.on("request", self._request)
        self.page.add_init_script(
            "document.addEventListener('securitypolicyviolation', (event) =>"
            " console.error(`CSP ${event.violatedDirective} ${event.blockedURI}`))"
        )

    def open(self) -> Page:
        """Load the board and wait until it has something to show."""
        self.page.goto(self.url)
        self.whole()
        return self.page

    def whole(self) -> None:
        """Wait until everything is drawn with its names, and changes are followed live."""
        self.page.wait_for_selector("#board:not([hidden])[data-drawn='whole'] .lane")
        expect(self.page.locator("#live")).to_have_text(re.compile("^(Live|实时)$"))

    def _console(self, message: Any) -> None:
        # Chromium complains of each refusal, also of one that the page reckons with: a proposal
        # which somebody publishes in the moment in which it is read.
        if "(Conflict)" in message.text and message.location["url"].endswith("/accept"):
            return
        if message.type in ("error", "warning"):
            where = urlsplit(message.location.get("url", "")).path
            self.complaints.append(f"{message.type} {message.text} {where}".rstrip())

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.url, "data:")):
            self.elsewhere.append(request.url)


def watched(context: BrowserContext, server: Running) -> Watched:
    """Make a watched page."""
    one = Watched(context.new_page(), server.url)
    one.watch()
    return one


@pytest.fixture
def far_away(browser: Browser) -> Iterator[BrowserContext]:
    """A browser in another zone than the sites', speaking English."""
    context = browser.new_context(
        timezone_id="America/New_York",
        locale="en-US",
        viewport={"width": 1440, "height": 900},
    )
    context.set_default_timeout(PATIENCE_MS)
    yield context
    context.close()


@pytest.fixture
def view(far_away: BrowserContext, hostile: Running) -> Iterator[Watched]:
    """The hostile company's board; nothing bad may have happened on it in the end."""
    one = watched(far_away, hostile)
    yield one
    assert one.complaints == []
    assert one.elsewhere == []


def becomes(read: Callable[[], Any], wanted: object) -> None:
    """Read until the answer is the wanted one, which it need not be at once.

    For what ``expect`` cannot wait for: the service's own answers and lists read out of a page.
    """
    patience = time.monotonic() + PATIENCE_MS / 1000
    while (found_now := read()) != wanted and time.monotonic() < patience:
        time.sleep(0.05)
    assert found_now == wanted


def insist(act: Callable[[], object], sign: Locator) -> None:
    """Do something until its sign is seen, for what may be missed by a moving target."""
    patience = time.monotonic() + PATIENCE_MS / 1000
    while time.monotonic() < patience:
        act()
        try:
            expect(sign.first).to_be_visible(timeout=3000)
        except AssertionError:
            continue
        return
    expect(sign.first).to_be_visible()


def refuse(route: Route) -> None:
    """Break the line under one request."""
    route.abort("connectionrefused")
