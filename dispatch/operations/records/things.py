"""Equipment, its types, parts and where they lie, as records."""

from __future__ import annotations

from typing import Annotated, Literal, Self

from pydantic import Field, model_validator

from dispatch.operations.records.base import (
    Count,
    Day,
    Duration,
    Identifier,
    Instant,
    Money,
    Name,
    Pieces,
    Record,
    ShortText,
)

__all__ = [
    "EquipmentRecord",
    "EquipmentTypeRecord",
    "FaultRecord",
    "InboundRecord",
    "PartRecord",
    "RequiredSkillRecord",
    "StockRecord",
    "WorkRecord",
]

Parts = Annotated[dict[Identifier, Annotated[Pieces, Field(ge=1)]], Field(max_length=100)]


class RequiredSkillRecord(Record):
    """A skill that work asks for, at least at a level."""

    name: Name
    min_level: Count = 1


class WorkRecord(Record):
    """What one piece of work takes."""

    duration: Duration
    skills: list[RequiredSkillRecord] = Field(default=[], max_length=50)
    tools: list[Name] = Field(default=[], max_length=100)
    parts: Parts = Field(default={})


class FaultRecord(WorkRecord):
    """A known fault of a type of equipment, and what its repair takes."""

    code: Identifier
    title: Name
    title_en: ShortText = ""
    crew_size: Annotated[Count, Field(le=50)] = 1


class EquipmentTypeRecord(Record):
    """A type of equipment: how it is maintained, how it fails."""

    id: Identifier
    name: Name
    name_en: ShortText = ""
    maintenance: WorkRecord
    checklist: list[Name] = Field(
        default=[], max_length=200, description="What maintenance looks at, in this order."
    )
    checklist_en: list[ShortText] = Field(
        default=[], max_length=200, description="The same in English, as far as it is known."
    )
    loaner_part: Identifier | None = None
    faults: list[FaultRecord] = Field(default=[], max_length=200)

    @model_validator(mode="after")
    def _each_once(self) -> Self:
        codes = [fault.code for fault in self.faults]
        if len(set(codes)) < len(codes):
            raise ValueError("faults: each code only once")
        return self


class EquipmentRecord(Record):
    """A machine at a customer's site."""

    id: Identifier
    site: Identifier
    type: Identifier
    grade: Literal["key", "general"] = Field(
        description="key is maintained every quarter, general every half-year."
    )
    installed: Day
    last_maintenance: Day | None = None
    months_between: Annotated[Count, Field(le=120)] | None = Field(
        default=None, description="Months between two rounds, in place of the grade's."
    )
    warranty_end: Day | None = None
    name: ShortText = ""
    model: ShortText = ""
    serial: ShortText = ""

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        for name in ("last_maintenance", "warranty_end"):
            day = getattr(self, name)
            if day is not None and day < self.installed:
                raise ValueError(f"{name}: must not be before installed")
        return self


class PartRecord(Record):
    """A spare part."""

    id: Identifier
    name: Name
    name_en: ShortText = ""
    unit_price: Money = 0
    unit: Annotated[Name, Field(max_length=20)] = "pc"


class StockRecord(Record):
    """Pieces of one part at one depot."""

    id: Identifier
    depot: Identifier
    part: Identifier
    quantity: Pieces | None = Field(default=None, description="null: as many as needed.")


class InboundRecord(Record):
    """A delivery on its way to a depot."""

    id: Identifier
    depot: Identifier
    part: Identifier
    quantity: Annotated[Pieces, Field(ge=1)]
    available_from: Instant
