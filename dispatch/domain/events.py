"""Facts in the past tense: what the log of the company is made of.

A fact names what happened, to which subject and when; what follows from it is for others to
work out. Its kind and its body are plain data, so that a log can be written and replayed
without this code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dispatch.domain.checks import require_aware, require_id
from dispatch.domain.request import Step

__all__ = ["VISIT_STEPS", "Event", "EventKind"]


class EventKind(StrEnum):
    """What can have happened."""

    REQUEST_REPORTED = "request_reported"
    REQUEST_ACKNOWLEDGED = "request_acknowledged"
    REQUEST_DIAGNOSED = "request_diagnosed"
    REQUEST_RESOLVED_REMOTELY = "request_resolved_remotely"
    REQUEST_SCHEDULED = "request_scheduled"
    REQUEST_UNSCHEDULED = "request_unscheduled"
    REQUEST_PAUSED = "request_paused"
    REQUEST_RESUMED = "request_resumed"
    REQUEST_CONFIRMED = "request_confirmed"
    REQUEST_REOPENED = "request_reopened"
    REQUEST_CANCELLED = "request_cancelled"
    VISIT_DISPATCHED = "visit_dispatched"
    VISIT_RECALLED = "visit_recalled"
    ENGINEER_SET_OUT = "engineer_set_out"
    ENGINEER_ARRIVED = "engineer_arrived"
    WORK_STARTED = "work_started"
    WORK_FINISHED = "work_finished"
    WORK_NOT_FINISHED = "work_not_finished"
    PART_RESERVED = "part_reserved"
    PART_RELEASED = "part_released"
    PART_USED = "part_used"
    PART_MOVED = "part_moved"
    DELIVERY_RECEIVED = "delivery_received"
    MAINTENANCE_FELL_DUE = "maintenance_fell_due"
    MAINTENANCE_ANNOUNCED = "maintenance_announced"
    MAINTENANCE_COMPLETED = "maintenance_completed"
    RUN_QUEUED = "run_queued"
    RUN_ENDED = "run_ended"
    PLAN_PUBLISHED = "plan_published"
    MASTER_DATA_CHANGED = "master_data_changed"
    CLOCK_ALERT_RAISED = "clock_alert_raised"


VISIT_STEPS: Mapping[EventKind, Step | None] = {
    EventKind.VISIT_DISPATCHED: Step.DISPATCH,
    EventKind.VISIT_RECALLED: Step.RECALL,
    EventKind.ENGINEER_SET_OUT: Step.SET_OUT,
    EventKind.ENGINEER_ARRIVED: Step.ARRIVE,
    EventKind.WORK_STARTED: None,
    EventKind.WORK_FINISHED: Step.FIX,
    EventKind.WORK_NOT_FINISHED: Step.LEAVE_UNFIXED,
}
"""What a fact about a visit means for the request it came from; None: nothing."""


@dataclass(frozen=True, slots=True)
class Event:
    """One fact.

    Parameters
    ----------
    kind
        What happened.
    subject
        Id of what it happened to: a request, a visit, a part, a run, a plan.
    occurred_at
        When it happened, as far as anybody can tell.
    actor
        Who did it; empty for the system itself.
    data
        What else belongs to the fact, as plain JSON values.
    """

    kind: EventKind
    subject: str
    occurred_at: datetime
    actor: str = ""
    data: Mapping[str, object] = field(default_factory=dict)

    def __post_init__(self) -> None:
        require_id("subject", self.subject)
        require_aware("occurred_at", self.occurred_at)
