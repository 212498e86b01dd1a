"""Master data: people, places, equipment, contracts, parts and where they lie."""

from __future__ import annotations

from datetime import date, datetime, time
from typing import Any

from sqlalchemy import UniqueConstraint
from sqlmodel import Field

from dispatch.store.tables.base import Versioned, document, instant, maybe_instant, reference

__all__ = [
    "ContractRow",
    "DepotRow",
    "EngineerRow",
    "EquipmentRow",
    "EquipmentTypeRow",
    "InboundRow",
    "PartRow",
    "ShiftRow",
    "SiteRow",
    "StockRow",
]


class EngineerRow(Versioned, table=True):
    """A person who can be sent; their home is where their shifts start unless a shift says else."""

    __tablename__ = "engineer"

    name: str = Field(max_length=200)
    name_en: str = Field(default="", max_length=200)
    phone: str = Field(default="", max_length=60)
    territory: str | None = Field(default=None, max_length=200, index=True)
    lat: float
    lon: float
    skills: list[dict[str, Any]] = document()
    tools: list[str] = document()
    van_stock: dict[str, int] = document(dict)
    van_debt: dict[str, int] = document(dict)
    duration_factor: dict[str, float] = document(dict)
    cost: dict[str, int] | None = document(dict)
    active: bool = True


class ShiftRow(Versioned, table=True):
    """A working block; without a depot it starts and ends at home."""

    __tablename__ = "shift"

    engineer_id: str = reference("engineer")
    start: datetime = instant()
    end: datetime = instant()
    overtime_end: datetime | None = maybe_instant()
    start_depot_id: str | None = reference("depot", optional=True)
    end_depot_id: str | None = reference("depot", optional=True)
    max_travel_s: int | None = None
    fixed_start: bool = False
    breaks: list[dict[str, Any]] = document()


class ContractRow(Versioned, table=True):
    """What one customer was promised; ``policy`` names the kind of contract."""

    __tablename__ = "contract"

    customer: str = Field(max_length=200)
    customer_en: str = Field(default="", max_length=200)
    policy: str = Field(max_length=60)
    monthly_fee: int = 0
    maintenance_visit_price: int = 0
    starts: date
    ends: date | None = None
    key_account: bool = False
    representatives: list[str] = document()


class SiteRow(Versioned, table=True):
    """A customer's address where equipment stands; hours bound the start of work there."""

    __tablename__ = "site"

    contract_id: str = reference("contract")
    name: str = Field(max_length=200)
    name_en: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=500)
    lat: float
    lon: float
    territory: str | None = Field(default=None, max_length=200, index=True)
    opens: time | None = None
    closes: time | None = None
    every_day: bool = False
    zone: str = Field(default="Asia/Shanghai", max_length=60)
    country: str | None = Field(default="CN", max_length=2)
    contacts: list[dict[str, Any]] = document()


class EquipmentTypeRow(Versioned, table=True):
    """What the company knows about a type of equipment; ``id`` is its code."""

    __tablename__ = "equipment_type"

    name: str = Field(max_length=200)
    name_en: str = Field(default="", max_length=200)
    maintenance: dict[str, Any] = document(dict)
    checklist: list[str] = document()
    checklist_en: list[str] = document()
    loaner_part: str | None = Field(default=None, max_length=200)
    faults: list[dict[str, Any]] = document()


class EquipmentRow(Versioned, table=True):
    """A machine that breaks down and is maintained."""

    __tablename__ = "equipment"

    site_id: str = reference("site")
    type: str = reference("equipment_type")
    grade: str = Field(max_length=20)
    installed: date
    last_maintenance: date | None = None
    months_between: int | None = None
    warranty_end: date | None = None
    name: str = Field(default="", max_length=200)
    model: str = Field(default="", max_length=200)
    serial: str = Field(default="", max_length=200)


class PartRow(Versioned, table=True):
    """A spare part."""

    __tablename__ = "part"

    name: str = Field(max_length=200)
    name_en: str = Field(default="", max_length=200)
    unit_price: int = 0
    unit: str = Field(default="pc", max_length=20)


class DepotRow(Versioned, table=True):
    """A warehouse; its stock has a table of its own."""

    __tablename__ = "depot"

    name: str = Field(max_length=200)
    name_en: str = Field(default="", max_length=200)
    address: str = Field(default="", max_length=500)
    lat: float
    lon: float
    tools: list[str] = document()
    pickup_duration_s: int = 0
    opens: time | None = None
    closes: time | None = None
    every_day: bool = True
    zone: str = Field(default="Asia/Shanghai", max_length=60)


class StockRow(Versioned, table=True):
    """Pieces of one part on the shelf of one depot; null is as many as needed."""

    __tablename__ = "stock"
    __table_args__ = (UniqueConstraint("depot_id", "part_id"),)

    depot_id: str = reference("depot")
    part_id: str = reference("part")
    quantity: int | None = None


class InboundRow(Versioned, table=True):
    """A delivery to a depot that adds to its stock from an instant on."""

    __tablename__ = "inbound"

    depot_id: str = reference("depot")
    part_id: str = reference("part")
    quantity: int
    available_from: datetime = instant()
