"""The half-year of maintenance: every round gets a week and a day, so that no week is too full.

A round may be done within its tolerance around its due day, and the next one of the same piece
counts from the day it is done (`domain.maintenance`). Work is levelled by territory and skill over
calendar weeks; what corrective work is forecast to take is not there for it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from dispatch.domain.checks import require
from dispatch.domain.equipment import Equipment, EquipmentType, Grade
from dispatch.domain.maintenance import MaintenancePolicy
from dispatch.domain.working_days import WorkingDays

__all__ = [
    "Calendar",
    "HalfYear",
    "Member",
    "PlannedRound",
    "Pool",
    "capacity_of",
    "pools_of",
]

DAY = timedelta(days=1)
WEEK = timedelta(days=7)
Pool = tuple[str, str]
"""Territory and skill; an empty skill means everybody there."""


@dataclass(frozen=True, slots=True)
class Member:
    """One engineer as a source of hours."""

    id: str
    territory: str
    skills: frozenset[str]


@dataclass(frozen=True, slots=True)
class HalfYear:
    """What is to be levelled.

    Parameters
    ----------
    today
        Local day of planning; nothing is put before it.
    start, weeks
        A Monday, and how many weeks from there.
    equipment, types
        The pieces, and their types by code.
    territories
        By site.
    team
        Engineers.
    working_days, policy
        Calendar, tolerances and notice.
    day_minutes
        Working time of one engineer on a working day.
    travel_share
        Share of it that goes on the road.
    corrective
        Minutes of corrective work forecast for one working day, by pool.
    told
        Rounds whose customers have been told already, by id.
    """

    today: date
    start: date
    weeks: int
    equipment: tuple[Equipment, ...]
    types: Mapping[str, EquipmentType]
    territories: Mapping[str, str]
    team: tuple[Member, ...]
    working_days: WorkingDays = field(default_factory=WorkingDays)
    policy: MaintenancePolicy = field(default_factory=MaintenancePolicy)
    day_minutes: int = 480
    travel_share: float = 0.25
    corrective: Mapping[Pool, float] = field(default_factory=dict)
    told: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        require(self.start.weekday() == 0, "start", self.start.isoformat(), "a Monday")
        require(1 <= self.weeks <= 60, "weeks", self.weeks, "1 to 60 weeks")
        require(0.0 <= self.travel_share < 1.0, "travel_share", self.travel_share, "0 to below 1")

    @property
    def end(self) -> date:
        """Last day."""
        return self.start + self.weeks * WEEK - DAY

    def tolerance(self, piece: Equipment) -> timedelta:
        """Days before and after the due day."""
        key = piece.grade is Grade.KEY
        return self.policy.key_tolerance if key else self.policy.general_tolerance

    def week_of(self, day: date) -> int:
        """Number of the week of a day."""
        return (day - self.start).days // 7

    def open_days(self, week: int) -> tuple[date, ...]:
        """Working days of a week, none before today."""
        first = self.start + week * WEEK
        days = (first + number * DAY for number in range(7))
        return tuple(d for d in days if d >= self.today and self.working_days.is_working_day(d))


@dataclass(frozen=True, slots=True)
class PlannedRound:
    """One round with its day.

    Parameters
    ----------
    id
        Of the round; later rounds of a piece have the id that they get when the one before is
        done on its planned day.
    equipment, site, territory, skills, minutes
        What, where, who, how long.
    due, earliest, latest
        Counted from the day on which the round before is planned.
    day
        When it is to be done.
    notify_on
        When the customer is told.
    overdue
        Whether its last day had gone by before the half-year began.
    nth
        1 for the open round of the piece, 2 for the one after, and so on.
    """

    id: str
    equipment: str
    site: str
    territory: str
    skills: tuple[str, ...]
    minutes: int
    due: date
    earliest: date
    latest: date
    day: date
    notify_on: date
    overdue: bool
    nth: int

    @property
    def in_tolerance(self) -> bool:
        """Whether the day lies within what the contract allows, or as soon as it still can."""
        return self.overdue or self.earliest <= self.day <= self.latest


@dataclass(frozen=True, slots=True)
class Calendar:
    """The half-year, round by round.

    Parameters
    ----------
    start, weeks
        As asked for.
    rounds
        By day.
    capacity
        Minutes left for maintenance by pool and week.
    peak, mean
        Minutes of the fullest week, and of the average one that has a working day.
    peak_bound
        No calendar has a fullest week below it.
    proved
        Whether the peaks are proved to be the lowest.
    over
        Minutes above capacity over all pools and weeks.
    elapsed_s
        Seconds of search.
    """

    start: date
    weeks: int
    rounds: tuple[PlannedRound, ...]
    capacity: Mapping[Pool, tuple[int, ...]]
    peak: int
    mean: float
    peak_bound: int
    proved: bool
    over: int
    elapsed_s: float


def pools_of(territory: str, skills: Iterable[str]) -> tuple[Pool, ...]:
    """Pools whose hours a round takes."""
    return ((territory, ""), *((territory, skill) for skill in sorted(set(skills))))


def capacity_of(half: HalfYear, growth: float = 1.0) -> dict[Pool, tuple[int, ...]]:
    """Minutes left for maintenance by pool and week.

    Parameters
    ----------
    growth
        What the forecast of corrective work is multiplied by.
    """
    people: dict[Pool, int] = {}
    for member in half.team:
        for pool in pools_of(member.territory, member.skills):
            people[pool] = people.get(pool, 0) + 1
    for piece in half.equipment:
        skills = (skill.name for skill in half.types[piece.type].maintenance_skills)
        for pool in pools_of(half.territories.get(piece.site, ""), skills):
            people.setdefault(pool, 0)
    days = [len(half.open_days(week)) for week in range(half.weeks)]
    net = half.day_minutes * (1.0 - half.travel_share)
    found = {}
    for pool, number in sorted(people.items()):
        daily = max(0.0, number * net - growth * half.corrective.get(pool, 0.0))
        found[pool] = tuple(int(daily * count) for count in days)
    return found
