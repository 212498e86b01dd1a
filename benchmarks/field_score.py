"""What a plan of a `field` instance is worth: tiers first, then one figure to speak of per cents.

Plans are compared lexicographically: mandatory visits left out, then high, normal, low, then
money. Per cents need one number, so each visit left out is priced as an outside company would be
(`OUTSIDE`); no search is told these prices.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from benchmarks.cases.field_reduced import PER_KM
from benchmarks.peers.reduced import seconds_of
from benchmarks.recompute import Recomputed

TIERS = ("mandatory", "high", "normal", "low")
OUTSIDE = {"mandatory": 200_000, "high": 60_000, "normal": 20_000, "low": 10_000}
"""Price of one visit left out in the figure, minor units."""


@dataclass(frozen=True, slots=True, order=True)
class Worth:
    """Visits left out by tier, mandatory first, and money; smaller is better."""

    left_out: tuple[int, int, int, int]
    cost: int

    @property
    def figure(self) -> int:
        """Money with every visit left out at its outside price."""
        prices = (OUTSIDE[tier] for tier in TIERS)
        return self.cost + sum(n * price for n, price in zip(self.left_out, prices, strict=True))


def left_out(case: Mapping[str, Any], visits: Iterable[str]) -> tuple[int, int, int, int]:
    """Count visits by tier, mandatory first."""
    tiers = {visit["id"]: visit.get("priority", "normal") for visit in case["visits"]}
    counts = Counter(tiers[visit] for visit in visits)
    return counts["mandatory"], counts["high"], counts["normal"], counts["low"]


def worth_of_plan(case: Mapping[str, Any], plan: Mapping[str, Any]) -> Worth:
    """Read what a plan file says of itself; the auditor has checked it."""
    cost = plan["cost"]["total"] - plan["cost"]["unassigned"]
    return Worth(left_out(case, (one["visit"] for one in plan["unassigned"])), cost)


def recompute_reduced(case: Mapping[str, Any], plan: Mapping[str, Any]) -> Recomputed:
    """Recompute a plan of a reduced case from nothing but the order of its stops.

    Returns
    -------
    Recomputed
        `value` in minor units for the kilometres; `unserved` are positions in the case file.
    """
    engineers = {engineer["id"]: engineer for engineer in case["engineers"]}
    visits = {visit["id"]: visit for visit in case["visits"]}
    rows = {name: row for row, name in enumerate(case["travel"]["matrix"]["locations"])}
    served: Counter[str] = Counter()
    violations: list[str] = []
    money = 0
    for route in plan["routes"]:
        engineer = engineers[route["shift"]]
        order = [visits[stop["visit"]] for stop in route["stops"] if stop["kind"] == "visit"]
        served.update(visit["id"] for visit in order)
        violations += _means_missing(engineer, order)
        metres, late = _drive(case["travel"]["matrix"], rows, engineer["shifts"][0], order)
        violations += late
        money += (2 * PER_KM * metres + 1000) // 2000
    violations += [f"visit {visit}: served {n} times" for visit, n in served.items() if n > 1]
    unserved = tuple(
        number for number, visit in enumerate(case["visits"]) if visit["id"] not in served
    )
    return Recomputed(float(money), unserved, tuple(violations))


def worth_of_reduced(case: Mapping[str, Any], found: Recomputed) -> Worth:
    """Say what was recomputed by tiers and money."""
    ids = (case["visits"][number]["id"] for number in found.unserved)
    return Worth(left_out(case, ids), round(found.value))


def _means_missing(engineer: Mapping[str, Any], order: list[Mapping[str, Any]]) -> list[str]:
    held = {skill["name"]: skill["level"] for skill in engineer["skills"]}
    stock = Counter(engineer["van_stock"])
    found = []
    for visit in order:
        rules = visit.get("engineers", {})
        required = rules.get("required") or [engineer["id"]]
        needed = visit.get("required_skills", ())
        stock.subtract(visit.get("parts", {}))
        if (
            any(held.get(skill["name"], 0) < skill["min_level"] for skill in needed)
            or not set(visit.get("required_tools", ())) <= set(engineer["tools"])
            or engineer["id"] not in required
            or engineer["id"] in rules.get("forbidden", ())
        ):
            found.append(f"visit {visit['id']}: {engineer['id']} may not serve it")
    short = [part for part, left in stock.items() if left < 0]
    return found + [f"{engineer['id']}: part {part} runs out" for part in short]


def _drive(
    matrix: Mapping[str, Any],
    rows: Mapping[str, int],
    shift: Mapping[str, Any],
    order: list[Mapping[str, Any]],
) -> tuple[int, list[str]]:
    """Drive as early as possible; return the metres and what was too late."""
    origin = _instant(shift["start"])
    at, clock, metres = rows[shift["start_location"]], 0, 0
    found: list[str] = []
    for visit in order:
        to = rows[visit["location"]]
        metres += matrix["distance_m"][at][to]
        clock += matrix["duration_s"][at][to]
        at = to
        spans = [
            (_second(origin, one["start"]), _second(origin, one["end"]))
            for one in visit.get("time_windows", ())
        ]
        starts = [max(start, clock) for start, end in spans if clock <= end]
        if spans and not starts:
            found.append(f"visit {visit['id']}: reached after its last window")
        clock = min(starts, default=clock) + seconds_of(visit["duration"])
    to = rows[shift["end_location"]]
    metres += matrix["distance_m"][at][to]
    clock += matrix["duration_s"][at][to]
    if clock > _second(origin, shift["end"]):
        found.append(f"shift {shift['id']}: home after its end")
    return metres, found


def _instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def _second(origin: datetime, text: str) -> int:
    return round((_instant(text) - origin) / timedelta(seconds=1))
