"""Boston's municipal tickets: reading them, and what is assumed about the work behind each type."""

from __future__ import annotations

import csv
import gzip
import statistics
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from benchmarks.cases.instance import InstanceError

BOSTON = ZoneInfo("America/New_York")
DATE_FORMAT = "%m/%d/%Y %I:%M:%S %p"
CITY_HALL = ((42.3593, 42.3596), (-71.0589, -71.0586))
"""Tickets without an address carry the coordinates of the city hall; they have no real place."""


@dataclass(frozen=True, slots=True)
class Kind:
    """What is assumed about one type of ticket: the crew's skill, minutes on site, who opens."""

    skill: str
    minutes: int
    needs_occupant: bool = False


KINDS = {
    "Street Light Outages": Kind("lighting", 40),
    "General Lighting Request": Kind("lighting", 30),
    "Street Light Knock Downs": Kind("lighting", 90),
    "Downed Wire": Kind("lighting", 60),
    "Traffic Signal Repair": Kind("signals", 45),
    "Traffic Signal Inspection": Kind("signals", 30),
    "Sign Repair": Kind("signs", 30),
    "Missing Sign": Kind("signs", 35),
    "New Sign  Crosswalk or Pavement Marking": Kind("signs", 60),
    "Pothole Repair (Internal)": Kind("highway", 30),
    "BWSC Pothole": Kind("highway", 30),
    "Sidewalk Repair (Make Safe)": Kind("highway", 45),
    "Highway Maintenance": Kind("highway", 60),
    "Utility Casting Repair": Kind("highway", 60),
    "Catchbasin": Kind("water", 60),
    "Fire Hydrant": Kind("water", 60),
    "Watermain Break": Kind("water", 180),
    "Graffiti Removal": Kind("graffiti", 45),
    "Pick up Dead Animal": Kind("cleaning", 15),
    "Needle Pickup": Kind("cleaning", 15),
    "Tree Maintenance Requests": Kind("parks", 75),
    "Tree Emergencies": Kind("parks", 90),
    "Equipment Repair": Kind("parks", 60),
    "Building Inspection Request": Kind("building", 40, needs_occupant=True),
    "Electrical": Kind("building", 45, needs_occupant=True),
    "Plumbing": Kind("building", 45, needs_occupant=True),
    "Egress": Kind("building", 40, needs_occupant=True),
    "Unsatisfactory Living Conditions": Kind("housing", 50, needs_occupant=True),
    "Heat - Excessive  Insufficient": Kind("housing", 40, needs_occupant=True),
    "Bed Bugs": Kind("housing", 40, needs_occupant=True),
    "No Utilities Residential - Water": Kind("housing", 40, needs_occupant=True),
    "No Utilities Residential - Electricity": Kind("housing", 40, needs_occupant=True),
    "No Utilities Residential - Gas": Kind("housing", 40, needs_occupant=True),
    "Carbon Monoxide": Kind("housing", 40, needs_occupant=True),
    "Rodent Activity": Kind("housing", 30),
}

SECOND_SKILL = {
    "lighting": "signals",
    "signals": "lighting",
    "signs": "highway",
    "highway": "signs",
    "water": "highway",
    "graffiti": "cleaning",
    "cleaning": "graffiti",
    "parks": "cleaning",
    "building": "housing",
    "housing": "building",
}
"""The trade that every second crew of a group has learned as well (assumed)."""


@dataclass(frozen=True, slots=True)
class Ticket:
    """One real ticket with a place and a target; times are local."""

    id: str
    type: str
    opened: datetime
    target: datetime
    closed: datetime | None
    district: str
    neighborhood: str
    lat: float
    lon: float


def read_tickets(path: Path) -> list[Ticket]:
    """Read the tickets that have an SLA target, a known type and a real place, oldest first."""
    opener = gzip.open if path.suffix == ".gz" else open
    with opener(path, "rt", encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    needed = {"CASE_ENQUIRY_ID", "OPEN_DT", "TARGET_DT", "CLOSED_DT", "TYPE", "LATITUDE"}
    if not rows or not needed <= set(rows[0]):
        message = f"{path.name}: expected columns {', '.join(sorted(needed))}"
        raise InstanceError(message)
    tickets = [_ticket(row) for row in rows if row["TARGET_DT"] and row["TYPE"] in KINDS]
    return sorted((t for t in tickets if not _at_city_hall(t)), key=lambda t: (t.opened, t.id))


def district_yards(tickets: list[Ticket]) -> dict[str, tuple[float, float]]:
    """Return the assumed yard of each public works district: the median place of its tickets."""
    places: dict[str, list[tuple[float, float]]] = defaultdict(list)
    for ticket in tickets:
        if ticket.district:
            places[ticket.district].append((ticket.lat, ticket.lon))
    return {
        district: (
            round(statistics.median(lat for lat, _ in where), 4),
            round(statistics.median(lon for _, lon in where), 4),
        )
        for district, where in sorted(places.items())
    }


def _ticket(row: dict[str, str]) -> Ticket:
    return Ticket(
        row["CASE_ENQUIRY_ID"],
        row["TYPE"],
        _local(row["OPEN_DT"]),
        _local(row["TARGET_DT"]),
        _local(row["CLOSED_DT"]) if row["CLOSED_DT"] else None,
        row["pwd_district"],
        row["neighborhood"],
        float(row["LATITUDE"]),
        float(row["LONGITUDE"]),
    )


def _local(text: str) -> datetime:
    return datetime.strptime(text, DATE_FORMAT).replace(tzinfo=BOSTON)


def _at_city_hall(ticket: Ticket) -> bool:
    (south, north), (west, east) = CITY_HALL
    return south < ticket.lat < north and west < ticket.lon < east
