"""Travel times of a case, one matrix for each kind of shift that drives at another speed."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta, timezone

import numpy as np

from dispatch.domain import UNREACHABLE, Case, Shift, TravelSettings
from dispatch.planning.legend import SECOND, Legend
from dispatch.planning.to_problem import Ways
from dispatch.travel import TravelMatrix, TravelSource, profile_of, source_for

__all__ = ["find_ways"]

Mixture = tuple[tuple[datetime, int], ...]
"""Departures that stand for an hour each, with the seconds of the shift in such hours."""


def find_ways(case: Case, legend: Legend, source: TravelSource | None = None) -> Ways:
    """Ask for the travel between all locations of a legend.

    With speeds by the hour of day, a shift drives at the seconds averaged over its span (from its
    start to its last possible end); shifts with the same hours share one matrix.

    Parameters
    ----------
    case
        The world with its travel settings.
    legend
        Its numbering.
    source
        Whom to ask; None: the source that the case names.

    Returns
    -------
    Ways
        At least one matrix of seconds, also when there is no shift.

    Raises
    ------
    TravelUnavailable
        The source gives nothing usable.
    """
    source = source or source_for(case.travel)
    places = [place for place in case.locations if place.id in legend.locations]
    base = source.matrix(places, legend.origin)
    if not case.travel.speed_by_hour:
        profiles = tuple(0 for _ in case.shifts())
        return Ways(base.seconds[None, :, :], base.metres, profiles, base.source)
    numbers: dict[tuple[tuple[int | None, int], ...], int] = {}
    matrices: list[np.ndarray[tuple[int, ...], np.dtype[np.int64]]] = []
    chosen: list[int] = []
    for _, shift in case.shifts():
        mixture = _mixture(shift, case.travel)
        key = tuple((profile_of(case.travel, depart), weight) for depart, weight in mixture)
        if key not in numbers:
            numbers[key] = len(matrices)
            asked = [(source.matrix(places, depart), weight) for depart, weight in mixture]
            matrices.append(_average(asked))
        chosen.append(numbers[key])
    return Ways(np.stack(matrices or [base.seconds]), base.metres, tuple(chosen), base.source)


def _mixture(shift: Shift, settings: TravelSettings) -> Mixture:
    """Split a shift by the speed that holds, largest hour of day last."""
    seconds: Counter[int | None] = Counter()
    sample: dict[int | None, datetime] = {}
    offset = shift.start.utcoffset()
    assert offset is not None
    instant = shift.start.astimezone(timezone(offset))
    while instant < shift.limit:
        hour = instant.replace(minute=0, second=0) + timedelta(hours=1)
        until = min(hour, shift.limit)
        profile = profile_of(settings, instant)
        seconds[profile] += (until - instant) // SECOND
        sample.setdefault(profile, instant)
        instant = until
    order = sorted(seconds, key=lambda profile: -1 if profile is None else profile)
    return tuple((sample[profile], seconds[profile]) for profile in order)


def _average(
    asked: list[tuple[TravelMatrix, int]],
) -> np.ndarray[tuple[int, ...], np.dtype[np.int64]]:
    """Weigh seconds by the time spent in each hour, rounded half up."""
    weight = sum(part for _, part in asked)
    total = sum(matrix.seconds * part for matrix, part in asked)
    averaged = (2 * total + weight) // (2 * weight)
    closed = np.any([matrix.seconds < 0 for matrix, _ in asked], axis=0)
    return np.where(closed, UNREACHABLE, averaged).astype(np.int64)
