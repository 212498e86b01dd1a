"""The planning problem in solver language: integers and matrices only.

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
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray

FOREVER = 1 << 40
"""A time later than any other (about 35,000 years in seconds)."""

UNLIMITED = -1
"""A stock quantity without limit."""

UNREACHABLE = -1
"""The entry of a travel matrix for a pair of locations that no road joins."""


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
    """

    shift: int
    position: int | None = None
    start: int | None = None
    frozen: bool = False
    started: bool = False


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


@dataclass(frozen=True, slots=True)
class Engineer:
    """A person: skill levels, tools carried, parts in the van (`UNLIMITED` or a quantity).

    `duration_factors` maps a skill to a ratio (numerator, denominator) of positive integers.
    """

    skills: Mapping[int, int] = field(default_factory=dict)
    tools: frozenset[int] = frozenset()
    stock: Mapping[int, int] = field(default_factory=dict)
    duration_factors: Mapping[int, tuple[int, int]] = field(default_factory=dict)


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


@dataclass(frozen=True, slots=True, eq=False)
class Problem:
    """A whole planning problem, validated once.

    Parameters
    ----------
    horizon
        End of the planning window (its start is 0).
    travel_seconds
        int64, shape (profiles, locations, locations); `UNREACHABLE` where there is no road.
    travel_metres
        int64, shape (locations, locations).
    now
        No departure, travel or start lies before it except history; None is no such bound.

    Raises
    ------
    ProblemError
        An index, a shape or a range contradicts the rest.
    """

    horizon: int
    num_skills: int
    num_tools: int
    num_parts: int
    travel_seconds: NDArray[np.int64]
    travel_metres: NDArray[np.int64]
    engineers: tuple[Engineer, ...]
    shifts: tuple[Shift, ...]
    depots: tuple[Depot, ...]
    visits: tuple[Visit, ...]
    objective: Objective = Objective.COST
    now: int | None = None

    def __post_init__(self) -> None:
        _validate(self)

    @property
    def num_locations(self) -> int:
        """Number of locations of the travel matrices."""
        return int(self.travel_metres.shape[0])

    def duration(self, visit: int, engineer: int) -> int:
        """Seconds of work of a visit done by an engineer.

        The largest duration factor among the required skills holds, a skill without one counting 1,
        rounded up to a whole second (contract section 4a, Durations).
        """
        work = self.visits[visit]
        factors = self.engineers[engineer].duration_factors
        if not factors or not work.skills:
            return work.duration
        required = (factors.get(skill, (1, 1)) for skill, _ in work.skills)
        return max(-(-work.duration * num // den) for num, den in required)

    def may_serve(self, visit: int, engineer: int) -> bool:
        """Whether the engineer has every skill at its level and no person rule speaks against."""
        work, person = self.visits[visit], self.engineers[engineer]
        if work.required_engineers and engineer not in work.required_engineers:
            return False
        if engineer in work.forbidden_engineers:
            return False
        return all(person.skills.get(skill, 0) >= level for skill, level in work.skills)

    def shifts_of(self, engineer: int) -> tuple[int, ...]:
        """Shifts of one engineer in order of their start: the chain that shares one van stock."""
        own = [s for s, shift in enumerate(self.shifts) if shift.engineer == engineer]
        return tuple(sorted(own, key=lambda s: self.shifts[s].start))


def _validate(problem: Problem) -> None:
    seconds, metres = problem.travel_seconds, problem.travel_metres
    if metres.ndim != 2 or metres.shape[0] != metres.shape[1]:
        raise ProblemError(f"travel_metres: shape {metres.shape}, expected a square matrix")
    size = metres.shape[0]
    if seconds.ndim != 3 or seconds.shape[1:] != (size, size) or seconds.shape[0] < 1:
        raise ProblemError(f"travel_seconds: shape {seconds.shape}, expected (k, {size}, {size})")
    for name, matrix in (("travel_seconds", seconds), ("travel_metres", metres)):
        if not np.issubdtype(matrix.dtype, np.integer):
            raise ProblemError(f"{name}: dtype {matrix.dtype}, expected integers")
        if matrix.size and (matrix.min() < UNREACHABLE or matrix.max() >= FOREVER):
            raise ProblemError(f"{name}: values must lie in -1..{FOREVER - 1}")
    if size and any(np.diagonal(matrix).any() for matrix in seconds):
        raise ProblemError("travel_seconds: the diagonal must be zero")
    _in_range("horizon", problem.horizon, 1, FOREVER)
    for s, shift in enumerate(problem.shifts):
        _validate_shift(problem, f"shifts[{s}]", shift, size)
    for d, depot in enumerate(problem.depots):
        _index(f"depots[{d}].location", depot.location, size)
        _in_range(f"depots[{d}].pickup_duration", depot.pickup_duration, 0, FOREVER)
        for part in (*depot.stock, *(p for _, p, _ in depot.inbound)):
            _index(f"depots[{d}].stock", part, problem.num_parts)
    for e, engineer in enumerate(problem.engineers):
        for part in engineer.stock:
            _index(f"engineers[{e}].stock", part, problem.num_parts)
        for num, den in engineer.duration_factors.values():
            if num <= 0 or den <= 0:
                raise ProblemError(f"engineers[{e}].duration_factors: {num}/{den} is not positive")
    for v, visit in enumerate(problem.visits):
        _validate_visit(problem, f"visits[{v}]", visit, size)
    _refuse_cycles(problem)


def _validate_shift(problem: Problem, name: str, shift: Shift, size: int) -> None:
    _index(f"{name}.engineer", shift.engineer, len(problem.engineers))
    _index(f"{name}.start_location", shift.start_location, size)
    _index(f"{name}.end_location", shift.end_location, size)
    _index(f"{name}.profile", shift.profile, problem.travel_seconds.shape[0])
    if not shift.start <= shift.end <= shift.latest_end < FOREVER:
        raise ProblemError(
            f"{name}: start {shift.start}, end {shift.end}, latest_end {shift.latest_end} "
            "must not decrease"
        )
    for b, rest in enumerate(shift.breaks):
        if rest.latest < rest.earliest or rest.duration < 0:
            raise ProblemError(f"{name}.breaks[{b}]: {rest} is not a window with a duration")
    for pickup in shift.fixed_pickups:
        _index(f"{name}.fixed_pickups", pickup.depot, len(problem.depots))


def _validate_visit(problem: Problem, name: str, visit: Visit, size: int) -> None:
    _index(f"{name}.location", visit.location, size)
    _in_range(f"{name}.duration", visit.duration, 0, FOREVER)
    _in_range(f"{name}.crew_size", visit.crew_size, 1, 1 << 10)
    for skill, _ in visit.skills:
        _index(f"{name}.skills", skill, problem.num_skills)
    for tool in visit.tools:
        _index(f"{name}.tools", tool, problem.num_tools)
    for part, quantity in visit.parts:
        _index(f"{name}.parts", part, problem.num_parts)
        _in_range(f"{name}.parts", quantity, 1, FOREVER)
    for before, after in zip(visit.windows, visit.windows[1:], strict=False):
        if after.earliest <= before.latest:
            raise ProblemError(f"{name}.windows: {before} and {after} overlap or are not sorted")
    for link in visit.after:
        _index(f"{name}.after", link.visit, len(problem.visits))
    for pin in visit.pins:
        _index(f"{name}.pins", pin.shift, len(problem.shifts))
    if len(visit.pins) > visit.crew_size:
        raise ProblemError(f"{name}.pins: {len(visit.pins)} pins for a crew of {visit.crew_size}")


def _refuse_cycles(problem: Problem) -> None:
    waiting = {v: {link.visit for link in visit.after} for v, visit in enumerate(problem.visits)}
    waiting = {v: befores for v, befores in waiting.items() if befores}
    while waiting:
        free = [v for v, befores in waiting.items() if not befores & waiting.keys()]
        if not free:
            raise ProblemError(f"visits.after: visits {sorted(waiting)} wait for each other")
        for v in free:
            del waiting[v]


def _index(name: str, value: Any, size: int) -> None:
    if not 0 <= value < size:
        raise ProblemError(f"{name}: index {value}, expected 0..{size - 1}")


def _in_range(name: str, value: int, low: int, high: int) -> None:
    if not low <= value <= high:
        raise ProblemError(f"{name}: {value}, expected {low}..{high}")
