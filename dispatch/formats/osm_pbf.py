"""Roads and named places out of an OpenStreetMap extract in its binary form (``.osm.pbf``).

Only what a plain map needs is read: coordinates of nodes, ways that are roads, nodes that are
places. Numbers are packed as variable-length integers; numpy unpacks whole columns at once.
"""

from __future__ import annotations

import struct
import zlib
from collections.abc import Iterator
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray

from dispatch.formats.osm_content import OsmContent

__all__ = ["read_pbf"]

MOST_BLOB = 32 * 1024 * 1024
NANO = 1e-9
VARINT, FIXED64, BYTES, FIXED32 = 0, 1, 2, 5
Integers = NDArray[np.int64]


def read_pbf(stream: BinaryIO) -> OsmContent:
    """Read an extract.

    Raises
    ------
    ValueError
        When it is no such file, or broken.
    """
    content = OsmContent()
    seen = False
    for kind, block in _blobs(stream):
        seen = True
        if kind == b"OSMData":
            _read_block(block, content)
    if not seen:
        raise ValueError("an OpenStreetMap extract: the file is empty")
    return content


def _blobs(stream: BinaryIO) -> Iterator[tuple[bytes, bytes]]:
    while head := stream.read(4):
        if len(head) < 4:
            raise ValueError("an OpenStreetMap extract: cut short")
        (length,) = struct.unpack(">I", head)
        if length > 64 * 1024:
            raise ValueError("an OpenStreetMap extract: no such header")
        header = dict(_fields(stream.read(length)))
        size = header.get(3, 0)
        if not isinstance(size, int) or not 0 < size <= MOST_BLOB:
            raise ValueError(f"an OpenStreetMap extract: block of {size!r} bytes")
        blob = dict(_fields(stream.read(size)))
        kind = header.get(1, b"")
        raw, packed = blob.get(1), blob.get(3)
        if isinstance(packed, bytes):
            raw = _unpacked(packed)
        if not isinstance(raw, bytes) or not isinstance(kind, bytes):
            raise ValueError("an OpenStreetMap extract: packed in a way this program cannot read")
        yield kind, raw


def _unpacked(packed: bytes) -> bytes:
    unpacking = zlib.decompressobj()
    try:
        raw = unpacking.decompress(packed, MOST_BLOB)
    except zlib.error as error:
        raise ValueError(f"an OpenStreetMap extract: {error}") from error
    if unpacking.unconsumed_tail:
        raise ValueError(f"an OpenStreetMap extract: a block of more than {MOST_BLOB} bytes")
    return raw


def _fields(data: bytes) -> Iterator[tuple[int, int | bytes]]:
    """Number and value of each field of a message."""
    at, end = 0, len(data)
    while at < end:
        key, at = _varint(data, at)
        number, wire = key >> 3, key & 7
        if wire == VARINT:
            value, at = _varint(data, at)
            yield number, value
        elif wire == BYTES:
            length, at = _varint(data, at)
            if at + length > end:
                raise ValueError("an OpenStreetMap extract: cut short")
            yield number, data[at : at + length]
            at += length
        elif wire == FIXED64:
            at += 8
        elif wire == FIXED32:
            at += 4
        else:
            raise ValueError(f"an OpenStreetMap extract: field of kind {wire}")


def _varint(data: bytes, at: int) -> tuple[int, int]:
    value = shift = 0
    while True:
        if at >= len(data) or shift > 63:
            raise ValueError("an OpenStreetMap extract: cut short")
        byte = data[at]
        at += 1
        value |= (byte & 127) << shift
        if byte < 128:
            return value, at
        shift += 7


def _packed(data: int | bytes | None) -> Integers:
    """A whole column of variable-length integers."""
    if not isinstance(data, bytes) or not data:
        return np.zeros(0, dtype=np.int64)
    octets = np.frombuffer(data, dtype=np.uint8)
    ends = np.flatnonzero(octets < 128)
    starts = np.concatenate(([0], ends[:-1] + 1))
    lengths = ends - starts + 1
    octets = octets[: ends[-1] + 1]
    place = np.arange(len(octets)) - np.repeat(starts, lengths)
    parts = (octets & 127).astype(np.uint64) << (7 * place).astype(np.uint64)
    return np.add.reduceat(parts, starts).view(np.int64)


def _signed(values: Integers) -> Integers:
    """Undo the folding of signs into the lowest bit."""
    unsigned = values.view(np.uint64)
    return (unsigned >> np.uint64(1)).view(np.int64) ^ -(values & 1)


def _read_block(block: bytes, content: OsmContent) -> None:
    strings: list[str] = []
    groups: list[bytes] = []
    scale, lat_offset, lon_offset = 100, 0, 0
    for number, value in _fields(block):
        if number == 1 and isinstance(value, bytes):
            strings = [
                one.decode("utf-8", "replace")
                for _, one in _fields(value)
                if isinstance(one, bytes)
            ]
        elif number == 2 and isinstance(value, bytes):
            groups.append(value)
        elif isinstance(value, int) and number in (17, 19, 20):
            if number == 17:
                scale = value
            elif number == 19:
                lat_offset = int(_signed(np.array([value], dtype=np.int64))[0])
            else:
                lon_offset = int(_signed(np.array([value], dtype=np.int64))[0])
    for group in groups:
        for number, value in _fields(group):
            if not isinstance(value, bytes):
                continue
            if number == 2:
                _read_dense(value, strings, (scale, lat_offset, lon_offset), content)
            elif number == 3:
                _read_way(value, strings, content)


def _read_dense(
    data: bytes, strings: list[str], grid: tuple[int, int, int], content: OsmContent
) -> None:
    columns = dict(_fields(data))
    scale, lat_offset, lon_offset = grid
    ids = np.cumsum(_signed(_packed(columns.get(1))))
    lats = _degrees(columns.get(8), scale, lat_offset)
    lons = _degrees(columns.get(9), scale, lon_offset)
    if not len(ids) == len(lats) == len(lons):
        raise ValueError("an OpenStreetMap extract: columns of unequal length")
    content.add_nodes(ids, lats, lons)
    tags = _packed(columns.get(10)).tolist()
    node = at = 0
    while at < len(tags) and node < len(ids):
        found: dict[str, str] = {}
        while at < len(tags) and tags[at] != 0:
            found[strings[tags[at]]] = strings[tags[at + 1]]
            at += 2
        at += 1
        if found:
            content.add_tagged(float(lats[node]), float(lons[node]), found)
        node += 1


def _degrees(data: int | bytes | None, scale: int, offset: int) -> NDArray[np.float64]:
    steps = np.cumsum(_signed(_packed(data)))
    return (offset + scale * steps).astype(np.float64) * NANO


def _read_way(data: bytes, strings: list[str], content: OsmContent) -> None:
    columns = dict(_fields(data))
    keys, values = _packed(columns.get(2)).tolist(), _packed(columns.get(3)).tolist()
    tags = {strings[key]: strings[value] for key, value in zip(keys, values, strict=False)}
    if "highway" in tags:
        content.add_way(np.cumsum(_signed(_packed(columns.get(8)))), tags)
