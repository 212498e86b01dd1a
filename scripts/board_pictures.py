"""Take the pictures of the board that README.md and README.zh.md show.

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
from collections.abc import Iterator
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
    """Go to the day with the most routes; the last button shows all days and is no day."""
    days = page.locator("#days button")
    routes = []
    for i in range(max(1, days.count() - 1)):
        days.nth(i).click()
        page.wait_for_selector(USED)
        routes.append(page.locator(USED).count())
    days.nth(routes.index(max(routes))).click()


def take(browser: Browser, url: str, name: str, language: str, dark: bool = False) -> None:
    """Write one picture: the fullest day with a visit selected."""
    context = browser.new_context(
        viewport={"width": 1440, "height": 900},
        locale="zh-CN" if language == "zh" else "en-GB",
        color_scheme="dark" if dark else "light",
        timezone_id="Asia/Shanghai",
    )
    page = context.new_page()
    page.goto(url)
    page.wait_for_selector("#board:not([hidden]) .lane")
    page.wait_for_selector(".place-mark")
    open_fullest_day(page)
    page.locator(f"{USED} button.stop[data-visit]").nth(1).click()
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
        browser.close()


if __name__ == "__main__":
    main()
