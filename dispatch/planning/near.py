"""Who is worth asking about an urgent visit: the nearest engineers who have its skills."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass

from dispatch.domain import Visit

__all__ = ["Candidate", "nearest"]

Spot = tuple[float, float]
"""Latitude and longitude, WGS-84 degrees."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An engineer with the places between which a visit could be put.

    Parameters
    ----------
    engineer
        Id.
    skills
        Level by name.
    spots
        Home and the sites of the stops that have not begun.
    partners
        Engineers whose crews they belong to; who is asked brings them along.
    """

    engineer: str
    skills: dict[str, int]
    spots: Sequence[Spot]
    partners: frozenset[str] = frozenset()


def nearest(
    visit: Visit, place: Spot, candidates: Iterable[Candidate], *, most: int
) -> frozenset[str]:
    """Choose the engineers whose routes come nearest to a visit.

    Parameters
    ----------
    visit
        What is needed.
    place
        Where.
    candidates
        Everybody who works in the window.
    most
        How many engineers to choose; partners of crews come on top, and preferred engineers are
        always among them.

    Returns
    -------
    frozenset of str
        Ids; empty when nobody works.
    """
    able = {one.engineer: one for one in candidates}
    # When nobody has the skills, the nearest are asked all the same, for their reasons.
    fit = [one for one in able.values() if _fits(visit, one)] or list(able.values())
    wanted = set(visit.engineers.preferred)
    fit.sort(key=lambda one: (one.engineer not in wanted, _distance(place, one.spots)))
    chosen = {one.engineer for one in fit[:most]}
    waiting = list(chosen)
    while waiting:
        more = (able[waiting.pop()].partners & able.keys()) - chosen
        chosen |= more
        waiting += more
    return frozenset(chosen)


def _fits(visit: Visit, one: Candidate) -> bool:
    if not visit.engineers.allows(one.engineer):
        return False
    return all(one.skills.get(need.name, 0) >= need.min_level for need in visit.required_skills)


def _distance(place: Spot, spots: Collection[Spot]) -> float:
    """Square of the distance to the nearest spot on a flat map, degrees of latitude."""
    narrow = math.cos(math.radians(place[0]))
    return min(
        ((lat - place[0]) ** 2 + (narrow * (lon - place[1])) ** 2 for lat, lon in spots),
        default=math.inf,
    )
