"""The `field` family: our own open instances with every rule of the contract.

Nothing in them is real, everything is of the size that field service knows: tariffs by the hour
and the kilometre, visits of ten minutes to three hours, eight trades at three levels, vans with
some of the parts, a depot for forty engineers, SLAs, maintenance around its date, a plan in force
whose promises cost money. An instance is its class, size and seed: the same three give the same
file, byte for byte.
"""

from __future__ import annotations

import random
from typing import Any

from benchmarks.cases.field_current import draw_current_plan
from benchmarks.cases.field_kinds import DAY, FIELD_KINDS, FREEZE_UNTIL, NOW, instant, window
from benchmarks.cases.field_stock import draw_depots
from benchmarks.cases.field_visits import draw_visits, write_visit
from benchmarks.cases.field_world import Person, draw_world
from benchmarks.cases.instance import InstanceError

SIZES = (50, 100, 200, 500, 1000, 2000)
"""Sizes of the tables; any other can be drawn."""
LEAST_SIZE = 10


def field_case(kind: str, size: int, seed: int, engineers: int | None = None) -> dict[str, Any]:
    """Draw one instance as a case file.

    Parameters
    ----------
    kind
        Class, a key of `FIELD_KINDS`.
    size
        Number of visits.
    seed
        Of all chance.
    engineers
        How many; None: as many as the class has for this size.

    Raises
    ------
    InstanceError
        An unknown class, or fewer than `LEAST_SIZE` visits.
    """
    if kind not in FIELD_KINDS:
        raise InstanceError(f"class: {kind!r}, expected one of {', '.join(FIELD_KINDS)}")
    if size < LEAST_SIZE:
        raise InstanceError(f"size: {size}, expected at least {LEAST_SIZE} visits")
    world = draw_world(FIELD_KINDS[kind], size, random.Random(f"{kind}/{size}/{seed}"), engineers)
    visits = draw_visits(world)
    depots = draw_depots(world, visits)
    current_plan = draw_current_plan(world, visits)
    return {
        "planning_window": window(0, world.kind.days * DAY),
        "now": instant(NOW),
        "freeze_until": instant(FREEZE_UNTIL),
        "travel": {
            "source": "haversine",
            "speed_kmh": world.kind.speed_kmh,
            "detour_factor": world.kind.detour_factor,
        },
        "locations": [
            {"id": name, "lat": lat, "lon": lon} for name, (lat, lon) in world.places.items()
        ],
        "depots": depots,
        "engineers": [_write_person(person) for person in world.people],
        "visits": [write_visit(visit) for visit in visits],
        "current_plan": current_plan,
    }


def _write_person(person: Person) -> dict[str, Any]:
    return {
        "id": person.id,
        "skills": [{"name": name, "level": n} for name, n in sorted(person.skills.items())],
        "tools": sorted(person.tools),
        "van_stock": {part: n for part, n in sorted(person.van.items()) if n},
        "duration_factor": dict(sorted(person.factors.items())),
        "shifts": person.written,
        "cost": person.tariff,
    }
