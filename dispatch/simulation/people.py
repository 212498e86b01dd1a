"""What moves in a simulation: engineers with their vans, and visits on their way to being done."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum

from dispatch.domain import Break, Engineer, StopKind, Visit
from dispatch.simulation.roster import WorkShift

__all__ = ["Doing", "Planned", "VisitState", "Wanted", "Worker"]


class VisitState(Enum):
    """How far a visit has come."""

    OPEN = "open"
    """Somebody may be sent, or sent elsewhere."""
    SENT = "sent"
    """Somebody is on the way or at work; nobody moves it any more."""
    DONE = "done"


@dataclass(slots=True)
class Wanted:
    """A visit as the simulation knows it; seconds since the origin.

    ``told`` is the start that the customer heard of last, ``moves`` how often that changed by
    more than an hour. ``team`` are the engineers who have it in their routes.
    """

    visit: Visit
    reported: int
    arrive_by: int | None
    windows: tuple[tuple[int, int], ...]
    fresh: bool
    type: str = ""
    state: VisitState = VisitState.OPEN
    arrived: int | None = None
    finished: int | None = None
    expected_finish: int | None = None
    told: int | None = None
    moves: int = 0
    here: list[str] = field(default_factory=list)

    @property
    def crew_size(self) -> int:
        """Engineers it takes at once."""
        return self.visit.crew_size

    def start_at(self, arrive: int) -> int | None:
        """First second from an arrival on at which work may start; None: never again."""
        if not self.windows:
            return arrive
        return next((max(arrive, low) for low, high in self.windows if arrive <= high), None)


@dataclass(frozen=True, slots=True)
class Planned:
    """A stop ahead of somebody: where, and when by the plan."""

    kind: StopKind
    place: str | None
    start: int
    visit: str | None = None
    depot: str | None = None
    parts: Mapping[str, int] = field(default_factory=dict)
    loaded: Mapping[str, int] = field(default_factory=dict)
    length: int = 0


@dataclass(slots=True)
class Doing:
    """What an engineer is at; ``work`` is what the office expects it to take on site.

    ``void`` tells that nobody waits at the end of the way any more.
    """

    stop: Planned | None
    place: str
    expected_arrive: int
    work: int
    floor: int = 0
    arrived: bool = False
    started: int | None = None
    void: bool = False

    @property
    def visit(self) -> str | None:
        """Id of the visit, if it is one."""
        return None if self.stop is None else self.stop.visit

    def expected_free(self, now: int) -> int:
        """When the office expects it to be over; never in the past."""
        if self.started is not None:
            return max(now + 60, self.started + self.work)
        arrive = self.expected_arrive if self.arrived else max(self.expected_arrive, now)
        return max(now + 60, max(arrive, self.floor) + self.work)


@dataclass(slots=True)
class Worker:
    """An engineer during a simulation.

    ``place`` is where they are or are going to; ``away`` tells that they are on the clock, since
    ``left``; ``locked`` counts the stops ahead that nobody may take away; before ``silent_until``
    nobody hears that they are free. ``token`` changes with every decision about them, and
    ``waits_for`` is the one that an event is waiting for.
    """

    engineer: Engineer
    place: str
    van: dict[str, int]
    tools: set[str]
    shift: WorkShift | None = None
    breaks: list[Break] = field(default_factory=list)
    doing: Doing | None = None
    away: bool = False
    left: int = 0
    worked: int = 0
    travelled: int = 0
    locked: int = 0
    silent_until: int = 0
    ill: bool = False
    token: int = 0
    waits_for: int = -1

    @property
    def id(self) -> str:
        """Of the engineer."""
        return self.engineer.id

    def is_idle(self, now: int) -> bool:
        """Whether the office knows that nothing keeps them."""
        return (
            self.shift is not None
            and self.doing is None
            and not self.ill
            and now >= self.silent_until
        )

    def has_parts(self, parts: Mapping[str, int]) -> bool:
        """Whether everything is in the van."""
        return all(self.van.get(part, 0) >= many for part, many in parts.items())
