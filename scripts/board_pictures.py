"""Take the pictures of the board that README.md, README.zh.md and docs/board.md show.

Plants and serves the demo in a database of its own, looks at it with Debian's Chromium, and writes
``docs/pictures/*.png``. Run it through ``scripts/board-pictures``.
"""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parents[1]
PICTURES = ROOT / "docs" / "pictures"
MOST_BYTES = 300_000
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_S = 180
USED = ".lane:not(.unused)"


def free_port() -> int:
    """A port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@contextmanager
def served() -> Iterator[str]:
    """The demo's address while the block runs."""
    port = free_port()
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "dispatch", "demo", "--port", str(port)]
        command += ["--database-url", f"sqlite:///{folder}/demo.db"]
        with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL) as process:
            try:
                wait_until_ready(f"http://127.0.0.1:{port}/readyz", process)
                yield f"http://127.0.0.1:{port}/"
            finally:
                process.terminate()
                process.wait(timeout=30)


def wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    """Ask until the demo's plan is published."""
    give_up = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the demo did not come up")


def open_fullest_day(page: Page) -> None:
    """Go to the day with the most routes."""
    days = page.locator("#days button:not(.week)")
    routes = []
    for i in range(days.count()):
        days.nth(i).click()
        page.wait_for_selector(USED)
        routes.append(page.locator(USED).count())
    days.nth(routes.index(max(routes))).click()


def show_requests(page: Page) -> None:
    """The requests with their clocks."""
    page.get_by_role("tab").nth(1).click()
    page.wait_for_selector(".request .clock")


def show_slots(page: Page) -> None:
    """The best windows for a caller, one of them held."""
    page.click("#find-slot")
    page.fill("#slot-site", "(s001)")
    page.fill("#slot-site", page.locator("#slot-sites option").first.get_attribute("value") or "")
    page.locator("#slot-equipment option").nth(1).wait_for(state="attached")
    page.select_option("#slot-equipment", index=1)
    page.locator("#slot-fault option").nth(1).wait_for(state="attached")
    page.select_option("#slot-fault", index=1)
    page.click(".slot-form .main-action")
    page.locator("[data-act=hold]").nth(1).click()
    page.locator(".countdown:not(:empty)").wait_for()


def take(
    browser: Browser,
    url: str,
    name: str,
    language: str,
    dark: bool = False,
    act: Callable[[Page], None] | None = None,
) -> None:
    """Write one picture: the fullest day with a visit selected, and what else is done."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        locale="zh-CN" if language == "zh" else "en-GB",
        color_scheme="dark" if dark else "light",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    page.set_default_timeout(PATIENCE_S * 1000)
    page.goto(url)
    page.wait_for_selector("#board:not([hidden]) .lane")
    page.wait_for_selector(".place-mark")
    open_fullest_day(page)
    page.locator(f"{USED} button.stop[data-visit]").nth(1).click()
    if act is not None:
        act(page)
    page.wait_for_timeout(500)
    path = PICTURES / f"{name}.png"
    page.screenshot(path=path)
    context.close()
    size = path.stat().st_size
    print(f"{path.relative_to(ROOT)}: {size} bytes")
    if size > MOST_BYTES:
        raise SystemExit(f"{path.name}: {size} bytes, expected at most {MOST_BYTES}")


def main() -> None:
    """Serve, look, write."""
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        raise SystemExit("chromium: not found\nMaybe apt-get install chromium.")
    PICTURES.mkdir(parents=True, exist_ok=True)
    with served() as url, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        take(browser, url, "board", "en")
        take(browser, url, "board-zh", "zh")
        take(browser, url, "requests", "en", dark=True, act=show_requests)
        take(browser, url, "slots", "en", act=show_slots)
        browser.close()


if __name__ == "__main__":
    main()
