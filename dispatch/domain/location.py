"""A place on the map where something starts, ends or is done."""

from __future__ import annotations

import math
from dataclasses import dataclass

from dispatch.domain.checks import require, require_id

__all__ = ["Location"]


@dataclass(frozen=True, slots=True)
class Location:
    """A place (contract section 3, ``locations``).

    Parameters
    ----------
    id
        Name by which depots, shifts and visits refer to it.
    lat, lon
        WGS-84 degrees; both None when a matrix gives the travel times.
    """

    id: str
    lat: float | None = None
    lon: float | None = None

    def __post_init__(self) -> None:
        require_id("id", self.id)
        require((self.lat is None) == (self.lon is None), "lat", self.lat, "both lat and lon")
        for name, degrees, bound in (("lat", self.lat, 90.0), ("lon", self.lon, 180.0)):
            if degrees is not None:
                inside = math.isfinite(degrees) and -bound <= degrees <= bound
                require(inside, name, degrees, f"degrees from {-bound:g} to {bound:g}")

    @property
    def coordinates(self) -> tuple[float, float] | None:
        """Latitude and longitude in degrees, or None when the place has none."""
        if self.lat is None or self.lon is None:
            return None
        return self.lat, self.lon
