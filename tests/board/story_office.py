"""What the stories on the board share: the demo company in an office, people in it, pictures.

Each step of a story leaves a picture below `var`, so that somebody can look at what was tested.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
from playwright.sync_api import Browser, BrowserContext, Page

from dispatch.domain.local_time import zone_named
from dispatch.operations.demo_day import plant
from tests.api.running import ADMIN, V1, Running, running, wait_for_run
from tests.board.conftest import PATIENCE_MS, Watched, watched
from tests.databases import migrated

PICTURES = Path(__file__).resolve().parents[2] / "var"
PASSWORD = "a long enough password"
LONG_MS = 180_000
Shoot = Callable[[Page, str], None]


@contextmanager
def company(url: str, *, planned: bool) -> Iterator[Running]:
    """The demo company, served to those who sign in; the next working day is planned or not."""
    database = migrated(url)
    plant(database, datetime.now(UTC))
    database.close()
    values = {"admin_user": ADMIN[0], "admin_password": ADMIN[1]}
    with running(url, demo=False, **values) as server:
        with server.sign_in(*ADMIN) as admin:
            for name, role in (("wang", "dispatcher"), ("zhao", "dispatcher"), ("boss", "manager")):
                body = {"name": name, "password": PASSWORD, "role": role}
                assert admin.post(f"{V1}/users", json=body).status_code == 201
        if planned:
            with server.sign_in("wang", PASSWORD) as client:
                plan_and_publish(client)
        yield server


def next_working_day() -> str:
    """The first Monday to Friday after today where the customers are.

    Nothing of it has passed, at whatever hour, and the whole team is there.
    """
    day = datetime.now(UTC).astimezone(zone_named("Asia/Shanghai")).date() + timedelta(days=1)
    while day.isoweekday() > 5:
        day += timedelta(days=1)
    return str(day)


def plan_and_publish(client: httpx.Client) -> None:
    """Put a plan of the next working day in force."""
    started = client.post(f"{V1}/plans", json={"day": next_working_day(), "time_limit_s": 2.0})
    assert started.status_code == 202, started.text
    run = wait_for_run(client, started.headers["location"])
    assert run["state"] == "done", run
    done = client.post(f"{V1}/plans/{run['plan_version']}/publish")
    assert done.status_code == 200, done.text


def shoots(story: str) -> Shoot:
    """What takes the pictures of a story, numbered in its order; those of the last time go."""
    folder = PICTURES / story
    folder.mkdir(parents=True, exist_ok=True)
    for old in folder.glob("*.png"):
        old.unlink()
    taken: list[str] = []

    def take(page: Page, name: str) -> None:
        taken.append(name)
        page.screenshot(path=folder / f"{len(taken):02d}-{name}.png")

    return take


def enter(
    browser: Browser, office: Running, name: str, *, limit_s: int | None = None, **more: Any
) -> tuple[BrowserContext, Watched]:
    """A browser in which somebody has signed in, and has searched so many seconds before."""
    context = browser.new_context(viewport={"width": 1440, "height": 900}, locale="en-US", **more)
    context.set_default_timeout(PATIENCE_MS)
    if limit_s is not None:
        kept = f"localStorage.setItem('dispatch.planning', '{{\"limit\": {limit_s}}}')"
        context.add_init_script(kept)
    one = watched(context, office)
    one.page.goto(one.url)
    one.page.get_by_label("Name").fill(name)
    one.page.get_by_label("Password").fill(PASSWORD)
    one.page.get_by_role("button", name="Sign in").click()
    return context, one


def worried(one: Watched) -> list[str]:
    """What a page complained of; before signing in and before the first plan some answers are no."""
    calm = ("401", "404", "409")
    return [text for text in one.complaints if not any(code in text for code in calm)]


def in_force(client: httpx.Client) -> dict[str, Any]:
    """The plan in force."""
    plan: dict[str, Any] = client.get(f"{V1}/plans/current").json()
    return plan


def shift_of(plan: dict[str, Any], visit: str) -> str | None:
    """Where a visit stands."""
    for route in plan["routes"]:
        if any(stop["visit"] == visit for stop in route["stops"]):
            return str(route["shift"])
    return None
