"""Playing a recorded day: each line of the recording is one thing somebody does over HTTP."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from urllib.parse import quote

from benchmarks.replay_people import (
    Document,
    Phone,
    ReplayFailed,
    Service,
    call,
    rank_engineers,
)

__all__ = ["Diary", "Player"]

REPORTS = ("en_route", "arrived", "started", "finished", "could_not_finish")
DISRUPTIONS = (
    "engineer_absent",
    "van_broken_down",
    "part_missing",
    "visit_overrun",
    "site_closed",
)


@dataclass
class Diary:
    """What the people of the day know of it themselves, without asking the service.

    Parameters
    ----------
    vans, shelves
        Pieces that came in (or, negative, went out) by (place, part): acknowledged, once each.
    reports
        Ids of the reports that were acknowledged, by visit.
    promises
        Before each publication: promises by visit, as (start, end, stage).
    """

    vans: dict[tuple[str, str], int] = field(default_factory=dict)
    shelves: dict[tuple[str, str], int] = field(default_factory=dict)
    reports: dict[str, set[str]] = field(default_factory=dict)
    duplicates: int = 0
    refused: int = 0

    def move(self, where: dict[tuple[str, str], int], place: str, part: str, pieces: int) -> None:
        """Note pieces that came to a place."""
        where[place, part] = where.get((place, part), 0) + pieces


class Player:
    """Plays one recording against one service.

    Parameters
    ----------
    service
        In rehearsal, with its clock at the beginning of the recording.
    recording
        As read from ``data/recorded_day.json``.
    on_line
        Told each line when it is done, with the seconds of the day.
    """

    def __init__(
        self,
        service: Service,
        recording: Document,
        on_line: Callable[[Document], None] = lambda _line: None,
    ) -> None:
        self.service = service
        self.diary = Diary()
        self._recording = recording
        self._on_line = on_line
        self._begin = datetime.fromisoformat(recording["starts"])
        self._day = self._begin.date().isoformat()
        self._ranks: list[str] = []
        self._phones: dict[str, Phone] = {}
        self._drafts: dict[str, int] = {}
        self._looked: dict[str, Document] = {}
        self._requests: dict[str, str] = {}
        self._disruptions: dict[str, str] = {}
        self._offline: dict[str, list[Document]] = {}

    def play(self, until: int | None = None) -> None:
        """Play all lines, or those up to a number, and let the day end."""
        for line in self._recording["events"]:
            if until is not None and line["n"] > until:
                break
            try:
                self._go_to(line["at"])
                self._do(line)
            except ReplayFailed as error:
                raise ReplayFailed(f"line {line['n']} ({line['does']}): {error}") from error
            self._on_line(line)
        self._go_to(self._recording["ends"])

    def _at(self, time: str) -> datetime:
        hour, minute = map(int, time.split(":"))
        return self._begin.replace(hour=hour, minute=minute)

    def _go_to(self, time: str) -> None:
        for phone, since in self._recording["offline"].items():
            if self._ranks and phone not in self._offline and self._at(time) >= self._at(since):
                self._offline[phone] = self._phone(phone).open_stops(self._day)
        if self._at(time) > self.service.clock():
            body = {"now": self._at(time).isoformat()}
            call(self.service.admin, "POST", "/clock", body)

    def _do(self, line: Document) -> None:
        does = line["does"]
        if does in REPORTS:
            self._report(line)
        elif does in DISRUPTIONS:
            self._disrupt(line)
        else:
            action: Callable[[Document], None] = getattr(self, f"_{does}")
            action(line)

    # Dispatchers.

    def _draft(self, line: Document) -> None:
        body = {name: line[name] for name in ("iterations", "seed") if name in line}
        body |= {"day": self._day, "until": self._recording["until"]}
        self._drafted(line, "/plans", body)

    def _replan(self, line: Document) -> None:
        body = {name: line[name] for name in ("iterations", "most_moved") if name in line}
        self._drafted(line, "/replans", body)

    def _drafted(self, line: Document, path: str, body: Document) -> None:
        who = self.service.person(line["who"])
        run = call(who, "POST", path, body).json()["id"]
        self._settled(line["who"], run)

    def _settled(self, who: str, run: str | None) -> None:
        if run is None:
            return
        ended = self.service.wait_for(run)
        if ended["plan_version"] is None:
            raise ReplayFailed(f"run {run}: {ended['state']}, {ended['error']}")
        self._drafts[who] = ended["plan_version"]

    def _publish(self, line: Document) -> None:
        draft = self._drafts[line["who"]]
        expect = line.get("expect", 200)
        self._published(line, f"/plans/{draft}/publish", {}, expect)

    def _published(self, line: Document, path: str, body: Document, expect: int) -> Document:
        answer = call(self.service.person(line["who"]), "POST", path, body, expect)
        if expect == 409:
            self.diary.refused += 1
        told: Document = answer.json()
        return told

    def _plan(self, line: Document) -> None:
        self._draft(line)
        self._publish(line)
        if not self._ranks:
            self._ranks = rank_engineers(self.service.current(), self._day)
            for name in ("anna", "bo"):
                self._looked[name] = self.service.current()

    def _look(self, line: Document) -> None:
        self._looked[line["who"]] = self.service.current()

    def _pin(self, line: Document) -> None:
        seen = self._looked[line["who"]]
        visit = self._named(line["visit"], seen)
        body = {"moves": [{"kind": "pin", "visit": visit}], "accept": "publish"}
        path = f"/plans/{seen['publication']['version']}/moves"
        answer = self._published(line, path, body, line.get("expect", 200))
        if "expect" not in line and not answer["published"]:
            raise ReplayFailed(f"pin {visit}: {answer['violations']}")

    def _policy(self, line: Document) -> None:
        names = ("mode", "churn_limit", "most_moved", "iterations")
        body = {name: line[name] for name in names}
        call(self.service.person(line["who"]), "PUT", "/replanning-policy", body)

    def _disrupt(self, line: Document) -> None:
        subject = self._named(line["subject"], self.service.current())
        names = ("minutes", "parts", "note")
        body = {"kind": line["does"], "subject": subject}
        body |= {name: line[name] for name in names if name in line}
        if "until" in line:
            body["until"] = self._at(line["until"]).isoformat()
        who = self.service.person(line["who"])
        made = call(who, "POST", "/disruptions", body).json()
        self._disruptions[line["does"]] = made["disruption"]["id"]
        self._settled(line["who"], made["run"])

    def _lift(self, line: Document) -> None:
        id = self._disruptions[line["disruption"]]
        made = call(self.service.person(line["who"]), "POST", f"/disruptions/{id}/lift").json()
        self._settled(line["who"], made["run"])

    # The hotline.

    def _fault(self, line: Document) -> Document:
        names = ("site", "equipment", "fault", "severity", "summary")
        return {name: line[name] for name in names}

    def _request(self, line: Document) -> None:
        made = call(self.service.person(line["who"]), "POST", "/requests", self._fault(line))
        self._requests[line["id"]] = made.json()["id"]

    def _urgent(self, line: Document) -> None:
        who = self.service.person(line["who"])
        made = call(who, "POST", "/urgent-requests", self._fault(line)).json()
        self._settled(line["who"], made["insertion"]["run"])

    def _cancel(self, line: Document) -> None:
        id = self._requests[line["request"]]
        call(self.service.person(line["who"]), "POST", f"/requests/{id}/cancel", {"note": "solved"})

    # Depots.

    def _hand_out(self, line: Document) -> None:
        """Every engineer collects what is laid ready for the hours to come."""
        depot = line["who"].removeprefix("depot ")
        listed = self.service.read(f"/picking-lists?depot={depot}&day={self._day}")
        for item in listed["items"]:
            due = datetime.fromisoformat(item["needed_at"]) < self._at(line["until"])
            if item["collected_at"] is None and due:
                call(
                    self._person_of(item["engineer"]), "POST", f"/reservations/{item['id']}/collect"
                )
                self.diary.move(self.diary.shelves, depot, item["part"], -item["quantity"])
                self.diary.move(self.diary.vans, item["engineer"], item["part"], item["quantity"])

    def _receive(self, line: Document) -> None:
        who = self.service.person(line["who"], "integrator")
        got = call(who, "POST", f"/inbound/{quote(line['delivery'])}/receive", {}).json()
        self.diary.move(self.diary.shelves, got["depot"], got["part"], got["received_quantity"])

    # Phones.

    def _person_of(self, engineer: str) -> Any:
        return self.service.person(f"phone of {engineer}", "engineer", engineer)

    def _phone(self, name: str) -> Phone:
        if name not in self._phones:
            engineer = self._ranks[int(name.removeprefix("phone ")) - 1]
            self._phones[name] = Phone(name, engineer, self._person_of(engineer))
        return self._phones[name]

    def _report(self, line: Document) -> None:
        phone = self._phone(line["who"])
        if line["who"] in self._offline:
            stop = self._offline[line["who"]][line["stop"] - 1]
        else:
            if line["does"] == "en_route":
                phone.begin_next(self._day)
            stop = phone.visits[-1]
        happened = self._at(line.get("happened", line["at"]))
        body, outcome = phone.report(line, stop, happened)
        if bool(line.get("again")) != (outcome == "duplicate"):
            raise ReplayFailed(f"report {body['event_id']}: {outcome}")
        if outcome == "duplicate":
            self.diary.duplicates += 1
            return
        self.diary.reports.setdefault(stop["visit"], set()).add(body["event_id"])
        for part, pieces in body.get("parts_used", {}).items():
            self.diary.move(self.diary.vans, phone.engineer, part, -pieces)
        for part, pieces in body.get("parts_returned", {}).items():
            self.diary.move(self.diary.vans, phone.engineer, part, pieces)

    def _named(self, name: str, plan: Document) -> str:
        """Say what the recording means: an engineer, a visit or a site of the day."""
        if name.startswith("visit of phone "):
            return str(self._phone(name.removeprefix("visit of ")).visits[-1]["visit"])
        if name.startswith("site of "):
            visit = self._named(name.removeprefix("site of the "), plan)
            return str(self.service.read(f"/visits/{visit}")["site"])
        if name.startswith("last of "):
            engineer = self._named(name.removeprefix("last of "), plan)
            stops = [
                stop["visit"]
                for route in plan["routes"]
                if route["engineer"] == engineer and route["start"].startswith(self._day)
                for stop in route["stops"]
                if stop["visit"]
            ]
            return str(stops[-1])
        if name.startswith("engineer "):
            return self._ranks[int(name.removeprefix("engineer ")) - 1]
        return name
