"""The engineer's day over HTTP: what is in it, who may look, what is confirmed, many reports."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import VisitRow
from tests.api.conftest import found
from tests.api.running import ADMIN, V1, running
from tests.operations.handmade_plan import HandStop, put_in_force
from tests.operations.small_company import fault, tomorrow

PASSWORD = "a long enough password"
CONTACT = {"name": "王工", "role": "机房", "phone": "+86 759 123 4567", "email": "wang@example.com"}


@dataclass
class Served:
    """A running company: its database, its office and its phones."""

    database: Database
    office: httpx.Client
    phones: dict[str, httpx.Client]

    def publish(self, version: int, routes: dict[str, list[HandStop]]) -> None:
        """Put a plan of tomorrow in force."""
        self.database.write(lambda work: put_in_force(work, version, tomorrow(), routes))


ROUTES = {
    "e1": [
        HandStop(8, depot="d1", minutes=10, loaded={"P-1": 2}),
        HandStop(9, visit="r1-v1", parts={"P-1": 1}),
    ],
    "e2": [HandStop(9, visit="r2-v1", parts={"P-1": 1})],
}


@pytest.fixture(scope="module")
def served(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Served]:
    """The small company with a checklist, a contact and a published plan; e1 and e2 sign in."""
    url = f"sqlite:///{tmp_path_factory.mktemp('field') / 'x.db'}"
    found(url)
    with running(url, demo=False, admin_user=ADMIN[0], admin_password=ADMIN[1]) as one:
        office = one.sign_in(*ADMIN)
        kind = office.get(f"{V1}/equipment-types/ups")
        body = {k: v for k, v in kind.json().items() if k != "version"}
        body |= {"checklist": ["电池内阻", "负载率"], "checklist_en": ["battery resistance"]}
        etag = {"If-Match": kind.headers["etag"]}
        assert office.put(f"{V1}/equipment-types/ups", json=body, headers=etag).status_code == 200
        site = office.get(f"{V1}/sites/s1")
        body = {k: v for k, v in site.json().items() if k != "version"} | {"contacts": [CONTACT]}
        etag = {"If-Match": site.headers["etag"]}
        assert office.put(f"{V1}/sites/s1", json=body, headers=etag).status_code == 200
        phones = {}
        for engineer in ("e1", "e2"):
            user = {
                "name": engineer,
                "password": PASSWORD,
                "role": "engineer",
                "engineer": engineer,
            }
            assert office.post(f"{V1}/users", json=user).status_code == 201
            phones[engineer] = one.sign_in(engineer, PASSWORD)
        for number in (1, 2):
            assert office.post(f"{V1}/requests", json=fault(number)).status_code == 201
        made = Served(one.services.database, office, phones)
        made.publish(1, ROUTES)
        yield made
        for client in (office, *phones.values()):
            client.close()


def day_of(client: httpx.Client, engineer: str) -> dict[str, Any]:
    """What the phone gets of tomorrow."""
    answer = client.get(f"{V1}/engineers/{engineer}/day?date={tomorrow()}")
    assert answer.status_code == 200, answer.text
    day: dict[str, Any] = answer.json()
    return day


def test_a_day_has_all_that_works_offline(served: Served) -> None:
    """Contacts, fault, machine, parts by name and the parts of the van are in one answer."""
    phones = served.phones
    day = day_of(phones["e1"], "e1")
    sheet = next(one for one in day["visits"] if one["id"] == "r1-v1")
    assert sheet["site"]["contacts"] == [CONTACT]
    assert sheet["customer"] == "海湾中心医院"
    assert sheet["equipment"]["type_name"] == "UPS"
    assert sheet["request"]["fault"] == "电池"
    assert (sheet["parts"], sheet["minutes"]) == ({"P-1": 1}, 40)
    assert sheet["checklist"] == []
    assert {"id": "P-1", "name": "蓄电池", "name_en": "", "unit": "pc"} in day["parts"]
    assert day["van_stock"] == {"P-1": 50}
    listed = phones["e1"].get(f"{V1}/engineers/e1/picking-list?date={tomorrow()}").json()["items"]
    assert listed == day["picking"]
    assert [(one["depot_name"], one["part"], one["quantity"]) for one in listed] == [
        ("总仓", "P-1", 2)
    ]


def test_a_day_that_is_known_is_not_sent_again(served: Served) -> None:
    """By header and by parameter; another ETag gets the whole day."""
    phones = served.phones
    path = f"{V1}/engineers/e1/day?date={tomorrow()}"
    etag = phones["e1"].get(path).headers["etag"]
    assert phones["e1"].get(path, headers={"If-None-Match": etag}).status_code == 304
    assert phones["e1"].get(f"{path}&since={etag.strip(chr(34))}").status_code == 304
    assert phones["e1"].get(f"{path}&since=other").status_code == 200


def test_another_ones_day_is_as_good_as_missing(served: Served) -> None:
    """Day, picking list, confirmation and sheets of a colleague do not exist for an engineer."""
    office, phones = served.office, served.phones
    phone = phones["e2"]
    for path in ("day", "picking-list", "route/confirmation"):
        theirs = phone.get(f"{V1}/engineers/e1/{path}")
        missing = phone.get(f"{V1}/engineers/e9/{path}")
        assert theirs.status_code == missing.status_code == 404
        assert theirs.text.replace("e1", "e9") == missing.text
    body = {
        "date": str(tomorrow()),
        "fingerprint": "0" * 32,
        "occurred_at": datetime.now(UTC).isoformat(timespec="seconds"),
    }
    told = phone.post(f"{V1}/engineers/e1/route/confirmation", json=body)
    assert told.status_code == 404
    sheet = phone.get(f"{V1}/visits/r1-v1/sheet")
    assert sheet.text.replace("r1-", "r9-") == phone.get(f"{V1}/visits/r9-v1/sheet").text
    assert sheet.status_code == 404
    assert phone.get(f"{V1}/route-confirmations").status_code == 403
    assert office.get(f"{V1}/visits/r1-v1/sheet").status_code == 200


def test_a_route_is_confirmed_and_the_office_sees_it(served: Served) -> None:
    """New, confirmed, changed by another visit that is added, confirmed again."""
    office, phones = served.office, served.phones
    address = f"{V1}/engineers/e1/route/confirmation"
    first = day_of(phones["e1"], "e1")["confirmation"]
    assert (first["state"], first["changes"]) == ("new", [])

    def confirm(fingerprint: str) -> httpx.Response:
        at = datetime.now(UTC).isoformat(timespec="seconds")
        body = {"date": str(tomorrow()), "fingerprint": fingerprint, "occurred_at": at}
        return phones["e1"].post(address, json=body)

    assert confirm("0" * 32).status_code == 409
    for _ in range(2):
        done = confirm(first["fingerprint"])
        assert (done.status_code, done.json()["state"]) == (200, "confirmed")
    # From now on the engineer is counted on, and moving the visit costs more.
    assert office.get(f"{V1}/visits/r1-v1").json()["promise_stage"] == "dispatched"
    listed = office.get(f"{V1}/route-confirmations?date={tomorrow()}").json()["items"]
    assert {one["engineer"]: one["state"] for one in listed}["e1"] == "confirmed"
    for number in (3, 5):
        assert office.post(f"{V1}/requests", json=fault(number)).status_code == 201
    # The pickup moves by four minutes, which is no news; the first visit moves by ten.
    longer = [
        HandStop(8, 4, depot="d1", minutes=10, loaded={"P-1": 2}),
        HandStop(9, 10, visit="r1-v1", parts={"P-1": 1}),
        HandStop(10, visit="r3-v1"),
    ]
    served.publish(2, {**ROUTES, "e1": longer})
    again = day_of(phones["e1"], "e1")["confirmation"]
    assert again["state"] == "changed"
    changes = {one["visit"]: (one["kind"], one["before"], one["after"]) for one in again["changes"]}
    assert changes == {
        "r1-v1": ("moved", f"{tomorrow()}T09:00+08:00", f"{tomorrow()}T09:10+08:00"),
        "r3-v1": ("added", None, f"{tomorrow()}T10:00+08:00"),
    }
    assert confirm(first["fingerprint"]).status_code == 409
    assert confirm(again["fingerprint"]).json()["state"] == "confirmed"


def test_many_late_reports_come_in_one_call(served: Served) -> None:
    """Each once, in order; what is none of the engineer's is refused and holds up nothing."""
    phones = served.phones
    at = datetime.now(UTC).isoformat(timespec="seconds")
    mine = {"visit": "r1-v1", "occurred_at": at, "device_id": "phone"}
    reports = [
        {**mine, "event_id": "f-1", "type": "en_route", "seq": 1},
        {**mine, "event_id": "f-2", "type": "arrived", "seq": 2},
        {**mine, "event_id": "f-x", "type": "arrived", "visit": "nobody-has-this"},
        {
            **mine,
            "event_id": "f-3",
            "type": "finished",
            "seq": 3,
            "parts_used": {"P-1": 2},
            "checklist": {"电池内阻": "ok", "负载率": "defect"},
        },
    ]
    first = phones["e1"].post(f"{V1}/field-reports", json={"reports": reports})
    assert first.status_code == 200, first.text
    told = [(one["status"], one["outcome"]) for one in first.json()["items"]]
    assert told == [(200, "applied"), (200, "applied"), (404, "refused"), (200, "applied")]
    again = phones["e1"].post(f"{V1}/field-reports", json={"reports": reports[:2]})
    assert [one["outcome"] for one in again.json()["items"]] == ["duplicate", "duplicate"]
    other = [{**reports[0], "type": "arrived"}]
    third = phones["e1"].post(f"{V1}/field-reports", json={"reports": other}).json()
    assert third["items"][0]["status"] == 409
    slip = [{**reports[0], "event_id": "f-9", "parts_used": {"P-9": 1}}, reports[0]]
    fourth = phones["e1"].post(f"{V1}/field-reports", json={"reports": slip}).json()
    assert [one["status"] for one in fourth["items"]] == [422, 200]
    day = day_of(phones["e1"], "e1")
    # The two that lay ready for the visit were fetched, and built in.
    assert day["van_stock"] == {"P-1": 50}
    sheet = next(one for one in day["visits"] if one["id"] == "r1-v1")
    assert sheet["state"] == "finished"
    assert sheet["reports"][-1]["details"]["checklist"] == {"电池内阻": "ok", "负载率": "defect"}


def test_a_machine_has_a_history(served: Served) -> None:
    """The finished visit stands in the sheet of the next one to the same machine."""
    office, phones = served.office, served.phones
    body = {"text": "电池已更换", "signed_by": "王工"}
    assert phones["e1"].post(f"{V1}/visits/r1-v1/report", json=body).status_code == 201
    past = office.get(f"{V1}/visits/r3-v1/sheet").json()["history"]
    assert [(one["visit"], one["outcome"], one["text"]) for one in past] == [
        ("r1-v1", "finished", "电池已更换")
    ]
    assert past[0]["parts_used"] == {"P-1": 2}


def test_maintenance_has_a_checklist(served: Served) -> None:
    """Points in both languages as far as they are known."""
    office = served.office

    def round_of_q1(work: UnitOfWork) -> None:
        work.catalogue.add(
            VisitRow(id="m1", kind="maintenance", equipment_id="q1", site_id="s1", state="open")
        )

    served.database.write(round_of_q1)
    sheet = office.get(f"{V1}/visits/m1/sheet").json()
    assert sheet["checklist"] == [
        {"point": "电池内阻", "point_en": "battery resistance"},
        {"point": "负载率", "point_en": ""},
    ]
    assert sheet["minutes"] == 40
