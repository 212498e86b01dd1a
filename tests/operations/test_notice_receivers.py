"""Receivers of notices: what they want, the secrets they check with, where they may be."""

from __future__ import annotations

import time

import pytest

from dispatch.errors import InputError, Unavailable
from dispatch.operations.notify.outside_address import read_target, resolve
from dispatch.operations.notify.sending import send_by_apprise
from dispatch.operations.notify.signature import sign, verify
from dispatch.operations.notify.webhooks import (
    remove_webhook,
    rotate_secret,
)
from dispatch.store import Database
from dispatch.store.tables import WebhookRow
from tests.operations.notice_world import deliver_all, give, states, subscribe
from tests.operations.receiver import Receiver
from tests.operations.small_company import found_company


@pytest.fixture
def company(database: Database) -> Database:
    """The small company with one request."""
    database.write(lambda work: found_company(work, requests=1))
    return database


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
