"""A customer's equipment, and what the company knows about its type."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from enum import StrEnum

from dispatch.domain.checks import (
    require,
    require_count,
    require_duration,
    require_id,
    require_quantities,
    require_unique,
)
from dispatch.domain.skill import RequiredSkill

__all__ = ["Equipment", "EquipmentType", "FaultKind", "Grade"]

MONTHS_BETWEEN = {"key": 3, "general": 6}


class Grade(StrEnum):
    """How much depends on a piece of equipment; it sets the pace of its maintenance."""

    KEY = "key"
    GENERAL = "general"

    @property
    def months_between_maintenance(self) -> int:
        """Calendar months from one completed maintenance to the next: a quarter or half a year."""
        return MONTHS_BETWEEN[self.value]


@dataclass(frozen=True, slots=True)
class Equipment:
    """One piece of equipment at a customer's site.

    Parameters
    ----------
    id, site, type
        Its id, and those of its site and of its type.
    grade
        Key or general.
    installed
        First day in service; the first maintenance counts from it.
    last_maintenance
        Day on which maintenance was last completed; None: never.
    months_between
        Overrides the pace of the grade, in calendar months.
    warranty_end
        Last day of the warranty; None: there is none.
    name, model, serial
        For people.
    """

    id: str
    site: str
    type: str
    grade: Grade
    installed: date
    last_maintenance: date | None = None
    months_between: int | None = None
    warranty_end: date | None = None
    name: str = ""
    model: str = ""
    serial: str = ""

    def __post_init__(self) -> None:
        for name in ("id", "site", "type"):
            require_id(name, getattr(self, name))
        require_count("months_between", self.months_between, 1)
        done = self.last_maintenance
        in_order = done is None or done >= self.installed
        require(in_order, "last_maintenance", done, f"a day not before {self.installed}")
        ends = self.warranty_end
        in_order = ends is None or ends >= self.installed
        require(in_order, "warranty_end", ends, f"a day not before {self.installed}")

    @property
    def interval_months(self) -> int:
        """Calendar months between two rounds of maintenance."""
        return self.months_between or self.grade.months_between_maintenance

    @property
    def maintenance_anchor(self) -> date:
        """Day from which the next round counts: the last completion, or the installation."""
        return self.last_maintenance or self.installed


@dataclass(frozen=True, slots=True)
class FaultKind:
    """What usually has to be brought and done for one fault of one type of equipment.

    Parameters
    ----------
    code
        Unique within the type.
    title, title_en
        For people, in both languages.
    duration
        Time on site.
    skills, tools, parts
        What the visit asks for.
    crew_size
        Engineers needed at once.
    """

    code: str
    title: str
    title_en: str
    duration: timedelta
    skills: tuple[RequiredSkill, ...] = ()
    tools: tuple[str, ...] = ()
    parts: Mapping[str, int] = field(default_factory=dict)
    crew_size: int = 1

    def __post_init__(self) -> None:
        require_id("code", self.code)
        require_duration("duration", self.duration)
        require_quantities("parts", self.parts)
        require_count("crew_size", self.crew_size, 1)


@dataclass(frozen=True, slots=True)
class EquipmentType:
    """A type of equipment: how it is maintained, and how it fails.

    Parameters
    ----------
    code, name, name_en
        Its code, and its name in both languages.
    maintenance_duration, maintenance_skills, maintenance_tools, maintenance_parts
        What one round takes.
    checklist
        What is looked at in a round.
    loaner_part
        Part number of the device that is lent while one of these cannot be fixed.
    faults
        The known faults, each code once.
    """

    code: str
    name: str
    name_en: str
    maintenance_duration: timedelta
    maintenance_skills: tuple[RequiredSkill, ...] = ()
    maintenance_tools: tuple[str, ...] = ()
    maintenance_parts: Mapping[str, int] = field(default_factory=dict)
    checklist: tuple[str, ...] = ()
    loaner_part: str | None = None
    faults: tuple[FaultKind, ...] = ()

    def __post_init__(self) -> None:
        require_id("code", self.code)
        require_duration("maintenance_duration", self.maintenance_duration)
        require_quantities("maintenance_parts", self.maintenance_parts)
        require_unique("faults", (fault.code for fault in self.faults))

    def fault(self, code: str | None) -> FaultKind | None:
        """Look up a fault by its code; None when it is not in the catalogue."""
        return next((fault for fault in self.faults if fault.code == code), None)
