"""The life cycle of a request as an explicit state machine."""

from __future__ import annotations

from collections import deque
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from itertools import pairwise

from dispatch.domain.checks import require_aware, require_count, require_id
from dispatch.domain.clock import Pause, PauseReason
from dispatch.domain.request_work import VisitResult
from dispatch.domain.severity import Severity
from dispatch.domain.work import Work
from dispatch.errors import TransitionRefused

__all__ = ["TRANSITIONS", "Request", "RequestState", "Stage", "Step"]


class RequestState(StrEnum):
    """Where a request stands."""

    REPORTED = "reported"
    ACKNOWLEDGED = "acknowledged"
    DIAGNOSED = "diagnosed"
    RESOLVED_REMOTELY = "resolved_remotely"
    SCHEDULED = "scheduled"
    DISPATCHED = "dispatched"
    EN_ROUTE = "en_route"
    ARRIVED = "arrived"
    FIXED = "fixed"
    CONFIRMED = "confirmed"
    CANCELLED = "cancelled"

    @property
    def is_open(self) -> bool:
        """Whether the company still owes something on site or on the telephone."""
        return self not in CLOSED

    @property
    def is_plannable(self) -> bool:
        """Whether a plan should hold a visit for it that has not begun."""
        return self in PLANNABLE


CLOSED = frozenset(
    {
        RequestState.RESOLVED_REMOTELY,
        RequestState.FIXED,
        RequestState.CONFIRMED,
        RequestState.CANCELLED,
    }
)
PLANNABLE = frozenset(
    {
        RequestState.REPORTED,
        RequestState.ACKNOWLEDGED,
        RequestState.DIAGNOSED,
        RequestState.SCHEDULED,
        RequestState.DISPATCHED,
    }
)


class Step(StrEnum):
    """What may happen to a request."""

    ACKNOWLEDGE = "acknowledge"
    DIAGNOSE = "diagnose"
    RESOLVE_REMOTELY = "resolve_remotely"
    SCHEDULE = "schedule"
    UNSCHEDULE = "unschedule"
    DISPATCH = "dispatch"
    RECALL = "recall"
    SET_OUT = "set_out"
    ARRIVE = "arrive"
    FIX = "fix"
    LEAVE_UNFIXED = "leave_unfixed"
    CONFIRM = "confirm"
    REOPEN = "reopen"
    CANCEL = "cancel"


_S = RequestState
TRANSITIONS: Mapping[Step, tuple[frozenset[RequestState], RequestState]] = {
    Step.ACKNOWLEDGE: (frozenset({_S.REPORTED}), _S.ACKNOWLEDGED),
    Step.DIAGNOSE: (frozenset({_S.ACKNOWLEDGED}), _S.DIAGNOSED),
    # Remote diagnosis comes first, but a customer may well hang up before it is over.
    Step.RESOLVE_REMOTELY: (frozenset({_S.ACKNOWLEDGED, _S.DIAGNOSED}), _S.RESOLVED_REMOTELY),
    Step.SCHEDULE: (frozenset({_S.ACKNOWLEDGED, _S.DIAGNOSED}), _S.SCHEDULED),
    Step.UNSCHEDULE: (frozenset({_S.SCHEDULED, _S.DISPATCHED}), _S.DIAGNOSED),
    Step.DISPATCH: (frozenset({_S.SCHEDULED}), _S.DISPATCHED),
    Step.RECALL: (frozenset({_S.DISPATCHED, _S.EN_ROUTE}), _S.SCHEDULED),
    Step.SET_OUT: (frozenset({_S.DISPATCHED}), _S.EN_ROUTE),
    Step.ARRIVE: (frozenset({_S.EN_ROUTE}), _S.ARRIVED),
    Step.FIX: (frozenset({_S.ARRIVED}), _S.FIXED),
    # The engineer leaves without a repair: another visit is needed, knowing more than before.
    Step.LEAVE_UNFIXED: (frozenset({_S.ARRIVED}), _S.DIAGNOSED),
    Step.CONFIRM: (frozenset({_S.FIXED, _S.RESOLVED_REMOTELY}), _S.CONFIRMED),
    Step.REOPEN: (frozenset({_S.FIXED, _S.RESOLVED_REMOTELY}), _S.DIAGNOSED),
    Step.CANCEL: (
        frozenset(
            {
                _S.REPORTED,
                _S.ACKNOWLEDGED,
                _S.DIAGNOSED,
                _S.SCHEDULED,
                _S.DISPATCHED,
                _S.EN_ROUTE,
                _S.ARRIVED,
            }
        ),
        _S.CANCELLED,
    ),
}
"""Per step: the states it may be taken from, and the state it leads to."""

# Steps on the way from a report to a confirmed repair; only these are ever inferred.
_FORWARD = (
    Step.ACKNOWLEDGE,
    Step.DIAGNOSE,
    Step.SCHEDULE,
    Step.DISPATCH,
    Step.SET_OUT,
    Step.ARRIVE,
    Step.FIX,
    Step.CONFIRM,
)


@dataclass(frozen=True, slots=True)
class Stage:
    """A state the request came into.

    Parameters
    ----------
    state, at
        Which, and when.
    inferred
        Whether nobody told: the step was filled in because a later one was reported.
    visit
        Id of the visit whose reports led there; None: the office took the step.
    step
        Which step the office took; None where it was not noted.
    """

    state: RequestState
    at: datetime
    inferred: bool = False
    visit: str | None = None
    step: Step | None = None

    def __post_init__(self) -> None:
        require_aware("at", self.at)


@dataclass(frozen=True, slots=True)
class Request:
    """A fault that a customer reported.

    Parameters
    ----------
    id, site, severity
        Its id, where, and how bad.
    reported_at
        When all clocks started.
    equipment, fault
        Id of the equipment and code of the fault in its type's catalogue, where known.
    summary, summary_en
        What the customer said.
    stages
        Every state it came into after ``reported``, in order.
    pauses
        When it waited for somebody else; at most the last one lasts.
    replace_since
        When it was found that an item has to be replaced; starts that clock.
    loaner_at
        When a device was lent to bridge the repair; None: none was.
    repeat_of
        Id of the request whose repair did not hold, if any.
    works, works_from
        What the diagnosis asks for, one a visit, and the number of the visit that does the
        first of them; empty: once what the catalogue says.
    results
        How its visits ended.
    skipped
        Steps of the office that a late report from the field left without effect.
    """

    id: str
    site: str
    severity: Severity
    reported_at: datetime
    equipment: str | None = None
    fault: str | None = None
    summary: str = ""
    summary_en: str = ""
    stages: tuple[Stage, ...] = ()
    pauses: tuple[Pause, ...] = ()
    replace_since: datetime | None = None
    loaner_at: datetime | None = None
    repeat_of: str | None = None
    works: tuple[Work, ...] = ()
    works_from: int = 1
    results: tuple[VisitResult, ...] = ()
    skipped: tuple[Stage, ...] = ()

    def __post_init__(self) -> None:
        require_id("id", self.id)
        require_id("site", self.site)
        require_aware("reported_at", self.reported_at)
        require_aware("replace_since", self.replace_since)
        require_aware("loaner_at", self.loaner_at)
        require_count("works_from", self.works_from, 1)

    @property
    def state(self) -> RequestState:
        """Where it stands now."""
        return self.stages[-1].state if self.stages else RequestState.REPORTED

    @property
    def paused(self) -> Pause | None:
        """The pause that lasts; None when it goes on."""
        return self.pauses[-1] if self.pauses and self.pauses[-1].end is None else None

    @property
    def last_change(self) -> datetime:
        """When it came into its present state."""
        return self.stages[-1].at if self.stages else self.reported_at

    def since(self, state: RequestState) -> datetime | None:
        """When it first came into a state; None when it never did."""
        if state is RequestState.REPORTED:
            return self.reported_at
        return next((stage.at for stage in self.stages if stage.state is state), None)

    def last_into(self, state: RequestState) -> datetime | None:
        """When it last came into a state; None when it never did."""
        return next((one.at for one in reversed(self.stages) if one.state is state), None)

    @property
    def visits_done(self) -> int:
        """How many visits have ended without closing it for good."""
        states = [stage.state for stage in self.stages]
        ended = (RequestState.ARRIVED, RequestState.FIXED)
        return sum(
            after is RequestState.DIAGNOSED and before in ended
            for before, after in pairwise(states)
        )

    def take(self, step: Step, at: datetime, *, inferred: bool = False) -> Request:
        """Take one step of the life cycle.

        A step that brings the request to a close also ends a pause.

        Raises
        ------
        TransitionRefused
            When the present state does not allow it, or it would lie before the last change.
        """
        origins, target = TRANSITIONS[step]
        if self.state not in origins:
            raise TransitionRefused(
                f"request {self.id!r}: {step} is not possible in state {self.state},"
                f" expected {' or '.join(sorted(origins))}"
            )
        self._require_not_before(at, step)
        moved = replace(self, stages=(*self.stages, Stage(target, at, inferred, step=step)))
        return moved.resume(at) if moved.paused and not target.is_open else moved

    def advance(self, target: RequestState, at: datetime) -> Request:
        """Go forward to a state, filling in the steps nobody told.

        A phone that was offline may report an arrival first; the steps before it are taken at
        the same instant and marked as inferred. A request already there stays as it is.

        Raises
        ------
        TransitionRefused
            When no forward way leads there.
        """
        if self.state is target:
            return self
        steps = _way(self.state, target)
        if not steps:
            raise TransitionRefused(
                f"request {self.id!r}: no way forward from state {self.state} to {target}"
            )
        moved = self
        for step in steps:
            moved = moved.take(step, at, inferred=step is not steps[-1])
        return moved

    def pause(self, reason: PauseReason, at: datetime) -> Request:
        """Let the request wait for somebody else.

        Raises
        ------
        TransitionRefused
            When it is closed or waits already.
        """
        if not self.state.is_open:
            raise TransitionRefused(
                f"request {self.id!r}: pause is not possible in state {self.state},"
                " expected an open request"
            )
        if self.paused is not None:
            raise TransitionRefused(
                f"request {self.id!r}: paused already ({self.paused.reason}), expected one that goes on"
            )
        earliest = max([self.reported_at, *(one.end for one in self.pauses if one.end is not None)])
        if at < earliest:
            raise TransitionRefused(
                f"request {self.id!r}: pause at {at.isoformat()},"
                f" expected an instant not before {earliest.isoformat()}"
            )
        return replace(self, pauses=(*self.pauses, Pause(reason, at)))

    def resume(self, at: datetime) -> Request:
        """End the pause that lasts.

        Raises
        ------
        TransitionRefused
            When it does not wait, or would have to wait for a negative time.
        """
        lasting = self.paused
        if lasting is None:
            raise TransitionRefused(
                f"request {self.id!r}: resume is not possible, expected a paused request"
            )
        if at < lasting.start:
            raise TransitionRefused(
                f"request {self.id!r}: resume at {at.isoformat()},"
                f" expected an instant not before {lasting.start.isoformat()}"
            )
        return replace(self, pauses=(*self.pauses[:-1], replace(lasting, end=at)))

    def _require_not_before(self, at: datetime, step: Step) -> None:
        require_aware("at", at)
        if at < self.last_change:
            raise TransitionRefused(
                f"request {self.id!r}: {step} at {at.isoformat()},"
                f" expected an instant not before {self.last_change.isoformat()}"
            )


def _way(origin: RequestState, target: RequestState) -> tuple[Step, ...]:
    """Fewest forward steps from one state to another; empty when there is no way."""
    reached: dict[RequestState, tuple[Step, ...]] = {origin: ()}
    queue = deque([origin])
    while queue:
        state = queue.popleft()
        for step in _FORWARD:
            origins, following = TRANSITIONS[step]
            if state in origins and following not in reached:
                reached[following] = (*reached[state], step)
                queue.append(following)
    return reached.get(target, ())
