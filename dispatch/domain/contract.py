"""Contracts: what a customer was promised, and what a broken promise costs."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from dispatch.domain.clock import ClockKind, ClockTerms, PauseReason
from dispatch.domain.coverage import CoverageHours
from dispatch.domain.severity import Severity
from dispatch.domain.visit import Priority
from dispatch.errors import InputError

__all__ = ["BreachPrice", "ClockLimit", "Contract", "ServicePolicy", "SeverityTerms"]


@dataclass(frozen=True, slots=True)
class BreachPrice:
    """What one late arrival costs.

    Parameters
    ----------
    fee_percent
        Part of the monthly fee that is given back, in percent.
    free_maintenance_visits
        Maintenance visits given free of charge.
    lateness_per_hour
        What every further hour costs, in minor units.
    """

    fee_percent: int = 0
    free_maintenance_visits: int = 0
    lateness_per_hour: int = 0

    def __post_init__(self) -> None:
        if not 0 <= self.fee_percent <= 100:
            raise InputError.at("/fee_percent", self.fee_percent, "a percentage from 0 to 100")
        for name in ("free_maintenance_visits", "lateness_per_hour"):
            if getattr(self, name) < 0:
                raise InputError.at(f"/{name}", getattr(self, name), "zero or more")

    def fee(self, monthly_fee: int, maintenance_visit_price: int) -> int:
        """Price of the breach itself in minor units, rounded half up."""
        given_back = (monthly_fee * self.fee_percent + 50) // 100
        return given_back + self.free_maintenance_visits * maintenance_visit_price


@dataclass(frozen=True, slots=True)
class ClockLimit:
    """The limit of one clock, and whether it runs on contract hours or on all hours.

    Parameters
    ----------
    limit
        Time allowed.
    on
        ``"contract"`` runs on the contract's coverage hours, ``"calendar"`` around the clock,
        ``"office"`` on the office hours of the contract's policy.
    """

    limit: timedelta
    on: str = "contract"

    def __post_init__(self) -> None:
        if self.on not in ("contract", "calendar", "office"):
            raise InputError.at("/on", self.on, "contract, calendar or office")


@dataclass(frozen=True, slots=True)
class SeverityTerms:
    """What one severity is promised under one policy.

    Parameters
    ----------
    limits
        Limit per clock; a clock that is missing is not promised.
    tier
        Tier of priority in which a visit for it may be left out of a plan.
    breach
        Price of a late arrival.
    """

    limits: Mapping[ClockKind, ClockLimit]
    tier: Priority = Priority.NORMAL
    breach: BreachPrice = BreachPrice()


@dataclass(frozen=True, slots=True)
class ServicePolicy:
    """A kind of contract, as data: the same for all customers who buy it.

    Parameters
    ----------
    name
        ``"platinum"``, ``"standard"`` or a name of the company's own.
    coverage
        When the clocks run.
    office
        Office hours, for promises in working days.
    severities
        What is promised per severity; every severity has an entry.
    stops_for
        Reasons of pauses for which the clocks stand still.
    complaints
        Limits of the clocks of a complaint.
    loaner_after
        When a device of the same grade is lent if the fault still stands.
    """

    name: str
    coverage: CoverageHours
    office: CoverageHours
    severities: Mapping[Severity, SeverityTerms]
    stops_for: frozenset[PauseReason] = frozenset()
    complaints: Mapping[ClockKind, ClockLimit] = field(default_factory=dict)
    loaner_after: timedelta = timedelta(days=3)

    def __post_init__(self) -> None:
        missing = [severity.value for severity in Severity if severity not in self.severities]
        if missing:
            raise InputError.at(
                "/severities", sorted(self.severities), "terms for " + ", ".join(missing) + " too"
            )

    def clock_terms(self, kind: ClockKind, severity: Severity) -> ClockTerms | None:
        """Look up what is promised for one clock; None when nothing is."""
        found = self.severities[severity].limits.get(kind) or self.complaints.get(kind)
        if found is None:
            return None
        coverage = {
            "contract": self.coverage,
            "calendar": CoverageHours.always(self.coverage.zone),
            "office": self.office,
        }[found.on]
        return ClockTerms(found.limit, coverage, self.stops_for)


@dataclass(frozen=True, slots=True)
class Contract:
    """One customer's contract.

    Parameters
    ----------
    id, customer, customer_en
        Its id, and the customer's name as written and in Latin letters.
    policy
        What is promised.
    monthly_fee, maintenance_visit_price
        In minor units; the base of the breach price.
    starts, ends
        First and last day; ``ends`` None for open-ended.
    key_account
        Whether requests go through the priority lane: one tier above the policy's, except
        that only the policy itself makes a visit mandatory.
    representatives
        Engineers the customer knows; preferred for its visits.
    """

    id: str
    customer: str
    policy: ServicePolicy
    monthly_fee: int = 0
    maintenance_visit_price: int = 0
    starts: date = date(2000, 1, 1)
    ends: date | None = None
    key_account: bool = False
    representatives: tuple[str, ...] = ()
    customer_en: str = ""

    def __post_init__(self) -> None:
        for name in ("monthly_fee", "maintenance_visit_price"):
            if getattr(self, name) < 0:
                raise InputError.at(
                    f"/contracts/{self.id}/{name}", getattr(self, name), "0 or more"
                )
        if self.ends is not None and self.ends < self.starts:
            raise InputError.at(
                f"/contracts/{self.id}/ends", str(self.ends), f"a day not before {self.starts}"
            )

    def breach_fee(self, severity: Severity) -> int:
        """Price of a late arrival in minor units."""
        price = self.policy.severities[severity].breach
        return price.fee(self.monthly_fee, self.maintenance_visit_price)

    def tier(self, severity: Severity) -> Priority:
        """Tier of priority in which a visit for a fault of this severity may be left out."""
        tier = self.policy.severities[severity].tier
        if not self.key_account:
            return tier
        return {Priority.NORMAL: Priority.HIGH, Priority.LOW: Priority.NORMAL}.get(tier, tier)
