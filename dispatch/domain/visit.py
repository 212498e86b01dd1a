"""One piece of on-site work to be planned."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum

from dispatch.domain.checks import (
    require,
    require_aware,
    require_count,
    require_duration,
    require_id,
    require_quantities,
    require_unique,
)
from dispatch.domain.due import DueWindow
from dispatch.domain.promise import Promise
from dispatch.domain.skill import RequiredSkill
from dispatch.domain.sla_terms import SlaTerms
from dispatch.domain.window import TimeWindow

__all__ = ["After", "EngineerRules", "Pin", "Priority", "Visit", "VisitKind"]


class VisitKind(StrEnum):
    """Why somebody goes there."""

    CORRECTIVE = "corrective"
    MAINTENANCE = "maintenance"
    DELIVERY = "delivery"
    SURVEY = "survey"


class Priority(StrEnum):
    """The tier in which a visit may be left out; money never buys a tier."""

    MANDATORY = "mandatory"
    HIGH = "high"
    NORMAL = "normal"
    LOW = "low"


@dataclass(frozen=True, slots=True)
class EngineerRules:
    """Who may, should and must not come; engineer ids, ``required`` empty: everybody may."""

    required: tuple[str, ...] = ()
    preferred: tuple[str, ...] = ()
    forbidden: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        for name in ("required", "preferred", "forbidden"):
            require_unique(name, getattr(self, name))

    def allows(self, engineer: str) -> bool:
        """Tell whether an engineer may come at all."""
        return engineer not in self.forbidden and (not self.required or engineer in self.required)


@dataclass(frozen=True, slots=True)
class Pin:
    """A visit fixed to a shift, and to a place in its order or a start where given.

    Parameters
    ----------
    shift
        Id of the shift.
    position
        Place among the visits of the route, counted from 0; None: any.
    start
        Instant at which work starts; None: any.
    """

    shift: str
    position: int | None = None
    start: datetime | None = None

    def __post_init__(self) -> None:
        require_id("shift", self.shift)
        require_count("position", self.position)
        require_aware("start", self.start)


@dataclass(frozen=True, slots=True)
class After:
    """An order of visits: start ``min_delay`` to ``max_delay`` after the last finish of ``visit``."""

    visit: str
    min_delay: timedelta = timedelta(0)
    max_delay: timedelta | None = None

    def __post_init__(self) -> None:
        require_id("visit", self.visit)
        require_duration("min_delay", self.min_delay)
        require_duration("max_delay", self.max_delay)
        ordered = self.max_delay is None or self.min_delay <= self.max_delay
        require(ordered, "max_delay", self.max_delay, f"at least min_delay {self.min_delay}")


@dataclass(frozen=True, slots=True)
class Visit:
    """On-site work (contract section 3, ``visits``; readings in 4a).

    Parameters
    ----------
    id, location, duration
        Own id, id of the place, time on site at factor 1.
    kind, title
        For people and reports.
    time_windows
        Hard, for the start of work; several: any of them; empty: the planning window.
    sla, due, promise
        Arrival clock, tolerance of maintenance, what the customer was told.
    required_skills, required_tools, parts
        What an engineer must bring; pieces by part.
    engineers
        Required, preferred and forbidden engineers.
    priority
        Tier in which it may be left out.
    pinned
        Planned exactly so, or not at all.
    crew_size
        Engineers who work on it together, with one common start.
    after
        Visits that come first.
    unpopular
        What the visit weighs beyond the time it takes, for everybody who serves it; only the price
        of unfair plans looks at it.
    """

    id: str
    location: str
    duration: timedelta
    kind: VisitKind = VisitKind.CORRECTIVE
    title: str = ""
    time_windows: tuple[TimeWindow, ...] = ()
    sla: SlaTerms | None = None
    due: DueWindow | None = None
    required_skills: tuple[RequiredSkill, ...] = ()
    required_tools: tuple[str, ...] = ()
    parts: Mapping[str, int] = field(default_factory=dict)
    engineers: EngineerRules = field(default_factory=EngineerRules)
    priority: Priority = Priority.NORMAL
    pinned: Pin | None = None
    promise: Promise | None = None
    crew_size: int = 1
    after: tuple[After, ...] = ()
    unpopular: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        require_id("id", self.id)
        require_id("location", self.location)
        require_duration("duration", self.duration)
        require_unique("required_skills", (skill.name for skill in self.required_skills))
        require_unique("required_tools", self.required_tools)
        require_quantities("parts", self.parts)
        require_count("crew_size", self.crew_size, 1)
        require_duration("unpopular", self.unpopular)
        require_unique("after", (one.visit for one in self.after))
        for one in self.after:
            require(one.visit != self.id, "after", one.visit, "another visit")
