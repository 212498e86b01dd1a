"""Which id of the case stands behind which index of the problem, and which instant behind 0."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta, timezone

from dispatch.domain import Case

__all__ = ["Legend", "make_legend"]

SECOND = timedelta(seconds=1)


@dataclass(frozen=True, slots=True)
class Names:
    """The ids of one kind of thing, each at its index."""

    ids: tuple[str, ...]
    _index: dict[str, int] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "_index", {id: index for index, id in enumerate(self.ids)})

    def __len__(self) -> int:
        return len(self.ids)

    def __contains__(self, id: object) -> bool:
        return id in self._index

    def __getitem__(self, index: int) -> str:
        return self.ids[index]

    def index(self, id: str) -> int:
        """Index of an id; `KeyError` when it is unknown."""
        return self._index[id]


@dataclass(frozen=True, slots=True)
class Legend:
    """The dictionary between a case and its problem.

    Parameters
    ----------
    origin
        Start of the planning window: second 0 of the problem. Times of a plan are written in
        its offset from UTC.
    engineers, shifts, depots, visits
        In the order of the case file (shifts: engineer by engineer).
    locations
        Only the ones that a depot, a shift or a visit uses, in the order of the case file.
    skills, tools, parts
        In alphabetical order.
    """

    origin: datetime
    engineers: Names
    shifts: Names
    depots: Names
    visits: Names
    locations: Names
    skills: Names
    tools: Names
    parts: Names

    def seconds(self, instant: datetime) -> int:
        """Whole seconds from the start of the planning window, negative before it."""
        return (instant - self.origin) // SECOND

    def instant(self, seconds: int) -> datetime:
        """The time at which so many seconds have passed since the planning window started."""
        return self.origin + timedelta(seconds=int(seconds))


def make_legend(case: Case) -> Legend:
    """Number everything in a case.

    Parameters
    ----------
    case
        The world; its references are taken to be whole.

    Returns
    -------
    Legend
        The same for equal cases.
    """
    # Sums and differences of times in one named zone are sums of wall clocks, which lie on the
    # days the clocks change; a fixed offset has no such days.
    start = case.planning_window.start
    offset = start.utcoffset()
    assert offset is not None
    used = {depot.location for depot in case.depots} | {visit.location for visit in case.visits}
    for _, shift in case.shifts():
        used |= {shift.start_location, shift.end_location}
    return Legend(
        origin=start.astimezone(timezone(offset)),
        engineers=Names(tuple(one.id for one in case.engineers)),
        shifts=Names(tuple(shift.id for _, shift in case.shifts())),
        depots=Names(tuple(one.id for one in case.depots)),
        visits=Names(tuple(one.id for one in case.visits)),
        locations=Names(tuple(one.id for one in case.locations if one.id in used)),
        skills=_sorted(_skills(case)),
        tools=_sorted(_tools(case)),
        parts=_sorted(_parts(case)),
    )


def _sorted(names: Iterable[str]) -> Names:
    return Names(tuple(sorted(set(names))))


def _skills(case: Case) -> Iterable[str]:
    for engineer in case.engineers:
        yield from (skill.name for skill in engineer.skills)
        yield from engineer.duration_factor
    for visit in case.visits:
        yield from (skill.name for skill in visit.required_skills)


def _tools(case: Case) -> Iterable[str]:
    for engineer in case.engineers:
        yield from engineer.tools
    for depot in case.depots:
        yield from depot.tools
    for visit in case.visits:
        yield from visit.required_tools


def _parts(case: Case) -> Iterable[str]:
    for engineer in case.engineers:
        yield from engineer.van_stock
    for depot in case.depots:
        yield from depot.stock or {}
        yield from (one.part for one in depot.inbound)
    for visit in case.visits:
        yield from visit.parts
    if case.current_plan is not None:
        for route in case.current_plan.routes:
            for stop in route.stops:
                yield from stop.loaded
                yield from stop.parts
