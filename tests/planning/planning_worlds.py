"""Small named worlds whose every number can be worked out by hand."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta, timezone
from typing import Any

import numpy as np

from dispatch.domain import (
    Case,
    Depot,
    Engineer,
    GivenMatrix,
    Location,
    Shift,
    Skill,
    Tariff,
    TimeWindow,
    TravelSettings,
    TravelSourceName,
    Visit,
)

CHINA = timezone(timedelta(hours=8))
DAY = datetime(2026, 11, 23, tzinfo=CHINA)
PLACES = ("home", "north", "south", "store")


def at(hour: float, day: int = 0) -> datetime:
    """A time of the planned Monday, or of a later day."""
    return DAY + timedelta(days=day, seconds=round(hour * 3600))


def window(start: float, end: float) -> TimeWindow:
    """From one hour of the planned day to another."""
    return TimeWindow(at(start), at(end))


def hours(value: float) -> timedelta:
    """A duration."""
    return timedelta(seconds=round(value * 3600))


def ten_minutes_apart(places: tuple[str, ...] = PLACES) -> TravelSettings:
    """Every place lies 600 s and 6000 m from every other."""
    size = len(places)
    apart = 1 - np.eye(size, dtype=np.int64)
    matrix = GivenMatrix(places, 600 * apart, 6000 * apart)
    return TravelSettings(source=TravelSourceName.MATRIX, matrix=matrix)


def shift(id: str, **changes: Any) -> Shift:
    """Eight to seventeen from home, no break."""
    given: dict[str, Any] = {"start": at(8), "end": at(17), "start_location": "home"}
    return Shift(id=id, **(given | changes))


def engineer(id: str, skills: Mapping[str, int] | None = None, **changes: Any) -> Engineer:
    """Somebody with one shift named after him, 6000 an hour and 80 a kilometre."""
    given: dict[str, Any] = {
        "skills": tuple(Skill(name, level) for name, level in (skills or {}).items()),
        "shifts": (shift(f"{id}-mon"),),
        "tariff": Tariff(),
    }
    return Engineer(id=id, **(given | changes))


def visit(id: str, location: str = "north", length: float = 1.0, **changes: Any) -> Visit:
    """One hour of work in the north."""
    return Visit(id=id, location=location, duration=hours(length), **changes)


def case(**changes: Any) -> Case:
    """Two engineers and nothing to do yet."""
    given: dict[str, Any] = {
        "planning_window": TimeWindow(at(0), at(24)),
        "locations": tuple(Location(place) for place in PLACES),
        "engineers": (engineer("chen"), engineer("li")),
        "travel": ten_minutes_apart(),
    }
    return Case(**(given | changes))


def depot(**changes: Any) -> Depot:
    """A store with four boards and ten minutes for a pickup."""
    given: dict[str, Any] = {
        "id": "d1",
        "location": "store",
        "stock": {"board": 4},
        "pickup_duration": hours(1 / 6),
    }
    return Depot(**(given | changes))
