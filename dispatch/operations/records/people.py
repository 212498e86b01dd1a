"""Engineers and their shifts as records."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from dispatch.operations.records.base import (
    Coordinates,
    Count,
    Duration,
    Identifier,
    Instant,
    Money,
    Name,
    Pieces,
    Record,
    ShortText,
    YesNo,
)

__all__ = ["BreakRecord", "EngineerRecord", "ShiftRecord", "SkillRecord", "TariffRecord"]


class SkillRecord(Record):
    """A skill with its level."""

    name: Name
    level: Count = 1


class TariffRecord(Record):
    """What an engineer's day costs, in minor units."""

    per_shift: Money = 0
    per_hour: Money = 6000
    per_overtime_hour: Money = 9000
    per_km: Money = 80


class EngineerRecord(Record):
    """A person who can be sent."""

    id: Identifier
    name: Name
    name_en: ShortText = ""
    phone: Annotated[ShortText, Field(max_length=60)] = ""
    territory: Identifier | None = Field(default=None, description="Region of the engineer.")
    home: Coordinates = Field(description="Where shifts start and end unless a depot is named.")
    skills: list[SkillRecord] = Field(default=[], max_length=100)
    tools: list[Name] = Field(default=[], max_length=200)
    van_stock: dict[Identifier, Pieces] = Field(default={}, max_length=1000)
    duration_factor: dict[Name, Annotated[float, Field(gt=0, le=100)]] = Field(
        default={}, max_length=100, description="Factor on the duration of visits by skill."
    )
    cost: TariffRecord = TariffRecord()
    active: YesNo = True

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        names = [skill.name for skill in self.skills]
        if len(set(names)) < len(names):
            raise ValueError("skills: each skill only once")
        if len(set(self.tools)) < len(self.tools):
            raise ValueError("tools: each tool only once")
        return self


class BreakRecord(Record):
    """A rest; ``earliest`` and ``latest`` bound its start."""

    earliest: Instant
    latest: Instant
    duration: Duration

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.latest < self.earliest:
            raise ValueError("latest: must not be before earliest")
        return self


class ShiftRecord(Record):
    """An engineer's working block."""

    id: Identifier
    engineer: Identifier
    start: Instant
    end: Instant
    overtime_end: Instant | None = None
    start_depot: Identifier | None = Field(default=None, description="None: at home.")
    end_depot: Identifier | None = Field(default=None, description="None: at home.")
    max_travel: Duration | None = None
    fixed_start: YesNo = False
    breaks: list[BreakRecord] = Field(default=[], max_length=20)

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.end <= self.start:
            raise ValueError("end: must be after start")
        if self.overtime_end is not None and self.overtime_end < self.end:
            raise ValueError("overtime_end: must not be before end")
        return self
