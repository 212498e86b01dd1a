"""People under load: phones that report and dispatchers that write, each on a thread.

Whatever gets a 2xx is noted by who sent it, and looked for afterwards. An answer that was lost is
asked for again with the same name, as phones and browsers do.
"""

from __future__ import annotations

import http.client
import json
import random
import time
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlsplit

from benchmarks.load_world import PART, PASSWORD

__all__ = ["Dispatcher", "Person", "Phone", "Tally"]

V1 = "/api/v1"
KINDS = ("en_route", "arrived", "started", "finished")
DOUBLED = 0.1
MOST_TRIES = 8
UNEXPECTED = (400, 401, 403, 404, 422)
"""Nobody here writes nonsense or reaches for what is somebody else's."""
TIMEOUT_S = 30.0


@dataclass
class Tally:
    """What one person did, and how long it took.

    Parameters
    ----------
    seconds
        Of each answered call, by what it was.
    statuses
        How often each status came, by what it was.
    reports, requests
        Acknowledged: visit by id of the report, and ids of requests.
    used
        Pieces reported as used, acknowledged.
    added
        Pieces put on the shelf, acknowledged.
    lost
        Calls that were never answered, whatever was tried.
    broken
        Answers that no healthy service gives.
    """

    seconds: dict[str, list[float]] = field(default_factory=lambda: defaultdict(list))
    statuses: Counter[str] = field(default_factory=Counter)
    reports: dict[str, str] = field(default_factory=dict)
    requests: list[str] = field(default_factory=list)
    used: int = 0
    added: int = 0
    lost: list[str] = field(default_factory=list)
    broken: list[str] = field(default_factory=list)


class Person:
    """Somebody with a connection, an account and a habit.

    Parameters
    ----------
    url
        Of the service.
    name
        Of the account.
    """

    def __init__(self, url: str, name: str) -> None:
        address = urlsplit(url)
        self.name = name
        self.tally = Tally()
        self.draw = random.Random(name)
        self._host, self._port = str(address.hostname), int(address.port or 80)
        self._connection: http.client.HTTPConnection | None = None
        self._head = {"Content-Type": "application/json"}

    def sign_in(self) -> None:
        """Get a token."""
        body = {"name": self.name, "password": PASSWORD}
        status, answer, _ = self.call("sign in", "POST", "/session", body)
        assert status == 201, (status, answer)
        self._head["Authorization"] = f"Bearer {answer['access_token']}"

    def work(self, until: float, pause_s: float, least: int = 0) -> None:
        """Do what this person does, again and again, until the clock of the process says so.

        Parameters
        ----------
        until, pause_s
            End by the clock, and the mean rest between two things.
        least
            So many things are done however late it gets.
        """
        done = 0
        while done < least or time.monotonic() < until:
            self.act()
            done += 1
            if pause_s:
                time.sleep(self.draw.uniform(0.5, 1.5) * pause_s)

    def act(self) -> None:
        """Do one thing."""
        raise AssertionError("everybody has a habit")

    def close(self) -> None:
        """Hang up."""
        if self._connection is not None:
            self._connection.close()
            self._connection = None

    def call(
        self,
        what: str,
        method: str,
        path: str,
        body: Any = None,
        headers: dict[str, str] | None = None,
    ) -> tuple[int, Any, dict[str, str]]:
        """Call until there is an answer that is one; busy services are asked again.

        Returns
        -------
        tuple
            Status (0 when there never was an answer), JSON body, headers in lower case.
        """
        sent = None if body is None else json.dumps(body)
        for attempt in range(1, MOST_TRIES + 1):
            began = time.monotonic()
            try:
                status, text, head = self._once(method, path, sent, headers or {})
            except (OSError, http.client.HTTPException) as error:
                self.close()
                self.tally.statuses[f"{what} {type(error).__name__}"] += 1
            else:
                self.tally.seconds[what].append(time.monotonic() - began)
                self.tally.statuses[f"{what} {status}"] += 1
                if status == 503:
                    time.sleep(min(float(head.get("retry-after", "1")), 2.0) * self.draw.random())
                    continue
                if status >= 500 or status in UNEXPECTED:
                    self.tally.broken.append(f"{what}: {status} {text[:200]!r}")
                return status, json.loads(text) if text else None, head
            time.sleep(0.05 * attempt * self.draw.random())
        self.tally.lost.append(what)
        return 0, None, {}

    def _once(
        self, method: str, path: str, body: str | None, headers: dict[str, str]
    ) -> tuple[int, bytes, dict[str, str]]:
        if self._connection is None:
            self._connection = http.client.HTTPConnection(self._host, self._port, timeout=TIMEOUT_S)
        self._connection.request(method, V1 + path, body, {**self._head, **headers})
        answer = self._connection.getresponse()
        text = answer.read()
        return answer.status, text, {name.lower(): value for name, value in answer.getheaders()}


class Phone(Person):
    """Works through the own visits again and again, and sends some reports twice."""

    def __init__(self, url: str, engineer: str, visits: list[str]) -> None:
        super().__init__(url, f"phone-{engineer}")
        self.engineer = engineer
        self._visits = visits
        self._step = 0
        self._etag = ""

    def act(self) -> None:
        """Look at the route, report the next step."""
        if self._step % 4 == 0:
            head = {"If-None-Match": self._etag} if self._etag else {}
            _, _, got = self.call(
                "read route", "GET", f"/engineers/{self.engineer}/route", None, head
            )
            self._etag = got.get("etag", self._etag)
        visit = self._visits[self._step // 4 % len(self._visits)]
        kind = KINDS[self._step % 4]
        # A second round through the visits tells nothing new, and has to be kept all the same.
        id = f"{self.name}-{self._step}"
        body: dict[str, Any] = {"type": kind, "event_id": id, "device_id": self.name}
        body |= {"occurred_at": datetime.now(UTC).isoformat(), "seq": self._step}
        if kind == "finished":
            body["parts_used"] = {PART: 2}
        status, _, _ = self.call("report", "POST", f"/visits/{visit}/events", body)
        if status == 200:
            self.tally.reports[id] = visit
            self.tally.used += 2 * (kind == "finished")
        if self.draw.random() < DOUBLED:
            _, again, _ = self.call("report again", "POST", f"/visits/{visit}/events", body)
            if status == 200 and again and again.get("outcome") != "duplicate":
                self.tally.broken.append(f"report {id}: {again} when sent twice")
        self._step += 1


class Dispatcher(Person):
    """Takes requests, acknowledges them, corrects stock, looks at the plan."""

    def __init__(self, url: str, name: str, sites: int) -> None:
        super().__init__(url, name)
        self._sites = sites
        self._count = 0

    def act(self) -> None:
        """Take a request, or do something else that dispatchers do."""
        self._count += 1
        habit = self._count % 4
        if habit == 1:
            self._take_request()
        elif habit == 2:
            self._add_piece()
        elif habit == 3:
            self.call("read plan", "GET", "/plans/current")
        else:
            self.call("list requests", "GET", "/requests?limit=20")

    def _take_request(self) -> None:
        place = self.draw.randrange(self._sites)
        body = {"site": f"s{place}", "equipment": f"q{place}", "fault": "fault"}
        body |= {"severity": "minor", "summary": self.name}
        head = {"Idempotency-Key": f"{self.name}-request-{self._count:08d}"}
        status, made, _ = self.call("take request", "POST", "/requests", body, head)
        if status == 201:
            self.tally.requests.append(made["id"])
            self.call("acknowledge", "POST", f"/requests/{made['id']}/acknowledge")

    def _add_piece(self) -> None:
        """Read, add one, write back if nobody else did meanwhile."""
        _, shelf, head = self.call("read stock", "GET", "/stock/d1:P-1")
        body = {name: shelf[name] for name in ("id", "depot", "part")}
        body["quantity"] = shelf["quantity"] + 1
        match = {"If-Match": head["etag"]}
        match["Idempotency-Key"] = f"{self.name}-piece-{self._count:010d}"
        status, _, _ = self.call("write stock", "PUT", "/stock/d1:P-1", body, match)
        self.tally.added += status == 200
