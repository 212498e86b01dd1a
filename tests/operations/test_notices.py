"""Notices: given once with their fact, delivered at least once, signed, in order, or given up."""

from __future__ import annotations

import json
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.domain.request import Step
from dispatch.errors import InputError, Unavailable
from dispatch.operations.notify import courier as courier_module
from dispatch.operations.notify.courier import BackOff, Courier
from dispatch.operations.notify.giving import give_notice
from dispatch.operations.notify.outside_address import read_target, resolve
from dispatch.operations.notify.sending import send_by_apprise
from dispatch.operations.notify.signature import sign, verify
from dispatch.operations.notify.templates import NoticeKind, write_notice
from dispatch.operations.notify.webhooks import (
    WebhookRecord,
    add_webhook,
    redrive,
    redrive_all,
    remove_webhook,
    rotate_secret,
)
from dispatch.operations.progress import VisitReport, record_report
from dispatch.operations.request_steps import take_step
from dispatch.operations.rounds import announce_due
from dispatch.operations.service_reports import ServiceReportRecord, write_report
from dispatch.store import Database
from dispatch.store.tables import EquipmentRow, VisitRow, WebhookRow
from tests.operations.receiver import Receiver, listening
from tests.operations.small_company import found_company, tomorrow

SOON = BackOff(first_s=0.01, longest_s=0.02, most_tries=3)


@pytest.fixture
def company(database: Database) -> Database:
    """The small company with one request."""
    database.write(lambda work: found_company(work, requests=1))
    return database


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    """Somebody who listens."""
    with listening() as one:
        yield one


def subscribe(database: Database, url: str, *topics: str) -> tuple[str, str]:
    """Add a receiver; its id and its secret."""
    record = WebhookRecord.model_validate({"name": "crm", "url": url, "topics": topics})
    row, secret = database.write(lambda work: add_webhook(work, record, private=True))
    return row.id, secret


def give(database: Database, key: str = "1", visit: str = "r1-v1") -> bool:
    """Give a notice of a survey."""
    return database.write(
        lambda work: give_notice(
            work, NoticeKind.SURVEY, key, site="s1", visit=visit, request="r1", data={}
        )
    )


def courier_of(database: Database, **more: Any) -> Courier:
    """A courier that waits hardly at all."""
    return Courier(database, back_off=SOON, private=True, **more)


def deliver_all(database: Database, rounds: int = 6, **more: Any) -> None:
    """Deliver until nothing waits any more, or so many rounds."""
    one = courier_of(database, **more)
    for _ in range(rounds):
        one.deliver_due()
        time.sleep(0.03)


def states(database: Database) -> list[str]:
    """States of all deliveries, in the order of their notices."""
    with database.reading() as work:
        rows = work.notices.deliveries(limit=100)
        return [row.state for row in sorted(rows, key=lambda one: one.number)]


def test_a_notice_is_given_once_and_delivered_once(company: Database, receiver: Receiver) -> None:
    """The second giving does nothing; the message is signed and its id stays."""
    _, secret = subscribe(company, receiver.url)
    assert [give(company), give(company)] == [True, False]
    deliver_all(company)
    assert (receiver.kinds, states(company)) == (["survey"], ["delivered"])
    now = int(time.time())
    assert verify(secret, receiver.signatures[0], receiver.bodies[0], now)
    assert not verify(secret, receiver.signatures[0], receiver.bodies[0] + b" ", now)
    assert not verify("whs_other", receiver.signatures[0], receiver.bodies[0], now)
    assert not verify(secret, receiver.signatures[0], receiver.bodies[0], now + 301)
    told = json.loads(receiver.bodies[0])
    assert told["delivery"] == receiver.deliveries[0]
    assert "一号楼" in told["text"]["zh"]["body"]


def test_a_notice_that_is_not_committed_is_never_sent(
    company: Database, receiver: Receiver
) -> None:
    """A verb that fails takes its notice with it."""
    subscribe(company, receiver.url)

    def fail(work: Any) -> None:
        give_notice(work, NoticeKind.SURVEY, "1", site="s1", data={})
        raise InputError.at("/x", 1, "something else")

    with pytest.raises(InputError):
        company.write(fail)
    deliver_all(company)
    assert receiver.bodies == []


@pytest.mark.parametrize("trouble", [500, 302, 404, "cut"])
def test_a_receiver_that_fails_is_asked_again(company: Database, trouble: int | str) -> None:
    """Twice in trouble, then well: three attempts under one id, redirects never followed."""
    with listening(trouble, trouble) as receiver:
        subscribe(company, receiver.url)
        give(company)
        deliver_all(company)
        assert len(receiver.bodies) == 3
        assert len(set(receiver.deliveries)) == 1
    assert states(company) == ["delivered"]


@pytest.mark.parametrize("trouble", ["hang", "drip"])
def test_a_receiver_that_is_slow_costs_half_a_second(company: Database, trouble: str) -> None:
    """However slowly it answers, the attempt ends; the next one succeeds."""
    with listening(trouble) as receiver:
        subscribe(company, receiver.url)
        give(company)
        begun = time.monotonic()
        Courier(company, private=True, longest_s=0.5).deliver_due()
        assert time.monotonic() - begun < 9
        assert states(company) == ["waiting"]
        receiver.letting_go.set()
        with company.reading() as work:
            (waiting,) = work.notices.deliveries()
        company.write(lambda work: redrive(work, waiting.id))
        deliver_all(company)
    assert states(company) == ["delivered"]


def test_what_cannot_be_delivered_is_given_up_and_can_be_tried_again(company: Database) -> None:
    """Three failures, then dead; the list shows why; re-driven it arrives under the same id."""
    with listening(500, 500, 503) as receiver:
        webhook, _ = subscribe(company, receiver.url)
        give(company)
        deliver_all(company)
        assert (states(company), len(receiver.bodies)) == (["dead"], 3)
        with company.reading() as work:
            (dead,) = work.notices.deliveries(state="dead")
            told = [one.type for one in work.log.after(0, 500)]
        assert (dead.attempts, dead.last_status, dead.last_error) == (3, 503, "answered 503")
        assert told.count("delivery_given_up") == 1
        assert company.write(lambda work: redrive_all(work, webhook)) == 1
        deliver_all(company)
        assert len(set(receiver.deliveries)) == 1
        company.write(lambda work: redrive(work, dead.id))
        deliver_all(company)
        assert len(receiver.bodies) == 4
    assert states(company) == ["delivered"]


def test_messages_about_one_visit_stay_in_order(company: Database) -> None:
    """The second waits while the first fails; another visit's passes both."""
    with listening(500) as receiver:
        subscribe(company, receiver.url)
        for key, visit in (("1", "a"), ("2", "a"), ("3", "b")):
            give(company, key, visit)
        Courier(company, private=True).deliver_due()
        told = [json.loads(body)["notice"] for body in receiver.bodies]
        assert told == ["survey:1", "survey:3"]
        with company.reading() as work:
            (first,) = work.notices.deliveries(notice="survey:1")
        company.write(lambda work: redrive(work, first.id))
        Courier(company, private=True).deliver_due()
        told = [json.loads(body)["notice"] for body in receiver.bodies]
    assert told == ["survey:1", "survey:3", "survey:1", "survey:2"]


def test_a_courier_that_dies_after_sending_sends_again_under_the_same_id(
    company: Database, receiver: Receiver, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Between sending and marking the process is gone: at least once, and recognisable."""
    subscribe(company, receiver.url)
    give(company)

    class Died(BaseException):
        """The end of a process, as far as this one can play it."""

    dying = courier_of(company)
    monkeypatch.setattr(dying, "_mark", _raiser(Died))
    with pytest.raises(Died):
        dying.deliver_due()
    assert states(company) == ["waiting"]
    deliver_all(company, rounds=1)
    assert len(receiver.bodies) == 1, "the lease still holds"

    def end_lease(work: Any) -> None:
        for row in work.notices.deliveries():
            row.lease_until = datetime.now(UTC) - timedelta(seconds=1)
            work.notices.add(row)

    company.write(end_lease)
    deliver_all(company)
    assert (len(receiver.bodies), len(set(receiver.deliveries))) == (2, 1)
    assert states(company) == ["delivered"]


def _raiser(error: type[BaseException]) -> Any:
    def fail(*_: object) -> None:
        raise error

    return fail


def test_two_couriers_share_the_work(company: Database, receiver: Receiver) -> None:
    """Twenty notices, two threads of couriers: each arrives once."""
    subscribe(company, receiver.url)
    for number in range(20):
        give(company, str(number), f"v{number}")
    pair = [courier_of(company), courier_of(company)]
    for one in pair:
        one.start()
    for _ in range(600):
        if states(company) == ["delivered"] * 20:
            break
        time.sleep(0.05)
    for one in pair:
        one.stop()
    assert states(company) == ["delivered"] * 20
    assert len(receiver.deliveries) == len(set(receiver.deliveries)) == 20


def test_one_slow_receiver_does_not_hold_up_another(company: Database) -> None:
    """While the first one hangs, three messages reach the second."""
    with listening("hang") as slow, listening() as quick:
        subscribe(company, slow.url)
        subscribe(company, quick.url)
        for number in range(3):
            give(company, str(number), f"v{number}")
        one = courier_of(company, longest_s=5.0)
        one.start()
        for _ in range(200):
            if len(quick.bodies) == 3:
                break
            time.sleep(0.02)
        assert len(quick.bodies) == 3
        slow.letting_go.set()
        one.stop()


def test_waits_grow_and_end(monkeypatch: pytest.MonkeyPatch) -> None:
    """10 s, 20 s, 40 s ... two hours, half of each left to chance; a day in all."""
    waits = BackOff()
    monkeypatch.setattr(courier_module.random, "uniform", lambda _low, high: high)
    assert [waits.wait(n) for n in (1, 2, 3, 11, 26)] == [10, 20, 40, 7200, 7200]
    assert sum(waits.wait(n) for n in range(1, 26)) > 24 * 3600
    monkeypatch.undo()
    assert all(5 <= waits.wait(1) <= 10 for _ in range(50))


def test_only_wanted_topics_are_delivered(company: Database, receiver: Receiver) -> None:
    """A receiver of delays hears of no survey, but the notice is there."""
    subscribe(company, receiver.url, "delay")
    give(company)
    deliver_all(company)
    assert (states(company), receiver.bodies) == ([], [])


def test_a_removed_receiver_hears_nothing_more(company: Database, receiver: Receiver) -> None:
    """What waited for it is given up."""
    webhook, _ = subscribe(company, receiver.url)
    give(company)
    company.write(lambda work: remove_webhook(work, webhook))
    give(company, "2")
    deliver_all(company)
    assert (states(company), receiver.bodies) == (["dead"], [])


def test_a_new_secret_signs_at_once(company: Database, receiver: Receiver) -> None:
    """The old one proves nothing any more, and the database holds neither."""
    webhook, old = subscribe(company, receiver.url)
    _, new = company.write(lambda work: rotate_secret(work, webhook))
    give(company)
    deliver_all(company)
    now = int(time.time())
    assert verify(new, receiver.signatures[0], receiver.bodies[0], now)
    assert not verify(old, receiver.signatures[0], receiver.bodies[0], now)
    with company.reading() as work:
        row = work.catalogue.get(WebhookRow, webhook)
        assert new not in str(row.model_dump()) + str(work.log.setting("webhook_key"))


@pytest.mark.parametrize("header", ["", "t=x,v1=y", "t=1", "v1=2", "t=99999999999999,v1=", "t=²"])
def test_a_header_that_is_none_proves_nothing(header: str) -> None:
    """Whatever stands in it, the answer is no."""
    assert not verify("s", header, b"", 1)
    assert verify("s", sign("s", b"", 1), b"", 1)


def tell(database: Database, kind: str, minute: int) -> None:
    """Somebody reports about r1-v1."""
    at = datetime.now(UTC).replace(microsecond=0) - timedelta(hours=1) + timedelta(minutes=minute)
    record = VisitReport.model_validate(
        {"type": kind, "occurred_at": at.isoformat(), "engineer": "e1"}
    )
    database.write(
        lambda work: record_report(work, "r1-v1", record, engineer=None, event_id=f"e-{kind}")
    )


def test_what_a_customer_hears_of_a_visit(company: Database, receiver: Receiver) -> None:
    """On the way, report, survey; a second report of the same step tells nothing twice."""
    subscribe(company, receiver.url)
    tell(company, "en_route", 0)
    tell(company, "finished", 40)
    record = ServiceReportRecord(text="更换电池 {site} %s")
    company.write(lambda work: write_report(work, "r1-v1", record, engineer=None))
    company.write(lambda work: take_step(work, "r1", Step.CONFIRM))
    deliver_all(company)
    assert sorted(receiver.kinds) == ["on_the_way", "report", "survey"]
    report = next(one for one in map(json.loads, receiver.bodies) if one["kind"] == "report")
    assert "更换电池 {site} %s" in report["text"]["zh"]["body"]


def test_news_that_is_old_is_no_news(company: Database, receiver: Receiver) -> None:
    """The phone tells of setting out when the visit is over: nobody is told of it."""
    subscribe(company, receiver.url, "on_the_way")
    tell(company, "finished", 40)
    tell(company, "en_route", 0)
    deliver_all(company)
    assert receiver.bodies == []


def test_maintenance_is_announced_by_itself(company: Database, receiver: Receiver) -> None:
    """A month ahead, once, and only when somebody passes it on."""

    def make_due(work: Any) -> None:
        done = tomorrow() - timedelta(days=70)
        work.catalogue.change(work.catalogue.get(EquipmentRow, "q1"), {"last_maintenance": done})

    company.write(make_due)
    assert announce_due(company) == 0
    subscribe(company, receiver.url)
    assert (announce_due(company), announce_due(company)) == (1, 0)
    deliver_all(company)
    assert receiver.kinds == ["maintenance_ahead"]


def test_a_confirmed_appointment_is_a_promise_that_was_heard(
    company: Database, receiver: Receiver
) -> None:
    """Once delivered the promise is notified, which makes it dearer to move."""
    subscribe(company, receiver.url)
    start = datetime.now(UTC).replace(microsecond=0) + timedelta(hours=5)

    def promise(work: Any) -> None:
        from dispatch.operations.notify.giving import confirm_appointment

        row = work.catalogue.get(VisitRow, "r1-v1")
        values = {"promise_start": start, "promise_end": start + timedelta(hours=1)}
        work.catalogue.change(row, {**values, "promise_stage": "published"})
        confirm_appointment(work, row, "e1", 1)

    company.write(promise)
    deliver_all(company)
    with company.reading() as work:
        assert work.catalogue.get(VisitRow, "r1-v1").promise_stage == "notified"


def test_every_kind_has_both_languages() -> None:
    """Each template is written with nothing known, and no brace is left over."""
    for kind in NoticeKind:
        texts = write_notice(kind, {"site": "{x}", "reason_code": "nothing known"})
        assert set(texts) == {"en", "zh"}
        for text in texts.values():
            assert text["subject"]
            assert "{" not in text["body"].replace("{x}", "")


INSIDE = [
    "https://127.0.0.1/",
    "https://localhost/",
    "https://LOCALHOST./",
    "https://a.localhost/",
    "https://2130706433/",
    "https://0x7f.1/",
    "https://0177.0.0.1/",
    "https://127.1/",
    "https://0/",
    "https://[::1]/",
    "https://[::ffff:127.0.0.1]/",
    "https://[::ffff:7f00:1]/",
    "https://10.0.0.1/",
    "https://172.16.3.4/",
    "https://192.168.1.1/",
    "https://169.254.169.254/latest/meta-data",
    "https://[fe80::1]/",
    "https://[fd00::1]/",
    "https://[::]/",
    "https://224.0.0.1/",
    "https://100.64.0.1/",
    "https://printer.local/",
    "https://db.internal/",
    "http://example.com/",
    "ftp://example.com/",
    "file:///etc/passwd",
    "gopher://example.com/",
    "https://user@example.com/",
    "https://user:pw@example.com/",
    "https://example.com#@127.0.0.1/\n",
    "https://example.com:22/",
    "https://example.com:0/",
    "https://example.com:99999/",
    "https://exämple.com/",
    "https:///nothing",
    "https://",
    "javascript:alert(1)",
    "//example.com/",
    "example.com",
    "",
]


@pytest.mark.parametrize("url", INSIDE)
def test_no_address_of_the_inside(url: str) -> None:
    """Loopback in every spelling, private networks, other schemes and ports are refused."""
    with pytest.raises(InputError):
        read_target(url)


def test_a_name_that_leads_inside_is_found_out_when_it_is_used() -> None:
    """What a name stands for is looked at at each attempt, and the connection goes there."""
    target = read_target("https://example.com/x?y=1")
    assert (target.host, target.port, target.path) == ("example.com", 443, "/x?y=1")
    inside = read_target("http://localhost:8080/", private=True)
    with pytest.raises(Unavailable, match="leads inside"):
        resolve(inside)
    assert resolve(inside, private=True) in ("127.0.0.1", "::1")


def test_mail_without_the_extra_says_so() -> None:
    """Without addresses, or without apprise, nothing is taken, and the reason is told."""
    attempt = send_by_apprise((), "x", "y")
    assert not attempt.delivered
    assert "expected" in attempt.error
