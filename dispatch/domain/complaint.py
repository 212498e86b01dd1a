"""A complaint and its four clocks: contact, proposal, done, closed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.domain.checks import require, require_aware, require_id
from dispatch.domain.clock import Clock, ClockKind
from dispatch.domain.contract import Contract
from dispatch.domain.severity import Severity

__all__ = ["Complaint", "complaint_clocks"]


@dataclass(frozen=True, slots=True)
class Complaint:
    """Something a customer is not content with.

    Parameters
    ----------
    id, contract
        Its id, and that of the contract it is raised under.
    raised_at
        When all its clocks started.
    contacted_at, proposed_at, done_at, closed_at
        When each step was taken; None: not yet. Steps come in this order.
    text
        What the customer said.
    """

    id: str
    contract: str
    raised_at: datetime
    contacted_at: datetime | None = None
    proposed_at: datetime | None = None
    done_at: datetime | None = None
    closed_at: datetime | None = None
    text: str = ""

    def __post_init__(self) -> None:
        require_id("id", self.id)
        require_id("contract", self.contract)
        before: datetime | None = self.raised_at
        require_aware("raised_at", before)
        for name in ("contacted_at", "proposed_at", "done_at", "closed_at"):
            at: datetime | None = getattr(self, name)
            require_aware(name, at)
            in_order = at is None or (before is not None and at >= before)
            require(in_order, name, at, "an instant not before the step that comes first")
            before = at


def complaint_clocks(complaint: Complaint, contract: Contract) -> tuple[Clock, ...]:
    """Put together the clocks of a complaint; they run through, whatever else is paused."""
    stops = {
        ClockKind.COMPLAINT_CONTACT: complaint.contacted_at,
        ClockKind.COMPLAINT_PROPOSAL: complaint.proposed_at,
        ClockKind.COMPLAINT_DONE: complaint.done_at,
        ClockKind.COMPLAINT_CLOSED: complaint.closed_at,
    }
    # Complaints have the same limits whatever the severity of what led to them.
    promised = ((kind, contract.policy.clock_terms(kind, Severity.MINOR)) for kind in stops)
    return tuple(
        Clock(kind, terms, complaint.raised_at, stops[kind])
        for kind, terms in promised
        if terms is not None
    )
