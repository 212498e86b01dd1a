"""Stock of the `field` family: pieces on vans, in depots and on their way."""

from __future__ import annotations

import math
from collections import Counter
from typing import Any

from benchmarks.cases.field_kinds import DAY, HOUR, MINUTE, instant, window
from benchmarks.cases.field_visits import FILTER, Draft
from benchmarks.cases.field_world import DEPOT_TOOLS, VAN_TOOLS, FieldWorld

ON_VANS = 0.55
"""Share of all pieces that lies in vans when the day begins."""
OPENS, CLOSES = 7 * HOUR, 18 * HOUR


def draw_depots(world: FieldWorld, visits: list[Draft]) -> list[dict[str, Any]]:
    """Share the pieces out over vans and depots; return the depots of the case file."""
    draw = world.draw
    needed = Counter[str]()
    for visit in visits:
        needed.update(visit.parts)
    for person in world.people:
        person.van[FILTER] = draw.randint(0, 6)
    stock: list[dict[str, int | None]] = [{FILTER: None} for _ in world.depots]
    inbound: list[list[dict[str, Any]]] = [[] for _ in world.depots]
    for part in sorted(needed.keys() - {FILTER}):
        keepers = [person for person in world.people if part in person.van]
        for _ in range(math.ceil(needed[part] * world.kind.stock)):
            if keepers and draw.random() < ON_VANS:
                draw.choice(keepers).van[part] += 1
                continue
            where = draw.randrange(len(world.depots))
            if draw.random() < world.kind.inbound:
                day = draw.randrange(world.kind.days)
                arrives = day * DAY + draw.randrange(8 * 60, 13 * 60, 30) * MINUTE
                _add_inbound(inbound[where], part, instant(arrives))
            else:
                stock[where][part] = (stock[where].get(part) or 0) + 1
    return [
        {
            "id": f"d{number}",
            "location": place,
            "stock": dict(sorted(stock[number - 1].items())),
            "tools": [*DEPOT_TOOLS, *sorted(VAN_TOOLS[trade] for trade in world.trades)],
            "pickup_duration": "PT10M",
            "opening": [
                window(day * DAY + OPENS, day * DAY + CLOSES) for day in range(world.kind.days)
            ],
            "inbound": inbound[number - 1],
        }
        for number, place in enumerate(world.depots, start=1)
    ]


def _add_inbound(entries: list[dict[str, Any]], part: str, available_from: str) -> None:
    for entry in entries:
        if (entry["part"], entry["available_from"]) == (part, available_from):
            entry["quantity"] += 1
            return
    entries.append({"part": part, "quantity": 1, "available_from": available_from})
