"""Cut a problem into territories: engineers and visits near each other, about equally much work.

The cut knows ways, not coordinates: every location gets a place in the plane from its travel to
and from four far apart ones (FastMap, Faloutsos and Lin 1995, doi 10.1145/223784.223812). The plane
is halved again and again, each half getting its share of the visits. Cutting once more at another
angle puts the borders elsewhere.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from dispatch.solver.problem import Problem

__all__ = ["Unit", "cut", "places_of"]

GOLDEN_ANGLE = math.pi * (3.0 - math.sqrt(5.0))
"""Between the first borders of one cut and of the next: no two cuts have the same borders."""

Places = NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Unit:
    """What stays together in a cut: an engineer with the visits of their routes, or linked visits.

    Parameters
    ----------
    place
        Location that stands for it.
    weight
        Visits.
    engineers, visits
        Members.
    """

    place: tuple[float, float]
    weight: int
    engineers: tuple[int, ...]
    visits: tuple[int, ...]


def places_of(problem: Problem) -> Places:
    """Put every location into the plane so that near ones by travel are near.

    Returns
    -------
    numpy.ndarray
        Seconds, shape (locations, 2).
    """
    seconds = problem.travel_seconds[0]
    size = len(seconds)
    places = np.zeros((size, 2))
    if size < 2:
        return places

    def away(place: int) -> Places:
        """Seconds from a place to all; where there is no road it is far."""
        way = seconds[place].astype(np.float64)
        far = 2.0 * way.max(initial=1.0)
        found: Places = np.where(way < 0, far, way)
        return found

    before = np.zeros((0, size))
    for axis in range(2):
        near = int(np.argmax(_rest(away(0), before, 0)))
        far = int(np.argmax(_rest(away(near), before, near)))
        one, other = _rest(away(near), before, near), _rest(away(far), before, far)
        length = math.sqrt(one[far])
        if length <= 0.0:
            break
        places[:, axis] = (one + one[far] - other) / (2.0 * length)
        before = places[:, : axis + 1].T
    return places


def _rest(way: Places, before: Places, place: int) -> Places:
    """Squared travel less what the axes so far explain of it."""
    explained = ((before - before[:, place : place + 1]) ** 2).sum(axis=0)
    rest: Places = np.maximum(way**2 - explained, 0.0)
    return rest


def cut(units: Sequence[Unit], count: int, turn: int) -> list[list[Unit]]:
    """Cut units into territories.

    Parameters
    ----------
    units
        What is to be divided.
    count
        Number of territories.
    turn
        Number of the cut; each has its borders at another angle.

    Returns
    -------
    list of list of Unit
        At most `count` lists, each with an engineer.
    """
    pieces = _halve(list(units), count, turn * GOLDEN_ANGLE)
    manned = [piece for piece in pieces if any(unit.engineers for unit in piece)]
    for piece in pieces:
        if piece and piece not in manned and manned:
            _nearest(manned, piece).extend(piece)
    return manned


def _halve(units: list[Unit], count: int, angle: float) -> list[list[Unit]]:
    if count <= 1 or len(units) < 2:
        return [units]
    along = (math.cos(angle), math.sin(angle))
    order = sorted(
        units,
        key=lambda unit: unit.place[0] * along[0] + unit.place[1] * along[1],
    )
    first = count // 2
    # Who has no visits yet weighs a little, so that engineers alone can be divided too.
    weights = np.cumsum([unit.weight + 0.01 for unit in order])
    at = int(np.searchsorted(weights, weights[-1] * first / count)) + 1
    at = min(max(1, at), len(order) - 1)
    square = angle + math.pi / 2.0
    return [*_halve(order[:at], first, square), *_halve(order[at:], count - first, square)]


def _nearest(pieces: list[list[Unit]], stray: list[Unit]) -> list[Unit]:
    """The territory whose middle is nearest to that of another."""
    here = _middle(stray)
    return min(pieces, key=lambda piece: math.dist(_middle(piece), here))


def _middle(units: Sequence[Unit]) -> tuple[float, float]:
    number = max(1, len(units))
    return (
        sum(unit.place[0] for unit in units) / number,
        sum(unit.place[1] for unit in units) / number,
    )
