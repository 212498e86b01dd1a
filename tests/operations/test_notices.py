"""Notices: given once with their fact, delivered at least once, in order, or given up."""

from __future__ import annotations

import json
import time
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from dispatch.errors import InputError
from dispatch.operations.notify import courier as courier_module
from dispatch.operations.notify.courier import BackOff, Courier
from dispatch.operations.notify.giving import give_notice
from dispatch.operations.notify.signature import verify
from dispatch.operations.notify.templates import NoticeKind
from dispatch.operations.notify.webhooks import (
    redrive,
    redrive_all,
)
from dispatch.store import Database
from tests.operations.notice_world import courier_of, deliver_all, give, states, subscribe
from tests.operations.receiver import Receiver, listening
from tests.operations.small_company import found_company


@pytest.fixture
def company(database: Database) -> Database:
    """The small company with one request."""
    database.write(lambda work: found_company(work, requests=1))
    return database


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
