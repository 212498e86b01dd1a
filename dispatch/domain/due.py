"""When maintenance is due: hard bounds and a preferred instant."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from dispatch.domain.checks import require, require_aware, require_count

__all__ = ["DueWindow"]


@dataclass(frozen=True, slots=True)
class DueWindow:
    """Tolerance around a due date (``visits[].due``).

    Parameters
    ----------
    earliest, latest
        Hard bounds of the start of work; None: no bound on that side.
    ideal
        Instant from which earliness and lateness are priced; None: no price.
    earliness_per_day, lateness_per_day
        Pro rata per second, minor units.
    """

    earliest: datetime | None = None
    ideal: datetime | None = None
    latest: datetime | None = None
    earliness_per_day: int = 0
    lateness_per_day: int = 0

    def __post_init__(self) -> None:
        for name in ("earliest", "ideal", "latest"):
            require_aware(name, getattr(self, name))
        given = [one for one in (self.earliest, self.ideal, self.latest) if one is not None]
        require(given == sorted(given), "latest", self.latest, "earliest <= ideal <= latest")
        require_count("earliness_per_day", self.earliness_per_day)
        require_count("lateness_per_day", self.lateness_per_day)
