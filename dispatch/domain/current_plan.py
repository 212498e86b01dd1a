"""The plan in force when a new one is asked for: warm start, churn reference, freeze."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Self

from dispatch.domain.checks import require_aware, require_id
from dispatch.domain.plan import Plan, PlanStop, StopKind

__all__ = ["CurrentPlan", "CurrentRoute", "CurrentStop"]


@dataclass(frozen=True, slots=True)
class CurrentStop:
    """A stop of the plan in force; the short form names the visit and its start alone.

    Parameters
    ----------
    start
        When the visit, pickup or break starts.
    kind
        What it is.
    visit, depot
        Id of what is visited; the one that fits the kind, None otherwise.
    location
        Id of the place where known.
    arrive, finish
        The other two instants where known.
    parts, loaded, tools_loaded
        What is used or taken on board there, as in a plan file.
    """

    start: datetime
    kind: StopKind = StopKind.VISIT
    visit: str | None = None
    depot: str | None = None
    location: str | None = None
    arrive: datetime | None = None
    finish: datetime | None = None
    parts: Mapping[str, int] = field(default_factory=dict)
    loaded: Mapping[str, int] = field(default_factory=dict)
    tools_loaded: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        if self.kind is StopKind.VISIT:
            require_id("visit", self.visit)
        if self.kind is StopKind.PICKUP:
            require_id("depot", self.depot)
        for name in ("arrive", "start", "finish"):
            require_aware(name, getattr(self, name))

    @classmethod
    def of(cls, stop: PlanStop) -> Self:
        """Take a stop of a finished plan over as it is."""
        return cls(
            start=stop.start,
            kind=stop.kind,
            visit=stop.visit,
            depot=stop.depot,
            location=stop.location,
            arrive=stop.arrive,
            finish=stop.finish,
            parts=stop.parts,
            loaded=stop.loaded,
            tools_loaded=stop.tools_loaded,
        )


@dataclass(frozen=True, slots=True)
class CurrentRoute:
    """The stops of one shift in order; departure and return where known."""

    shift: str
    stops: tuple[CurrentStop, ...] = ()
    start: datetime | None = None
    end: datetime | None = None

    def __post_init__(self) -> None:
        require_id("shift", self.shift)
        require_aware("start", self.start)
        require_aware("end", self.end)


@dataclass(frozen=True, slots=True)
class CurrentPlan:
    """The routes in force, at most one per shift."""

    routes: tuple[CurrentRoute, ...] = ()

    @classmethod
    def of(cls, plan: Plan) -> Self:
        """Take a finished plan as the reference of the next one."""
        return cls(
            tuple(
                CurrentRoute(
                    shift=route.shift,
                    stops=tuple(CurrentStop.of(stop) for stop in route.stops),
                    start=route.start,
                    end=route.end,
                )
                for route in plan.routes
            )
        )

    def route_of(self, shift: str) -> CurrentRoute | None:
        """Find the route of a shift; None when it is not used."""
        return next((route for route in self.routes if route.shift == shift), None)
