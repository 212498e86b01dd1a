"""Steps in the life of a request that the office takes; each closes or opens its visit too."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from dispatch.domain.clock import PauseReason
from dispatch.domain.request import Request, Step
from dispatch.errors import TransitionRefused
from dispatch.operations.intake import ensure_request_visit
from dispatch.operations.notify.giving import tell_survey
from dispatch.store import UnitOfWork
from dispatch.store import mapping as rows
from dispatch.store.tables import RequestRow, VisitRow

__all__ = ["change_request", "close_visits", "give_score", "pause", "resume", "take_step"]

SOLVED = ("fixed", "resolved_remotely", "confirmed")
TOLD = {
    Step.ACKNOWLEDGE: "request_acknowledged",
    Step.DIAGNOSE: "request_diagnosed",
    Step.RESOLVE_REMOTELY: "request_resolved_remotely",
    Step.CONFIRM: "request_confirmed",
    Step.REOPEN: "request_reopened",
    Step.CANCEL: "request_cancelled",
}


def take_step(
    work: UnitOfWork, id: str, step: Step, *, expected: int | None = None, note: str = ""
) -> RequestRow:
    """Take one step now.

    Raises
    ------
    TransitionRefused
        When the state of the request does not allow it.
    Stale
        When the writer had read another version.
    """
    row = change_request(work, id, lambda one, now: one.take(step, now), expected=expected)
    request = rows.request_of(row)
    if request.state.is_open:
        ensure_request_visit(work, request)
    else:
        close_visits(work, id, note or step.value)
    work.tell(TOLD[step], id, {"state": row.state, "note": note})
    if step is Step.RESOLVE_REMOTELY:
        tell_survey(work, row, request.visits_done)
    return row


def give_score(
    work: UnitOfWork, id: str, score: int, comment: str = "", *, expected: int | None = None
) -> RequestRow:
    """Note how content the customer is with a request that was solved; the last word counts.

    Raises
    ------
    TransitionRefused
        When it is not solved yet, or was cancelled.
    """
    row = work.catalogue.get(RequestRow, id)
    if row.state not in SOLVED:
        raise TransitionRefused(
            f"request {id!r}: a score is not possible in state {row.state},"
            f" expected {' or '.join(SOLVED)}"
        )
    values = {"score": score, "score_comment": comment, "scored_at": work.now}
    work.catalogue.change(row, values, expected=expected)
    work.tell("satisfaction_given", id, {"score": score, "comment": comment})
    return row


def pause(
    work: UnitOfWork, id: str, reason: PauseReason, *, expected: int | None = None
) -> RequestRow:
    """Let a request wait for somebody else; its contract says which clocks stand still."""
    row = change_request(work, id, lambda one, now: one.pause(reason, now), expected=expected)
    work.tell("request_paused", id, {"reason": reason.value})
    return row


def resume(work: UnitOfWork, id: str, *, expected: int | None = None) -> RequestRow:
    """Let a request go on."""
    row = change_request(work, id, lambda one, now: one.resume(now), expected=expected)
    work.tell("request_resumed", id)
    return row


def change_request(
    work: UnitOfWork,
    id: str,
    change: Callable[[Request, datetime], Request],
    *,
    expected: int | None = None,
    at: datetime | None = None,
) -> RequestRow:
    """Apply a change of the domain to a stored request."""
    row = work.catalogue.get(RequestRow, id)
    work.catalogue.require_version(row, expected)
    request = rows.request_of(row)
    # Two steps within one second, or a clock that was set back, must not look like time travel.
    moment = max(at or work.now, request.last_change, *(_pause_ends(request)))
    changed = change(request, moment)
    return work.catalogue.change(row, rows.request_values(changed))


def _pause_ends(request: Request) -> tuple[datetime, ...]:
    return tuple(one.end or one.start for one in request.pauses) or (request.reported_at,)


def close_visits(work: UnitOfWork, request: str, reason: str) -> None:
    """Take the open visits of a request out of the plans and tell who was sent there."""
    for visit in work.catalogue.all(VisitRow, request_id=request):
        if visit.state in ("finished", "could_not_finish", "cancelled"):
            continue
        sent = work.plans.assignments_of(visit.id)
        work.plans.release([visit.id])
        work.catalogue.change(visit, {"state": "cancelled"})
        recipients = tuple(f"engineer:{one.engineer_id}" for one in sent)
        work.tell("visit_cancelled", visit.id, {"reason": reason}, recipients=recipients)
