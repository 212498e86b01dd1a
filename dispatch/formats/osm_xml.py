"""Roads and named places out of an OpenStreetMap extract in XML (``.osm``, ``.osm.gz``)."""

from __future__ import annotations

from typing import BinaryIO
from xml.parsers import expat

import numpy as np

from dispatch.formats.osm_content import OsmContent

__all__ = ["read_osm_xml"]


def read_osm_xml(stream: BinaryIO) -> OsmContent:
    """Read an extract element by element, so that a large one need not fit into memory.

    Raises
    ------
    ValueError
        When it is no such file, or broken.
    """
    reader = _Reader()
    parser = expat.ParserCreate()
    parser.EntityDeclHandler = _refuse
    parser.StartElementHandler = reader.start
    parser.EndElementHandler = reader.end
    try:
        parser.ParseFile(stream)
    except (expat.ExpatError, KeyError) as error:
        raise ValueError(f"an OpenStreetMap extract: {error}") from error
    return reader.content()


def _refuse(*_: object) -> None:
    """No extract declares entities, and they can be made to swallow a machine."""
    raise ValueError("an OpenStreetMap extract: declares entities, expected none")


class _Reader:
    """Collects nodes and ways while elements begin and end."""

    def __init__(self) -> None:
        self._content = OsmContent()
        self._ids: list[int] = []
        self._lats: list[float] = []
        self._lons: list[float] = []
        self._tags: dict[str, str] = {}
        self._refs: list[int] = []

    def start(self, name: str, attributes: dict[str, str]) -> None:
        """An element begins."""
        if name == "node":
            self._ids.append(int(attributes["id"]))
            self._lats.append(float(attributes["lat"]))
            self._lons.append(float(attributes["lon"]))
            self._tags = {}
        elif name == "way":
            self._tags, self._refs = {}, []
        elif name == "tag":
            self._tags[attributes["k"]] = attributes["v"]
        elif name == "nd":
            self._refs.append(int(attributes["ref"]))

    def end(self, name: str) -> None:
        """An element ends."""
        if name == "node" and self._tags:
            self._content.add_tagged(self._lats[-1], self._lons[-1], self._tags)
        elif name == "way":
            self._content.add_way(np.array(self._refs, dtype=np.int64), self._tags)

    def content(self) -> OsmContent:
        """Everything that was found."""
        ids = np.array(self._ids, dtype=np.int64)
        self._content.add_nodes(ids, np.array(self._lats), np.array(self._lons))
        return self._content
