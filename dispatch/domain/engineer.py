"""A person with skills, tools, a van stock, shifts and a tariff."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from fractions import Fraction

from dispatch.domain.checks import (
    require,
    require_duration,
    require_id,
    require_quantities,
    require_unique,
)
from dispatch.domain.shift import Shift
from dispatch.domain.skill import RequiredSkill, Skill
from dispatch.domain.tariff import Tariff

__all__ = ["Engineer"]


@dataclass(frozen=True, slots=True)
class Engineer:
    """Somebody who can be sent (contract section 3, ``engineers``).

    Parameters
    ----------
    id
        Own id.
    name
        For people; any Unicode, empty when unknown.
    skills
        Each name once.
    tools
        Tools that are always in the van.
    van_stock
        Pieces of each part in the van at the first shift; carried over, never refilled.
    territory
        Region for reports; binds nothing.
    duration_factor
        Factor on the duration of visits by skill name; a skill not named counts 1.
    shifts
        Working blocks, none overlapping another.
    tariff
        ``cost`` of the case file.
    workload_history
        Load carried in the period before the plan; only the price of unfair plans looks at it.
    """

    id: str
    name: str = ""
    skills: tuple[Skill, ...] = ()
    tools: tuple[str, ...] = ()
    van_stock: Mapping[str, int] = field(default_factory=dict)
    territory: str | None = None
    duration_factor: Mapping[str, float] = field(default_factory=dict)
    shifts: tuple[Shift, ...] = ()
    tariff: Tariff = field(default_factory=Tariff)
    workload_history: timedelta = timedelta(0)

    def __post_init__(self) -> None:
        require_id("id", self.id)
        require_unique("skills", (skill.name for skill in self.skills))
        require_unique("tools", self.tools)
        require_quantities("van_stock", self.van_stock)
        for name, factor in self.duration_factor.items():
            usable = math.isfinite(factor) and factor > 0
            require(usable, f"duration_factor/{name}", factor, "a factor above 0")
        require_unique("shifts", (shift.id for shift in self.shifts))
        require_duration("workload_history", self.workload_history)

    def level_of(self, skill: str) -> int:
        """Level in a skill; 0 when the engineer does not have it."""
        return next((one.level for one in self.skills if one.name == skill), 0)

    def has_skills(self, required: Iterable[RequiredSkill]) -> bool:
        """Tell whether every required skill is there at its level."""
        return all(self.level_of(need.name) >= need.min_level for need in required)

    def duration_of(self, duration: timedelta, required: Iterable[RequiredSkill]) -> timedelta:
        """Time this engineer needs for a visit (contract 4a, *Durations*).

        Parameters
        ----------
        duration
            Duration of the visit at factor 1, whole seconds.
        required
            Its required skills; the largest of their factors holds, and 1 without any.

        Returns
        -------
        datetime.timedelta
            Rounded up to a whole second.
        """
        # 1.1 * 3600 is 3960.0000000000005 in floats and would be rounded up to a second too
        # many, so the factor is read as the decimal number that was written.
        factors = [Fraction(str(self.duration_factor.get(need.name, 1.0))) for need in required]
        factor = max(factors, default=Fraction(1))
        seconds = duration // timedelta(seconds=1)
        return timedelta(seconds=math.ceil(seconds * factor))
