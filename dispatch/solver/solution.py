"""What an engine decides, and the timed schedule that the one timetable makes of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import IntEnum

from dispatch.solver.problem import FOREVER


class StopKind(IntEnum):
    """What a stop is; engines decide on visits and pickups, the timetable places the breaks."""

    VISIT = 0
    PICKUP = 1
    BREAK = 2


@dataclass(frozen=True, slots=True)
class Stop:
    """One decision of an engine: serve this visit, or pick parts up at this depot, next.

    Parameters
    ----------
    kind
        `VISIT` or `PICKUP`.
    index
        The visit or the depot.
    not_before, not_after
        Bounds of the start that the engine chose within the rules: the common start of a crew,
        the room between linked visits, the arrival of an inbound delivery, a promise.
    parts
        (part, quantity) pairs: what a visit takes from this van (crew members may split it), or
        exactly what the van receives at a pickup.
    """

    kind: StopKind
    index: int
    not_before: int = -FOREVER
    not_after: int = FOREVER
    parts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Solution:
    """Orders only, no clocks: one tuple of stops for each shift of the problem.

    A visit in no route is unassigned; a visit with a crew stands in `crew_size` routes.
    """

    routes: tuple[tuple[Stop, ...], ...]

    def assigned(self) -> frozenset[int]:
        """Visits that stand in at least one route."""
        return frozenset(s.index for r in self.routes for s in r if s.kind is StopKind.VISIT)


@dataclass(frozen=True, slots=True)
class TimedStop:
    """A stop with its clock: seconds since the planning window's start, seconds and metres.

    `index` is the visit, the depot, or the number of the break in its shift; `location` is None
    for a break taken on the road. `wait` is start - arrive less the breaks in between; `late` is
    SLA lateness of this arrival only; `parts` as in `Stop`.
    """

    kind: StopKind
    index: int
    location: int | None
    arrive: int
    start: int
    finish: int
    travel_seconds: int
    travel_metres: int
    wait: int
    late: int
    parts: tuple[tuple[int, int], ...] = ()


@dataclass(frozen=True, slots=True)
class TimedRoute:
    """A used shift with its clock; `working_time` is end - start, `overtime` the part after end."""

    shift: int
    start: int
    end: int
    stops: tuple[TimedStop, ...]
    travel_back_seconds: int
    travel_back_metres: int
    working_time: int
    overtime: int


@dataclass(frozen=True, slots=True)
class Cost:
    """Money by component; `unassigned` counts visits left out in each tier, from LOW up.

    `fairness` and `worst_lateness` are prices of the plan as a whole (decision 19).
    """

    travel: int
    labour: int
    overtime: int
    sla: int
    due: int
    preference: int
    churn: int
    unassigned: tuple[int, int, int, int]
    fairness: int = 0
    worst_lateness: int = 0

    @property
    def money(self) -> int:
        """Everything but the unassigned visits, which no money buys."""
        parts = (self.travel, self.labour, self.overtime, self.sla, self.due)
        whole = self.fairness + self.worst_lateness
        return sum(parts) + self.preference + self.churn + whole


@dataclass(frozen=True, slots=True)
class Schedule:
    """A whole timed plan: used routes by shift, unassigned visits, cost."""

    routes: tuple[TimedRoute, ...]
    unassigned: tuple[int, ...]
    cost: Cost
