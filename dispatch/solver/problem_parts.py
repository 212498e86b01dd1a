"""The parts of a planning problem in solver language: visits, shifts, engineers, depots.

Units
-----
Times are whole seconds since the start of the planning window (times before it are negative),
durations whole seconds, distances whole metres, money whole minor units of one currency.
Engineers, shifts, depots, visits, locations, skills, tools and parts are indices from 0.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import IntEnum

FOREVER = 1 << 40
"""A time later than any other (about 35,000 years in seconds)."""

UNLIMITED = -1
"""A stock quantity without limit."""

UNREACHABLE = -1
"""The entry of a travel matrix for a pair of locations that no road joins."""

LONGEST_LOAD = 366 * 86_400
"""The longest history of an engineer, and the most that one unpopular visit may count, seconds."""


class ProblemError(ValueError):
    """The problem contradicts itself; the message names the field, the value and the expectation."""


class Tier(IntEnum):
    """The tier in which a visit may be left out; a lower tier is always left out first."""

    LOW = 0
    NORMAL = 1
    HIGH = 2
    MANDATORY = 3


class Objective(IntEnum):
    """What a plan with the same unassigned visits is judged by (contract section 3, weights)."""

    COST = 0
    WORKING_TIME = 1


@dataclass(frozen=True, slots=True)
class Window:
    """A closed interval of time, both ends included."""

    earliest: int
    latest: int

    def __post_init__(self) -> None:
        if self.latest < self.earliest:
            raise ProblemError(f"window: latest {self.latest} is before earliest {self.earliest}")


@dataclass(frozen=True, slots=True)
class Sla:
    """The arrival clock of a visit: money is due when the first arrival is after `arrive_by`."""

    arrive_by: int
    breach_fee: int
    lateness_per_hour: int


@dataclass(frozen=True, slots=True)
class Due:
    """The due window of a maintenance visit: hard bounds of the start, priced around `ideal`."""

    earliest: int
    latest: int
    ideal: int | None
    earliness_per_day: int
    lateness_per_day: int


@dataclass(frozen=True, slots=True)
class Pin:
    """A visit bound to a shift and, if given, to a position among its visits or to a start.

    `frozen` tells that the pin comes from `freeze_until` rather than from the dispatcher, and
    `started` that the stop began before `now`: it is history, repeated unchanged (section 4a).
    `under_way` tells that the plan in force had the way to this frozen stop under way at `now`, so
    that it may have been left for before.
    """

    shift: int
    position: int | None = None
    start: int | None = None
    frozen: bool = False
    started: bool = False
    under_way: bool = False


@dataclass(frozen=True, slots=True)
class Promise:
    """The promised window of the start of work and the price of starting outside it."""

    earliest: int
    latest: int
    price: int


@dataclass(frozen=True, slots=True)
class After:
    """The start must follow the last finish of `visit` by `min_delay` to `max_delay` seconds."""

    visit: int
    min_delay: int = 0
    max_delay: int | None = None


@dataclass(frozen=True, slots=True)
class Visit:
    """One piece of on-site work.

    Parameters
    ----------
    location
        Where the work is.
    duration
        Seconds of work, before the engineer's duration factor.
    tier
        In which tier the visit may be left out.
    windows
        Hard windows of the start, sorted and disjoint. The planning window and due bounds are
        already intersected with them; empty means that no start is allowed.
    skills
        Required (skill, lowest level) pairs.
    tools
        Required tools.
    parts
        Required (part, quantity) pairs, quantities positive; needed once per crew.
    required_engineers, forbidden_engineers, preferred_engineers
        The only ones allowed if not empty; the ones refused; the ones who cost no preference price.
    preference_price
        Money paid once when preferred engineers exist and none of them serves the visit.
    promise, promised_engineers, engineer_change_price
        The promise in force, and who gives it: the price is paid once when a member of the crew
        is not among the promised engineers (if any are known).
    pins
        One pin for each crew member that is bound; a visit with a single pin and a crew of two
        binds one member only.
    unpopular
        Seconds that the visit adds to the load of everybody who serves it, on top of the time it
        takes; only the price of an unfair plan looks at them.
    """

    location: int
    duration: int
    tier: Tier = Tier.NORMAL
    windows: tuple[Window, ...] = (Window(-FOREVER, FOREVER),)
    sla: Sla | None = None
    due: Due | None = None
    skills: tuple[tuple[int, int], ...] = ()
    tools: tuple[int, ...] = ()
    parts: tuple[tuple[int, int], ...] = ()
    required_engineers: frozenset[int] = frozenset()
    forbidden_engineers: frozenset[int] = frozenset()
    preferred_engineers: frozenset[int] = frozenset()
    preference_price: int = 0
    promise: Promise | None = None
    promised_engineers: frozenset[int] = frozenset()
    engineer_change_price: int = 0
    pins: tuple[Pin, ...] = ()
    crew_size: int = 1
    after: tuple[After, ...] = ()
    unpopular: int = 0


@dataclass(frozen=True, slots=True)
class Engineer:
    """A person: skill levels, tools carried, parts in the van (`UNLIMITED` or a quantity).

    `duration_factors` maps a skill to a ratio (numerator, denominator) of positive integers.
    `workload` is the load, in seconds, that the engineer carried in the period before this plan.
    """

    skills: Mapping[int, int] = field(default_factory=dict)
    tools: frozenset[int] = frozenset()
    stock: Mapping[int, int] = field(default_factory=dict)
    duration_factors: Mapping[int, tuple[int, int]] = field(default_factory=dict)
    workload: int = 0


@dataclass(frozen=True, slots=True)
class Break:
    """A rest of `duration` seconds that must start in [earliest, latest]."""

    earliest: int
    latest: int
    duration: int


@dataclass(frozen=True, slots=True)
class Tariff:
    """Money per shift used, per hour of regular and overtime work, and per kilometre."""

    per_shift: int = 0
    per_hour: int = 6000
    per_overtime_hour: int = 9000
    per_km: int = 80


@dataclass(frozen=True, slots=True)
class FixedPickup:
    """A pickup of the current plan that the freeze keeps: its depot, start and loads."""

    depot: int
    start: int
    loads: tuple[tuple[int, int], ...]
    started: bool = False
    under_way: bool = False


@dataclass(frozen=True, slots=True)
class Shift:
    """One engineer's working block on one day.

    Parameters
    ----------
    start, end, latest_end
        The route may leave from `start`, is regular time until `end`, and must be over by
        `latest_end` (equal to `end` when no overtime is allowed).
    max_travel
        Bound on all travel of the route, the way home included; None is no bound.
    fixed_start
        The route leaves exactly at `start` and working time runs from there.
    profile
        Which travel-time matrix of the problem holds during this shift.
    breaks
        Sorted by `earliest`, in the order they are taken. A break kept by the freeze has
        `earliest == latest`.
    fixed_pickups
        Pickups kept by the freeze, sorted by start.
    returning
        Every stop that the plan in force has on this shift began before `now`: unless something is
        added, the engineer went home when the last one was finished.
    left
        When the route of the plan in force left before `now`, where that is known.
    """

    engineer: int
    start: int
    end: int
    latest_end: int
    start_location: int
    end_location: int
    max_travel: int | None = None
    fixed_start: bool = False
    breaks: tuple[Break, ...] = ()
    tariff: Tariff = Tariff()
    profile: int = 0
    fixed_pickups: tuple[FixedPickup, ...] = ()
    returning: bool = False
    left: int | None = None


@dataclass(frozen=True, slots=True)
class Depot:
    """A warehouse: finite (`quantity`) or `UNLIMITED` stock per part, tools, opening, inbound.

    `unlimited` means that every part is there without limit (contract: `stock` is null).
    `inbound` holds (available_from, part, quantity); `opening` empty means always open. A pickup
    starts and finishes inside one opening window.
    """

    location: int
    pickup_duration: int
    stock: Mapping[int, int] = field(default_factory=dict)
    unlimited: bool = False
    tools: frozenset[int] = frozenset()
    opening: tuple[Window, ...] = ()
    inbound: tuple[tuple[int, int, int], ...] = ()
