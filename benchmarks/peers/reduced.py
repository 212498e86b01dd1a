"""The part of a case file that vehicle routing solvers share, in whole seconds and rows of a matrix.

A peer declares the rules it can say; a case that uses another one is refused by name, never
planned without it. Who may serve a visit (skills and levels, persons, tools on the van) comes
down to a set of vans, which every peer can say in one way or another.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

Case = Mapping[str, Any]

TIERS = ("low", "normal", "high", "mandatory")
TIER_FACTOR = 100
"""How many visits of the tier below one visit outweighs, where tiers are prices."""
BEYOND = ("sla", "due", "pinned", "after", "promise")
"""Fields of a visit that no peer here can say as the contract means them."""


class CannotExpress(ValueError):
    """A case uses a rule that the peer has no words for."""


@dataclass(frozen=True, slots=True)
class Call:
    """One visit: its row, seconds on site, windows of the start, parts, and the vans that may.

    `tier` ranks the tiers that the case uses, the lowest is 0.
    """

    id: str
    row: int
    service: int
    windows: tuple[tuple[int, int], ...]
    parts: Mapping[str, int]
    tier: int
    vans: frozenset[int]


@dataclass(frozen=True, slots=True)
class Van:
    """One shift: rows of its ends, its limits in seconds, its stock and what it costs."""

    engineer: str
    shift: str
    from_row: int
    to_row: int
    begin: int
    end: int
    stock: Mapping[str, int]
    breaks: tuple[tuple[int, int, int], ...]
    max_travel: int | None
    per_shift: int
    per_hour: int
    per_km: int


@dataclass(frozen=True, slots=True)
class Reduced:
    """A case without what nobody else has; `by_money` is false where working time counts."""

    calls: tuple[Call, ...]
    vans: tuple[Van, ...]
    seconds: tuple[tuple[int, ...], ...]
    metres: tuple[tuple[int, ...], ...]
    parts: tuple[str, ...]
    by_money: bool

    def able_groups(self) -> dict[frozenset[int], int]:
        """Number the distinct sets of vans that a visit is limited to; a set of all has none."""
        everyone = len(self.vans)
        sets = dict.fromkeys(call.vans for call in self.calls if len(call.vans) < everyone)
        return {vans: number for number, vans in enumerate(sets)}


def reduce_case(case: Case, says: frozenset[str]) -> Reduced:
    """Read a case file for a peer that can say these rules.

    Raises
    ------
    CannotExpress
        Naming the rules of the case that the peer cannot say.
    """
    beyond = sorted(set(rules_used(case)) - says)
    if beyond:
        raise CannotExpress(f"the case uses {', '.join(beyond)}, which this peer cannot say")
    origin = datetime.fromisoformat(case["planning_window"]["start"])
    horizon = _second(origin, case["planning_window"]["end"])
    matrix = case["travel"]["matrix"]
    row = {name: number for number, name in enumerate(matrix["locations"])}
    vans = tuple(
        _van(origin, row, engineer, shift)
        for engineer in case["engineers"]
        for shift in engineer["shifts"]
    )
    engineers = {engineer["id"]: engineer for engineer in case["engineers"]}
    used = {_tier(visit) for visit in case["visits"]}
    ranks = {tier: rank for rank, tier in enumerate(t for t in TIERS if t in used)}
    calls = []
    for visit in case["visits"]:
        windows = [
            (_second(origin, one["start"]), _second(origin, one["end"]))
            for one in visit.get("time_windows", ())
        ]
        able = frozenset(
            number for number, van in enumerate(vans) if _able(visit, engineers[van.engineer])
        )
        calls.append(
            Call(
                visit["id"],
                row[visit["location"]],
                seconds_of(visit["duration"]),
                tuple(windows) or ((0, horizon),),
                visit.get("parts", {}),
                ranks[_tier(visit)],
                able,
            )
        )
    return Reduced(
        tuple(calls),
        vans,
        tuple(tuple(line) for line in matrix["duration_s"]),
        tuple(tuple(line) for line in matrix["distance_m"]),
        tuple(sorted({part for call in calls for part in call.parts})),
        case.get("weights", {}).get("objective", "cost") == "cost",
    )


def rules_used(case: Case) -> Iterator[str]:
    """Yield the name of every rule that a case uses beyond windows, shifts and travel."""
    if case["travel"]["source"] != "matrix":
        yield "travel without a matrix"
    elif any(None in line for line in case["travel"]["matrix"]["duration_s"]):
        yield "unreachable places"
    if case.get("now") or case.get("freeze_until") or case.get("current_plan"):
        yield "a day under way"
    if case.get("depots"):
        yield "depots"
    for engineer in case["engineers"]:
        if len(engineer["shifts"]) > 1:
            yield "several shifts"
        if engineer.get("duration_factor"):
            yield "duration factors"
        for shift in engineer["shifts"]:
            yield from (
                name
                for name in ("breaks", "max_travel", "overtime_end", "fixed_start")
                if shift.get(name)
            )
    for visit in case["visits"]:
        yield from (field for field in BEYOND if visit.get(field))
        if visit.get("crew_size", 1) > 1:
            yield "crews"
        if len(visit.get("time_windows", ())) > 1:
            yield "several windows"
        if visit.get("parts"):
            yield "parts on the van"
        if visit.get("engineers", {}).get("preferred"):
            yield "preferences"
    if len({_tier(visit) for visit in case["visits"]}) > 1:
        yield "tiers"


def seconds_of(duration: str) -> int:
    """Read an ISO-8601 duration of days, hours, minutes and whole seconds."""
    total, number, in_time = 0, "", False
    units = {"D": 86400, "H": 3600, "S": 1}
    for sign in duration.removeprefix("P"):
        if sign == "T":
            in_time = True
        elif sign.isdigit():
            number += sign
        elif sign == "M" and in_time:
            total, number = total + 60 * int(number), ""
        elif sign in units:
            total, number = total + units[sign] * int(number), ""
        else:
            raise CannotExpress(f"duration {duration!r}, expected days to whole seconds")
    return total


def _van(
    origin: datetime, row: Mapping[str, int], engineer: Mapping[str, Any], shift: Mapping[str, Any]
) -> Van:
    cost = engineer.get("cost", {})
    home = shift["start_location"]
    return Van(
        engineer["id"],
        shift["id"],
        row[home],
        row[shift.get("end_location", home)],
        _second(origin, shift["start"]),
        _second(origin, shift["end"]),
        engineer.get("van_stock", {}),
        tuple(
            (
                _second(origin, one["earliest"]),
                _second(origin, one["latest"]),
                seconds_of(one["duration"]),
            )
            for one in shift.get("breaks", ())
        ),
        seconds_of(shift["max_travel"]) if shift.get("max_travel") else None,
        cost.get("per_shift", 0),
        cost.get("per_hour", 6000),
        cost.get("per_km", 80),
    )


def _tier(visit: Mapping[str, Any]) -> str:
    return str(visit.get("priority", "normal"))


def _able(visit: Mapping[str, Any], engineer: Mapping[str, Any]) -> bool:
    held = {skill["name"]: skill.get("level", 1) for skill in engineer.get("skills", ())}
    rules = visit.get("engineers", {})
    required = rules.get("required", ())
    return (
        all(
            held.get(skill["name"], 0) >= skill.get("min_level", 1)
            for skill in visit.get("required_skills", ())
        )
        and set(visit.get("required_tools", ())) <= set(engineer.get("tools", ()))
        and (not required or engineer["id"] in required)
        and engineer["id"] not in rules.get("forbidden", ())
    )


def _second(origin: datetime, instant: str) -> int:
    return round((datetime.fromisoformat(instant) - origin) / timedelta(seconds=1))
