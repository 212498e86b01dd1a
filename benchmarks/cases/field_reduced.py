"""A `field` instance without what nobody else has: the variant that every peer can say.

Kept: places, travel (as a matrix), shifts, skills and levels, several windows, work on site,
tiers, required and forbidden engineers, tools and parts that vans carry. Left out: breaks,
overtime, longest travel, SLAs, due windows, depots, promises and the plan in force, pins, `after`,
crews, duration factors, preferences. Distance alone costs money, 80 a kilometre; at one speed the
shortest distance is the shortest travel time, so nobody's objective is favoured.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np

PER_KM = 80
EARTH_METRES = 6_371_009.0
KEPT = ("id", "kind", "location", "duration", "required_skills", "time_windows", "priority")


def reduced_case(case: Mapping[str, Any]) -> dict[str, Any]:
    """Return the variant of an instance; each shift has an engineer of its own.

    Over several days the stock of a van lies on its first shift.
    """
    shifts_of = {
        engineer["id"]: [shift["id"] for shift in engineer["shifts"]]
        for engineer in case["engineers"]
    }
    engineers = [
        _engineer(engineer, position, shift)
        for engineer in case["engineers"]
        for position, shift in enumerate(engineer["shifts"])
    ]
    ends = {shift[end] for one in engineers for shift in one["shifts"] for end in _ENDS}
    used = ends | {visit["location"] for visit in case["visits"]}
    places = [place for place in case["locations"] if place["id"] in used]
    return {
        "planning_window": case["planning_window"],
        "travel": {"source": "matrix", "matrix": _matrix(case["travel"], places)},
        "locations": places,
        "engineers": engineers,
        "visits": [_visit(visit, engineers, shifts_of) for visit in case["visits"]],
    }


_ENDS = ("start_location", "end_location")


def _engineer(
    engineer: Mapping[str, Any], position: int, shift: Mapping[str, Any]
) -> dict[str, Any]:
    home = shift["start_location"]
    return {
        "id": shift["id"],
        "skills": engineer["skills"],
        "tools": engineer["tools"],
        "van_stock": engineer["van_stock"] if position == 0 else {},
        "shifts": [
            {
                "id": shift["id"],
                "start": shift["start"],
                "end": shift["end"],
                "start_location": home,
                "end_location": shift.get("end_location", home),
            }
        ],
        "cost": {"per_shift": 0, "per_hour": 0, "per_overtime_hour": 0, "per_km": PER_KM},
    }


def _visit(
    visit: Mapping[str, Any],
    engineers: list[dict[str, Any]],
    shifts_of: Mapping[str, list[str]],
) -> dict[str, Any]:
    written = {name: visit[name] for name in KEPT if name in visit}
    rules = visit.get("engineers", {})
    kept = {
        name: [shift for engineer in rules[name] for shift in shifts_of[engineer]]
        for name in ("required", "forbidden")
        if rules.get(name)
    }
    if kept:
        written["engineers"] = kept
    # What only depots have would make a visit impossible here; then it is not asked for.
    tools = set(visit.get("required_tools", ()))
    if tools and sum(tools <= set(engineer["tools"]) for engineer in engineers) > 1:
        written["required_tools"] = sorted(tools)
    parts = visit.get("parts", {})
    carriers = sum(
        all(engineer["van_stock"].get(part, 0) >= n for part, n in parts.items())
        for engineer in engineers
    )
    if parts and carriers > 1:
        written["parts"] = parts
    return written


def _matrix(travel: Mapping[str, Any], places: list[Mapping[str, Any]]) -> dict[str, Any]:
    lat = np.radians([place["lat"] for place in places])
    lon = np.radians([place["lon"] for place in places])
    across = lon[:, None] - lon[None, :]
    arc = np.sin((lat[:, None] - lat[None, :]) / 2) ** 2
    arc += np.cos(lat)[:, None] * np.cos(lat)[None, :] * np.sin(across / 2) ** 2
    metres = 2 * EARTH_METRES * np.arcsin(np.sqrt(arc)) * travel["detour_factor"]
    seconds = metres * 3.6 / travel["speed_kmh"]
    return {
        "locations": [place["id"] for place in places],
        "duration_s": np.floor(seconds + 0.5).astype(np.int64).tolist(),
        "distance_m": np.floor(metres + 0.5).astype(np.int64).tolist(),
    }
