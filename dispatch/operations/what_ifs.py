"""What-ifs as rows: asking for one, calling it off, writing down how far it has come."""

from __future__ import annotations

import uuid
from collections.abc import Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from dispatch.domain import Case
from dispatch.errors import Conflict, InputError, RunFailed, Unavailable
from dispatch.formats import format_case
from dispatch.operations.what_if_order import WhatIfOrder
from dispatch.store import UnitOfWork
from dispatch.store.tables import WhatIfRow

__all__ = [
    "FINAL",
    "MOST_ATTEMPTS",
    "WhatIfLost",
    "call_off_what_if",
    "end_what_if",
    "hold_on",
    "park_what_if",
    "resume_what_if",
    "start_what_if",
    "take_back_what_ifs",
]

FINAL = ("done", "failed", "cancelled")
MOST_WAITING = 20
MOST_ATTEMPTS = 20
"""Executors that one may lose: finished replications stay, so each attempt comes further."""


class WhatIfLost(RunFailed):
    """Somebody else has taken it up since."""

    def __init__(self, id: str) -> None:
        super().__init__(f"what-if {id!r}: taken up by another executor meanwhile")


def start_what_if(work: UnitOfWork, order: WhatIfOrder, case: Case, title: str) -> WhatIfRow:
    """Queue a what-if; its base is frozen with it.

    Raises
    ------
    InputError
        A change or the question names what the base does not have.
    Unavailable
        When too many wait already.
    """
    order.read_scenarios(case)
    if order.question is not None:
        issues = order.question.strangers(case)
        if issues:
            below = [replace(one, pointer=f"/question{one.pointer}") for one in issues]
            raise InputError(below)
    _refuse_crowd(work)
    row = WhatIfRow(
        id=str(uuid.uuid4()),
        state="queued",
        title=title,
        kind=order.kind,
        asked=order.to_document(),
        case_text=format_case(case),
        created_by=work.actor,
        created_at=work.now,
        progress={"done": 0, "of": None, "remaining_s": None},
    )
    work.what_ifs.save(row)
    work.tell("what_if_queued", row.id, {"kind": row.kind, "title": title})
    return row


def _refuse_crowd(work: UnitOfWork) -> None:
    waiting = work.what_ifs.waiting()
    if waiting >= MOST_WAITING:
        raise Unavailable(
            f"what-ifs: {waiting} waiting, expected fewer than {MOST_WAITING}", retry_after_s=60
        )


def call_off_what_if(work: UnitOfWork, id: str) -> WhatIfRow:
    """Ask for the end of a what-if; its finished replications stay.

    One that has ended already stays as it is.
    """
    row = work.what_ifs.get(id)
    if row.state in FINAL or row.cancel_requested:
        return row
    row.cancel_requested = True
    if row.state == "queued":
        return _ended(work, row, "cancelled", error="called off before it started")
    work.what_ifs.save(row)
    return row


def resume_what_if(work: UnitOfWork, id: str) -> WhatIfRow:
    """Queue one again that was called off or has failed; its finished replications stay.

    Raises
    ------
    Conflict
        When it is done; one that is open stays as it is, unless it is being called off.
    Unavailable
        When too many wait already.
    """
    row = work.what_ifs.get(id)
    if row.state == "done" or (row.state not in FINAL and row.cancel_requested):
        state = row.state if row.state == "done" else "being called off"
        raise Conflict(f"what-if {id!r}: {state}, expected cancelled or failed")
    if row.state not in FINAL:
        return row
    _refuse_crowd(work)
    row.cancel_requested, row.attempts = False, 0
    row.error = row.finished_at = None
    row.progress = {**row.progress, "remaining_s": None}
    _queued_again(work, row)
    return row


def take_back_what_ifs(work: UnitOfWork, now: datetime) -> None:
    """Queue again, or give up, those whose executor has not been heard of in time."""
    for row in work.what_ifs.expired(now):
        if row.cancel_requested:
            _ended(work, row, "cancelled", error="called off; its executor was lost")
        elif row.attempts < MOST_ATTEMPTS:
            _queued_again(work, row)
        else:
            _ended(work, row, "failed", error=f"its executor was lost {row.attempts} times")


def _queued_again(work: UnitOfWork, row: WhatIfRow) -> None:
    row.state, row.lease_owner, row.lease_until = "queued", None, None
    work.what_ifs.save(row)
    work.tell("what_if_queued", row.id, {"kind": row.kind, "title": row.title})


def _held(work: UnitOfWork, id: str, token: int) -> WhatIfRow:
    row = work.what_ifs.get(id)
    if row.token != token or row.state != "simulating":
        raise WhatIfLost(id)
    return row


def hold_on(
    work: UnitOfWork,
    id: str,
    token: int,
    until: datetime,
    progress: Mapping[str, Any],
    finished: Mapping[tuple[int, int, int], Mapping[str, Any]],
) -> bool:
    """Keep what is finished, renew the lease; tells whether the what-if was called off."""
    row = _held(work, id, token)
    for place, outcome in finished.items():
        work.what_ifs.keep(id, place, outcome)
    row.lease_until = until
    row.progress = dict(progress)
    work.what_ifs.save(row)
    return row.cancel_requested


def park_what_if(work: UnitOfWork, id: str, token: int) -> None:
    """Put it back into the queue because this server ends; that is nobody's fault."""
    row = _held(work, id, token)
    row.attempts -= 1
    row.lease_until = work.now - timedelta(seconds=1)
    _queued_again(work, row)


def end_what_if(
    work: UnitOfWork,
    id: str,
    token: int,
    state: str,
    *,
    report: Mapping[str, Any] | None = None,
    error: str | None = None,
) -> WhatIfRow:
    """End it, with its report if there is one."""
    row = _held(work, id, token)
    if report is not None:
        row.report = dict(report)
        done = row.progress.get("done", 0)
        row.progress = {"done": done, "of": done, "remaining_s": 0}
    return _ended(work, row, state, error=error)


def _ended(work: UnitOfWork, row: WhatIfRow, state: str, *, error: str | None) -> WhatIfRow:
    row.state, row.error, row.finished_at = state, error, work.now
    row.lease_owner = row.lease_until = None
    work.what_ifs.save(row)
    work.tell("what_if_ended", row.id, {"kind": row.kind, "title": row.title, "state": state})
    return row
