"""The classes of the `field` family: what each has more of, and the day they share."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta, timezone

ZONE = timezone(timedelta(hours=8))
MONDAY = datetime(2026, 3, 2, tzinfo=ZONE)
"""Midnight before the first day; every instance starts there."""
DAY = 86_400
HOUR = 3600
MINUTE = 60
NOW = 6 * HOUR + 30 * MINUTE
"""The instant of planning: nobody has left home yet."""
FREEZE_UNTIL = 9 * HOUR
"""Starts of the plan in force before it stay."""


@dataclass(frozen=True, slots=True)
class FieldKind:
    """One class of instances; shares are of all visits unless said.

    Parameters
    ----------
    days
        Working days in the planning window.
    visits_per_engineer
        Size over this is the number of engineers, at least four.
    radius_km
        Of the area at 100 visits; it grows with the root of the size.
    towns
        Clusters of sites at 100 visits; they grow likewise.
    in_town
        Share of the sites inside clusters.
    speed_kmh, detour_factor
        Of the haversine matrix.
    windows
        Share with appointment windows or opening hours.
    parts, stock, inbound
        Share of repairs that needs parts, pieces anywhere over pieces needed, share of the
        depots' pieces that arrives only during the day.
    crews, trios
        Share that takes two engineers, and three.
    after
        Share that follows another visit.
    promised
        Share of the engineers with a plan in force, whose visits are promised.
    """

    days: int = 1
    visits_per_engineer: float = 9.0
    radius_km: float = 11.0
    towns: int = 5
    in_town: float = 0.8
    speed_kmh: float = 27.0
    detour_factor: float = 1.35
    windows: float = 0.35
    parts: float = 0.3
    stock: float = 1.5
    inbound: float = 0.2
    crews: float = 0.02
    trios: float = 0.0
    after: float = 0.03
    promised: float = 0.5


URBAN = FieldKind()
RURAL = replace(
    URBAN,
    visits_per_engineer=6.5,
    radius_km=45.0,
    towns=7,
    in_town=0.55,
    speed_kmh=55.0,
    detour_factor=1.25,
    windows=0.25,
)
FIELD_KINDS: dict[str, FieldKind] = {
    "urban": URBAN,
    "rural": RURAL,
    "overloaded": replace(URBAN, visits_per_engineer=13.5, radius_km=13.0),
    "parts-short": replace(
        URBAN, visits_per_engineer=8.5, parts=0.75, stock=0.8, inbound=0.45, promised=0.3
    ),
    "multi-day": replace(URBAN, days=3, visits_per_engineer=24.0, radius_km=16.0, windows=0.45),
    "crews": replace(URBAN, visits_per_engineer=7.0, crews=0.14, trios=0.03, after=0.10),
    "mixed": replace(
        RURAL,
        visits_per_engineer=7.5,
        radius_km=18.0,
        in_town=0.75,
        speed_kmh=38.0,
        parts=0.4,
        stock=1.1,
        inbound=0.3,
        crews=0.05,
        trios=0.01,
        after=0.05,
        windows=0.4,
    ),
}
"""Classes by name, in the order of tables."""


def instant(second: int) -> str:
    """Write a second after the first midnight as ISO-8601 with the offset of the place."""
    return (MONDAY.astimezone(UTC) + timedelta(seconds=second)).astimezone(ZONE).isoformat()


def window(start: int, end: int) -> dict[str, object]:
    """Write a window, both ends included, from seconds after the first midnight."""
    return {"start": instant(start), "end": instant(end)}


def minutes(second: int) -> str:
    """Write a duration of whole minutes given in seconds."""
    return f"PT{second // MINUTE}M"
