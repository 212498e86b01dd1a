"""Who acts in a recorded day: people at desks and phones on the road, each speaking HTTP."""

from __future__ import annotations

import time
from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

import httpx

__all__ = ["PASSWORD", "V1", "Phone", "ReplayFailed", "Service", "call", "rank_engineers"]

V1 = "/api/v1"
PASSWORD = "a long enough password"
PATIENCE_S = 900.0
FINAL = ("done", "failed", "cancelled", "superseded")
Document = dict[str, Any]


class ReplayFailed(Exception):
    """The service did not do what the recording says it did."""


def call(
    client: httpx.Client,
    method: str,
    path: str,
    body: Any = None,
    expect: int | tuple[int, ...] = (200, 201, 202, 204),
) -> httpx.Response:
    """Call and hold the status against what is expected.

    Raises
    ------
    ReplayFailed
        When it is another one.
    """
    answer = client.request(method, f"{V1}{path}", json=body)
    wanted = (expect,) if isinstance(expect, int) else expect
    if answer.status_code not in wanted:
        told = f"{method} {path}: {answer.status_code}, expected {wanted}: {answer.text[:600]}"
        raise ReplayFailed(told)
    return answer


class Service:
    """A rehearsing service, and everybody who is signed in to it.

    Parameters
    ----------
    url
        Where it is.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        # The demo asks nobody for a name: this client is its administrator.
        self.admin = httpx.Client(base_url=url, timeout=PATIENCE_S)
        self._people: dict[str, httpx.Client] = {}

    def close(self) -> None:
        """Hang up."""
        for client in (self.admin, *self._people.values()):
            client.close()

    def person(self, name: str, role: str = "dispatcher", engineer: str = "") -> httpx.Client:
        """A client signed in as somebody, who gets an account at first."""
        if name not in self._people:
            body = {"name": name, "password": PASSWORD, "role": role}
            body |= {"engineer": engineer} if engineer else {}
            call(self.admin, "POST", "/users", body)
            body = {"name": name, "password": PASSWORD}
            token = call(self.admin, "POST", "/session", body).json()["access_token"]
            head = {"Authorization": f"Bearer {token}"}
            self._people[name] = httpx.Client(base_url=self._url, headers=head, timeout=PATIENCE_S)
        return self._people[name]

    def read(self, path: str) -> Any:
        """Read something as the administrator."""
        return call(self.admin, "GET", path).json()

    def pages(self, path: str) -> list[Document]:
        """Read a whole list, page by page."""
        found: list[Document] = []
        cursor = ""
        while True:
            sign = "&" if "?" in path else "?"
            page = self.read(f"{path}{sign}limit=200{cursor}")
            found += page["items"]
            if not page.get("next_cursor"):
                return found
            cursor = f"&cursor={page['next_cursor']}"

    def clock(self) -> datetime:
        """What the service calls the present."""
        return datetime.fromisoformat(self.read("/clock")["now"])

    def wait_for(self, run: str) -> Document:
        """Wait until a run has ended and the policy has had its say on it."""
        give_up = time.monotonic() + PATIENCE_S
        while time.monotonic() < give_up:
            found: Document = self.read(f"/runs/{run}")
            decided = not found["cause"] or "by_policy" in found["progress"]
            if found["state"] in FINAL and (decided or found["plan_version"] is None):
                return found
            time.sleep(0.05)
        raise ReplayFailed(f"run {run}: did not end within {PATIENCE_S:g} s")

    def current(self) -> Document:
        """The plan in force."""
        found: Document = self.read("/plans/current")
        return found


def rank_engineers(plan: Document, day: str) -> list[str]:
    """Engineers by how many visits their routes of a day have, most first."""
    counts: Counter[str] = Counter()
    for route in plan["routes"]:
        if route["start"].startswith(day):
            counts[route["engineer"]] += sum(1 for stop in route["stops"] if stop["visit"])
    return sorted(counts, key=lambda engineer: (-counts[engineer], engineer))


@dataclass
class Phone:
    """The phone of one engineer, which works through its route.

    Parameters
    ----------
    name, engineer
        As the recording names it, and whose it is.
    client
        Signed in as the engineer.
    visits
        What was worked on, in order: the stops of the route as they were when begun.
    """

    name: str
    engineer: str
    client: httpx.Client
    visits: list[Document] = field(default_factory=list)
    counted: int = 0
    sent: dict[str, Document] = field(default_factory=dict)

    def open_stops(self, day: str) -> list[Document]:
        """Visits of the route of a day that nobody has begun."""
        routes = call(self.client, "GET", f"/engineers/{self.engineer}/route?date={day}").json()
        known = {stop["visit"] for stop in self.visits}
        return [
            stop
            for route in routes["routes"]
            for stop in route["stops"]
            if stop["visit"] and stop["visit"] not in known and stop.get("state") == "open"
        ]

    def begin_next(self, day: str) -> None:
        """Take the next visit of the route."""
        ahead = self.open_stops(day)
        if not ahead:
            raise ReplayFailed(f"{self.name} ({self.engineer}): has no visit left to go to")
        self.visits.append(ahead[0])

    def report(self, line: Document, stop: Document, at: datetime) -> tuple[Document, str]:
        """Send a report, or the same one again; what was sent, and what became of it."""
        kind = line["does"]
        key = f"{self.name.replace(' ', '-')}-{stop['visit']}-{kind}"
        if line.get("again"):
            body = self.sent[key]
        else:
            self.counted += 1
            body = {"type": kind, "occurred_at": at.isoformat(), "event_id": key}
            body |= {"device_id": self.name.replace(" ", "-")}
            if line.get("used") == "as planned" and stop["parts"]:
                body["parts_used"] = stop["parts"]
            if line.get("returned"):
                body["parts_returned"] = line["returned"]
            for name in ("reason", "parts_needed", "minutes_needed"):
                if name in line:
                    body[name] = line[name]
            self.sent[key] = body
        answer = call(self.client, "POST", f"/visits/{stop['visit']}/events", body).json()
        return body, str(answer["outcome"])
