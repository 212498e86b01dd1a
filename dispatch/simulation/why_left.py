"""Why nobody came: a coded reason for each visit that is left at the end, in the words of plans."""

from __future__ import annotations

from typing import TYPE_CHECKING

from dispatch.domain import Visit

if TYPE_CHECKING:
    from dispatch.simulation.operation import Operation

__all__ = ["why_left"]


def why_left(visit: Visit, operation: Operation) -> str:
    """Find the first rule that shut everybody out.

    Returns
    -------
    str
        ``FORBIDDEN_ENGINEER``, ``NO_SKILL``, ``LEVEL_TOO_LOW``, ``CREW_TOO_SMALL``, ``NO_TOOL``,
        ``NO_PART``, ``WINDOW_CLOSED`` as in plans, or ``NO_CAPACITY``: somebody could have come,
        and was elsewhere.
    """
    engineers = list(operation.world.engineers.values())
    allowed = [one for one in engineers if visit.engineers.allows(one.id)]
    if not allowed:
        return "FORBIDDEN_ENGINEER"
    named = {need.name for need in visit.required_skills}
    if not any(named <= {skill.name for skill in one.skills} for one in allowed):
        return "NO_SKILL"
    able = [one for one in allowed if one.has_skills(visit.required_skills)]
    if not able:
        return "LEVEL_TOO_LOW"
    if len(able) < visit.crew_size:
        return "CREW_TOO_SMALL"
    depots = operation.shelves.depots
    lent = {tool for depot in depots for tool in depot.tools}
    if not any(set(visit.required_tools) <= {*one.tools, *lent} for one in able):
        return "NO_TOOL"
    for part, many in visit.parts.items():
        shelves = sum(operation.shelves.left(depot.id, part) for depot in depots)
        vans = max((operation.workers[one.id].van.get(part, 0) for one in able), default=0)
        if shelves + vans < many:
            return "NO_PART"
    one = operation.wanted[visit.id]
    if one.windows and max(high for _, high in one.windows) < operation.world.begin:
        return "WINDOW_CLOSED"
    return "NO_CAPACITY"
