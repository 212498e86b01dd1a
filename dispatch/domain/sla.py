"""The SLA of one request: its clocks, how they stand, and what a late arrival costs."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

from dispatch.domain.clock import Clock, ClockKind, ClockReading, ClockState
from dispatch.domain.contract import Contract
from dispatch.domain.request import Request, RequestState
from dispatch.domain.sla_terms import SlaTerms

__all__ = ["Sla", "arrival_terms", "sla_of"]


@dataclass(frozen=True, slots=True)
class Sla:
    """What one request was promised.

    Parameters
    ----------
    clocks
        The clocks its contract promises for its severity, in the order in which they run out
        in an ordinary life.
    """

    clocks: tuple[Clock, ...]

    def clock(self, kind: ClockKind) -> Clock | None:
        """Find one clock; None when nothing is promised."""
        return next((clock for clock in self.clocks if clock.kind is kind), None)

    def readings(self, at: datetime) -> tuple[ClockReading, ...]:
        """Read every clock at an instant."""
        return tuple(clock.reading(at) for clock in self.clocks)

    def next_deadline(self, at: datetime) -> ClockReading | None:
        """Read the clock that runs out next; None when no promise is open."""
        still_open = (ClockState.RUNNING, ClockState.PAUSED)
        waiting = [reading for reading in self.readings(at) if reading.state in still_open]
        return min(waiting, key=lambda reading: reading.deadline, default=None)

    def is_breached(self, at: datetime) -> bool:
        """Whether any promise has been broken by then."""
        return any(reading.state is ClockState.BREACHED for reading in self.readings(at))


def sla_of(request: Request, contract: Contract) -> Sla:
    """Put together the clocks of a request.

    All run from the report on, but replace, which runs from the finding that an item has to be
    replaced. Acknowledge stops with the first acknowledgement, arrive with
    the first arrival, fix (and replace) with the last repair. A request solved remotely was
    fixed then, and its arrival falls away, as do all open promises of a cancelled one.
    """
    return Sla(tuple(_clocks(request, contract)))


def arrival_terms(request: Request, contract: Contract, at: datetime) -> SlaTerms | None:
    """Compute what a plan has to know: by when to arrive, and what being late costs.

    Parameters
    ----------
    request, contract
        The request and the contract of its site.
    at
        The present; a pause that lasts counts as if it ended now.

    Returns
    -------
    SlaTerms or None
        None when no arrival is promised or somebody has arrived already.
    """
    clock = sla_of(request, contract).clock(ClockKind.ARRIVE)
    if clock is None or clock.stopped is not None or clock.waived is not None:
        return None
    # A plan knows whole seconds; the promise must not become longer by rounding.
    deadline = clock.deadline(at).replace(microsecond=0)
    breach = contract.policy.severities[request.severity].breach
    return SlaTerms(
        arrive_by=deadline,
        severity=request.severity,
        breach_fee=contract.breach_fee(request.severity),
        lateness_per_hour=breach.lateness_per_hour,
    )


def _clocks(request: Request, contract: Contract) -> Iterator[Clock]:
    remote = request.last_into(RequestState.RESOLVED_REMOTELY)
    cancelled = request.since(RequestState.CANCELLED)
    # A repair that the customer did not accept was none: the request is open again.
    reopened = request.state.is_open
    fixed = None if reopened else request.last_into(RequestState.FIXED) or remote
    arrived = request.since(RequestState.ARRIVED)
    stops: dict[ClockKind, datetime | None] = {
        ClockKind.ACKNOWLEDGE: request.since(RequestState.ACKNOWLEDGED),
        ClockKind.ARRIVE: arrived,
        ClockKind.REPLACE: fixed,
        ClockKind.FIX: fixed,
    }
    for kind, stopped in stops.items():
        terms = contract.policy.clock_terms(kind, request.severity)
        replacing = kind is ClockKind.REPLACE
        started = request.replace_since if replacing else request.reported_at
        if terms is None or started is None:
            continue
        solved_without_visit = None if reopened or kind is not ClockKind.ARRIVE else remote
        yield Clock(
            kind=kind,
            terms=terms,
            started=started,
            stopped=stopped,
            pauses=request.pauses,
            waived=None if stopped is not None else cancelled or solved_without_visit,
        )
