"""Praxedo days as case files: minutes become seconds, kilometres become metres.

Travel times are sixtieths of a minute written with four decimals, so the nearest second is the
original value; the two differ by at most 0.002 s an arc.
"""

from __future__ import annotations

from benchmarks.cases.clock import Json
from benchmarks.cases.instance import InstanceError, TrspInstance
from benchmarks.cases.trsp import engineer, matrix, visit, whole_horizon

SECONDS_PER_MINUTE = 60
METRES_PER_KILOMETRE = 1000
WRITTEN_PRECISION = 0.01
"""Seconds by which a travel time may miss a whole second (four decimals of a minute: 0.003)."""


def praxedo_case(instance: TrspInstance) -> Json:
    """Return the case file of a real day; ids as in the TRSP converter.

    Working time is the objective, travel times and not distances count, all visits have one tier.

    Raises
    ------
    InstanceError
        When a matrix is missing or a travel time is not a whole number of seconds.
    """
    if instance.travel_times is None or instance.distances is None:
        message = f"{instance.name}: expected the blocks DISTANCES and TRAVEL TIMES"
        raise InstanceError(message)
    places = range(len(instance.nodes))
    seconds = [
        [_whole_seconds(instance.name, instance.travel_times[a][b]) for b in places] for a in places
    ]
    metres = [
        [round(instance.distances[a][b] * METRES_PER_KILOMETRE) for b in places] for a in places
    ]
    return {
        "planning_window": whole_horizon(instance, SECONDS_PER_MINUTE),
        "travel": {"source": "matrix", "matrix": matrix(instance, seconds, metres)},
        "locations": [{"id": f"n{node.id}"} for node in instance.nodes],
        "engineers": [engineer(home, SECONDS_PER_MINUTE) for home in instance.homes],
        "visits": [visit(request, SECONDS_PER_MINUTE) for request in instance.requests],
        "weights": {"objective": "working_time"},
    }


def _whole_seconds(name: str, minutes: float) -> int:
    seconds = minutes * SECONDS_PER_MINUTE
    if abs(seconds - round(seconds)) > WRITTEN_PRECISION:
        message = f"{name}: travel time {minutes} min, expected a whole number of seconds"
        raise InstanceError(message)
    return round(seconds)
