"""Engineers, their shifts and the places they start from, as domain objects."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta

from dispatch.domain import Break, Engineer, Location, Shift, Skill, Tariff
from dispatch.store.tables import DepotRow, EngineerRow, ShiftRow

__all__ = ["depot_place", "engineer_of", "home_place", "locations_of"]


def home_place(engineer: str) -> str:
    """Id of the location of an engineer's home in a case."""
    return f"home-{engineer}"


def depot_place(depot: str) -> str:
    """Id of the location of a depot in a case."""
    return f"depot-{depot}"


def locations_of(engineers: Iterable[EngineerRow], depots: Iterable[DepotRow]) -> list[Location]:
    """The homes and the depots as locations."""
    homes = [Location(home_place(row.id), row.lat, row.lon) for row in engineers]
    return homes + [Location(depot_place(row.id), row.lat, row.lon) for row in depots]


def engineer_of(row: EngineerRow, shifts: Iterable[ShiftRow]) -> Engineer:
    """Make the planner's engineer with the given shifts."""
    return Engineer(
        id=row.id,
        name=row.name,
        skills=tuple(Skill(one["name"], one["level"]) for one in row.skills),
        tools=tuple(row.tools),
        van_stock=dict(row.van_stock),
        territory=row.territory,
        duration_factor=dict(row.duration_factor),
        shifts=tuple(_shift_of(shift) for shift in shifts),
        tariff=Tariff(**row.cost) if row.cost else Tariff(),
    )


def _shift_of(row: ShiftRow) -> Shift:
    home = home_place(row.engineer_id)
    return Shift(
        id=row.id,
        start=row.start,
        end=row.end,
        start_location=depot_place(row.start_depot_id) if row.start_depot_id else home,
        end_location=depot_place(row.end_depot_id) if row.end_depot_id else home,
        overtime_end=row.overtime_end,
        max_travel=None if row.max_travel_s is None else timedelta(seconds=row.max_travel_s),
        fixed_start=row.fixed_start,
        breaks=tuple(
            Break(
                datetime.fromisoformat(one["earliest"]),
                datetime.fromisoformat(one["latest"]),
                timedelta(seconds=one["duration_s"]),
            )
            for one in row.breaks
        ),
    )
