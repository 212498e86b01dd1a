"""The demo world: made by its script, alive at any hour, and as promised in data/README.md."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import cache
from math import asin, cos, radians, sin, sqrt
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from dispatch.domain import Case, Engineer, Location, Priority, Severity, Visit
from dispatch.domain.sla import sla_of
from dispatch.errors import NotFound
from dispatch.formats import format_case, parse_case
from dispatch.formats.demo_world import DemoWorld, read_demo_world

ROOT = Path(__file__).resolve().parents[2]
SHANGHAI = ZoneInfo("Asia/Shanghai")
MONDAY = datetime(2026, 11, 23, 7, 30, tzinfo=SHANGHAI)
# Friday to Tuesday; two weeks of the two duty teams; a long holiday; a make-up Saturday.
MOMENTS = [
    *(
        datetime(2026, 11, 20, 0, 10, tzinfo=SHANGHAI) + timedelta(minutes=113 * n)
        for n in range(57)
    ),
    *(datetime(2026, 10, 1, 1, 5, tzinfo=SHANGHAI) + timedelta(hours=11 * n) for n in range(10)),
    datetime(2026, 10, 10, 12, tzinfo=SHANGHAI),
]


@cache
def demo(anchor: datetime = MONDAY) -> DemoWorld:
    """The world of a Monday morning."""
    return read_demo_world(anchor)


def test_the_file_is_what_its_script_makes() -> None:
    """Nobody edits it by hand, and the same seed gives the same bytes."""
    script = ROOT / "data" / "make_demo_world.py"
    assert subprocess.run([sys.executable, str(script), "--check"], check=False).returncode == 0


def test_the_company_has_its_promised_size() -> None:
    """12 engineers, 2 depots, 90 sites, 260 pieces of equipment, 40 parts, about 70 requests."""
    world = demo().world
    assert len(world.engineers) == 12
    assert len(world.depots) == 2
    assert len(world.sites) == 90
    assert len(world.equipment) == 260
    assert len(world.parts) == 40
    assert 65 <= len(world.requests) <= 75
    assert {request.severity for request in world.requests} == set(Severity)
    assert {contract.policy.name for contract in world.contracts} == {"platinum", "standard"}


def test_people_and_customers_have_names_in_both_scripts() -> None:
    """Chinese as written, English as transliterated."""
    found = demo()
    assert all(not one.name.isascii() for one in found.world.engineers)
    assert all(found.people[one.id].name_en.isascii() for one in found.world.engineers)
    assert all(not one.name.isascii() and one.name_en.isascii() for one in found.world.sites)
    assert all(note.name and note.name_en for note in found.depot_notes.values())


@pytest.mark.parametrize("anchor", [MONDAY, *MOMENTS[::25]])
def test_the_case_is_a_valid_case_file(anchor: datetime) -> None:
    """Written and read again it is the same case, whenever the demo starts."""
    case = demo(anchor).case()
    assert parse_case(format_case(case)) == case
    assert 85 <= len(case.visits) <= 115


def test_the_world_moves_with_its_anchor() -> None:
    """The same visits with the same time left, a week later to the minute."""
    week = timedelta(days=7)
    now, then = demo().case(), demo(MONDAY + week).case()
    promised = {visit.id: visit.sla.arrive_by for visit in now.visits if visit.sla}
    for visit in then.visits:
        if visit.priority is Priority.MANDATORY:
            assert visit.sla is not None
            assert visit.sla.arrive_by == promised[visit.id] + week


def test_nothing_happens_in_the_future_and_no_arrival_is_late_yet() -> None:
    """Reports and stages lie before now; every promise of an arrival can still be kept."""
    found = demo()
    for request in found.world.requests:
        assert all(request.reported_at <= stage.at <= found.now for stage in request.stages)
    for visit in found.case().visits:
        assert visit.sla is None or visit.sla.arrive_by > found.now


def test_platinum_requests_were_acknowledged_in_time() -> None:
    """A company that has lost a promise before the demo begins would be a poor advertisement."""
    found = demo()
    index = found.world.index()
    for request in found.world.requests:
        contract = index.contracts[index.sites[request.site].contract]
        if contract.policy.name == "platinum":
            assert not sla_of(request, contract).is_breached(found.now)


def kilometres(one: Location, other: Location) -> float:
    """Great-circle distance."""
    assert one.coordinates is not None
    assert other.coordinates is not None
    (lat, lon), (lat2, lon2) = (map(radians, place.coordinates or ()) for place in (one, other))
    arc = sin((lat2 - lat) / 2) ** 2 + cos(lat) * cos(lat2) * sin((lon2 - lon) / 2) ** 2
    return 2 * 6371.009 * asin(sqrt(arc))


def drive(case: Case, origin: str, target: str) -> timedelta:
    """Time by the case's own straight-line rule, rounded up to a minute."""
    places = {place.id: place for place in case.locations}
    road = kilometres(places[origin], places[target]) * case.travel.detour_factor
    return timedelta(minutes=int(road / case.travel.speed_kmh * 60) + 1)


def arrives_in_time(case: Case, engineer: Engineer, visit: Visit) -> bool:
    """Whether an engineer, with what is in the van, could go straight there and come home."""
    assert visit.sla is not None
    assert case.now is not None
    able = engineer.has_skills(visit.required_skills)
    equipped = set(visit.required_tools) <= set(engineer.tools)
    stocked = all(engineer.van_stock.get(part, 0) >= n for part, n in visit.parts.items())
    for shift in engineer.shifts if able and equipped and stocked else ():
        way = drive(case, shift.start_location, visit.location)
        arrive = max(case.now, shift.start) + way
        lunch = sum((rest.duration for rest in shift.breaks), timedelta())
        home = arrive + visit.duration + lunch + way
        if arrive <= visit.sla.arrive_by and home <= shift.limit:
            return True
    return False


def everybody_is_reached(choices: list[set[str]], taken: frozenset[str] = frozenset()) -> bool:
    """Whether each choice can have an engineer of its own."""
    if not choices:
        return True
    return any(
        everybody_is_reached(choices[1:], taken | {engineer}) for engineer in choices[0] - taken
    )


def platinum_critical(case: Case) -> Iterable[Visit]:
    """The visits that must not be late."""
    return (visit for visit in case.visits if visit.priority is Priority.MANDATORY)


@pytest.mark.parametrize("anchor", MOMENTS, ids=str)
def test_every_platinum_critical_fault_can_be_reached_in_time(anchor: datetime) -> None:
    """At any hour three engineers, each with skill and part, are near enough."""
    case = demo(anchor).case()
    visits = list(platinum_critical(case))
    assert len(visits) == 3
    choices = [
        {engineer.id for engineer in case.engineers if arrives_in_time(case, engineer, visit)}
        for visit in visits
    ]
    assert everybody_is_reached(choices), choices


def test_one_visit_needs_a_part_that_is_nowhere() -> None:
    """No van, no shelf and no delivery has a CT tube."""
    case = demo().case()
    visit = next(one for one in case.visits if one.id == "r009-v1")
    assert dict(visit.parts) == {"P-CT-TUBE": 1}
    assert not any(depot.ever_has("P-CT-TUBE") for depot in case.depots)
    assert not any(one.van_stock.get("P-CT-TUBE") for one in case.engineers)


def test_one_visit_needs_a_skill_that_nobody_has() -> None:
    """Nobody mends a cold head."""
    case = demo().case()
    visit = next(one for one in case.visits if one.id == "r010-v1")
    assert not any(one.has_skills(visit.required_skills) for one in case.engineers)


def test_all_others_find_an_engineer_and_their_parts() -> None:
    """Somebody has the skills, and each part exists often enough for all who ask."""
    case = demo().case()
    asked: dict[str, int] = {}
    for visit in case.visits:
        if visit.id in ("r009-v1", "r010-v1"):
            continue
        able = [one for one in case.engineers if one.has_skills(visit.required_skills)]
        assert len(able) >= visit.crew_size, visit.id
        for part, quantity in visit.parts.items():
            asked[part] = asked.get(part, 0) + quantity
        depot_tools = {tool for depot in case.depots for tool in depot.tools}
        for tool in visit.required_tools:
            assert tool in depot_tools or any(tool in one.tools for one in able), visit.id
    for part, quantity in asked.items():
        vans = sum(one.van_stock.get(part, 0) for one in case.engineers)
        shelves = sum(depot.stock_of(part) or 0 for depot in case.depots)
        coming = sum(
            one.quantity for depot in case.depots for one in depot.inbound if one.part == part
        )
        assert vans + shelves + coming >= quantity, part


def test_one_visit_takes_two_engineers_and_one_brings_a_loaner() -> None:
    """The brake of r011 and the UPS for r012."""
    visits = {visit.id: visit for visit in demo().case().visits}
    assert visits["r011-v1"].crew_size == 2
    assert dict(visits["r012-loaner"].parts) == {"P-LOAN-UPS": 1}


def test_the_work_is_much_but_not_too_much() -> None:
    """A full working day of 12 engineers holds it, with an hour or two left for the road."""
    case = demo().case()
    work = sum((one.duration * one.crew_size for one in case.visits), timedelta())
    hours = sum((shift.end - shift.start for _, shift in case.shifts()), timedelta())
    assert timedelta(hours=60) <= work <= timedelta(hours=85)
    assert hours >= timedelta(hours=100)


def test_a_file_that_is_not_there_is_named() -> None:
    """Somebody installed the package without its checkout."""
    with pytest.raises(NotFound, match="nowhere"):
        read_demo_world(MONDAY, Path("nowhere.json"))


def test_there_is_somebody_to_ask_for_and_every_point_has_its_english() -> None:
    """The engineer's page shows both."""
    world = demo()
    assert set(world.contacts) == {one.id for one in world.world.sites}
    assert all(who["name"] and who["phone"] for here in world.contacts.values() for who in here)
    for kind in world.world.equipment_types:
        assert len(world.checklists_en[kind.code]) == len(kind.checklist)
        assert all(world.checklists_en[kind.code])
