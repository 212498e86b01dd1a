"""Delivers what waits in the outbox of notices: at least once, in order per subject.

A delivery is claimed with a lease, sent outside of any transaction, and marked afterwards. A
courier that dies between sending and marking leaves the lease to run out, and the message goes
out again under the same id: that is how the receiver knows it has it already. Nothing is ever
marked before it was sent.
"""

from __future__ import annotations

import json
import logging
import random
import threading
import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from dispatch.errors import DispatchError
from dispatch.operations.notify.sending import Attempt, send_by_apprise, send_by_http
from dispatch.operations.notify.signature import SIGNATURE_HEADER, sign
from dispatch.operations.notify.webhooks import secret_of
from dispatch.store import Database, UnitOfWork
from dispatch.store.tables import NoticeRow, VisitRow, WebhookRow

__all__ = ["BackOff", "Courier"]

LEASE = timedelta(seconds=60)
LOOK_S = 0.5
WORKERS = 8

logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class BackOff:
    """How long to wait after an attempt that failed.

    Parameters
    ----------
    first_s, longest_s
        Wait after the first failure, doubled after each further one up to the longest.
    most_tries
        After so many a delivery is given up. The defaults span about a day.
    """

    first_s: float = 10.0
    longest_s: float = 7200.0
    most_tries: int = 26

    def wait(self, attempts: int) -> float:
        """Seconds to wait after so many attempts; half of it is left to chance."""
        full = min(self.longest_s, self.first_s * 2.0 ** min(attempts - 1, 30))
        # Receivers that come back must not be met by everybody at the same instant.
        return full * random.uniform(0.5, 1.0)  # noqa: S311 - no secret


@dataclass(frozen=True, slots=True)
class _Parcel:
    id: str
    token: int
    attempts: int
    webhook: str
    kind: str
    url: str
    secret: str
    notice: NoticeRow


class Courier:
    """A thread that hands out deliveries, and some more that carry them.

    Parameters
    ----------
    database
        Where the outbox is; several couriers may work on one.
    back_off
        Waits between attempts.
    private
        Whether receivers may live in the own network.
    apprise_urls
        Where receivers of kind apprise lead to.
    longest_s
        Time for one attempt.
    """

    def __init__(
        self,
        database: Database,
        *,
        back_off: BackOff | None = None,
        private: bool = False,
        apprise_urls: Sequence[str] = (),
        longest_s: float = 10.0,
    ) -> None:
        self._database = database
        self._back_off = back_off or BackOff()
        self._private = private
        self._apprise_urls = tuple(apprise_urls)
        self._longest_s = longest_s
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._serve, name="courier", daemon=True)

    def start(self) -> None:
        """Begin to deliver."""
        self._thread.start()

    def stop(self) -> None:
        """End after the attempts under way."""
        self._stopping.set()
        if self._thread.is_alive():
            self._thread.join()

    def _serve(self) -> None:
        busy: set[str] = set()
        lock = threading.Lock()

        def carry(parcel: _Parcel) -> None:
            try:
                self._carry(parcel)
            finally:
                with lock:
                    busy.discard(parcel.webhook)

        with ThreadPoolExecutor(WORKERS, "courier") as workers:
            while not self._stopping.is_set():
                with lock:
                    occupied = frozenset(busy)
                parcels = self._take(occupied, WORKERS - len(occupied))
                for parcel in parcels:
                    with lock:
                        busy.add(parcel.webhook)
                    workers.submit(carry, parcel)
                self._stopping.wait(0.02 if parcels else LOOK_S)

    def deliver_due(self) -> int:
        """Deliver everything that is due now, one after the other; how many attempts it took."""
        count = 0
        while parcels := self._take(frozenset(), WORKERS):
            for parcel in parcels:
                self._carry(parcel)
            count += len(parcels)
        return count

    def _take(self, busy: frozenset[str], most: int) -> list[_Parcel]:
        """Claim what is due, one delivery a receiver: a slow one keeps only itself waiting."""
        if most <= 0:
            return []
        try:
            now = datetime.now(UTC)
            if not self._database.read(lambda work: work.notices.due(now, 1)):
                return []
            return self._database.write(lambda work: self._claim(work, busy, most), actor="courier")
        except DispatchError as error:
            logger.warning("courier: %s", error)
            return []

    def _claim(self, work: UnitOfWork, busy: frozenset[str], most: int) -> list[_Parcel]:
        taken: list[_Parcel] = []
        now = datetime.now(UTC)
        for row in work.notices.due(now):
            if len(taken) == most:
                break
            if row.webhook_id in busy or row.webhook_id in {one.webhook for one in taken}:
                continue
            id, token, attempts = row.id, row.token + 1, row.attempts + 1
            if not work.notices.claim(row, now, LEASE):
                continue
            row = work.notices.delivery(id)
            receiver = work.catalogue.get(WebhookRow, row.webhook_id)
            notice = work.notices.notice(row.notice_id)
            assert notice is not None, "a delivery refers to its notice"
            secret = secret_of(work, receiver)
            work.session.refresh(notice)
            taken.append(
                _Parcel(
                    id, token, attempts, receiver.id, receiver.kind, receiver.url, secret, notice
                )
            )
        return taken

    def _carry(self, parcel: _Parcel) -> None:
        try:
            attempt = self._send(parcel)
            self._database.write(lambda work: self._mark(work, parcel, attempt), actor="courier")
        except DispatchError as error:
            # The lease runs out, and the delivery is tried again under the same id.
            logger.warning("courier: %s", error)
        except Exception:
            logger.exception("courier: delivery %s", parcel.id)

    def _send(self, parcel: _Parcel) -> Attempt:
        notice = parcel.notice
        if parcel.kind == "apprise":
            texts = notice.text
            title = f"{texts['zh']['subject']} {texts['en']['subject']}"
            body = f"{texts['zh']['body']}\n\n{texts['en']['body']}"
            return send_by_apprise(self._apprise_urls, title, body)
        body_bytes = json.dumps(_message(parcel.id, notice), ensure_ascii=False).encode("utf-8")
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "dispatch",
            "Dispatch-Delivery": parcel.id,
            "Dispatch-Topic": notice.kind,
            SIGNATURE_HEADER: sign(parcel.secret, body_bytes, int(time.time())),
        }
        return send_by_http(
            parcel.url, body_bytes, headers, private=self._private, longest_s=self._longest_s
        )

    def _mark(self, work: UnitOfWork, parcel: _Parcel, attempt: Attempt) -> None:
        row = work.notices.delivery(parcel.id)
        if row.state == "delivered":
            return
        row.last_status, row.last_error = attempt.status, attempt.error
        if attempt.delivered:
            row.state, row.delivered_at, row.lease_until = "delivered", work.now, None
            work.notices.add(row)
            _note_told(work, parcel.notice)
            return
        if row.token != parcel.token:
            return
        row.lease_until = None
        if parcel.attempts >= self._back_off.most_tries:
            row.state = "dead"
            told = {"notice": row.notice_id, "webhook": row.webhook_id, "error": attempt.error}
            work.tell("delivery_given_up", row.id, told)
        else:
            wait = max(
                self._back_off.wait(parcel.attempts),
                float(min(attempt.retry_after_s or 0, self._back_off.longest_s)),
            )
            row.next_at = datetime.now(UTC) + timedelta(seconds=wait)
        work.notices.add(row)


def _message(delivery: str, notice: NoticeRow) -> dict[str, Any]:
    return {
        "delivery": delivery,
        "notice": notice.id,
        "kind": notice.kind,
        "created_at": notice.created_at.isoformat(),
        "site": notice.site_id,
        "request": notice.request_id,
        "visit": notice.visit_id,
        "data": notice.data,
        "text": notice.text,
    }


def _note_told(work: UnitOfWork, notice: NoticeRow) -> None:
    """A promise that the customer has read is dearer to move than one that was only published."""
    if notice.kind != "appointment_confirmed" or notice.visit_id is None:
        return
    visit = work.catalogue.find(VisitRow, notice.visit_id)
    if visit is None or visit.promise_stage != "published" or visit.promise_start is None:
        return
    if visit.promise_start == datetime.fromisoformat(str(notice.data["start"])):
        work.catalogue.change(visit, {"promise_stage": "notified"})
