"""How fast the board is: `python -m benchmarks board` with 500 engineers and 4,000 visits.

Serves a big published plan from a database of its own, opens the board in Debian's headless
Chromium and measures the time until the Gantt is painted, and the frames while it is scrolled
and while a visit is dragged.
"""

from __future__ import annotations

import argparse
import csv
import os
import shutil
import socket
import statistics
import subprocess
import sys
import tempfile
import time
import urllib.request
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from benchmarks.own_tables import board_table

ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-background-networking"]
PATIENCE_S = 180
STEPS = 120
# Tells the server that serves the planted world: the demo's rights, but nothing planted by it.
SERVER = """import sys, uvicorn
from dispatch.api import Settings, create_app
settings = Settings(database_url=sys.argv[1], demo=True, demo_plants=False, solver_threads=0)
uvicorn.run(create_app(settings), host="127.0.0.1", port=int(sys.argv[2]), log_level="error")
"""
WATCH = """() => { window.frames_ = []; window.watching = true; let last = performance.now();
  const step = (now) => { window.frames_.push(now - last); last = now;
    if (window.watching) requestAnimationFrame(step); };
  requestAnimationFrame((now) => { last = now; requestAnimationFrame(step); }); }"""
STOP = "() => { window.watching = false; return window.frames_; }"
# The moment at which the frame with the first stops has been handed to the screen.
PAINTED = """() => new Promise((resolve) => { const look = () => {
    if (document.querySelectorAll('#gantt button.stop').length > 50)
      requestAnimationFrame(() => setTimeout(() => resolve(performance.now())));
    else requestAnimationFrame(look); }; look(); })"""

# How long after the pointer came to rest over a lane the tip says what that would cost and break.
VERDICT = """([x, y]) => new Promise((resolve) => {
  const begun = performance.now();
  const tip = document.querySelector('.drag-tip');
  const said = tip.textContent;
  const at = { clientX: x, clientY: y, pointerId: 1, pointerType: 'mouse', buttons: 1, bubbles: true };
  document.querySelector('#gantt').dispatchEvent(new PointerEvent('pointermove', at));
  const look = () => {
    if (tip.querySelector('.price') && tip.textContent !== said) resolve(performance.now() - begun);
    else setTimeout(look, 2);
  };
  look(); })"""


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure and print one line per figure; exit status 1 when a target is missed."""
    options = _parser().parse_args(arguments)
    chromium = os.environ.get("CHROMIUM") or shutil.which("chromium")
    if chromium is None:
        print("error: chromium: not found\nMaybe apt-get install chromium.", file=sys.stderr)
        return 2
    with served(options.engineers, options.visits) as url:
        rounds = measure(url, chromium, options.rounds, options.pictures)
    size = {"engineers": options.engineers, "visits": options.visits}
    rows = [{**size, "round": number + 1, **one} for number, one in enumerate(rounds)]
    print(board_table([{name: str(cell) for name, cell in row.items()} for row in rows]))
    if options.out:
        with options.out.open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]), lineterminator="\n")
            writer.writeheader()
            writer.writerows(rows)
    paint = statistics.median(one["first_paint_s"] for one in rounds)
    drag = statistics.median(one["drag_frames_per_s"] for one in rounds)
    return 0 if paint < 1.5 and drag >= 50 else 1


@contextmanager
def served(engineers: int, visits: int) -> Iterator[str]:
    """Address of the board with a big plan, while the block runs."""
    from benchmarks.board_world import big_world, plant
    from dispatch.operations.opening import opened

    day = datetime.now(UTC).date()
    with tempfile.TemporaryDirectory() as folder:
        database_url = f"sqlite:///{folder}/board.db"
        case, plan = big_world(engineers, visits, day)
        with opened(database_url) as database:
            database.write(lambda work: plant(work, case, plan, day), actor="benchmark")
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            port = int(probe.getsockname()[1])
        command = [sys.executable, "-c", SERVER, database_url, str(port)]
        with subprocess.Popen(command) as process:
            try:
                _wait_until_ready(f"http://127.0.0.1:{port}/healthz", process)
                yield f"http://127.0.0.1:{port}/"
            finally:
                process.terminate()
                process.wait(timeout=30)


def measure(url: str, chromium: str, rounds: int, pictures: Path | None) -> list[dict[str, float]]:
    """Look at the board several times; the figures of each."""
    from playwright.sync_api import sync_playwright

    measured = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for number in range(rounds):
            context = browser.new_context(viewport={"width": 1440, "height": 900})
            page = context.new_page()
            page.set_default_timeout(1000 * PATIENCE_S)
            page.goto(url, wait_until="commit")
            paint = page.evaluate(PAINTED) / 1000
            page.wait_for_function(
                "() => document.querySelector('#gantt button.stop bdi')?.textContent"
                ".includes('Hospital') && document.querySelector('#map canvas')"
            )
            complete = page.evaluate("performance.now()") / 1000
            page.wait_for_timeout(500)
            scroll = _frames(page, _scroll)
            if pictures and number == 0:
                pictures.mkdir(parents=True, exist_ok=True)
                page.screenshot(path=pictures / "big.png")
            page.evaluate("document.querySelector('.gantt-scroller').scrollTop = 0")
            page.wait_for_timeout(300)
            drag = _frames(page, _drag)
            verdict = _verdict(page)
            context.close()
            measured.append(
                {
                    "first_paint_s": round(paint, 3),
                    "complete_s": round(complete, 3),
                    "scroll_frames_per_s": round(scroll[0], 1),
                    "scroll_slowest_ms": round(scroll[1], 1),
                    "drag_frames_per_s": round(drag[0], 1),
                    "drag_slowest_ms": round(drag[1], 1),
                    "verdict_ms": round(verdict, 1),
                    "load": round(os.getloadavg()[0], 1),
                }
            )
        browser.close()
    return measured


def _frames(page: Any, act: Any) -> tuple[float, float]:
    """Frames per second, and the longest frame, while something is done."""
    page.evaluate(WATCH)
    act(page)
    gaps = [float(gap) for gap in page.evaluate(STOP) if gap > 0]
    return 1000 * len(gaps) / sum(gaps), statistics.quantiles(gaps, n=100)[98]


def _scroll(page: Any) -> None:
    frame = page.locator(".gantt-scroller").bounding_box()
    page.mouse.move(frame["x"] + 500, frame["y"] + 200)
    for _ in range(STEPS):
        page.mouse.wheel(0, 90)
        page.wait_for_timeout(8)


def _drag(page: Any) -> None:
    stop = page.locator("#gantt button.stop.visit").nth(3).bounding_box()
    x, y = stop["x"] + stop["width"] / 2, stop["y"] + stop["height"] / 2
    page.mouse.move(x, y)
    page.mouse.down()
    for step in range(STEPS):
        page.mouse.move(x + step * 2, y + step * 3 % 300)
        page.wait_for_timeout(8)
    page.keyboard.press("Escape")
    page.mouse.up()


def _verdict(page: Any) -> float:
    """Milliseconds from holding a visit over a lane until what it costs and breaks is told."""
    stops = page.locator("#gantt button.stop.visit")
    start, end = stops.nth(3).bounding_box(), stops.nth(12).bounding_box()
    page.mouse.move(start["x"] + 4, start["y"] + start["height"] / 2)
    page.mouse.down()
    page.mouse.move(start["x"] + 20, start["y"] + start["height"] / 2)
    page.wait_for_selector(".drag-tip .price")
    waited: float = page.evaluate(VERDICT, [end["x"] + 4, end["y"] + end["height"] / 2])
    page.keyboard.press("Escape")
    page.mouse.up()
    return waited


def _wait_until_ready(url: str, process: subprocess.Popen[bytes]) -> None:
    give_up = time.monotonic() + PATIENCE_S
    while process.poll() is None and time.monotonic() < give_up:
        try:
            with urllib.request.urlopen(url, timeout=5) as answer:
                if answer.status == 200:
                    return
        except OSError:
            time.sleep(0.1)
    raise SystemExit("the service did not come up")


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m benchmarks board", description=__doc__)
    parser.add_argument("--engineers", type=int, default=500)
    parser.add_argument("--visits", type=int, default=4000)
    parser.add_argument("--rounds", type=int, default=3, help="times the board is opened")
    parser.add_argument("--pictures", type=Path, help="folder for a picture")
    parser.add_argument("--out", type=Path, help="file for the figures, CSV")
    return parser
