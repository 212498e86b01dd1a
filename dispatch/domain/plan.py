"""A plan exactly as the plan file says it (contract section 4); ``_s`` seconds, ``_m`` metres."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum

from dispatch.domain.checks import require_aware
from dispatch.domain.plan_figures import CostBreakdown, Kpis, RunInfo
from dispatch.domain.unassigned import Unassigned

__all__ = ["Plan", "PlanRoute", "PlanStatus", "PlanStop", "StopKind"]


class PlanStatus(StrEnum):
    """What is left out: nothing, visits but none mandatory, or a mandatory visit."""

    FEASIBLE = "feasible"
    PARTIAL = "partial"
    INFEASIBLE = "infeasible"


class StopKind(StrEnum):
    """What is done at a stop."""

    VISIT = "visit"
    PICKUP = "pickup"
    BREAK = "break"


@dataclass(frozen=True, slots=True)
class PlanStop:
    """One entry of a route.

    Parameters
    ----------
    kind
        What is done.
    arrive, start, finish
        End of the travel there, start and end of the work.
    location
        Id of the place; None for a break taken on the road.
    visit, depot
        Id of what is visited; None unless the kind fits.
    travel_s, travel_m
        From the stop before.
    wait_s
        From arrival to start, less breaks inside.
    late_s
        Lateness against the SLA; 0 when there is none.
    sla_headroom_s
        ``arrive_by - arrive``, negative when late; None without an SLA.
    parts
        Pieces used from this van.
    loaded, tools_loaded
        What a pickup puts on board.
    breach_probability
        That the visit misses its SLA or its window; None where it has neither, or nobody asked.
    """

    kind: StopKind
    arrive: datetime
    start: datetime
    finish: datetime
    location: str | None = None
    visit: str | None = None
    depot: str | None = None
    travel_s: int = 0
    travel_m: int = 0
    wait_s: int = 0
    late_s: int = 0
    sla_headroom_s: int | None = None
    parts: Mapping[str, int] = field(default_factory=dict)
    loaded: Mapping[str, int] = field(default_factory=dict)
    tools_loaded: tuple[str, ...] = ()
    breach_probability: float | None = None

    def __post_init__(self) -> None:
        for name in ("arrive", "start", "finish"):
            require_aware(name, getattr(self, name))


@dataclass(frozen=True, slots=True)
class PlanRoute:
    """The stops of one used shift in order.

    Parameters
    ----------
    shift, engineer
        Whose route it is.
    start, end
        Departure from the start location and arrival at the end location.
    stops
        Visits, pickups and breaks.
    travel_back_s, travel_back_m
        From the last stop to the end location.
    working_time_s, overtime_s
        From start to end, and its part after the end of the shift.
    """

    shift: str
    engineer: str
    start: datetime
    end: datetime
    stops: tuple[PlanStop, ...] = ()
    travel_back_s: int = 0
    travel_back_m: int = 0
    working_time_s: int = 0
    overtime_s: int = 0

    def __post_init__(self) -> None:
        require_aware("start", self.start)
        require_aware("end", self.end)


@dataclass(frozen=True, slots=True)
class Plan:
    """All routes, the unassigned visits with their reasons, the cost.

    A plan is only a claim: nothing in it is checked here, that is the auditor's work.

    Parameters
    ----------
    status
        What is left out.
    routes
        One per used shift.
    unassigned
        Visits that are in no route.
    travel_source
        Name of the source of travel times (``travel.source`` of the file).
    cost, kpis, run
        Price, figures and how it was made; None in plans made by hand.
    """

    status: PlanStatus
    routes: tuple[PlanRoute, ...] = ()
    unassigned: tuple[Unassigned, ...] = ()
    travel_source: str = "haversine"
    cost: CostBreakdown | None = None
    kpis: Kpis | None = None
    run: RunInfo | None = None
