"""Places, depots and engineers of the `field` family, before there is any visit."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass, field

from benchmarks.cases.clock import Json
from benchmarks.cases.field_kinds import DAY, HOUR, MINUTE, FieldKind, instant, minutes, window

TRADES = ("ups", "cooling", "power", "network", "fire", "lift", "medical", "generator")
VAN_TOOLS = {
    "ups": "battery-tester",
    "cooling": "gauge-set",
    "power": "insulation-tester",
    "network": "crimper",
    "fire": "smoke-tester",
    "lift": "harness",
    "medical": "safety-analyser",
    "generator": "load-bank",
}
DEPOT_TOOLS = ("hoist", "thermal-camera")
"""Tools that only depots have."""
PARTS_PER_TRADE = 2
CENTRE = (23.0, 113.2)
KM_PER_DEGREE = 111.195
LEAST_ENGINEERS = 4
ENGINEERS_PER_DEPOT = 40
EARTH_KM = 6371.009


@dataclass(slots=True, eq=False)
class Person:
    """An engineer while the instance is drawn; `shifts` are (id, start, end), seconds."""

    id: str
    home: str
    skills: dict[str, int]
    tools: set[str]
    van: dict[str, int]
    factors: dict[str, float]
    shifts: list[tuple[str, int, int]]
    written: list[Json] = field(default_factory=list)
    tariff: Json = field(default_factory=dict)


@dataclass(slots=True)
class FieldWorld:
    """Everything drawn before the visits; `places` are coordinates by location id."""

    kind: FieldKind
    size: int
    draw: random.Random
    places: dict[str, tuple[float, float]] = field(default_factory=dict)
    sites: list[str] = field(default_factory=list)
    depots: list[str] = field(default_factory=list)
    people: list[Person] = field(default_factory=list)
    trades: tuple[str, ...] = ()

    def metres(self, one: str, other: str) -> float:
        """Great circle times the detour, as the contract measures it."""
        (lat, lon), (to_lat, to_lon) = self.places[one], self.places[other]
        a, b = math.radians(lat), math.radians(to_lat)
        across = math.radians(to_lon - lon)
        arc = math.sin((b - a) / 2) ** 2 + math.cos(a) * math.cos(b) * math.sin(across / 2) ** 2
        return 2000 * EARTH_KM * math.asin(math.sqrt(arc)) * self.kind.detour_factor

    def seconds(self, one: str, other: str) -> int:
        """Seconds on the road, rounded up: never less than the planner's own."""
        return math.ceil(self.metres(one, other) * 3.6 / self.kind.speed_kmh)


def parts_of(trade: str) -> list[str]:
    """Spare parts that repairs of a trade use."""
    return [f"P-{trade}-{number}" for number in range(1, PARTS_PER_TRADE + 1)]


def draw_world(
    kind: FieldKind, size: int, draw: random.Random, engineers: int | None
) -> FieldWorld:
    """Draw towns, sites, depots and engineers.

    Parameters
    ----------
    kind, size, draw
        Class, number of visits, source of all chance.
    engineers
        How many; None: as the class says.
    """
    world = FieldWorld(kind, size, draw)
    count = engineers or max(LEAST_ENGINEERS, round(size / kind.visits_per_engineer))
    world.trades = TRADES[: min(len(TRADES), max(3, count // 2))]
    radius = kind.radius_km * (0.5 + 0.5 * math.sqrt(size / 100))
    towns = _draw_towns(world, radius)
    for number in range(1, round(0.75 * size) + 1):
        name = f"s{number}"
        world.places[name] = _draw_place(world, towns, radius)
        world.sites.append(name)
    for number in range(1, 2 + count // ENGINEERS_PER_DEPOT):
        name = f"depot-{number}"
        lat, lon, _ = towns[(number - 1) % len(towns)]
        world.places[name] = (round(lat, 5), round(lon, 5))
        world.depots.append(name)
    for number in range(1, count + 1):
        world.people.append(_draw_person(world, number, towns, radius))
    return world


def _draw_towns(world: FieldWorld, radius: float) -> list[tuple[float, float, float]]:
    """Draw (latitude, longitude, spread in km) of each town; the first lies in the middle."""
    count = max(2, round(world.kind.towns * math.sqrt(world.size / 100)))
    towns = [(*CENTRE, 0.2 * radius / math.sqrt(count) + 1.5)]
    while len(towns) < count:
        lat, lon = _within(world.draw, radius)
        towns.append((lat, lon, world.draw.uniform(0.15, 0.45) * radius / math.sqrt(count) + 0.5))
    return towns


def _within(draw: random.Random, radius: float) -> tuple[float, float]:
    away, angle = radius * math.sqrt(draw.random()), draw.uniform(0, 2 * math.pi)
    return _offset(CENTRE[0], CENTRE[1], away * math.cos(angle), away * math.sin(angle))


def _offset(lat: float, lon: float, east: float, north: float) -> tuple[float, float]:
    per_degree = KM_PER_DEGREE * math.cos(math.radians(lat))
    return lat + north / KM_PER_DEGREE, lon + east / per_degree


def _draw_place(
    world: FieldWorld, towns: list[tuple[float, float, float]], radius: float
) -> tuple[float, float]:
    draw = world.draw
    if draw.random() < world.kind.in_town:
        # The middle is twice as large as any other town.
        lat, lon, spread = towns[max(0, draw.randrange(-1, len(towns)))]
        lat, lon = _offset(lat, lon, draw.gauss(0, spread), draw.gauss(0, spread))
    else:
        lat, lon = _within(draw, radius)
    return round(lat, 5), round(lon, 5)


def _draw_person(
    world: FieldWorld, number: int, towns: list[tuple[float, float, float]], radius: float
) -> Person:
    draw, trades = world.draw, world.trades
    # First trades go round, so that every trade has its share of engineers.
    known = [trades[number % len(trades)]]
    known += draw.sample([one for one in trades if one not in known], draw.choice((1, 2, 2)))
    skills = {trade: draw.choices((1, 2, 3), (25, 45, 30))[0] for trade in known}
    skills[known[0]] = max(2, skills[known[0]])
    home = f"h{number}"
    world.places[home] = _draw_place(world, towns, radius)
    person = Person(
        id=f"e{number}",
        home=home,
        skills=skills,
        tools={VAN_TOOLS[trade] for trade in known if draw.random() < 0.75},
        van={part: 0 for trade in known for part in parts_of(trade)},
        factors=_draw_factors(draw, known),
        shifts=[],
    )
    per_hour = 100 * draw.randint(45, 75)
    contractor = draw.random() < 0.1
    person.tariff = {
        "per_shift": 6000 if contractor else 0,
        "per_hour": per_hour,
        "per_overtime_hour": per_hour * 3 // 2,
        "per_km": draw.choice((60, 80, 80, 100)),
    }
    days = list(range(world.kind.days))
    if len(days) > 1 and draw.random() < 0.3:
        days.remove(draw.choice(days))
    begins = draw.choices((7, 8, 9, 11), (15, 60, 15, 10))[0] * HOUR
    for day in days:
        _add_shift(world, person, day, day * DAY + begins)
    return person


def _draw_factors(draw: random.Random, known: list[str]) -> dict[str, float]:
    factors: dict[str, float] = {}
    if draw.random() < 0.5:
        factors[known[0]] = draw.choice((0.8, 0.85, 0.9))
    if draw.random() < 0.25:
        factors[known[-1]] = draw.choice((1.15, 1.3))
    return factors


def _add_shift(world: FieldWorld, person: Person, day: int, start: int) -> None:
    draw = world.draw
    end = start + 8 * HOUR + 30 * MINUTE
    name = f"{person.id}-d{day + 1}"
    noon = start + 3 * HOUR + 30 * MINUTE
    breaks = [
        {
            "earliest": instant(noon),
            "latest": instant(noon + 2 * HOUR),
            "duration": minutes(draw.choice((30, 45)) * MINUTE),
        }
    ]
    if draw.random() < 0.1:
        tea = start + 6 * HOUR + 30 * MINUTE
        breaks.append(
            {"earliest": instant(tea), "latest": instant(tea + HOUR), "duration": "PT15M"}
        )
    written: Json = {"id": name, **window(start, end), "start_location": person.home}
    limit = end
    if draw.random() < 0.7:
        limit = end + 2 * HOUR
        written["overtime_end"] = instant(limit)
    if draw.random() < 0.1:
        # Whoever begins at a depot is paid from the start of the shift.
        written |= {"start_location": draw.choice(world.depots), "end_location": person.home}
        written["fixed_start"] = True
    if draw.random() < 0.5:
        written["max_travel"] = f"PT{draw.choice((3, 4, 4, 5))}H"
    written["breaks"] = breaks
    person.written.append(written)
    person.shifts.append((name, start, limit))
