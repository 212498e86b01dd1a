"""What an engineer's day costs."""

from __future__ import annotations

from dataclasses import dataclass

from dispatch.domain.checks import require_count

__all__ = ["Tariff"]


@dataclass(frozen=True, slots=True)
class Tariff:
    """Prices of one engineer in minor units of the one currency.

    Parameters
    ----------
    per_shift
        For each used shift.
    per_hour
        For each hour of working time that is not overtime.
    per_overtime_hour
        For each hour after the end of the shift.
    per_km
        For each kilometre travelled.
    """

    per_shift: int = 0
    per_hour: int = 6000
    per_overtime_hour: int = 9000
    per_km: int = 80

    def __post_init__(self) -> None:
        require_count("per_shift", self.per_shift)
        require_count("per_hour", self.per_hour)
        require_count("per_overtime_hour", self.per_overtime_hour)
        require_count("per_km", self.per_km)
