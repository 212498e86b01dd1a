"""What is kept of an OpenStreetMap extract: roads as lines of coordinates, places with names."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

__all__ = ["OsmContent", "OsmPlace", "OsmRoad"]

CLASSES = {
    "motorway": 0,
    "trunk": 0,
    "primary": 0,
    "secondary": 1,
    "tertiary": 1,
    "unclassified": 2,
    "residential": 2,
    "living_street": 2,
}
PLACES = ("city", "town", "village", "suburb", "hamlet")


@dataclass(frozen=True, slots=True)
class OsmRoad:
    """A road: ``rank`` 0 main, 1 middle, 2 small; latitudes and longitudes of its points."""

    rank: int
    lats: NDArray[np.float64]
    lons: NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class OsmPlace:
    """A place with its names; ``kind`` is OpenStreetMap's word for its size."""

    kind: str
    name: str
    name_en: str
    lat: float
    lon: float


class OsmContent:
    """Collects nodes, ways and places while a file is read."""

    def __init__(self) -> None:
        self._ids: list[NDArray[np.int64]] = []
        self._lats: list[NDArray[np.float64]] = []
        self._lons: list[NDArray[np.float64]] = []
        self._ways: list[tuple[int, NDArray[np.int64]]] = []
        self.places: list[OsmPlace] = []

    def add_nodes(
        self, ids: NDArray[np.int64], lats: NDArray[np.float64], lons: NDArray[np.float64]
    ) -> None:
        """Learn where nodes are."""
        self._ids.append(ids)
        self._lats.append(lats)
        self._lons.append(lons)

    def add_tagged(self, lat: float, lon: float, tags: Mapping[str, str]) -> None:
        """Keep a node that is a place with a name."""
        kind, name = tags.get("place", ""), tags.get("name", "")
        if kind in PLACES and name:
            self.places.append(OsmPlace(kind, name, tags.get("name:en", ""), lat, lon))

    def add_way(self, nodes: NDArray[np.int64], tags: Mapping[str, str]) -> None:
        """Keep a way that is a road for cars."""
        rank = CLASSES.get(tags.get("highway", "").removesuffix("_link"))
        if rank is not None and len(nodes) > 1:
            self._ways.append((rank, nodes))

    def roads(self) -> list[OsmRoad]:
        """All roads, main ones first; points that the extract has cut off are left out."""
        if not self._ids:
            return []
        ids = np.concatenate(self._ids)
        order = np.argsort(ids, kind="stable")
        ids = ids[order]
        lats, lons = np.concatenate(self._lats)[order], np.concatenate(self._lons)[order]
        found = []
        for rank, nodes in self._ways:
            place = np.minimum(np.searchsorted(ids, nodes), len(ids) - 1)
            place = place[ids[place] == nodes]
            if len(place) > 1:
                found.append(OsmRoad(rank, lats[place], lons[place]))
        return sorted(found, key=lambda road: road.rank)
