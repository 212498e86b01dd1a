"""The plain map under the board's routes: roads and place names of the configured local extract.

No request leaves the host for it. The extract is read once, by whoever asks first, and what a
page needs of it is kept in memory.
"""

from __future__ import annotations

import gzip
import threading
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

import numpy as np

from dispatch.errors import Unavailable
from dispatch.formats.osm_content import OsmContent, OsmPlace, OsmRoad
from dispatch.formats.osm_pbf import read_pbf
from dispatch.formats.osm_xml import read_osm_xml

__all__ = ["NO_MAP", "BaseMap", "MapExtract", "Road"]

ATTRIBUTION = "© OpenStreetMap contributors"
MOST_POINTS = 150_000
MOST_PLACES = 2_000
APART_DEG = 0.00012
"""Points of a road nearer than about 13 m to the one before are left out."""
PLACE_ORDER = {"city": 0, "town": 1, "suburb": 2, "village": 2, "hamlet": 3}


@dataclass(frozen=True, slots=True)
class Road:
    """A line on the map: ``rank`` 0 main, 1 middle, 2 small; points as (lat, lon)."""

    rank: int
    points: tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class BaseMap:
    """Roads, main ones first, and places, large ones first; both empty without an extract."""

    roads: tuple[Road, ...] = ()
    places: tuple[OsmPlace, ...] = ()
    attribution: str = ""


NO_MAP = BaseMap()


class MapExtract:
    """A file with OpenStreetMap data (``.osm.pbf``, ``.osm`` or ``.osm.gz``), read when needed.

    Parameters
    ----------
    path
        Where it is; empty: there is none.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._lock = threading.Lock()
        self._made: BaseMap | None = None

    def base_map(self) -> BaseMap:
        """Roads and places.

        Raises
        ------
        Unavailable
            When the file cannot be read.
        """
        if not self._path:
            return NO_MAP
        with self._lock:
            if self._made is None:
                self._made = _draw(_read(Path(self._path)))
            return self._made


def _read(path: Path) -> OsmContent:
    try:
        if path.name.endswith(".pbf"):
            with path.open("rb") as stream:
                return read_pbf(stream)
        if path.name.endswith(".gz"):
            with gzip.open(path) as packed:
                return read_osm_xml(cast("BinaryIO", packed))
        with path.open("rb") as stream:
            return read_osm_xml(stream)
    except (OSError, EOFError, ValueError) as error:
        raise Unavailable(
            f"map extract {path.name}: {error}",
            advice="set DISPATCH_MAP_EXTRACT to a file that can be read, or leave it empty.",
        ) from error


def _draw(content: OsmContent) -> BaseMap:
    roads, points = [], 0
    for road in content.roads():
        line = _thinned(road)
        points += len(line)
        if points > MOST_POINTS:
            break
        roads.append(Road(road.rank, line))
    places = sorted(content.places, key=lambda one: (PLACE_ORDER[one.kind], one.name))
    return BaseMap(tuple(roads), tuple(places[:MOST_PLACES]), ATTRIBUTION)


def _thinned(road: OsmRoad) -> tuple[tuple[float, float], ...]:
    """Drop points that nobody could tell from their neighbours; both ends stay."""
    steps = np.hypot(np.diff(road.lats), np.diff(road.lons))
    kept, gone = [0], 0.0
    for number, step in enumerate(steps.tolist(), start=1):
        gone += step
        if gone >= APART_DEG or number == len(steps):
            kept.append(number)
            gone = 0.0
    return tuple(
        (round(float(road.lats[number]), 5), round(float(road.lons[number]), 5)) for number in kept
    )
