"""Contracts, sites and depots as records."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from dispatch.operations.records.base import (
    Coordinates,
    Day,
    Duration,
    Identifier,
    LongText,
    Money,
    Name,
    Record,
    ShortText,
    WallTime,
    YesNo,
    Zone,
)

__all__ = ["ContactRecord", "ContractRecord", "DepotRecord", "SiteRecord"]

Country = Annotated[str, Field(pattern="^[A-Z]{2}$", description="ISO 3166-1 alpha-2 code.")]
Address = Annotated[LongText, Field(max_length=500)]
Phone = Annotated[
    str,
    Field(
        strict=True,
        max_length=60,
        pattern=r"^[0-9+(). /#*,;xX-]*$",
        description="As dialled: digits, blanks and + ( ) . / # * , ; x -",
    ),
]
# What mail servers accept is wider; what people have is not, and it stands in mail headers.
Email = Annotated[
    str,
    Field(
        strict=True,
        max_length=200,
        pattern=r"^([A-Za-z0-9._%+-]+@[A-Za-z0-9-]+(\.[A-Za-z0-9-]+)+)?$",
        description="One plain address in ASCII, or empty.",
    ),
]


class ContractRecord(Record):
    """What one customer was promised."""

    id: Identifier
    customer: Name
    customer_en: ShortText = ""
    policy: Identifier = Field(description="Kind of contract: platinum, standard or an own one.")
    monthly_fee: Money = 0
    maintenance_visit_price: Money = 0
    starts: Day
    ends: Day | None = None
    key_account: YesNo = False
    representatives: list[Identifier] = Field(
        default=[], max_length=50, description="Engineers the customer knows; preferred."
    )

    @model_validator(mode="after")
    def _in_order(self) -> Self:
        if self.ends is not None and self.ends < self.starts:
            raise ValueError("ends: must not be before starts")
        return self


class _Hours(Record):
    opens: WallTime | None = Field(default=None, description="None, with closes: at any time.")
    closes: WallTime | None = None
    every_day: YesNo = Field(default=False, description="False: on working days only.")
    zone: Zone = "Asia/Shanghai"

    @model_validator(mode="after")
    def _both_hours(self) -> Self:
        if (self.opens is None) != (self.closes is None):
            raise ValueError("closes: both hours or neither")
        if self.opens is not None and self.closes is not None and self.closes <= self.opens:
            raise ValueError("closes: must be after opens")
        return self


class ContactRecord(Record):
    """Somebody to ask for at a site."""

    name: Name
    role: ShortText = Field(default="", description="For example head of the engine room.")
    phone: Phone = ""
    email: Email = ""
    notices: YesNo = Field(default=False, description="Whether notices go to the e-mail address.")


class SiteRecord(_Hours):
    """A customer's premises; its hours bound the start of work."""

    id: Identifier
    contract: Identifier
    name: Name
    name_en: ShortText = ""
    address: Address = ""
    location: Coordinates
    territory: Identifier | None = None
    country: Country | None = "CN"
    contacts: list[ContactRecord] = Field(
        default=[], max_length=20, description="Whom to ask for, the first one first."
    )


class DepotRecord(_Hours):
    """A warehouse where parts and tools are picked up."""

    id: Identifier
    name: Name
    name_en: ShortText = ""
    address: Address = ""
    location: Coordinates
    tools: list[Name] = Field(default=[], max_length=200)
    pickup_duration: Duration = Field(description="Time of one pickup.")
