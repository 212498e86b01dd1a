"""Appointment offers as answers."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from dispatch.api.schemas.base import Out
from dispatch.operations.records.base import Instant, Record
from dispatch.store.tables import SlotRow

__all__ = ["HoldIn", "SlotList", "SlotOut", "slot_out"]


class HoldIn(Record):
    """How long to hold."""

    minutes: Annotated[int, Field(strict=True, ge=1, le=24 * 60)] = 15


class SlotOut(Out):
    """One window a customer can be offered."""

    id: str
    state: str = Field(description="offered, held, confirmed, released or expired.")
    start: Instant = Field(description="Work starts from here …")
    end: Instant = Field(description="… to here.")
    engineer: str
    shift: str
    arrive: Instant = Field(description="As things stand.")
    work_start: Instant
    work_finish: Instant
    total: int = Field(description="Price and opportunity together; offers are ranked by it.")
    price: int = Field(description="What the plan costs more, minor units.")
    opportunity: int = Field(description="Urgent requests that would find the engineer taken.")
    sla_effect: int = Field(description="Change of the plan's price of SLA breaches.")
    kept_probability: float = Field(description="That work starts within the window.")
    moved: list[str] = Field(description="Other visits whose start would move.")
    expires_at: Instant | None
    request: str | None = Field(description="The request it became when it was confirmed.")
    run: str | None = Field(
        description="The run that plans a confirmed one; null: the day has no plan yet, its first"
        " one takes it up."
    )


class SlotList(Out):
    """The best windows, cheapest first."""

    items: list[SlotOut]


def slot_out(row: SlotRow) -> SlotOut:
    """Write an offer as an answer."""
    told = row.details
    return SlotOut(
        id=row.id,
        state=row.state,
        start=row.start,
        end=row.end,
        engineer=row.engineer_id,
        shift=row.shift_id,
        arrive=told["arrive"],
        work_start=row.work_start,
        work_finish=row.work_finish,
        total=row.price,
        price=told["price"],
        opportunity=told["opportunity"],
        sla_effect=told["sla_effect"],
        kept_probability=told["kept_probability"],
        moved=told["moved"],
        expires_at=row.expires_at,
        request=row.request_id,
        run=told.get("run"),
    )
