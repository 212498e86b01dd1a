"""Where requests come from: what is installed where, how often it fails, what was promised for it.

A case tells what is open now; its demand tells what will be reported later, as rates. Simulations
draw from it, planning never looks at it.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta

from dispatch.domain.checks import (
    require,
    require_aware,
    require_count,
    require_duration,
    require_id,
    require_quantities,
    require_unique,
)
from dispatch.domain.coverage import CoverageHours
from dispatch.domain.local_time import zone_named
from dispatch.domain.risk import DEFAULT_RISK, RiskModel
from dispatch.domain.severity import Severity
from dispatch.domain.site import Access
from dispatch.domain.skill import RequiredSkill
from dispatch.domain.sla_terms import SlaTerms
from dispatch.domain.visit import Priority, VisitKind

__all__ = [
    "ArrivalTerms",
    "Assumptions",
    "Demand",
    "DemandContract",
    "DemandScale",
    "Fault",
    "OpenRequest",
    "Source",
]


@dataclass(frozen=True, slots=True)
class ArrivalTerms:
    """What one severity is promised: how fast somebody arrives, and what a late arrival costs."""

    arrive_within: timedelta
    breach_fee: int = 0
    lateness_per_hour: int = 0
    priority: Priority = Priority.NORMAL

    def __post_init__(self) -> None:
        require_duration("arrive_within", self.arrive_within)
        require_count("breach_fee", self.breach_fee)
        require_count("lateness_per_hour", self.lateness_per_hour)


@dataclass(frozen=True, slots=True)
class DemandContract:
    """A kind of contract as far as arrivals go.

    Parameters
    ----------
    id
        For example ``standard``.
    terms
        By severity; a severity that is missing is promised nothing.
    coverage
        When the clock runs.
    """

    id: str
    terms: Mapping[Severity, ArrivalTerms] = field(default_factory=dict)
    coverage: CoverageHours = field(default_factory=CoverageHours.always)

    def __post_init__(self) -> None:
        require_id("id", self.id)

    def sla(self, severity: Severity, reported_at: datetime) -> SlaTerms | None:
        """Start the arrival clock of one request; None when nothing is promised."""
        found = self.terms.get(severity)
        if found is None:
            return None
        deadline = self.coverage.after(reported_at, found.arrive_within)
        return SlaTerms(
            arrive_by=deadline.astimezone(reported_at.tzinfo).replace(microsecond=0),
            severity=severity,
            breach_fee=found.breach_fee,
            lateness_per_hour=found.lateness_per_hour,
        )


@dataclass(frozen=True, slots=True)
class Source:
    """Equipment of one type at one place: where requests come from.

    Parameters
    ----------
    id, location, type
        Own id, id of a location of the case, type of equipment (or of ticket).
    weight
        Pieces of equipment; rates of faults are per piece.
    customer, contract, territory
        Whose it is, what is promised, region for reports.
    access
        When work may start; urgent requests are let in at any time.
    preferred
        Engineers the customer knows.
    """

    id: str
    location: str
    type: str = ""
    weight: float = 1.0
    customer: str = ""
    contract: str = ""
    territory: str | None = None
    access: Access = field(default_factory=Access)
    preferred: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        require_id("id", self.id)
        require_id("location", self.location)
        usable = math.isfinite(self.weight) and self.weight >= 0
        require(usable, "weight", self.weight, "a number from 0")
        require_unique("preferred", self.preferred)


@dataclass(frozen=True, slots=True)
class Fault:
    """One way in which a type of equipment asks for a visit, and how often.

    Parameters
    ----------
    id, type
        Own id, and the type of the sources it befalls.
    per_day
        Mean number of requests per day and piece of equipment.
    severities
        Shares by severity; empty: a visit without any promise, maintenance for example.
    duration, skills, tools, parts, crew_size, kind, priority, title
        What the visit needs; ``priority`` holds where the contract names none.
    """

    id: str
    per_day: float
    duration: timedelta
    type: str = ""
    severities: Mapping[Severity, float] = field(default_factory=dict)
    skills: tuple[RequiredSkill, ...] = ()
    tools: tuple[str, ...] = ()
    parts: Mapping[str, int] = field(default_factory=dict)
    crew_size: int = 1
    kind: VisitKind = VisitKind.CORRECTIVE
    priority: Priority = Priority.NORMAL
    title: str = ""

    def __post_init__(self) -> None:
        require_id("id", self.id)
        require(math.isfinite(self.per_day) and self.per_day >= 0, "per_day", self.per_day, "0 up")
        require_duration("duration", self.duration)
        require_quantities("parts", self.parts)
        require_count("crew_size", self.crew_size, 1)
        for severity, share in self.severities.items():
            usable = math.isfinite(share) and share >= 0
            require(usable, f"severities/{severity.value}", share, "a share from 0")
        total = sum(self.severities.values())
        require(not self.severities or total > 0, "severities", total, "shares of more than 0")


@dataclass(frozen=True, slots=True)
class OpenRequest:
    """Which contract stands behind a visit of the case, and since when its clock runs."""

    visit: str
    contract: str
    reported_at: datetime
    customer: str = ""

    def __post_init__(self) -> None:
        require_id("visit", self.visit)
        require_aware("reported_at", self.reported_at)


@dataclass(frozen=True, slots=True)
class DemandScale:
    """A factor on part of the demand; None stands for all of them."""

    factor: float
    type: str | None = None
    location: str | None = None
    territory: str | None = None
    customer: str | None = None
    severity: Severity | None = None
    start: date | None = None
    until: date | None = None

    def __post_init__(self) -> None:
        usable = math.isfinite(self.factor) and 0 <= self.factor <= 100
        require(usable, "factor", self.factor, "a factor from 0 to 100")

    def concerns(self, source: Source, day: date) -> bool:
        """Whether the factor holds for a source on a day."""
        same = all(
            wanted is None or wanted == given
            for wanted, given in (
                (self.type, source.type),
                (self.location, source.location),
                (self.territory, source.territory),
                (self.customer, source.customer),
            )
        )
        begun = self.start is None or self.start <= day
        return same and begun and (self.until is None or day < self.until)


@dataclass(frozen=True, slots=True)
class Assumptions:
    """What a simulation takes for granted about people, phones and parts.

    Parameters
    ----------
    risk
        Spreads of work and travel around their plan.
    illness_per_day
        Chance that an engineer does not come, or goes home during the shift.
    offline_share, offline_mean
        Share of reports that arrive late, and how late on average.
    delivery_lead
        Until a piece taken from a depot lies there again; None: never.
    van_refill
        Whether vans are filled up from the depots' shelves before each shift.
    """

    risk: RiskModel = DEFAULT_RISK
    illness_per_day: float = 0.01
    offline_share: float = 0.05
    offline_mean: timedelta = timedelta(minutes=20)
    delivery_lead: timedelta | None = timedelta(days=2)
    van_refill: bool = True

    def __post_init__(self) -> None:
        for name in ("illness_per_day", "offline_share"):
            share = getattr(self, name)
            require(0 <= share <= 1, name, share, "a share from 0 to 1")
        require_duration("offline_mean", self.offline_mean)
        require_duration("delivery_lead", self.delivery_lead)


@dataclass(frozen=True, slots=True)
class Demand:
    """Everything that will be asked for, as rates.

    Parameters
    ----------
    zone
        IANA name of the zone of hours, weekdays and months; empty: the offset of the case.
    hours, weekdays, months
        Shape of the day (24 weights), of the week (7 factors, Monday first) and of the year
        (12 factors); hours are scaled to a sum of one.
    contracts, sources, faults
        What is promised, what is installed, how it fails.
    open_requests
        What stands behind visits of the case.
    scales
        Factors on parts of it, from scenarios.
    assumptions
        About people, phones and parts.
    """

    zone: str = ""
    hours: tuple[float, ...] = (1.0,) * 24
    weekdays: tuple[float, ...] = (1.0,) * 7
    months: tuple[float, ...] = (1.0,) * 12
    contracts: tuple[DemandContract, ...] = ()
    sources: tuple[Source, ...] = ()
    faults: tuple[Fault, ...] = ()
    open_requests: tuple[OpenRequest, ...] = ()
    scales: tuple[DemandScale, ...] = ()
    assumptions: Assumptions = Assumptions()

    def __post_init__(self) -> None:
        if self.zone:
            zone_named(self.zone)
        for name, many in (("hours", 24), ("weekdays", 7), ("months", 12)):
            row = getattr(self, name)
            usable = len(row) == many and all(math.isfinite(one) and one >= 0 for one in row)
            require(usable and sum(row) > 0, name, list(row), f"{many} weights, not all of them 0")
        require_unique("contracts", (one.id for one in self.contracts))
        require_unique("sources", (one.id for one in self.sources))
        require_unique("faults", (one.id for one in self.faults))
        require_unique("open_requests", (one.visit for one in self.open_requests))

    def contract(self, id: str) -> DemandContract | None:
        """Find a contract; None when there is none of that id."""
        return next((one for one in self.contracts if one.id == id), None)

    def factor_of(self, day: date) -> float:
        """Shape of the week and of the year on a day."""
        return self.weekdays[day.weekday()] * self.months[day.month - 1]

    def scaled(self, scale: DemandScale) -> Demand:
        """The same demand with one more factor on part of it."""
        return replace(self, scales=(*self.scales, scale))
