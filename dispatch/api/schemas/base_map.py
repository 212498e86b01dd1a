"""The map under the routes, and where engineers are, as answers."""

from __future__ import annotations

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.records.base import Coordinates, Instant

__all__ = ["BaseMapOut", "LastPositionOut", "LastPositionsOut", "PlaceOut", "RoadOut"]


class RoadOut(Out):
    """A road."""

    rank: int = Field(description="0 main, 1 middle, 2 small.")
    points: list[tuple[float, float]] = Field(description="Latitude and longitude, WGS-84.")


class PlaceOut(Out):
    """A place with its name."""

    kind: str = Field(description="city, town, village, suburb or hamlet.")
    name: str
    name_en: str
    lat: float
    lon: float


class BaseMapOut(Out):
    """Roads and places of the configured extract; both empty without one."""

    roads: list[RoadOut]
    places: list[PlaceOut]
    attribution: str = Field(description="To be shown with the map; empty without one.")


class LastPositionOut(Out):
    """Where an engineer was last."""

    engineer: str
    position: Coordinates
    accuracy_m: float | None
    at: Instant


class LastPositionsOut(Out):
    """Last points of all engineers that have one."""

    items: list[LastPositionOut]
