"""The planning problem in solver language: integers and matrices only.

Units
-----
Times are whole seconds since the start of the planning window (times before it are negative),
durations whole seconds, distances whole metres, money whole minor units of one currency.
Engineers, shifts, depots, visits, locations, skills, tools and parts are indices from 0.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from dispatch.solver.problem_parts import (
    FOREVER,
    LONGEST_LOAD,
    UNLIMITED,
    UNREACHABLE,
    After,
    Break,
    Depot,
    Due,
    Engineer,
    FixedPickup,
    Objective,
    Pin,
    ProblemError,
    Promise,
    Shift,
    Sla,
    Tariff,
    Tier,
    Visit,
    Window,
)
from dispatch.solver.problem_rules import validate

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

__all__ = [
    "FOREVER",
    "LONGEST_LOAD",
    "UNLIMITED",
    "UNREACHABLE",
    "After",
    "Break",
    "Depot",
    "Due",
    "Engineer",
    "FixedPickup",
    "Objective",
    "Pin",
    "Problem",
    "ProblemError",
    "Promise",
    "Shift",
    "Sla",
    "Tariff",
    "Tier",
    "Visit",
    "Window",
]


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
    fairness_rate
        Money per squared hour of every engineer's load: history, working time, unpopular visits.
        What the history alone costs is taken off again (decision 19); 0 is no such price.
    worst_lateness_per_hour
        Money per hour of the largest lateness of all planned visits (decision 19); 0 is no such
        price.

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
    fairness_rate: int = 0
    worst_lateness_per_hour: int = 0

    def __post_init__(self) -> None:
        validate(self)

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

    def longest_loads(self) -> tuple[int, ...]:
        """Seconds of load, by engineer, that no plan exceeds.

        The history, every shift from its start to its latest end, every unpopular visit.
        """
        loads = [engineer.workload for engineer in self.engineers]
        unpopular = sum(visit.unpopular for visit in self.visits)
        for shift in self.shifts:
            loads[shift.engineer] += shift.latest_end - shift.start
        return tuple(load + unpopular for load in loads)

    def longest_lateness(self) -> int:
        """Seconds that no planned visit is later than: nobody comes after the last shift."""
        last = max((shift.latest_end for shift in self.shifts), default=0)
        wishes = [visit.sla.arrive_by for visit in self.visits if visit.sla]
        wishes += [v.due.ideal for v in self.visits if v.due and v.due.ideal is not None]
        return max((last - wish for wish in wishes if wish < last), default=0)

    def may_serve(self, visit: int, engineer: int) -> bool:
        """Whether the engineer has every skill at its level and no person rule speaks against."""
        work, person = self.visits[visit], self.engineers[engineer]
        if work.required_engineers and engineer not in work.required_engineers:
            return False
        if engineer in work.forbidden_engineers:
            return False
        return all(person.skills.get(skill, 0) >= level for skill, level in work.skills)

    def linked_visits(self) -> frozenset[int]:
        """Visits whose time other routes depend on: crews, successors and predecessors."""
        tied = {v for v, visit in enumerate(self.visits) if visit.crew_size > 1 or visit.after}
        return frozenset(tied | {link.visit for visit in self.visits for link in visit.after})

    def shifts_of(self, engineer: int) -> tuple[int, ...]:
        """Shifts of one engineer in order of their start: the chain that shares one van stock."""
        own = [s for s, shift in enumerate(self.shifts) if shift.engineer == engineer]
        return tuple(sorted(own, key=lambda s: self.shifts[s].start))
