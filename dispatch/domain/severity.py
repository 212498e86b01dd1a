"""How bad a fault is, in the customer's own words."""

from __future__ import annotations

from enum import StrEnum

__all__ = ["Severity"]


class Severity(StrEnum):
    """How bad a fault is; every severity has its own limits in a contract."""

    CRITICAL = "critical"
    """The equipment cannot be used."""
    MAJOR = "major"
    """A serious failure; part of the equipment can still be used."""
    MINOR = "minor"
    """A general fault that can wait."""
    CONSULTATION = "consultation"
    """A question; nobody has to drive."""

    @property
    def rank(self) -> int:
        """Position from the worst (0) to the mildest (3), for sorting."""
        return list(Severity).index(self)
