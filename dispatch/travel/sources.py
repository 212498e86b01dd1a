"""From the settings of a case to its travel source."""

from __future__ import annotations

from datetime import datetime

from dispatch.domain import TravelSettings, TravelSourceName
from dispatch.errors import TravelUnavailable
from dispatch.travel.matrix import TravelSource
from dispatch.travel.straight_line import Haversine
from dispatch.travel.written_out import WrittenOut

__all__ = ["profile_of", "source_for"]


def source_for(settings: TravelSettings) -> TravelSource:
    """Make the travel source that a case asks for.

    Raises
    ------
    TravelUnavailable
        When this version does not have it.
    """
    if settings.source is TravelSourceName.HAVERSINE:
        return Haversine(settings.speed_kmh, settings.detour_factor, settings.speed_by_hour)
    if settings.source is TravelSourceName.MATRIX and settings.matrix is not None:
        return WrittenOut(settings.matrix)
    raise TravelUnavailable(
        f"travel source {settings.source.value}: not available, expected haversine or matrix"
    )


def profile_of(settings: TravelSettings, depart: datetime) -> int | None:
    """Tell departures apart that have different travel times.

    Returns
    -------
    int or None
        The local hour when it has a speed of its own, else None. Departures of the same
        profile may share one matrix.
    """
    if settings.source is TravelSourceName.HAVERSINE and depart.hour in settings.speed_by_hour:
        return depart.hour
    return None
