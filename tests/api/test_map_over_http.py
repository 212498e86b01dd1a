"""What the board's map is drawn from, and what it costs an engineer's privacy."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest

from tests.api.conftest import found
from tests.api.running import V1, running
from tests.operations.small_company import at

TOWN = """<osm><node id="1" lat="21.27" lon="110.36"/><node id="2" lat="21.28" lon="110.37"/>
<node id="3" lat="21.3" lon="110.4"><tag k="place" v="city"/><tag k="name" v="湛江"/></node>
<way id="9"><nd ref="1"/><nd ref="2"/><tag k="highway" v="trunk"/></way></osm>"""


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[httpx.Client]:
    """The small company with a map of one road."""
    folder: Path = tmp_path_factory.mktemp("map")
    (folder / "town.osm").write_text(TOWN, encoding="utf-8")
    url = f"sqlite:///{folder / 'x.db'}"
    found(url)
    extract = str(folder / "town.osm")
    with running(url, solver_threads=0, map_extract=extract) as server, server.client() as one:
        yield one


def test_the_extract_is_served(client: httpx.Client) -> None:
    """Its road and its city, with whom to thank."""
    body = client.get(f"{V1}/base-map").json()
    assert body["roads"] == [{"rank": 0, "points": [[21.27, 110.36], [21.28, 110.37]]}]
    assert [(one["kind"], one["name"]) for one in body["places"]] == [("city", "湛江")]
    assert "OpenStreetMap" in body["attribution"]


def test_a_look_at_everybody_is_seen_by_everybody(client: httpx.Client) -> None:
    """Once for a map that stays open, and again for another purpose."""
    for engineer in ("e1", "e2"):
        report = {"position": {"lat": 21.27, "lon": 110.36}, "at": at(9)}
        assert client.post(f"{V1}/engineers/{engineer}/position", json=report).status_code == 200
    for purpose in ("board", "board", "somebody asks"):
        seen = client.get(f"{V1}/positions", params={"purpose": purpose}).json()["items"]
        assert [one["engineer"] for one in seen] == ["e1", "e2"]
    for engineer in ("e1", "e2"):
        looks = client.get(f"{V1}/engineers/{engineer}/position/looks").json()["items"]
        assert sorted(one["purpose"] for one in looks) == ["board", "somebody asks"]


def test_without_a_plan_there_is_no_case_and_no_remedy(client: httpx.Client) -> None:
    """Both are missing, and say so."""
    assert client.get(f"{V1}/plans/current/case").status_code == 404
    assert client.post(f"{V1}/plans/1/remedies/r1-v1").status_code == 404
