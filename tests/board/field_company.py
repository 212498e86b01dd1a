"""A company with hostile names, an engineer with a phone, and a day with every kind of stop."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import httpx

from dispatch.store import UnitOfWork
from dispatch.store.tables import ServiceReportRow, VisitEventRow, VisitRow
from tests.api.conftest import found
from tests.api.running import ADMIN, V1, Running, running
from tests.board.conftest import EMOJI, LONG, MARKUP, RIGHT_TO_LEFT
from tests.operations.handmade_plan import HandStop, put_in_force
from tests.operations.small_company import ZONE, fault, near

PASSWORD = "a long enough password"
ENGINEER = ("field", PASSWORD)
CHECKLIST = ["电池内阻", "负载率", f"旁路切换 {MARKUP}"]
CONTACT = {
    "name": "王工",
    "role": "动力机房",
    "phone": "+86 759 123 4567",
    "email": "w@example.com",
}
HOSTILE_CONTACT = {"name": MARKUP, "role": RIGHT_TO_LEFT, "phone": "", "email": ""}


def today() -> date:
    """The local day of the sites."""
    return datetime.now(UTC).astimezone(ZONE).date()


def first_routes() -> dict[str, list[HandStop]]:
    """As planned in the morning."""
    return {
        "e1": [
            HandStop(8, 20, depot="d1", minutes=10, loaded={"P-1": 2, "P-2": 1}),
            HandStop(9, 0, visit="m1", minutes=40),
            HandStop(10, 30, visit="r1-v1", parts={"P-1": 1}),
            HandStop(13, 0, visit="r3-v1", minutes=60, parts={"P-2": 1}),
            HandStop(15, 0, visit="r5-v1", minutes=50),
        ]
    }


def changed_routes() -> dict[str, list[HandStop]]:
    """What the office makes of it: one later, one taken away, one more."""
    return {
        "e1": [
            HandStop(8, 20, depot="d1", minutes=10, loaded={"P-1": 2, "P-2": 1}),
            HandStop(9, 0, visit="m1", minutes=40),
            HandStop(10, 50, visit="r1-v1", parts={"P-1": 1}),
            HandStop(13, 0, visit="r3-v1", minutes=60, parts={"P-2": 1}),
            HandStop(16, 0, visit="r4-v1", minutes=30),
        ]
    }


@dataclass
class FieldCompany:
    """The served company, its office, and what the phone has brought about."""

    server: Running
    office: httpx.Client

    def publish(self, version: int, routes: dict[str, list[HandStop]]) -> None:
        """Put a plan of today in force."""
        self.server.services.database.write(
            lambda work: put_in_force(work, version, today(), routes)
        )

    def read(self, path: str) -> Any:
        """Ask the API as the office."""
        answer = self.office.get(f"{V1}{path}")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def told(self, visit: str) -> list[str]:
        """Types of all reports on a visit."""
        return [one["type"] for one in self.read(f"/visits/{visit}/events")["items"]]

    def signed(self, visit: str) -> str | None:
        """Who signed the service report on a visit; None while there is none."""
        answer = self.office.get(f"{V1}/visits/{visit}/report")
        return str(answer.json()["signed_by"]) if answer.status_code == 200 else None

    def van(self, engineer: str) -> dict[str, int]:
        """What the service believes to be in a van."""
        stock: dict[str, int] = self.read(f"/engineers/{engineer}")["van_stock"]
        return stock

    def collected(self, engineer: str) -> int:
        """How many things of today's picking list the service knows to be in the van."""
        picking = self.read(f"/engineers/{engineer}/day")["picking"]
        return sum(one["collected_at"] is not None for one in picking)

    def confirmed(self) -> list[tuple[str, str]]:
        """Whose route of today stands how."""
        listed = self.read(f"/route-confirmations?date={today()}")["items"]
        return [(one["engineer"], one["state"]) for one in listed]


def _change(office: httpx.Client, path: str, changes: dict[str, Any]) -> None:
    found_one = office.get(f"{V1}{path}")
    body = {key: value for key, value in found_one.json().items() if key != "version"} | changes
    headers = {"If-Match": found_one.headers["etag"]}
    answer = office.put(f"{V1}{path}", json=body, headers=headers)
    assert answer.status_code == 200, answer.text


def _past(work: UnitOfWork) -> None:
    """A maintenance to be done today, and a repair of the same machine some weeks ago."""
    work.catalogue.add(
        VisitRow(
            id="m1", kind="maintenance", equipment_id="q1", site_id="s1", state="open", title="UPS"
        )
    )
    ended = datetime.now(UTC).replace(microsecond=0) - timedelta(days=40)
    work.catalogue.add(
        VisitRow(
            id="old",
            kind="maintenance",
            equipment_id="q1",
            site_id="s1",
            state="finished",
            finished_at=ended,
        )
    )
    work.work.add_report(
        VisitEventRow(
            event_id="old-1",
            visit_id="old",
            engineer_id="e2",
            type="finished",
            occurred_at=ended,
            received_at=ended,
            outcome="applied",
            details={"parts_used": {"P-1": 1}},
        )
    )
    work.catalogue.add(
        ServiceReportRow(
            id="old",
            visit_id="old",
            text=f"更换电池一组 {MARKUP}",
            signed_by="王工",
            written_by="e2",
            written_at=ended,
        )
    )


RECORDS: list[tuple[str, dict[str, Any]]] = [
    ("parts", {"id": "P-2", "name": f"{MARKUP} 球管", "name_en": "Tube"}),
    ("stock", {"id": "d1:P-2", "depot": "d1", "part": "P-2", "quantity": 9}),
    (
        "sites",
        {
            "id": "s3",
            "contract": "c1",
            "name": f"{MARKUP} {EMOJI}",
            "address": RIGHT_TO_LEFT,
            "location": near(0.035),
            "contacts": [HOSTILE_CONTACT],
        },
    ),
    (
        "sites",
        {"id": "s4", "contract": "c1", "name": LONG[:200], "address": LONG, "location": near(0.06)},
    ),
]


def _requests() -> list[dict[str, Any]]:
    plain = {"equipment": None, "fault": None}
    return [
        fault(1, severity="critical", summary="UPS 电池告警", summary_en="UPS battery alarm"),
        {**fault(3), **plain, "site": "s3", "summary": f"{RIGHT_TO_LEFT} {MARKUP} {EMOJI}"},
        {**fault(4), **plain, "site": "s2", "summary": "复查"},
        {**fault(5), **plain, "site": "s4", "summary": LONG},
    ]


@contextmanager
def field_company(url: str) -> Iterator[FieldCompany]:
    """Serve the company to those who sign in; the day is planned and nobody has confirmed it."""
    found(url)
    with running(url, demo=False, admin_user=ADMIN[0], admin_password=ADMIN[1]) as server:
        office = server.sign_in(*ADMIN)
        _change(office, "/engineers/e1", {"name": f"陈伟 {MARKUP}", "van_stock": {"P-1": 3}})
        _change(office, "/sites/s1", {"contacts": [CONTACT], "address": "赤坎区中山二路 8 号"})
        _change(office, "/equipment-types/ups", {"checklist": CHECKLIST})
        named = {"name": "UPS 1", "model": "SmartX 40", "serial": f"SN-1 {MARKUP}"}
        _change(office, "/equipment/q1", named)
        bodies: list[tuple[str, dict[str, Any]]] = [*RECORDS]
        bodies += [("requests", one) for one in _requests()]
        user = {"name": ENGINEER[0], "password": PASSWORD, "role": "engineer", "engineer": "e1"}
        bodies.append(("users", user))
        for kind, body in bodies:
            answer = office.post(f"{V1}/{kind}", json=body)
            assert answer.status_code == 201, (kind, answer.text)
        company = FieldCompany(server, office)
        server.services.database.write(_past)
        company.publish(1, first_routes())
        yield company
        office.close()
