"""What the contract says about arriving at one visit, with the price of a breach."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.domain.checks import require_aware, require_count
from dispatch.domain.severity import Severity

__all__ = ["SlaTerms"]


@dataclass(frozen=True, slots=True)
class SlaTerms:
    """The arrival clock of one visit, already computed to an instant (``visits[].sla``).

    Parameters
    ----------
    arrive_by
        Last instant of arrival that keeps the promise; for a crew the first arrival counts.
    severity
        For reports and order of listing; it has no price of its own.
    breach_fee
        Paid once when late, minor units.
    lateness_per_hour
        Paid per hour of lateness, pro rata to the second, minor units.
    """

    arrive_by: datetime
    severity: Severity = Severity.MINOR
    breach_fee: int = 0
    lateness_per_hour: int = 0

    def __post_init__(self) -> None:
        require_aware("arrive_by", self.arrive_by)
        require_count("breach_fee", self.breach_fee)
        require_count("lateness_per_hour", self.lateness_per_hour)
