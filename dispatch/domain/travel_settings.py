"""Where travel times of a case come from."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum

import numpy as np
import numpy.typing as npt

from dispatch.domain.checks import require, require_unique

__all__ = ["UNREACHABLE", "GivenMatrix", "TravelSettings", "TravelSourceName"]

UNREACHABLE = -1
"""Stands in a matrix of seconds or metres for a pair without any way."""


class TravelSourceName(StrEnum):
    """Names a case file may give for the source of travel times."""

    HAVERSINE = "haversine"
    ROADS = "roads"
    OSRM = "osrm"
    MATRIX = "matrix"


@dataclass(frozen=True, slots=True, eq=False)
class GivenMatrix:
    """Travel written out in the case file (``travel.matrix``).

    Parameters
    ----------
    locations
        Ids of the n places, in the order of rows and columns.
    duration_s
        Seconds from row to column, int64 of shape (n, n), `UNREACHABLE` where there is no way.
    distance_m
        Metres likewise.
    """

    locations: tuple[str, ...]
    duration_s: npt.NDArray[np.int64]
    distance_m: npt.NDArray[np.int64]

    def __post_init__(self) -> None:
        require_unique("locations", self.locations)
        shape = (len(self.locations), len(self.locations))
        for name in ("duration_s", "distance_m"):
            cells = np.array(getattr(self, name), dtype=np.int64)
            require(cells.shape == shape, name, cells.shape, f"a matrix of shape {shape}")
            cells.setflags(write=False)
            object.__setattr__(self, name, cells)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, GivenMatrix):
            return NotImplemented
        return (
            self.locations == other.locations
            and np.array_equal(self.duration_s, other.duration_s)
            and np.array_equal(self.distance_m, other.distance_m)
        )

    def __hash__(self) -> int:
        return hash(self.locations)


@dataclass(frozen=True, slots=True)
class TravelSettings:
    """How to know the way from any place to any other (``travel``).

    Parameters
    ----------
    source
        Name of the source.
    speed_kmh
        Speed of the straight-line source.
    detour_factor
        Road metres for one metre of straight line.
    speed_by_hour
        Speed in km/h by local hour of departure (0 to 23); other hours: ``speed_kmh``.
    matrix
        Needed by the source ``matrix``; beside another source it is kept and not used.
    """

    source: TravelSourceName = TravelSourceName.HAVERSINE
    speed_kmh: float = 35.0
    detour_factor: float = 1.3
    speed_by_hour: Mapping[int, float] = field(default_factory=dict)
    matrix: GivenMatrix | None = None

    def __post_init__(self) -> None:
        speed = self.speed_kmh
        require(math.isfinite(speed) and speed > 0, "speed_kmh", speed, "above 0")
        factor = self.detour_factor
        require(math.isfinite(factor) and factor >= 1, "detour_factor", factor, "1 or more")
        for hour, at in self.speed_by_hour.items():
            require(0 <= hour <= 23, "speed_by_hour", hour, "an hour from 0 to 23")
            require(math.isfinite(at) and at > 0, f"speed_by_hour/{hour}", at, "above 0")
        missing = self.matrix is None and self.source is TravelSourceName.MATRIX
        require(not missing, "matrix", None, "a matrix, since the source is matrix")
