"""Every endpoint, every role, own and other objects: `rights.txt` says what must hold."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import pytest

from dispatch.api.authorisation import ANYBODY, RULES
from dispatch.operations.accounts import Role
from dispatch.operations.positions import PositionReport, keep_position
from dispatch.operations.service_reports import ServiceReportRecord, write_report
from dispatch.store import UnitOfWork
from dispatch.store.tables import AssignmentRow, PlanRow, ReservationRow, ShiftRow, VisitRow
from tests.api.running import ADMIN, V1, Running
from tests.api.test_rights import routes
from tests.operations.small_company import HERE, tomorrow

LETTERS = {
    "D": Role.DISPATCHER,
    "M": Role.MANAGER,
    "E": Role.ENGINEER,
    "I": Role.INTEGRATOR,
    "A": Role.ADMIN,
}
PASSWORD = "a long enough password"
NOW = datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Row:
    """One line of `rights.txt`; roles None: nobody has to be signed in."""

    method: str
    path: str
    roles: frozenset[Role] | None
    objects: str


def rows() -> list[Row]:
    """Read the table; anything that is no row is a mistake."""
    found = []
    text = (Path(__file__).parent / "rights.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line or line.startswith("#"):
            continue
        method, letters, objects, path = line.split()
        assert objects in ("own", "any", "-"), line
        assert set(letters) <= {*LETTERS, ".", "*"}, line
        roles = None if "*" in letters else frozenset(LETTERS[c] for c in letters if c != ".")
        assert (objects == "-") == (roles is not None and Role.ENGINEER not in roles), line
        found.append(Row(method, path, roles, objects))
    return found


OWN = [row for row in rows() if row.objects == "own"]
REPORT = {"type": "en_route", "occurred_at": NOW.isoformat(), "event_id": "m-{who}"}
# What a call that reaches an object has to say; `{who}` is 1 for the own one, 2 for a
# colleague's and 9 for one that nobody has.
BODIES: dict[tuple[str, str], Any] = {
    ("POST", f"{V1}/engineers/{{id}}/position"): {"position": HERE, "at": NOW.isoformat()},
    ("POST", f"{V1}/engineers/{{id}}/route/confirmation"): {
        "date": str(tomorrow()),
        "fingerprint": "0" * 32,
        "occurred_at": NOW.isoformat(),
    },
    ("POST", f"{V1}/visits/{{id}}/events"): REPORT,
    ("POST", f"{V1}/visits/{{id}}/report"): {"text": "done"},
    ("POST", f"{V1}/field-reports"): {
        "reports": [{**REPORT, "event_id": "f-{who}", "visit": "r{who}-v1"}]
    },
    ("POST", f"{V1}/reservations/{{id}}/collect"): None,
}
QUERIES = {f"{V1}/van-stock": "?engineer=e{who}"}
IDS = {"engineers": "e{who}", "visits": "r{who}-v1", "reservations": "held-{who}"}


def test_every_endpoint_has_a_row_and_every_row_an_endpoint(empty_url: str) -> None:
    """Whoever adds an endpoint says in `rights.txt` who may call it."""
    told = [(row.method, row.path) for row in rows()]
    assert len(told) == len(set(told))
    assert set(told) == routes(empty_url)


def test_the_program_has_the_rights_of_the_table() -> None:
    """The program's own table and the one people read say the same."""
    for row in rows():
        rule = RULES[row.method, row.path]
        assert (None if rule is ANYBODY else rule) == row.roles, (row.method, row.path)


def test_every_row_about_objects_says_how_to_reach_them() -> None:
    """A new endpoint that an engineer writes to says what a call of it looks like."""
    for row in OWN:
        if row.method != "GET":
            assert (row.method, row.path) in BODIES, (row.method, row.path)
        if "{id}" in row.path:
            assert row.path.removeprefix(f"{V1}/").split("/")[0] in IDS, row.path
        else:
            assert row.path in QUERIES or (row.method, row.path) in BODIES, row.path


def own_things(work: UnitOfWork) -> None:
    """Send e1 to r1-v1 and e2 to r2-v1, with pieces laid ready, reports and positions."""
    day = NOW.date()
    plan = PlanRow(
        version=work.log.take_numbers(1, counter="plan"),
        region="all",
        day=day,
        until=day + timedelta(days=3),
        state="published",
        publication=1,
        is_current=True,
        plan_text=json.dumps(
            {"status": "feasible", "routes": [], "unassigned": [], "travel": {"source": "matrix"}}
        ),
        case_text="{}",
        created_by="test",
        created_at=work.now,
    )
    work.plans.add(plan)
    sent = []
    for who in ("1", "2"):
        times = {"arrive": NOW, "start": NOW, "finish": NOW + timedelta(hours=1)}
        shift = f"now-{who}"
        hours = {"start": NOW - timedelta(hours=1), "end": NOW + timedelta(hours=1)}
        work.catalogue.add(ShiftRow(id=shift, engineer_id=f"e{who}", **hours))
        place = {"engineer_id": f"e{who}", "plan_version": plan.version, "shift_id": shift}
        sent.append(AssignmentRow(visit_id=f"r{who}-v1", member=0, position=0, **place, **times))
        visit = work.catalogue.get(VisitRow, f"r{who}-v1")
        work.catalogue.change(visit, {"sent": [f"e{who}"]})
        text = ServiceReportRecord(text="looked at it")
        write_report(work, visit.id, text, engineer=None)
        ping = PositionReport.model_validate({"position": HERE, "at": NOW.isoformat()})
        keep_position(work, f"e{who}", ping)
        pieces = {"depot_id": "d1", "part_id": "P-1", "quantity": 1, "needed_at": NOW}
        work.catalogue.add(ReservationRow(id=f"held-{who}", **pieces, **place))
    work.plans.replace_assignments(None, sent)


@pytest.fixture(scope="module")
def engineer(guarded: Running) -> Iterator[httpx.Client]:
    """The phone of e1, in a company where both engineers have something of their own."""
    guarded.services.database.write(own_things, actor="test")
    with guarded.sign_in(*ADMIN) as admin:
        body = {"name": "first", "password": PASSWORD, "role": "engineer", "engineer": "e1"}
        assert admin.post(f"{V1}/users", json=body).status_code == 201
    with guarded.sign_in("first", PASSWORD) as client:
        yield client


def ask(client: httpx.Client, row: Row, who: str) -> httpx.Response:
    """Call an endpoint about the thing of one engineer."""
    kind = row.path.removeprefix(f"{V1}/").split("/")[0]
    path = row.path.replace("{id}", IDS.get(kind, ""))
    path += QUERIES.get(row.path, "")
    body = BODIES.get((row.method, row.path))
    sent = None if body is None else json.loads(json.dumps(body).replace("{who}", who))
    return client.request(row.method, path.replace("{who}", who), json=sent)


def without_names(answer: httpx.Response, who: str) -> tuple[int, str]:
    """What an answer says, whoever it is about."""
    text = answer.text
    for name in (*IDS.values(), "m-{who}", "f-{who}"):
        text = text.replace(name.replace("{who}", who), "IT")
    return answer.status_code, text


@pytest.mark.parametrize("row", OWN, ids=lambda row: f"{row.method}-{row.path}")
def test_what_is_a_colleagues_is_as_good_as_missing(engineer: httpx.Client, row: Row) -> None:
    """Own: let in. A colleague's: word for word what is said of a thing that nobody has."""
    own = ask(engineer, row, "1")
    other, missing = ask(engineer, row, "2"), ask(engineer, row, "9")
    assert own.status_code not in (401, 403, 404, 422, 500), own.text
    assert without_names(other, "2") == without_names(missing, "9")
    assert without_names(other, "2") != without_names(own, "1")


def test_an_engineer_reads_the_own_van_unless_asked_for_another(engineer: httpx.Client) -> None:
    """Without a name the list is that of the own van alone."""
    items = engineer.get(f"{V1}/van-stock").json()["items"]
    assert {one["engineer"] for one in items} == {"e1"}
