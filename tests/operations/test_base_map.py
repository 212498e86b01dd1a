"""The map under the routes comes out of a file beside the service, and from nowhere else."""

from __future__ import annotations

import gzip
import io
import struct
import zlib
from pathlib import Path

import pytest

from dispatch.errors import Unavailable
from dispatch.formats.osm_pbf import read_pbf
from dispatch.formats.osm_xml import read_osm_xml
from dispatch.operations.base_map import NO_MAP, MapExtract

ANDORRA = Path(__file__).parents[3] / "shared" / "data" / "osm" / "gh_andorra.osm.pbf"
OSM = """<osm><node id="1" lat="21.27" lon="110.36"/><node id="2" lat="21.28" lon="110.36"/>
<node id="3" lat="21.280001" lon="110.360001"/><node id="4" lat="21.3" lon="110.4">
<tag k="place" v="town"/><tag k="name" v="霞山 &lt;b&gt;"/><tag k="name:en" v="Xiashan"/></node>
<way id="9"><nd ref="1"/><nd ref="2"/><nd ref="3"/><nd ref="77"/><tag k="highway" v="primary_link"/></way>
<way id="8"><nd ref="1"/><nd ref="4"/><tag k="highway" v="residential"/></way>
<way id="7"><nd ref="1"/><nd ref="4"/><tag k="highway" v="footway"/></way></osm>"""


def test_roads_and_places_of_xml(tmp_path: Path) -> None:
    """A footway is no road, a point beyond the border is left out, names stay as they are."""
    path = tmp_path / "town.osm.gz"
    path.write_bytes(gzip.compress(OSM.encode()))
    found = MapExtract(str(path)).base_map()
    assert [(road.rank, len(road.points)) for road in found.roads] == [(0, 3), (2, 2)]
    assert found.roads[0].points[0] == (21.27, 110.36)
    (place,) = found.places
    assert (place.kind, place.name, place.name_en) == ("town", "霞山 <b>", "Xiashan")
    assert "OpenStreetMap" in found.attribution


def test_without_a_file_there_is_no_map() -> None:
    """Which is no mistake: the ground is plain then."""
    assert MapExtract("").base_map() == NO_MAP


@pytest.mark.parametrize("name", ["missing.osm.pbf", "broken.osm.pbf", "broken.osm", "broken.gz"])
def test_a_file_that_cannot_be_read_is_named(tmp_path: Path, name: str) -> None:
    """The board goes on without roads, and the operator hears which file it was."""
    if name.startswith("broken"):
        (tmp_path / name).write_bytes(b"\0\0\0\5hello, this is no map")
    with pytest.raises(Unavailable, match=name):
        MapExtract(str(tmp_path / name)).base_map()


def test_a_block_that_unpacks_to_more_than_it_may_is_cut() -> None:
    """A small file must not fill the memory."""
    bomb = zlib.compress(b"\0" * 200_000_000, 9)
    blob = b"\x1a" + varint(len(bomb)) + bomb
    header = b"\x0a\x07OSMData\x18" + varint(len(blob))
    with pytest.raises(ValueError, match="OpenStreetMap"):
        read_pbf(io.BytesIO(struct.pack(">I", len(header)) + header + blob))


def varint(value: int) -> bytes:
    """A number as the format writes it."""
    found = b""
    while value > 127:
        found += bytes([value & 127 | 128])
        value >>= 7
    return found + bytes([value])


def test_entities_are_refused() -> None:
    """No extract needs them, and they can be made to swallow a machine."""
    text = b'<!DOCTYPE x [<!ENTITY a "aa">]><osm><node id="1" lat="1" lon="1"/></osm>'
    with pytest.raises(ValueError, match="OpenStreetMap"):
        read_osm_xml(io.BytesIO(text))


def test_a_real_extract_has_its_capital() -> None:
    """Andorra, out of the reference data."""
    if not ANDORRA.exists():
        pytest.skip(f"{ANDORRA} is not there")
    found = MapExtract(str(ANDORRA)).base_map()
    assert len(found.roads) > 1000
    assert found.roads[0].rank == 0
    assert all(42.4 < lat < 42.7 and 1.3 < lon < 1.9 for lat, lon in found.roads[0].points)
    assert any(one.name == "Andorra la Vella" for one in found.places)
